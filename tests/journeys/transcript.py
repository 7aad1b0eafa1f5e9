"""Transcripts: whole chats as text, read by people and replayed by the tests.

# what this journey shows
@ 2026-11-18 10:00 Asia/Shanghai zh-CN     when, where and in which language the visitor's browser is
> 你好                                      the customer writes
> [确认提交]                                the customer taps
> +photo.jpg 看图                           the customer sends a file, perhaps with words
! Li resolves A new one was sent | faulty   a colleague claims, resolves or gives back (see `colleagues.py`)
~ 30m                                       time passes
~ restart                                   the server stops and starts again
< 您好…                                     what the bot answers, line by line; `<` alone starts a new message
  [确认提交] [改订单号]                      the buttons under it
  ? order_number                            the slot it asks for
= C-2611-000001 delivery normal received    a case as it is on file
* praise for Li                             what colleagues hear
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

HERE = Path(__file__).parent
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


@dataclass(frozen=True)
class Heading:
    """How a journey begins."""

    title: str
    begins_at: datetime
    timezone: str
    language: str


@dataclass(frozen=True)
class Move:
    """One thing done (`>`, `!`, `~`), and the lines that must follow it."""

    line: str
    expected: list[str] = field(default_factory=list)

    @property
    def tapped(self) -> str | None:
        match = re.fullmatch(r"> \[(.+)\]", self.line)
        return match[1] if match else None

    @property
    def files(self) -> tuple[str, ...]:
        return tuple(re.findall(r"\+(\S+\.\w+)", self.line)) if self.line.startswith("> +") else ()

    @property
    def text(self) -> str:
        """What the customer wrote; ` ⏎ ` stands for a line break."""
        said = re.sub(r"\+\S+\.\w+\s*", "", self.line[2:]) if self.files else self.line[2:]
        return said.replace(" ⏎ ", "\n")

    @property
    def is_colleagues(self) -> bool:
        return self.line.startswith("! ")

    @property
    def passes(self) -> timedelta | None:
        match = re.fullmatch(r"~ (\d+)([mhd])", self.line)
        return timedelta(**{_UNITS[match[2]]: int(match[1])}) if match else None

    @property
    def restarts(self) -> bool:
        return self.line == "~ restart"


def journeys() -> list[Path]:
    return sorted(HERE.glob("*/*.chat"))


def read(path: Path) -> tuple[Heading, list[Move]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    title, start = lines[0].removeprefix("# "), lines[1].split()
    begins_at = datetime.fromisoformat(f"{start[1]}T{start[2]}").replace(tzinfo=ZoneInfo(start[3]))
    return Heading(title, begins_at, start[3], start[4]), list(_moves(lines[2:]))


def _moves(lines: list[str]) -> Iterator[Move]:
    move: Move | None = None
    for line in lines:
        if line.startswith(("> ", "! ", "~ ")):
            if move:
                yield move
            move = Move(line)
        elif line.strip() and move:
            move.expected.append(line)
    if move:
        yield move


def write(path: Path, moves: list[tuple[Move, list[str]]]) -> None:
    """Put what really happened into the file, for a person to read before it is committed."""
    head = path.read_text(encoding="utf-8").splitlines()[:2]
    body = [line for move, seen in moves for line in ("", move.line, *seen)]
    path.write_text("\n".join([*head, *body]) + "\n", encoding="utf-8")
