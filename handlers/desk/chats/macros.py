"""Prepared answers: the playbook's words filled in for this chat, and what is done when one is sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from complaints.record import Record, Slot
from dialogs.flows.events import Event, Said
from dialogs.flows.scene import Scene
from dialogs.flows.setting import Setting
from dialogs.flows.staff import HandedBack, Snoozed, StaffAct, Tagged, Transferred
from dialogs.flows.wording import show, show_deadline
from dialogs.playbooks.schema import Macro
from handlers.desk.chats.chat import Chat
from handlers.desk.visits import Visit

FACTS = (Slot.CATEGORY, Slot.ITEM, Slot.NAME, Slot.ORDER_NUMBER)
"""The facts of the record that an answer may name."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """One prepared answer: its words in the customer's language, and in the reader's what it does besides.

    A placeholder that nothing is known for is left in the text, to be filled in by hand.
    """

    name: str
    title: str
    text: str
    also: str


class _Facts(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"


def prepared(visit: Visit, chat: Chat, record: Record) -> list[Prepared]:
    """The playbook's prepared answers, filled in."""
    playbook = visit.desk.playbook
    theirs, mine = playbook.words(chat.state.language), playbook.words(visit.language)
    facts = _facts(visit, chat, record)
    return [
        Prepared(
            name,
            mine.say(f"macro.{name}.title"),
            theirs.options(f"macro.{name}.text")[0].format_map(facts),
            ", ".join(_besides(visit, macro)),
        )
        for name, macro in playbook.file.macros.items()
    ]


def _facts(visit: Visit, chat: Chat, record: Record) -> Mapping[str, str]:
    """What is known, as the customer would read it."""
    scene = _theirs(visit, chat)
    known = {slot.value: show(scene, slot, record) for slot in FACTS if record.has(slot)}
    case = chat.case
    if case:
        known |= {"reference": case.reference, "by": show_deadline(scene, case.next_due)}
    elif chat.state.person_by:
        known["by"] = show_deadline(scene, chat.state.person_by)
    return _Facts(known, agent=visit.staff.name)


def _theirs(visit: Visit, chat: Chat) -> Scene:
    """A scene in the customer's language and zone."""
    event = Event("", "", "", "", visit.now, Said())
    return Scene(chat.state, event, Setting(chat.id, visit.desk.playbook, visit.now))


def _besides(visit: Visit, macro: Macro) -> Iterator[str]:
    _ = visit.words.gettext
    if macro.tags:
        yield _("tags: %(tags)s") % {"tags": " ".join(macro.tags)}
    if macro.team:
        yield _("passes on to the team %(team)s") % {"team": visit.team_named(macro.team)}
    if macro.then == "wait":
        hours = macro.wait // timedelta(hours=1)
        yield _("puts aside until they write, %(hours)d hours at most") % {"hours": hours}
    if macro.then == "hand_back":
        yield _("gives back to the bot")


def acts_of(visit: Visit, chat: Chat, name: str) -> Iterator[tuple[str, StaffAct]]:
    """What is done once a prepared answer was sent, each with a name of its own; nothing for an unknown one."""
    macro = visit.desk.playbook.file.macros.get(name)
    if macro is None:
        return
    if macro.tags:
        yield ":tags", Tagged(tuple(dict.fromkeys((*chat.state.tags, *macro.tags))))
    if macro.team:
        yield ":team", Transferred(team=macro.team)
    if macro.then == "wait":
        yield ":wait", Snoozed(visit.now + macro.wait, awaits=True)
    if macro.then == "hand_back":
        yield ":back", HandedBack()
