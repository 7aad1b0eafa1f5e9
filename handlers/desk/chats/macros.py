"""Prepared answers as a reader at the desk sees them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from dialogs.playbooks.schema import Macro
from handlers.desk.request_context import Visit
from staff.canned_replies import prepared
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
    mine = visit.desk.playbook.words(visit.language)
    return [
        CannedReply(each.name, mine.say(f"macro.{each.name}.title"), each.text, ", ".join(_besides(visit, each.macro)))
        for each in prepared(visit.desk.playbook, chat, visit.staff.name, visit.now)
    ]


def _besides(visit: Visit, macro: Macro) -> Iterator[str]:
    _ = visit.words.gettext
    if macro.tags:
        yield _("tags: %(tags)s") % {"tags": " ".join(macro.tags)}
    if macro.state:
        state = visit.desk.playbook.words(visit.language).say(f"state.{macro.state}")
        yield _("tells how far it is: %(state)s") % {"state": state}
    if macro.team:
        yield _("passes on to the team %(team)s") % {"team": visit.team_named(macro.team)}
    hours = {"hours": macro.wait // timedelta(hours=1)}
    if macro.then == "wait":
        yield _("puts aside until they write, %(hours)d hours at most") % hours
    if macro.then == "snooze":
        yield _("puts aside for %(hours)d hours") % hours
    if macro.then == "hand_back":
        yield _("gives back to the bot")
