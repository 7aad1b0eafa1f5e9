"""No pattern that meets text from outside takes more time than in proportion to the text."""

from __future__ import annotations

import random
import re
import string
from collections.abc import Iterator
from re import _parser as parser  # type: ignore[attr-defined]
from time import process_time
from typing import Any

import pytest

from tests.attack.conftest import Tried
from tests.attack.growth import trouble
from tests.attack.patterns import Found, patterns
from tests.conftest import sized

SHORT = {
    "_COUNT": 40, "_HINT_GATE": 80, "_NEW": 80, "_NOT_AT_HAND": 80, "_ORDER_BEFORE": 24, "_MY_OWN": 30, "_SAME": 80,
    "_POLITE_AFTER": 60, "_POLITE_BEFORE": 60, "_REFUSES_EN": 60, "_REFUSES_ZH": 60, "_THROWN": 100,
    "_OF_SYLLABLES": 24, "_SHOPS_OWN": 450, "_ALL_NUMERAL": 60, "_DECIMAL": 200, "_LETTERS_BEFORE": 24,
    "_DECLINED_EN": 60,
}  # fmt: skip
"""Patterns that are given only so many characters, by a check of the length or a slice where they are used."""

KNOWN = {
    "complaints.cards._RUN": "between two digits stand two other characters at most",
    "dialogs.flows.promises.pending_customer._LINK": "a link has 500 characters at most",
    "dialogs.playbooks.contents._ANNOTATION": "reads what a playbook's author wrote, a line at a time",
    "dialogs.playbooks.source": "reads what a playbook's author wrote, a line at a time",
    "dialogs.understanding.cues.secondary_clauses": "the words around it are counted",
    "dialogs.understanding.formats.entity_pipeline._BESIDE_AFTER": "is matched at a fact, of 20 at most",
    "dialogs.understanding.formats.dates_en._TIME_FOLLOWS": "is matched at a date, of 20 at most",
}
"""Why a pattern that looks polynomial is not. Each is measured as well."""

SMALL, LARGE, MOST_GROWTH = 2_000, 20_000, 25
"""Ten times the text may take ten times as long; the rest is the machine's noise."""

SOON = 0.02
"""Seconds. What is done so soon with a text of 20,000 characters is quick enough, whatever its growth."""


def _name(found: Found) -> str:
    return found.names[0]


def _short(found: Found) -> int:
    return SHORT.get(found.names[0].rpartition(".")[2], 0)


def _chosen(most: int) -> list[Found]:
    """All patterns in `make prove`; a seeded sample of those that are soon looked through in `make test`."""
    every = sorted(patterns(), key=_name)
    if most >= len(every):
        return every
    return random.Random(7).sample([found for found in every if len(found.pattern.pattern) < 200], most)


@pytest.mark.parametrize(
    "pattern",
    [r"(\w+\s?)*#", r"(?:a+)+b", r"(?:ab|a|b)+#", r"(?:\w{1,20}\s?){0,8}#", r"(?:说了|我?说了)*!", r"(?:刚刚?|都)+到"],
)
def test_what_tries_every_way_to_part_a_text_is_found(pattern: str) -> None:
    assert trouble(re.compile(pattern)).startswith("exponential")


@pytest.mark.parametrize("pattern", [r"\S+@", r"\d+\d+x", r"^\s+|\s+$", r"(?:(?:\bat|@)\s?)*x", r"[A-Z]{3,}(?:\s+X)"])
def test_what_begins_anew_at_every_character_is_found(pattern: str) -> None:
    assert trouble(re.compile(pattern)).startswith("polynomial")


@pytest.mark.parametrize("pattern", [r"a\s+b", r"(?<!\S)\S++@", r"\w+", r"(?<!\s)\s++$"])
def test_what_is_linear_is_left_alone(pattern: str) -> None:
    assert not trouble(re.compile(pattern))


@pytest.mark.prove
@pytest.mark.timeout(3_000)
def test_no_pattern_of_the_program_is_ambiguous(tried: Tried) -> None:
    """Every pattern of the program taken apart: is there a text that it can read in many ways?"""
    chosen = _chosen(sized(60, 10_000))
    bad = {}
    for found in chosen:
        said = trouble(found.pattern, anchored=found.anchored, whole=found.whole)
        known = _short(found) or any(name.startswith(tuple(KNOWN)) for name in found.names)
        if (said.startswith("exponential") and not _short(found)) or (said and not known and not _is_soon(found)):
            bad[_name(found)] = said
    assert not bad
    tried(len(chosen))


