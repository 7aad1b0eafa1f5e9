"""One word for one thing: no class name twice, no module named by a riddle, and a glossary that is true.

The rooms that have not been put in order yet have their exceptions listed here. A list may only become shorter.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("bot", "handlers", "staff", "engine", "storage", "dialogs", "complaints")
IN_ORDER = ("dialogs", "complaints")
"""Rooms without exceptions."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


RIDDLES = _words(
    """
    afterthoughts ahead albums answering arrivals care carrying company cores descriptors elsewhere envelope
    giving_out going_on gossip grams guarding harms hearing holding inquiries instants labelled lean leaving
    led linking listening many misses moments offering office orders person politeness queueing reaching
    refusing returning ringing sealing shelf signs spellings stories taking taps telling things tidings
    together tongues trail tries troubles under_way unsent verdicts verifying visits weighing why wishes
    withheld
    """
)
"""Names of modules that have to be learnt before anything is found."""

STILL_RIDDLES = _words(
    """
    carrying company descriptors elsewhere envelope giving_out going_on gossip guarding holding instants lean
    leaving linking many office reaching ringing sealing shelf taking taps telling tidings together trail
    tries troubles under_way unsent verifying visits why
    """
)

STILL_TWICE = _words(
    """
    Act Answer Answers Api Arrival Asked Asking Batch Broken Button Claimed Clash Clock Days Desk Entry
    Explaining Filed Files Finding Form Gone Heard Held Holdings Incoming Known Led Line Loaded Lost Moved
    News Note Offered Office Parts Person Piece Place Presence Question Reader Reads Reception Refused Request
    Ringing Room Said Scope Seen Server Text Told Unfit Unknown Verdict Waiting Wanted Webhook Words
    """
)

_TERM = re.compile(r"^\| \*\*(?P<term>[^*]+)\*\* \| (?P<meaning>.+) \|$", re.MULTILINE)
_CLASS = re.compile(r"^\| `(?P<name>\w+)` \| `(?P<module>[\w.]+)` \| (?P<meaning>.+) \|$", re.MULTILINE)


def modules(*rooms: str) -> Iterator[Path]:
    for room in rooms:
        yield from sorted((ROOT / room).rglob("*.py"))


def twice(*rooms: str) -> dict[str, list[str]]:
    """The public classes that stand under one name in several modules."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in modules(*rooms):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found[node.name].append(str(path.relative_to(ROOT)))
    return {name: places for name, places in found.items() if len(places) > 1}


def riddles(*rooms: str) -> dict[str, str]:
    """The modules and packages whose names say nothing to who has not learnt them, by name."""
    named = {path.parent.name if path.name == "__init__.py" else path.stem: path for path in modules(*rooms)}
    return {name: str(path.relative_to(ROOT)) for name, path in named.items() if name in RIDDLES}


def test_no_class_name_exists_twice() -> None:
    new = {name: places for name, places in twice(*ROOMS).items() if name not in STILL_TWICE}
    assert new == {}, "give one of them another name"


def test_no_module_is_named_by_a_riddle() -> None:
    new = {name: place for name, place in riddles(*ROOMS).items() if name not in STILL_RIDDLES}
    assert new == {}, "name it by what the field calls it; docs/glossary.md has the words"


def test_in_the_rooms_that_are_in_order_there_is_no_exception() -> None:
    assert twice(*IN_ORDER) == {}
    assert riddles(*IN_ORDER) == {}


def test_what_was_put_in_order_is_taken_off_the_lists() -> None:
    assert sorted(STILL_TWICE - twice(*ROOMS).keys()) == []
    assert sorted(STILL_RIDDLES - riddles(*ROOMS).keys()) == []


@pytest.mark.parametrize(("name", "finds"), [("twice", {"Held"}), ("none", set())])
def test_a_name_that_stands_twice_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, finds: set[str]
) -> None:
    monkeypatch.setattr("tests.project.test_names.ROOT", tmp_path)
    for room, held in (("bot", "Held"), ("storage", "Held" if finds else "Kept")):
        (tmp_path / room).mkdir()
        (tmp_path / room / f"{name}.py").write_text(f"class {held}:\n    pass\n\n\nclass _Own:\n    pass\n")
    assert twice("bot", "storage").keys() == finds


GLOSSARY = (ROOT / "docs/glossary.md").read_text("utf-8")


def test_the_glossary_has_the_words_of_the_design() -> None:
    terms = {term.strip() for row in _TERM.finditer(GLOSSARY) for term in row["term"].split(",")}
    assert {
        "case",
        "turn",
        "act",
        "action",
        "reading",
        "slot",
        "record form",
        "playbook",
        "clock",
        "assignment",
    } <= terms
    assert len(terms) == sum(len(row["term"].split(",")) for row in _TERM.finditer(GLOSSARY)), (
        "a word stands there twice"
    )


def test_every_class_of_the_glossary_is_where_it_says() -> None:
    rows = list(_CLASS.finditer(GLOSSARY))
    assert len(rows) > 30
    for row in rows:
        path = ROOT / f"{row['module'].replace('.', '/')}.py"
        assert path.is_file(), f"there is no {row['module']}"
        classes = {node.name for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, ast.ClassDef)}
        assert row["name"] in classes, f"{row['module']} has no {row['name']}"
