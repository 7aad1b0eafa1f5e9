"""Dates, money and phones in messy complaints: how many are read aright, and how many are read into nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import phonenumbers
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs.playbooks.loading import load_playbook
from dialogs.understanding.reading import Reading, Utterance
from dialogs.understanding.rule_provider import RulesUnderstanding

HERE = Path(__file__).parent
RULES = RulesUnderstanding(load_playbook("shop"))
NOW = "2026-11-21T14:00"
HOME = {"zh": ("Asia/Shanghai", "CN"), "en": ("Europe/London", "GB")}
SENTENCES = {code: yaml.safe_load((HERE / f"slots.{code}.yml").read_text("utf-8"))["sentences"] for code in HOME}
UNSEEN = yaml.safe_load((HERE / "slots_unseen.yml").read_text("utf-8"))


@dataclass(frozen=True)
class Heard:
    """One sentence, what it should give and what it gave."""

    text: str
    wanted: dict[str, list[str]]
    found: dict[str, list[str]]

    def right(self, kind: str) -> bool:
        return self.wanted[kind] == self.found[kind]


def heard(code: str, said: dict[str, Any]) -> Heard:
    zone, region = HOME[code]
    now = datetime.fromisoformat(said.get("now", NOW)).replace(tzinfo=ZoneInfo(zone))
    [reading] = RULES.read([Utterance(said["text"], now, zone, said.get("region", region))])
    wanted = {kind: [str(value) for value in said.get(kind, [])] for kind in ("when", "money", "phone")}
    return Heard(said["text"], wanted, found_in(reading))


def found_in(reading: Reading) -> dict[str, list[str]]:
    spans = {slot: [span.value for span in reading.slots if span.slot == slot] for slot in KINDS}
    return {
        "when": [f"{one.iso}/{one.until}" if one.until else one.iso for one in spans["happened_at"]],
        "money": [f"{one.amount.normalize():f} {one.currency}" for one in spans["amount"]],
        "phone": spans["phone"],
    }


KINDS = ("happened_at", "amount", "phone")


def share(heard: list[Heard], kind: str) -> float:
    """How many of the sentences that hold such a fact give exactly those they hold."""
    holding = [one for one in heard if one.wanted[kind]]
    return sum(one.right(kind) for one in holding) / len(holding)


def false(heard: list[Heard], kind: str) -> float:
    """How many of the sentences without such a fact give one."""
    without = [one for one in heard if not one.wanted[kind]]
    return sum(bool(one.found[kind]) for one in without) / len(without)


def failures(heard: list[Heard]) -> Iterator[str]:
    for one in heard:
        for kind in one.wanted:
            if not one.right(kind):
                yield f"{kind}: {one.text}\n    wanted {one.wanted[kind]}, found {one.found[kind]}"


def table(heard: list[Heard]) -> str:
    rows = [f"{kind:6} right {share(heard, kind):6.1%}   false {false(heard, kind):6.1%}" for kind in heard[0].wanted]
    return "\n".join([*rows, *failures(heard)])


PIECES = [
    *("昨天", "１１月", "３号", "5号", "到", "上上周", "五", "晚上", "八点半", "双十一", "春节前", "的", "，", " "),
    *("两千", "三百", "块", "8", "1w多", "￥", "£", "49.99", "138", "0013", "8000", "+86", "07700", " 900", "123", "@"),
    *("last ", "Tue", " at 3", "pm", " ago", "two ", "weeks", "the ", "3rd", " of ", "November", "early ", "by ", "12"),
    *(
        "/",
        "-",
        ".",
        "2026",
        "😡",
        "👨\u200d👩",
        "e\u0301",
        "\u200d",
        "ﬁ",
        "İ",
        "٣",
        "\x00",
        "gestern ",
        "Die ",
        "昨日",
    ),
]


@settings(max_examples=400, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=4)), max_size=14))
def test_every_fact_lies_in_its_text_and_has_a_value_of_its_kind(pieces: list[str]) -> None:
    text = "".join(pieces)
    now = datetime.fromisoformat(NOW).replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    [reading] = RULES.read([Utterance(text, now, "Asia/Shanghai", "CN")])
    for span in reading.slots:
        assert 0 <= span.start < span.end <= len(text)
        assert text[span.start : span.end] == span.text
        assert span.slot != "phone" or phonenumbers.is_possible_number(phonenumbers.parse(span.value))
        assert span.slot != "happened_at" or span.value.iso <= NOW
        assert span.slot != "amount" or (span.value.amount >= 0 and len(span.value.currency) == 3)


@pytest.fixture(scope="module")
def all_heard() -> list[Heard]:
    return [heard(code, said) for code, sentences in SENTENCES.items() for said in sentences]


def test_what_the_unseen_taught_is_kept() -> None:
    kept = [heard(code, said) for code, sentences in UNSEEN.items() for said in sentences]
    print(table(kept))
    assert share(kept, "when") >= 0.95
    assert false(kept, "when") <= 0.02
    assert share(kept, "money") >= 0.85
    assert share(kept, "phone") == 1


def test_dates_money_and_phones_of_two_hundred_complaints_are_read(all_heard: list[Heard]) -> None:
    assert len(all_heard) == 200
    assert sum(not one.wanted["when"] for one in all_heard) >= 60
    print(table(all_heard))
    assert share(all_heard, "when") >= 0.95
    assert false(all_heard, "when") <= 0.02
    assert share(all_heard, "money") >= 0.97
    assert share(all_heard, "phone") >= 0.97
