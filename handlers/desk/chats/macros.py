"""Prepared answers as a reader at the desk sees them."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.desk.request_context import Visit
from staff.canned_replies import prepared, told
from staff.chat import Chat


@dataclass(frozen=True, slots=True)
class CannedReply:
    """One prepared answer: its words in the customer's language, and in the reader's what it does besides."""

    name: str
    title: str
    text: str
    also: str


def offered(visit: Visit, chat: Chat) -> list[CannedReply]:
    """The playbook's prepared answers, filled in."""
    mine, playbook = visit.desk.playbook.words(visit.language), visit.desk.playbook
    return [
        CannedReply(
            each.name, mine.say(f"macro.{each.name}.title"), each.text,
            ", ".join(told(each.macro, playbook, visit.language, visit.words)),
        )
        for each in prepared(playbook, chat, visit.staff.name, visit.now)
    ]  # fmt: skip
