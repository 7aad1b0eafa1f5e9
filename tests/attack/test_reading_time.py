"""Any 5,000 characters are read in 150 ms of a processor's time."""

from __future__ import annotations

import random
import string
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from time import thread_time

import pytest
import yaml

from dialogs.understanding.local_provider import LocalUnderstanding
from dialogs.understanding.reading import Utterance
from tests.attack.conftest import Tried
from tests.attack.patterns import patterns
from tests.attack.test_patterns import attacks
from tests.conftest import sized

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
LENGTH = 5_000
MOST = 0.150
"""Seconds of processor time, on a core of a small server."""

FRAGMENTS = [
    *string.punctuation, *"01aAzxX的冒好。，、一十é\u0300\n\u3000ａあガ가ж😀",
    "冒烟", "AM ", "quite ", "@ ", "at ", "1.", "1 ",
    "1,", "£1 ", "$1,000 ", "2026-11-30 ", "a@b.", "a.b@", "http://", "13800138000 ", "order 12345678 ", "my name is ",
    "I'm ", "我叫", "我是王", "退款", "刚", "退款刚", "哪里看到",
    "说了", "在我", "昨天在我", "the ", "not ", "as i said ", "12:30 ",
    "3点", "yesterday ", "twenty-one ", "两千三百", "pounds ", "burn ", "gas ", "my hand ",
    "投诉", "wo mai de xiezi ", "__a",
    "it's ", "!!! ", "4111111111111111 ", "退我", "补我们", "不是", "看到", "AB,", "Aa ",
    "qq ", "after 5 ", "nov ", "a.",
]  # fmt: skip


def _texts(chance: random.Random) -> str:
    """Fragments repeated, fragments mixed, fragments in the middle of real messages, real messages glued together."""
    own = [text for found in chance.sample(patterns(), 3) for text in attacks(found.pattern)]
    fragment = chance.choice([chance.choice(FRAGMENTS), chance.choice(own)])
    match chance.randrange(5):
        case 0:
            said = fragment * LENGTH
        case 1:
            said = "".join(chance.choices(FRAGMENTS + own, k=LENGTH))
        case 2:
            said = chance.choice(FRAGMENTS) + (fragment + chance.choice(own)) * LENGTH
        case 3:
            real = chance.choice(REAL)
            said = real + fragment * ((LENGTH - 2 * len(real)) // len(fragment)) + real
        case _:
            said = " ".join(chance.choices(REAL, k=200))
    return said[: LENGTH - 1] + chance.choice(["#", "x", "。", " "])


def _real() -> list[str]:
    folder = Path(__file__).parents[1] / "dialogs" / "understanding"
    said: list[str] = []
    for language in ("en", "zh"):
        for texts in yaml.safe_load((folder / f"held_out.{language}.yml").read_text(encoding="utf-8")).values():
            said += texts if isinstance(texts, list) else [text for part in texts.values() for text in part]
    return said


REAL = _real()


@pytest.mark.timed
@pytest.mark.prove
@pytest.mark.timeout(3_000)
@pytest.mark.parametrize("which", ["local", "trained"])
def test_any_text_is_read_in_time(which: str, request: pytest.FixtureRequest, tried: Tried) -> None:
    """5,000 characters of anything: repeated fragments, the ends of every pattern, real messages glued together."""
    understanding: LocalUnderstanding = request.getfixturevalue(which)
    chance, most = random.Random(21), sized(60, 3_000)
    _read(understanding, "the mug came broken. " * 100)
    spent: list[float] = []
    for _ in range(most):
        text = _texts(chance)
        took = _read(understanding, text)
        spent.append(min(took, *(_read(understanding, text) for _ in range(2))) if took > MOST else took)
        assert spent[-1] <= MOST, f"{spent[-1]:.3f} s for {text[:80]!r}"
    tried(most)
    p50, p99 = quantiles(spent, n=100)[49], quantiles(spent, n=100)[98]
    print(f"{which}: p50 {1000 * p50:.0f} ms, p99 {1000 * p99:.0f} ms, most {1000 * max(spent):.0f} ms")


def _read(understanding: LocalUnderstanding, text: str) -> float:
    begun = thread_time()
    understanding.read([Utterance(text, NOW, "Europe/London", "GB")])
    return thread_time() - begun


def test_the_message_that_stopped_the_server_is_read(local: LocalUnderstanding, tried: Tried) -> None:
    """`quite ` 33 times and a #, an honest complaint in pinyin, 5,000 times @, 冒烟, X and AM."""
    pinyin = (
        "wo shang ge yue zai ni men dian li mai le yi shuang xie zi chuan le liang tian jiu kai jiao le wo yao tui huo "
    )
    texts = [
        "quite " * 33 + "#",
        pinyin * 2 + "#",
        "@" * 5000,
        "冒烟" * 2500,
        "X" * 5000,
        "AM" * 2500,
        "退款" + "刚" * 60,
    ]
    for text in texts:
        assert _read(local, text) <= MOST, text[:30]
    tried(len(texts))


@pytest.mark.parametrize("fragment", ["说了", "不是", "退款刚刚", "哪里看到", "在我", "昨天在我"])
def test_short_texts_of_one_word_are_read_at_once(local: LocalUnderstanding, fragment: str) -> None:
    for length in (20, 36, 58, 76, 200):
        assert _read(local, (fragment * 100)[:length] + "#") <= MOST
