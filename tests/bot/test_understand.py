"""`amends understand`, run as outsiders run it: a JSON line for each JSON line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.commands.reading_json import Home
from bot.commands.understand import InputLine, LineReader
from dialogs.playbooks.loading import load_playbook
from dialogs.understanding.rule_provider import RulesUnderstanding
from tests.real.server import ROOT

NOW = "2026-11-21T14:00"
CHINESE = "上上周五买的电饭煲坏了，花了两千三百块，要退款，电话13800138000"
ENGLISH = "Parcel came smashed last Tue at 3pm, want my £49.99 back, shop was shut from 3 Nov to 5 Nov"


READS = LineReader(RulesUnderstanding(load_playbook("shop")), Home("Asia/Shanghai"), explain=False)


@pytest.fixture
def command(tmp_path: Path) -> dict[str, Any]:
    """How to start it: in a folder of its own, with none of the developer's settings, by rules alone to be quick."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AMENDS_")}
    environment = clean | {"PYTHONPATH": str(ROOT), "AMENDS_UNDERSTANDING": "rules"}
    return {"args": [sys.executable, "-m", "bot", "understand"], "cwd": tmp_path, "env": environment, "text": True}


def answers(*lines: dict[str, Any] | str) -> list[dict[str, Any]]:
    written = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    return READS.answers([InputLine(number, line.encode()) for number, line in enumerate(written, 1)])


def values(answer: dict[str, Any], slot: str) -> list[Any]:
    return [found["value"] for found in answer["slots"] if found["slot"] == slot]


def test_each_line_gets_its_reading_in_the_documented_shape() -> None:
    chinese, english = found = answers(
        {"text": CHINESE, "now": NOW, "timezone": "Asia/Shanghai", "region": "CN"},
        {"text": ENGLISH, "now": NOW, "timezone": "Europe/London", "region": "GB"},
    )
    keys = "acts dangers look haste reply model"
    keys += " intents category wanted severity urgency anger customer_type language slots"
    assert all(list(answer) == keys.split() for answer in found)
    assert set(chinese["category"]) == {"name", "confidence", "second"}
    assert set(chinese["intents"][0]) == {"name", "confidence"}
    assert all(list(slot) == ["slot", "text", "value", "start", "end"] for answer in found for slot in answer["slots"])
    assert (chinese["language"], chinese["wanted"]) == ("zh", ["refund"])
    assert values(chinese, "happened_at") == ["2026-11-06"]
    assert values(chinese, "amount") == [{"amount": "2300.00", "currency": "CNY"}]
    assert values(chinese, "contact") == ["+8613800138000"]
    assert values(english, "happened_at") == ["2026-11-17T15:00", "2026-11-03/2026-11-05"]
    assert values(english, "amount") == [{"amount": "49.99", "currency": "GBP"}]


BAD = [
    "oops", "[1]", {"text": 5}, {"now": NOW}, {"text": "x", "now": "yesterday"}, {"text": "x", "timezone": "Mars"},
    {"text": "x", "timezone": "../../etc/passwd"}, {"text": "x", "region": "Albion"}, {"text": "x", "now": 3},
    {"text": "x", "now": "0001-01-01T00:00+14:00"}, "[" * 100_000,
    {"text": "yesterday", "now": "0001-01-01T09:00", "timezone": "Asia/Shanghai"},
    {"text": "last week", "now": "9999-12-31T23:59"},
]  # fmt: skip


def test_a_bad_line_gets_an_error_of_its_own_and_the_rest_goes_on() -> None:
    *bad, good = answers(*BAD, {"text": "谢谢"})
    assert [list(answer) for answer in bad] == [["error"]] * len(BAD)
    assert good["intents"][0]["name"] == "thanks"


def test_the_command_goes_on_after_a_bad_line_and_says_so_when_it_ends(command: dict[str, Any]) -> None:
    said = 'oops\n\n{"text": "昨天买的杯子碎了"}\n'
    done = subprocess.run(**command, input=said, capture_output=True, timeout=60, check=False)
    assert done.returncode == 1
    first, second = map(json.loads, done.stdout.splitlines())
    assert list(first) == ["error"]
    assert second["language"] == "zh"


FORGETFUL = """
import bot.commands.understand
from bot.settings import Settings
from dialogs.playbooks.loading import load_playbook
from dialogs.understanding.rule_provider import RulesUnderstanding
from engine.providers.fallback import FirstThatWorks, Provider


class Forgetful:
    def read(self, utterances):
        raise ValueError(utterances[0].text)


rules = Provider("rules", RulesUnderstanding(load_playbook("shop")))
bot.commands.understand.understanding = lambda *_: FirstThatWorks((Provider("local", Forgetful()), rules))
assert bot.commands.understand.run(Settings(), "shop", explain=False)
"""
"""A command whose provider fails, and says the customer's words as it does. It sets up logs, for its whole process."""


def test_a_provider_that_fails_is_logged_beside_the_answers_and_without_the_customers_words(
    command: dict[str, Any],
) -> None:
    how = {**command, "args": [sys.executable, "-c", FORGETFUL]}
    said = json.dumps({"text": "Ms Lovelace was rude"})
    done = subprocess.run(**how, input=said, capture_output=True, timeout=60, check=True)
    assert json.loads(done.stdout)["language"] == "en"
    assert "understanding_failed" in done.stderr
    assert "Lovelace" not in done.stderr


def test_a_promise_for_a_day_to_come_is_not_when_it_happened() -> None:
    lines = ["they promised it by 25 December", "预计12月25号才能到", "your parcel will arrive on 2026-12-01"]
    found = answers(*({"text": text, "now": NOW} for text in lines))
    assert [values(answer, "happened_at") for answer in found] == [[], [], []]


def test_offsets_count_characters_as_python_does_whatever_stands_before_them() -> None:
    texts = ["😡👨‍👩‍👧 e\u0301 ＡＢＣ 昨天 付了３５０元", "\ud83d İ ﬁ yesterday £5"]
    for text, answer in zip(texts, answers(*({"text": text, "now": NOW} for text in texts)), strict=True):
        assert {"happened_at", "amount"} <= {found["slot"] for found in answer["slots"]}
        assert all(text[found["start"] : found["end"]] == found["text"] for found in answer["slots"])


def test_a_clock_with_an_offset_is_read_on_the_customers_own_wall() -> None:
    [answer] = answers({"text": "昨天买的", "now": "2026-11-20T20:00:00Z", "timezone": "Asia/Shanghai"})
    assert values(answer, "happened_at") == ["2026-11-20"]


def test_who_writes_one_line_gets_its_answer_before_writing_the_next(command: dict[str, Any]) -> None:
    with subprocess.Popen(**command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        for text in ("hello", "谢谢"):
            running.stdin.write(json.dumps({"text": text}) + "\n")
            running.stdin.flush()
            assert json.loads(running.stdout.readline())["intents"]


def test_explain_says_who_decided_and_why() -> None:
    reads = LineReader(RulesUnderstanding(load_playbook("shop")), Home("Asia/Shanghai"), explain=True)
    [answer] = reads.answers([InputLine(1, json.dumps({"text": "这个插座冒烟了，很危险"}).encode())])
    assert set(answer["explanation"]) == {"decided_by", "label", "confidence", "least", "rules", "weights"}
    assert answer["explanation"]["rules"]


def test_a_playbook_that_is_not_there_is_said_in_words(command: dict[str, Any]) -> None:
    how = {**command, "args": [*command["args"], "--playbook", "nowhere"]}
    done = subprocess.run(**how, input="", capture_output=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "nowhere" in done.stderr
    assert "Traceback" not in done.stderr