def _is_soon(found: Found) -> bool:
    """Whether its worst texts at the length of a message take no time worth speaking of."""
    return all(_seconds(found, _of(text, 5_000)) < SOON for text in attacks(found.pattern))


@pytest.mark.timed
@pytest.mark.prove
@pytest.mark.timeout(3_000)
def test_time_grows_with_the_text_and_no_faster(tried: Tried) -> None:
    """Texts made for each pattern, of 2,000 and of 20,000 characters: fragments it likes, then one it does not."""
    chosen = _chosen(sized(30, 10_000))
    slow, tries = {}, 0
    for found in chosen:
        most = _short(found)
        for text in attacks(found.pattern):
            tries += 1
            if most:
                if _seconds(found, _of(text, most)) > SOON:
                    slow[_name(found)] = f"{text!r}: slow at {most} characters"
                continue
            large = _seconds(found, _of(text, LARGE), 1)
            if large < SOON:
                continue
            small, large = _seconds(found, _of(text, SMALL)), _seconds(found, _of(text, LARGE))
            if large > SOON and large / small > MOST_GROWTH:
                slow[_name(found)] = f"{text!r}: {small:.4f} s, then {large:.4f} s"
    assert not slow
    tried(tries)


def _of(fragment: str, length: int) -> str:
    return (fragment * (length // len(fragment) + 1))[: length - 1] + "\x01"


def _seconds(found: Found, text: str, times: int = 5) -> float:
    """The best of some tries, of processor time, as the program uses the pattern."""
    pattern, best = found.pattern, 60.0
    tried = pattern.fullmatch if found.whole else pattern.match if found.anchored else pattern.search
    for _ in range(times):
        begun = process_time()
        tried(text)
        best = min(best, process_time() - begun)
        if best > 1:
            break
    return best


def attacks(pattern: re.Pattern[str]) -> list[str]:
    """Fragments worth repeating: everybody's, and what this pattern begins with, repeats, and ends before."""
    own = {text for text in _texts(parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG)) if text}
    chance = random.Random(len(pattern.pattern))
    chosen = sorted(own)
    chance.shuffle(chosen)
    return [*COMMON, *chosen[:20], *(a + b for a, b in zip(chosen[:10], chosen[10:20], strict=False))]


COMMON = [*"@.1aX ,冒好\n'_-/:£", "AM ", "冒烟", "quite ", "a1 ", "@ ", "1,", "刚"]


def _texts(tree: Any) -> Iterator[str]:
    """A text that each repeated part reads, and one that the whole does."""
    yield _one(tree)[:60]
    for op, value in tree:
        if "REPEAT" in str(op) and value[1] > 3:
            yield _one(value[2])[:30]
        yield from (text for part in _parts(value) for text in _texts(part))


def _parts(value: Any) -> Iterator[Any]:
    if isinstance(value, parser.SubPattern):
        yield value
    elif isinstance(value, tuple | list):
        for one in value:
            yield from _parts(one)


def _one(tree: Any) -> str:
    said = ""
    for op, value in tree:
        match str(op):
            case "LITERAL":
                said += chr(value)
            case "IN" | "ANY" | "NOT_LITERAL":
                said += _member(str(op), value)
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                said += _one(value[2]) * min(max(value[0], 1), 20)
            case "SUBPATTERN":
                said += _one(value[3])
            case "ATOMIC_GROUP":
                said += _one(value)
            case "BRANCH":
                said += _one(value[1][0])
    return said


def _member(op: str, value: Any) -> str:
    if op == "NOT_LITERAL" or op == "ANY" or str(value[0][0]) == "NEGATE":
        return "x"
    kind, one = str(value[-1][0]), value[-1][1]
    if kind == "LITERAL":
        return chr(one)
    if kind == "RANGE":
        return chr(one[0])
    return {"DIGIT": "1", "SPACE": " ", "WORD": "a"}.get(str(one).rpartition("_")[2], next(iter(string.ascii_letters)))
