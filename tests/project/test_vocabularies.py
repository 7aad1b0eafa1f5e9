"""Closed vocabularies are enums: what has one is compared with its members, never with a bare word."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("bot", "handlers", "staff", "engine", "storage", "dialogs", "complaints")
FIELDS = frozenset(
    {"controller", "act", "intent", "case_hint", "asked_name", "author", "speaker", "solved", "state", "upheld"}
)
"""Attributes, and what functions return, whose values are a closed vocabulary wherever they stand."""
OF = frozenset({"refused.reason", "fired.kind", "session.consent", "handoff.barred"})
"""Those that are one only where they belong to this: other things have a `reason` too, in words of their own."""


def bare(source: str) -> Iterator[tuple[int, str]]:
    """The line and text of each comparison of such a field with a bare word; `match` compares too."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Compare):
            sides = (node.left, *node.comparators)
            if any(_is_closed(side) for side in sides) and any(_has_word(side) for side in sides):
                yield node.lineno, ast.unparse(node)
        elif (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("in_", "not_in")
        ):
            if _is_closed(node.func.value) and any(_has_word(each) for each in node.args):
                yield node.lineno, ast.unparse(node)
        elif isinstance(node, ast.Match) and _is_closed(node.subject):
            values = (one for case in node.cases for one in ast.walk(case.pattern) if isinstance(one, ast.MatchValue))
            yield from ((one.lineno, ast.unparse(one.value)) for one in values if _has_word(one.value))


def _is_closed(node: ast.expr) -> bool:
    named = node.func if isinstance(node, ast.Call) else node
    if isinstance(named, ast.Attribute) and (
        named.attr in FIELDS or ".".join(ast.unparse(named).split(".")[-2:]) in OF
    ):
        return True
    return isinstance(node, ast.Call) and isinstance(named, ast.Name) and named.id in FIELDS


def _has_word(node: ast.expr) -> bool:
    """Whether it is a word, or a literal collection that holds one. An empty text is no word: it says "none"."""
    match node:
        case ast.Constant(value=str(word)):
            return bool(word)
        case ast.Tuple(elts=elts) | ast.Set(elts=elts) | ast.List(elts=elts):
            return any(_has_word(one) for one in elts)
        case ast.BinOp(left=left, right=right):
            return _has_word(left) or _has_word(right)
    return False


def test_no_closed_vocabulary_is_compared_with_a_bare_word() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {text}"
        for room in ROOMS
        for path in sorted((ROOT / room).rglob("*.py"))
        for line, text in bare(path.read_text("utf-8"))
    ]
    assert not found, "compare with a member of the enum:\n" + "\n".join(found)


@pytest.mark.parametrize(
    "source",
    [
        "chat.controller == 'bot'",
        "'bot' != chat.controller",
        "reading.intent() not in ('yes', 'no')",
        "chats.c.controller.in_(('bot', 'agent'))",
        "outcome.refused.reason == 'full'",
        "asked_name(scene) == 'confirm'",
        "chats.c.controller in ('bot', 'agent')",
        "chat.controller in {*OURS} | {'agent'}",
        "match chat.controller:\n    case 'bot' | 'queue':\n        pass",
    ],
)
def test_a_bare_word_is_found_however_it_is_compared(source: str) -> None:
    assert list(bare(source))


@pytest.mark.parametrize(
    "source",
    ["chat.controller == Controller.BOT", "chat.controller != ''", "chat.title == 'bot'", "error.reason == 'full'"],
)
def test_members_empty_texts_and_open_words_are_left_alone(source: str) -> None:
    assert not list(bare(source))
