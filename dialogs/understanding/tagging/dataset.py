"""The examples that the tagger learns from: `languages/<code>/answers/<writer>.tsv`, whose texts bear marked facts.

`my [kettle](item) arrived broken`, and `[money back](wanted:refund)` where the fact is of a kind. Names of facts that
begin with `other_` are what looks like a fact and is not the customer's: a courier's telephone, a day of long ago.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dialogs.understanding.heads.dataset import LANGUAGES, BadExample

FACTS = (
    "item", "order_number", "other_number", "amount", "other_amount", "happened_at", "other_day", "place_or_page",
    "name", "other_name", "email", "other_email", "phone", "wanted", "unwanted",
)  # fmt: skip
ASKED = (
    "story", "item", "order_number", "happened_at", "place_or_page", "amount", "evidence", "wanted", "name", "contact",
    "category",
)  # fmt: skip
"""What may have been asked for; two at once are joined by `+`."""
_MARK = re.compile(r"\[([^\[\]]+)\]\(([a-z_]+)(?::[a-z_]+)?\)")


@dataclass(frozen=True, slots=True)
class Marked:
    """A text, what it answers, and its facts as (fact, start, end) in the order of the text."""

    text: str
    asked: tuple[str, ...]
    facts: tuple[tuple[str, int, int], ...]
    language: str
    writer: str


def read_marked(folder: Path = LANGUAGES) -> tuple[Marked, ...]:
    """Every marked example of every language, in a fixed order. Raises `BadExample`."""
    return tuple(one for file in sorted(folder.glob("*/answers/*.tsv")) for one in _of_file(file))


def _of_file(file: Path) -> Iterator[Marked]:
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        asked, _, marked = (*line.split("\t"), "", "")[:3]
        text, facts = unmarked(marked.replace(" ⏎ ", "\n"))
        unknown = {fact for fact, _, _ in facts} - set(FACTS) | set(asked.split("+")) - set(ASKED)
        if unknown:
            raise BadExample(f"{file}:{number}: {', '.join(sorted(unknown))}: not known; see {__name__} for the form")
        yield Marked(text, tuple(asked.split("+")), facts, file.parent.parent.name, file.stem)


def unmarked(marked: str) -> tuple[str, tuple[tuple[str, int, int], ...]]:
    """A marked text without its marks, and the facts with their places in it."""
    bare, facts, reached = "", [], 0
    for mark in _MARK.finditer(marked):
        bare += marked[reached : mark.start()]
        facts.append((mark[2], len(bare), len(bare) + len(mark[1])))
        bare, reached = bare + mark[1], mark.end()
    return bare + marked[reached:], tuple(facts)
