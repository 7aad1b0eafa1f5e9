"""Readings with a Rasa beside: rules first, Rasa for the rest, the local provider for what Rasa leaves undone."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import pytest

from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.local_provider import LocalUnderstanding
from dialogs.understanding.reading import Reading, Utterance
from engine.providers.breaker import FAILURES, PAUSE
from engine.providers.rasa_check import RasaUnfit, look_at_rasa
from tests.rasa import stand_in
from tests.rasa.conftest import DEADLINE, Asking, Clock
from tests.rasa.stand_in import Ranks, StandIn, standing_in

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
PLAIN = "the courier left everything in the rain again"


def said(*texts: str) -> list[Utterance]:
    return [Utterance(text, NOON, "Europe/London", "GB") for text in texts]


class Noted:
    """An understanding that notes which texts it had to read."""

    def __init__(self, inner: LocalUnderstanding) -> None:
        self.inner = inner
        self.texts: list[str] = []

    def read(self, utterances: Sequence[Utterance]) -> list[Reading]:
        self.texts += [utterance.text for utterance in utterances]
        return self.inner.read(utterances)


def always(label: str) -> Ranks:
    return lambda _text: {label: 0.9, "none": 0.1}


def test_what_rasa_ranks_first_is_what_the_text_is_about(asking: Asking, rasa: StandIn) -> None:
    rasa.ranks = lambda text: {"complain.website_app": 0.8, "complain.payment": 0.15, "none": 0.05}
    (reading,) = asking().read(said(PLAIN))
    assert reading.intent() == "complain"
    assert reading.category
    assert reading.second
    assert (reading.category.name, reading.second.name) == ("website_app", "payment")


def test_readings_come_in_the_order_of_the_texts_whoever_read_them(asking: Asking, rasa: StandIn) -> None:
    texts = ["yes", PLAIN, "asdfasdf", "a parcel that broken Rasa will not rank", "转人工", "东西用了两天就坏了"]

    def mood(answer: stand_in.Answer, there: StandIn, text: str) -> None:
        (stand_in.broken if "broken" in text else stand_in.well)(answer, there, text)

    rasa.mood = mood
    assert [reading.text for reading in asking().read(said(*texts))] == texts


CRISP = ["yes", "no", "是的", "转人工", "help", "skip", "cancel", "谢谢", "hello", "start over"]


def test_crisp_answers_are_never_sent_anywhere(asking: Asking, rasa: StandIn, local: LocalUnderstanding) -> None:
    assert asking().read(said(*CRISP)) == local.read(said(*CRISP))
    assert not rasa.connections


def test_the_facts_found_in_a_text_do_not_leave(asking: Asking, rasa: StandIn) -> None:
    secrets = ("am2611180042", "anna", "example", "7946", "49.99")
    told = "My name is Anna, order AM2611180042 for £49.99 came broken, mail anna@example.com or ring +44 20 7946 0018"
    (reading,) = asking().read(said(told))
    assert reading.found("order_number") == "AM2611180042"
    assert rasa.texts
    assert not [word for word in secrets if word in " ".join(rasa.texts).lower()]


@pytest.mark.parametrize("mistaken", ["none", "thanks", "praise", "cancel", "no", "complain.other"])
def test_danger_and_a_person_win_over_whatever_rasa_thinks(asking: Asking, rasa: StandIn, mistaken: str) -> None:
    rasa.ranks = always(mistaken)
    burnt, person, dying = asking().read(
        said(
            "the charger caught fire in my hand and my son burned his fingers",
            "this has gone on for weeks, I want to speak to a real person now",
            "我不想活了，你们这样逼我，钱也不退",
        )
    )
    assert burnt.severity == "high"
    assert {"safety", "health"} & set(burnt.signals)
    assert burnt.intends("complain")
    assert person.intent() == "want_person"
    assert "self_harm" in dying.signals
    assert not dying.intends("cancel", least=0.0)


def test_what_rasa_does_not_rank_the_one_behind_reads_and_nothing_else(
    asking: Asking, rasa: StandIn, local: LocalUnderstanding
) -> None:
    rasa.mood = stand_in.broken
    behind, texts = Noted(local), [PLAIN, "yes", "the seller ignores my messages and hung up on me"]
    reader = asking(behind)
    assert reader.read(said(*texts)) == local.read(said(*texts))
    assert behind.texts == [texts[0], texts[2]]
    assert reader.counts.fallbacks == 2


FOREIGN = {"intent_ranking": [{"name": "book_flight", "confidence": 0.99}]}


@pytest.mark.parametrize("mood", [stand_in.garbage, stand_in.hanging, stand_in.saying(FOREIGN)])
def test_a_reading_never_fails_because_rasa_does(
    asking: Asking, rasa: StandIn, local: LocalUnderstanding, mood: stand_in.Mood
) -> None:
    rasa.mood = mood
    assert asking(deadline=DEADLINE).read(said(PLAIN)) == local.read(said(PLAIN))


def test_a_rasa_that_is_not_sure_leaves_it_to_keywords(asking: Asking, rasa: StandIn) -> None:
    rasa.ranks = lambda text: {"complain.payment": 0.2, "thanks": 0.15, "none": 0.1}
    (reading,) = asking().read(said("there is a thing about some of those over there"))
    assert reading.category is None


def test_after_failures_in_a_row_rasa_is_left_alone_and_asked_again_later(
    asking: Asking, rasa: StandIn, clock: Clock
) -> None:
    reader = asking()
    rasa.mood = stand_in.broken
    for _ in range(FAILURES + 5):
        reader.read(said(PLAIN))
    assert len(rasa.texts) == FAILURES
    assert reader.counters()["understanding_rasa_breaker_open"] == 1
    rasa.mood = stand_in.well
    clock.now += PAUSE
    reader.read(said(PLAIN))
    reader.read(said(PLAIN))
    assert len(rasa.texts) == FAILURES + 2
    assert reader.counters()["understanding_rasa_breaker_open"] == 0


def test_what_it_had_no_time_for_does_not_count_against_it(asking: Asking, rasa: StandIn) -> None:
    def mood(answer: stand_in.Answer, there: StandIn, text: str) -> None:
        (stand_in.well if "rain" in text else stand_in.broken)(answer, there, text)

    rasa.mood = mood
    reader = asking()
    for _ in range(FAILURES + 1):
        reader.read(said(PLAIN, "the seller ignores my messages and hung up on me"))
    assert reader.counts.failures == 0
    assert reader.counts.fallbacks == FAILURES + 1


def test_the_doctor_sees_version_and_model(rasa: StandIn, shop: Playbook) -> None:
    assert look_at_rasa(rasa.url, "", labels(shop)) == "version 3.6.21, model shop.tar.gz, which knows 29 of 29 intents"


@pytest.mark.parametrize(
    ("mood", "token", "says"),
    [
        (stand_in.saying(FOREIGN), "a secret", "make rasa-train"),
        (stand_in.broken, "a secret", "make rasa-train"),
        (stand_in.well, "a guess", "AMENDS_RASA_TOKEN"),
    ],
)
def test_the_doctor_says_what_to_do(ranks: Ranks, shop: Playbook, mood: stand_in.Mood, token: str, says: str) -> None:
    with (
        standing_in(ranks, mood, token="a secret") as unfit,
        pytest.raises(RasaUnfit, match=says),
    ):
        look_at_rasa(unfit.url, token, labels(shop))


@pytest.fixture
def nobody() -> Iterator[str]:
    with socket.socket() as kept:
        kept.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{kept.getsockname()[1]}"


def test_the_doctor_says_how_to_start_one(nobody: str, shop: Playbook) -> None:
    with pytest.raises(RasaUnfit, match="make rasa-serve"):
        look_at_rasa(nobody, "", labels(shop))


def labels(shop: Playbook) -> set[str]:
    return {label for examples in shop.examples.values() for label in examples.intents}
