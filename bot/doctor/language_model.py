"""Looking at the language model, for `amends doctor`: one question, in nobody's words, answered or not."""

from __future__ import annotations

import asyncio
from time import perf_counter
from urllib.parse import urlsplit

from bot.doctor.finding import NotWell
from bot.settings import Settings, is_loopback

TRIED = "the parcel never came 快递没到"
"""Nobody's words."""
PATIENCE = 20.0
"""Seconds: a model that was not asked for a while has to be loaded first."""


def look_at_language_model(settings: Settings) -> str:
    """Whether the model at AMENDS_LLM_URL answers, how, and how soon. Raises `NotWell`."""
    if settings.understanding != "llm":
        return f"off: AMENDS_UNDERSTANDING is {settings.understanding}"
    found = asyncio.run(_asked(settings))
    masks = "on" if settings.llm_mask == "on" else "off, personal data leaves with the words"
    is_safe = settings.llm_url.startswith("https://") or is_loopback(urlsplit(settings.llm_url).hostname or "")
    warning = "" if is_safe else "; plain HTTP: nobody else should be on the network between"
    return f"{found}; masking is {masks}{warning}"


async def _asked(settings: Settings) -> str:
    from bot.opening import load
    from bot.wiring.language_model import completion_server
    from dialogs.understanding.context import NOWHERE
    from dialogs.understanding.llm.answer import answer_in
    from dialogs.understanding.llm.checking import checked
    from dialogs.understanding.llm.lists import lists_of
    from dialogs.understanding.llm.prompt import messages
    from dialogs.understanding.llm.schema import schema
    from engine.providers.llm.errors import NoAnswer

    server, lists = completion_server(settings), lists_of(load(settings.playbook))
    begun = perf_counter()
    try:
        async with asyncio.timeout(PATIENCE):
            written = await server.complete(messages(lists, NOWHERE, TRIED), schema(lists, ""))
    except (NoAnswer, TimeoutError) as error:
        why = f"{error}" or f"nothing within {PATIENCE:.0f} s"
        raise NotWell(
            f"no language model answers at AMENDS_LLM_URL ({why}); see AMENDS_LLM_MODEL and AMENDS_LLM_KEY. "
            "Until then local reads"
        ) from None
    finally:
        await server.close()
    took = perf_counter() - begun
    answer = answer_in(written)
    heard = checked(answer, TRIED, lists, "") if answer else None
    if heard is None or not heard.acts:
        raise NotWell(f"{settings.llm_model} answers, but not with what it was asked for; local reads in its stead")
    late = took > settings.llm_deadline
    slow = (
        f", longer than AMENDS_LLM_DEADLINE of {settings.llm_deadline:g} s: what is as late is not used" if late else ""
    )
    return f"{settings.llm_model} answers in {took:.1f} s{slow}, asked for {_FORMS[server.form.format]}"


_FORMS = {"schema": "JSON by schema", "object": "a JSON object", "text": "text with JSON in it"}
