"""The language model that the settings name, for a server and for commands."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bot.refusal import BadSettings
from bot.settings import Settings
from dialogs.playbooks.playbook import Playbook

if TYPE_CHECKING:
    from engine.providers.fallback import FirstThatWorks
    from engine.providers.llm.model import LanguageModel
    from engine.providers.llm.provider import LanguageModelUnderstanding
    from engine.providers.llm.server import CompletionServer


def advisor(settings: Settings, playbook: Playbook) -> LanguageModel | None:
    """What reads in context beside the server's own readers, if it is set so. Raises `BadSettings`."""
    return language_model(settings, playbook) if settings.understanding == "llm" else None


@asynccontextmanager
async def closing(model: LanguageModel | None) -> AsyncIterator[None]:
    """Let go of its connections at the end."""
    try:
        yield
    finally:
        if model:
            await model.close()


def language_model(settings: Settings, playbook: Playbook) -> LanguageModel:
    """The language model; nothing is connected to yet. Raises `BadSettings`."""
    from engine.providers.llm.model import LanguageModel, Terms

    terms = Terms(settings.llm_deadline, settings.llm_at_once, settings.llm_mask == "on")
    return LanguageModel(playbook, completion_server(settings), terms)


def completion_server(settings: Settings) -> CompletionServer:
    """The server of the model. Raises `BadSettings`."""
    from engine.providers.llm.server import CompletionServer, ModelAddress

    if not settings.llm_model.strip():
        raise BadSettings("AMENDS_LLM_MODEL is empty: name the model that AMENDS_LLM_URL is to answer with")
    key = settings.llm_key.get_secret_value().strip()
    return CompletionServer(ModelAddress(settings.llm_url, settings.llm_model.strip(), key), settings.llm_at_once)


def language_model_before(settings: Settings, playbook: Playbook, local: FirstThatWorks) -> LanguageModelUnderstanding:
    """The language model as a provider, with the local one behind it. Raises `BadSettings`."""
    from engine.providers.llm.provider import LanguageModelUnderstanding

    return LanguageModelUnderstanding(language_model(settings, playbook), local)
