"""Over real HTTP: what servers of the kind do, and what is made of it. None of it is ever raised to a turn."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import pytest

from dialogs.understanding.context import NOWHERE, Context
from engine.providers.breaker import FAILURES, PAUSE, Closed
from tests.llm import stand_in as moods
from tests.llm.conftest import DEADLINE, TOLD, Asking, Clock, Read, heard
from tests.llm.stand_in import KEY, MODEL, StandIn, answer, shown

FAILED = ("late", "refused", "broken", "nonsense")


def test_a_text_is_asked_about_by_schema_with_the_key_and_the_whole_context(
    asking: Asking, stand_in: StandIn, read: Read
) -> None:
    context = Context(asked="item", also=("order_number",), said="Which item?", facts=(("story", "it burnt"),))
    found = heard(asking(), read(TOLD), context)
    assert found.category == "product_quality"
    assert [(mark.fact, TOLD[mark.start : mark.end]) for mark in found.marks] == [
        ("item", "kettle"), ("other_name", "Bob"), ("other_number", "0800 5551234"),
    ]  # fmt: skip
    (request,), (headers,) = stand_in.requests, stand_in.headers
    assert request["model"] == MODEL
    assert headers["Authorization"] == f"Bearer {KEY}"
    assert shown(request) == (
        TOLD,
        {"asked": "item+order_number", "said_before": "Which item?", "complaint_being_taken": {"story": "it burnt"}},
    )
    schema = request["response_format"]["json_schema"]
    assert schema["strict"] is True
    assert "dont_know" in schema["schema"]["properties"]["answer"]["enum"]
    assert "product_quality" in schema["schema"]["properties"]["category"]["enum"]


@pytest.mark.parametrize("formats", [("json_object", "text"), ("text",)])
def test_a_server_that_knows_no_schema_is_asked_in_a_form_it_takes_and_from_then_on(
    formats: tuple[str, ...], asking: Asking, stand_in: StandIn, read: Read
) -> None:
    stand_in.mood = moods.taking(*formats)
    model = asking()
    for _ in range(2):
        assert heard(model, read(TOLD), NOWHERE).category == "product_quality"
    used = [request.get("response_format", {"type": "text"})["type"] for request in stand_in.requests]
    assert used[-2:] == [formats[0], formats[0]]
    assert len(used) == {"json_object": 4, "text": 5}[formats[0]], "what was refused once is not tried again"
    assert model.counters()["understanding_llm_refused_total"] == 0


def test_an_answer_is_found_among_thoughts_and_fences(asking: Asking, stand_in: StandIn, read: Read) -> None:
    stand_in.mood = moods.fenced
    assert heard(asking(), read(TOLD), NOWHERE).acts == ("complain",)


@pytest.mark.parametrize(
    ("mood", "counted"),
    [
        (moods.refusing(500), "refused"),
        (moods.refusing(429), "refused"),
        (moods.refusing(401), "refused"),
        (moods.refusing(302, Location="http://127.0.0.1:1/elsewhere"), "refused"),
        (moods.refusing(400), "refused"),
        (moods.cut, "broken"),
        (moods.page, "broken"),
        (moods.endless, "broken"),
        (moods.body(b'{"choices": []}'), "broken"),
        (moods.body(b'{"choices": [{"message": {"content": null, "refusal": "no"}}]}'), "broken"),
        (moods.body(b"\xff\xfe"), "broken"),
        (moods.hanging, "late"),
        (moods.dripping, "late"),
        (moods.writing("I cannot help with that."), "nonsense"),
        (moods.writing("{" * 10_000), "nonsense"),
        (moods.writing('{"acts": "complain"}'), "nonsense"),
        (moods.writing(json.dumps(answer(acts=["file_case"]))), "nonsense"),
        (moods.writing(json.dumps(answer(acts=["complain"] * 5_000))), "nonsense"),
        (moods.writing(json.dumps(answer(acts=["complain"], category="x" * 5_000))), "nonsense"),
        (moods.writing('{"a":' * 5_000), "nonsense"),
        (moods.writing("x" * 150_000), "nonsense"),
    ],
)
def test_whatever_comes_instead_of_an_answer_our_own_reading_stands(
    mood: moods.Mood, counted: str, asking: Asking, stand_in: StandIn, read: Read
) -> None:
    stand_in.mood = mood
    model = asking(deadline=DEADLINE * (1 if counted == "late" else 25))
    begun = time.monotonic()
    assert heard(model, read(TOLD), NOWHERE) is None
    assert time.monotonic() - begun < DEADLINE * 25
    counted_so = {name: model.counters()[f"understanding_llm_{name}_total"] for name in FAILED}
    assert counted_so == dict.fromkeys(FAILED, 0) | {counted: 1}


def test_nobody_there_is_as_good_as_no_answer(asking: Asking, stand_in: StandIn, read: Read) -> None:
    stand_in.port = 1
    model = asking()
    assert heard(model, read(TOLD), NOWHERE) is None
    assert model.counters()["understanding_llm_broken_total"] == 1


def test_after_some_failures_it_is_left_alone_and_tried_again_later(
    asking: Asking, stand_in: StandIn, read: Read, clock: Clock
) -> None:
    stand_in.mood = moods.refusing(503)
    model = asking()
    for _ in range(FAILURES + 5):
        heard(model, read(TOLD), NOWHERE)
    assert len(stand_in.requests) == FAILURES
    assert model.counters()["understanding_llm_breaker_open"] == 1
    assert model.counters()["understanding_llm_breaker_skips_total"] == 5
    stand_in.mood = moods.well
    clock.now += PAUSE
    assert heard(model, read(TOLD), NOWHERE)
    assert isinstance(model.breaker, Closed)


def test_who_asks_to_be_left_alone_is_left_alone_for_as_long(
    asking: Asking, stand_in: StandIn, read: Read, clock: Clock
) -> None:
    stand_in.mood = moods.refusing(429, Retry_After="30")
    model = asking()
    heard(model, read(TOLD), NOWHERE)
    stand_in.mood = moods.well
    for passed, well in ((0, False), (29, False), (1, True)):
        clock.now += passed
        assert bool(heard(model, read(TOLD), NOWHERE)) is well
    assert len(stand_in.requests) == 2


def test_nonsense_is_no_reason_to_leave_the_server_alone(asking: Asking, stand_in: StandIn, read: Read) -> None:
    """Else one customer could bring it about for all."""
    stand_in.mood = moods.writing("no")
    model = asking()
    for _ in range(FAILURES + 2):
        heard(model, read(TOLD), NOWHERE)
    assert len(stand_in.requests) == FAILURES + 2


def test_no_more_are_asked_about_at_once_than_may_be_and_who_waits_too_long_goes_without(
    asking: Asking, stand_in: StandIn, read: Read
) -> None:
    stand_in.mood = moods.slowly(0.3)
    model = asking(at_once=2)

    async def ask(count: int, within: float) -> list[Any]:
        try:
            return await asyncio.gather(*(model.hear(read(TOLD), NOWHERE, within) for _ in range(count)))
        finally:
            await model.close()

    assert all(asyncio.run(ask(6, 20.0)))
    assert stand_in.most_at_once == 2
    stand_in.mood = moods.hanging
    asyncio.run(ask(4, 0.5))
    assert model.counters()["understanding_llm_crowded_total"] == 2
    assert model.counters()["understanding_llm_late_total"] == 2


def test_no_proxy_of_the_environment_gets_to_read_it(
    asking: Asking, stand_in: StandIn, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert heard(asking(), read(TOLD), NOWHERE)


@pytest.mark.parametrize(
    "text", ["yes", "talk to a human", "不用了", "skip", "AM2611180042", "ann@example.org", "?!", "  ", "Start over"]
)
def test_what_is_plain_is_not_asked_about(text: str, asking: Asking, stand_in: StandIn, read: Read) -> None:
    assert heard(asking(), read(text), NOWHERE) is None
    assert not stand_in.requests


def test_a_button_s_words_a_card_and_what_a_colleague_reads_are_not_asked_about(
    asking: Asking, stand_in: StandIn, read: Read
) -> None:
    model = asking()
    heard(model, read("Something Else Entirely"), Context(shown=("something else entirely",)))
    heard(model, read("I paid with 4111 1111 1111 1111 and it never came"), NOWHERE)
    heard(model, read(TOLD), Context(attended=True))
    assert not stand_in.requests
