"""One word for one thing: no class name twice, no module named by a riddle, and a glossary that is true."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("bot", "handlers", "staff", "engine", "storage", "dialogs", "complaints")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


RIDDLES = _words(
    """
    afterthoughts ahead albums answering arrivals care carrying company cores descriptors elsewhere envelope
    giving_out going_on gossip grams guarding harms hearing holding inquiries instants labelled lean leaving
    led linking listening many misses moments offering office orders person politeness queueing reaching
    refusing returning ringing sealing shelf signs spellings taking taps telling things tidings
    together tongues tries troubles under_way unsent verdicts verifying visits weighing why wishes
    withheld
    """
)
"""Names of modules that have to be learnt before anything is found."""

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
    assert twice(*ROOMS) == {}, "give one of them another name"


def test_no_module_is_named_by_a_riddle() -> None:
    assert riddles(*ROOMS) == {}, "name it by what the field calls it; docs/glossary.md has the words"


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
