"""Prepared answers: the playbook's words filled in for one chat, what is done when one is sent, and how that is told.
Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from gettext import NullTranslations

from complaints.lifecycle import State
from complaints.record import Slot
from dialogs.flows.events import Event, Said
from dialogs.flows.scene import Scene
from dialogs.flows.setting import Setting
from dialogs.flows.staff import HandedBack, Progressed, Snoozed, StaffAct, Tagged, Transferred
from dialogs.flows.wording import show, show_deadline
from dialogs.playbooks.playbook import Playbook
from dialogs.playbooks.schema import Macro
from staff.chat import Chat
from staff.rights import Right

FACTS = (Slot.CATEGORY, Slot.ITEM, Slot.NAME, Slot.ORDER_NUMBER)
"""The facts of the record that an answer may name."""
_BLANK = re.compile(r"\{[a-z_]+\}")


@dataclass(frozen=True, slots=True)
class Prepared:
    """One prepared answer: its words in the customer's language, and what it does besides.

    A placeholder that nothing is known for is left in the text, to be filled in by hand.
    """

    name: str
    text: str
    macro: Macro


@dataclass(frozen=True, slots=True)
class Besides:
    """One act that belongs to an answer, as an agent could do it by hand: a name of its own, and the right it needs."""

    name: str
    right: Right
    act: StaffAct


class _Facts(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"


def prepared(playbook: Playbook, chat: Chat, agent: str, now: datetime) -> list[Prepared]:
    """The playbook's prepared answers, as the colleague called `agent` would send them."""
    theirs = playbook.words(chat.state.session.language)
    facts = _facts(playbook, chat, agent, now)
    return [
        Prepared(name, theirs.options(f"macro.{name}.text")[0].format_map(facts), macro)
        for name, macro in playbook.file.macros.items()
    ]


def blank(text: str) -> str:
    """The first placeholder that nobody has filled in; empty when there is none."""
    found = _BLANK.search(text)
    return found[0] if found else ""


def acts_of(macro: Macro, chat: Chat, now: datetime) -> Iterator[Besides]:
    """What is done once the answer was sent, in the chat as it stands then. What gives it away comes last."""
    if macro.tags:
        yield Besides(":tags", Right.EDIT, Tagged(tuple(dict.fromkeys((*chat.state.tags, *macro.tags)))))
    if macro.state and not (chat.case and chat.case.state == macro.state):
        reference = chat.case.reference if chat.case else ""
        yield Besides(":state", Right.EDIT, Progressed(reference, State(macro.state)))
    if macro.team:
        yield Besides(":team", Right.TRANSFER, Transferred(team=macro.team))
    if macro.then in ("wait", "snooze"):
        yield Besides(f":{macro.then}", Right.SNOOZE, Snoozed(now + macro.wait, awaits=macro.then == "wait"))
    if macro.then == "hand_back":
        yield Besides(":back", Right.HAND_BACK, HandedBack())


def told(macro: Macro, playbook: Playbook, language: str, words: NullTranslations) -> Iterator[str]:
    """What is done once the answer was sent, in the words of a colleague who reads this language."""
    _ = words.gettext
    if macro.tags:
        yield _("tags: %(tags)s") % {"tags": " ".join(macro.tags)}
    if macro.state:
        yield _("tells how far it is: %(state)s") % {"state": playbook.words(language).say(f"state.{macro.state}")}
    if macro.team:
        yield _("passes on to the team %(team)s") % {"team": playbook.team_named(macro.team, language)}
    if macro.then == "hand_back":
        yield _("gives back to the bot")
    elif macro.then:
        yield _told_aside(macro, words)


def _told_aside(macro: Macro, words: NullTranslations) -> str:
    hours = macro.wait // timedelta(hours=1)
    if macro.then == "wait":
        said = words.ngettext(
            "puts aside until they write, %(hours)d hour at most",
            "puts aside until they write, %(hours)d hours at most",
            hours,
        )
    else:
        said = words.ngettext("puts aside for %(hours)d hour", "puts aside for %(hours)d hours", hours)
    return said % {"hours": hours}


def _facts(playbook: Playbook, chat: Chat, agent: str, now: datetime) -> Mapping[str, str]:
    """What is known, as the customer would read it: in their language and zone."""
    scene = Scene(chat.state, Event("", "", "", "", now, Said()), Setting(chat.id, playbook, now))
    record = chat.record
    known = {slot.value: show(scene, slot, record) for slot in FACTS if record.has(slot)}
    case = chat.case
    if case:
        known |= {"reference": case.reference, "by": show_deadline(scene, case.next_due)}
    elif chat.state.queue.person_by:
        known["by"] = show_deadline(scene, chat.state.queue.person_by)
    return _Facts(known, agent=agent)
