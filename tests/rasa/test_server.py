"""Asking many texts at once over real HTTP: order, one deadline for all, and nothing believed unchecked."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest

from engine.providers.rasa_server import MOST_AT_ONCE, RasaServer, ranking_of
from tests.rasa import stand_in
from tests.rasa.conftest import DEADLINE, PLENTY
from tests.rasa.stand_in import Mood, Ranks, StandIn, standing_in

TEXTS = [f"parcel {number} is late" for number in range(20)]
PATIENCE = 3.0
"""Seconds that a busy machine may add to a deadline. Far less than what the stand-ins would take."""


@pytest.fixture
def server(rasa: StandIn) -> Iterator[RasaServer]:
    asking = RasaServer(rasa.url, "", PLENTY)
    yield asking
    asking.close()


@pytest.fixture
def hurried(rasa: StandIn) -> Iterator[RasaServer]:
    asking = RasaServer(rasa.url, "", DEADLINE)
    yield asking
    asking.close()


def test_answers_come_in_the_order_of_the_questions(rasa: StandIn, server: RasaServer) -> None:
    rasa.ranks = lambda text: {text.replace(" ", "_"): 1.0}
    assert server.parse(TEXTS) == [{text.replace(" ", "_"): 1.0} for text in TEXTS]


def test_nothing_to_ask_asks_nothing(rasa: StandIn, server: RasaServer) -> None:
    assert server.parse([]) == []
    assert not rasa.connections


def test_connections_are_few_and_kept_between_batches(rasa: StandIn, server: RasaServer) -> None:
    for _ in range(3):
        server.parse(TEXTS)
    assert len(rasa.texts) == 3 * len(TEXTS)
    assert rasa.connections <= MOST_AT_ONCE


WRONG = {
    "an error": stand_in.broken,
    "no JSON": stand_in.garbage,
    "another shape": stand_in.saying({"intents": []}),
    "a list": stand_in.saying([1, 2]),
    "no ranking": stand_in.saying({"intent": {"name": None, "confidence": 0.0}, "intent_ranking": []}),
    "names that are none": stand_in.saying({"intent_ranking": [{"name": 3, "confidence": 0.5}]}),
    "confidences that are none": stand_in.saying({"intent_ranking": [{"name": "thanks", "confidence": "high"}]}),
    "a confidence beyond all bounds": stand_in.saying({"intent_ranking": [{"name": "thanks", "confidence": 7}]}),
    "no end": stand_in.endless,
    "silence": stand_in.hanging,
    "a slow drip": stand_in.dripping,
    "lateness": stand_in.slowly(DEADLINE * 4),
}


@pytest.mark.parametrize("mood", WRONG.values(), ids=WRONG.keys())
def test_whatever_goes_wrong_there_is_no_ranking_and_the_deadline_holds(
    rasa: StandIn, hurried: RasaServer, mood: Mood
) -> None:
    rasa.mood = mood
    begun = time.monotonic()
    assert hurried.parse(TEXTS) == [None] * len(TEXTS)
    assert time.monotonic() - begun < DEADLINE + PATIENCE


def test_an_answer_without_end_is_cut_before_the_deadline(rasa: StandIn, server: RasaServer) -> None:
    rasa.mood = stand_in.endless
    begun = time.monotonic()
    assert server.parse(TEXTS[:1]) == [None]
    assert time.monotonic() - begun < PATIENCE < PLENTY


def test_one_text_that_fails_takes_no_other_with_it(rasa: StandIn, server: RasaServer) -> None:
    def mood(answer: stand_in.Answer, there: StandIn, text: str) -> None:
        (stand_in.broken if text == TEXTS[7] else stand_in.well)(answer, there, text)

    rasa.mood = mood
    assert [text for text, ranking in zip(TEXTS, server.parse(TEXTS), strict=True) if ranking is None] == [TEXTS[7]]


def test_after_trouble_the_next_batch_is_answered(rasa: StandIn, hurried: RasaServer) -> None:
    rasa.mood = stand_in.dripping
    assert hurried.parse(TEXTS) == [None] * len(TEXTS)
    rasa.mood = stand_in.well
    assert any(None not in hurried.parse(TEXTS[:1]) for _ in range(10))


def test_nobody_there_is_known_at_once(ranks: Ranks) -> None:
    with standing_in(ranks) as gone:
        pass
    server = RasaServer(gone.url, "", PLENTY)
    begun = time.monotonic()
    assert server.parse(TEXTS) == [None] * len(TEXTS)
    assert time.monotonic() - begun < PATIENCE
    server.close()


def test_the_token_is_shown_and_a_wrong_one_gets_nothing(ranks: Ranks) -> None:
    with standing_in(ranks, token="a secret") as guarded:
        for token, came in (("a secret", True), ("a guess", False), ("", False)):
            server = RasaServer(guarded.url, token, PLENTY)
            assert [bool(ranking) for ranking in server.parse(TEXTS[:1])] == [came]
            server.close()


def test_no_proxy_of_the_environment_reads_along(
    rasa: StandIn, server: RasaServer, ranks: Ranks, monkeypatch: pytest.MonkeyPatch
) -> None:
    with standing_in(ranks) as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        assert None not in server.parse(TEXTS)
    assert not proxy.texts


def test_it_may_be_closed_and_used_again(rasa: StandIn, server: RasaServer) -> None:
    server.parse(TEXTS[:1])
    server.close()
    assert None not in server.parse(TEXTS[:1])


def test_a_hair_above_one_is_one() -> None:
    body = {"intent_ranking": [{"name": "thanks", "confidence": 1.0000001}]}
    assert ranking_of(json.dumps(body).encode()) == {"thanks": 1.0}
