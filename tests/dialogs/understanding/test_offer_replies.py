"""Replies to offers: of all that writers answered, nothing but a yes is plainly one."""

from __future__ import annotations

from pathlib import Path

import pytest

import dialogs.understanding.languages
from dialogs.understanding.reading import Reading
from dialogs.understanding.replies.offer_replies import OfferAnswer, is_plain, read_offer, told_answer
from dialogs.understanding.text import flatten

FOLDER = Path(dialogs.understanding.languages.__path__[0])
CHOICE = frozenset({"Which would", "您选哪个"})
"""What was asked leaves open which of two is meant, so a yes to it is none. Our offers have no such question."""


def written() -> list[tuple[str, str, str]]:
    """What writers answered to offers: what it means, what was asked, the words."""
    found = []
    for path in sorted(FOLDER.glob("*/replies/*.tsv")):
        for line in path.read_text("utf-8").splitlines():
            kind, meant, asked, *words = line.split("\t")
            if kind == "offer":
                found.append((meant.split(";")[0].removeprefix("answer="), asked, words[0]))
    return found


def test_no_answer_of_any_writer_that_is_no_yes_is_plainly_one() -> None:
    known = written()
    assert len(known) > 2000
    no_yes = [(asked, words) for meant, asked, words in known if meant != "accept" and is_plain(flatten(words).strip())]
    assert not [words for asked, words in no_yes if not any(part in asked for part in CHOICE)]


def test_what_a_head_takes_for_a_yes_is_no_acceptance() -> None:
    for meant, _, words in written():
        reading = Reading(words, replies={"offer": {"accept": 0.99}})
        plain = is_plain(flatten(words).strip())
        assert (read_offer(reading) is OfferAnswer.ACCEPT) <= plain, (meant, words)


@pytest.mark.parametrize(
    "words", ["算了吧", "随便你们", "do what you want", "whatever", "你们看着办吧", "Fine, do as you like"]
)
def test_giving_up_is_neither_a_yes_nor_a_no(words: str) -> None:
    for best in ("accept", "reject", "counter"):
        assert read_offer(Reading(words, replies={"offer": {best: 0.99}})) is OfferAnswer.UNCLEAR


@pytest.mark.parametrize(
    "words", ["好好好", "行行行", "ok ok whatever", "不行", "好不了", "行了", "可以个屁", "yes but no", "deal?"]
)
def test_what_holds_a_yes_is_not_one(words: str) -> None:
    assert not is_plain(flatten(words))


def test_whoever_asks_what_a_text_means_hears_of_a_yes_where_it_is_likelier_than_not() -> None:
    assert told_answer(Reading("send it round", replies={"offer": {"accept": 0.6, "reject": 0.4}})) == "accept"
    assert told_answer(Reading("取啥取", replies={"offer": {"accept": 0.42, "counter": 0.26}})) == "unclear"
