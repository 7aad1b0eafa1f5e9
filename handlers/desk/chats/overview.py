"""What stands beside a chat: its summary, the clocks, the record form, its cases, and what may be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from complaints.case import Case
from complaints.lifecycle import MOVES, State
from complaints.offers.lifecycle import PENDING
from complaints.offers.offer import RemedyKind
from complaints.record import AnySlot, Attachment, Record, Remedy, slot_named
from dialogs.flows.events import Event, Said
from dialogs.flows.promises.status_updates import TOLD
from dialogs.flows.questions import asked_of, is_required
from dialogs.flows.scene import Scene
from dialogs.flows.service_times import assessed
from dialogs.flows.setting import Setting
from dialogs.flows.state import Controller, Conversation, Draft, changed
from dialogs.flows.wording import show
from dialogs.understanding.reading import SIGNALS
from handlers.desk.chats.chat import is_able
from handlers.desk.request_context import Visit
from staff.actions.access import is_offered
from staff.actions.dangers import dangers_of
from staff.chat import Chat
from staff.reasons import cause_of
from staff.rights import Right
from storage.audit.reading import Happened
from storage.staff.accounts import Role, Staff, StaffPresence


@dataclass(frozen=True, slots=True)
class ClockRow:
    """A promised time. `kept_at` is when it was kept; `late` says that it was not, or not in time."""

    name: str
    due: datetime
    kept_at: datetime | None
    late: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One slot of a record form: its name, its value as shown and as stored, and who changed it last."""

    slot: AnySlot
    name: str
    shown: str
    value: Any
    missing: bool
    changed: Happened | None
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordForm:
    """A record form: of a case, or of the draft where `reference` is empty."""

    reference: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """A chat in the words of whoever reads it."""

    visit: Visit
    chat: Chat
    files: Sequence[Attachment]
    changes: Sequence[Happened]
    staff: Sequence[Staff]

    @property
    def words(self) -> Any:
        """The playbook's words in the reader's language."""
        return self.visit.desk.playbook.words(self.visit.language)

    def can(self, act: str) -> bool:
        """Whether the reader may do this now."""
        wanted = Right(act)
        if wanted is Right.CLAIM:
            return not self.chat.is_held
        return is_able(self.visit, self.chat, wanted) and (wanted not in _OF_HELD or self.chat.is_held)

    @property
    def title(self) -> str:
        """Whom and what the chat is about."""
        about = self.record.name or self.visit.words.gettext("Customer")
        return f"{self.chat.thread.reference} · {about}" if self.chat.thread.reference else about

    @property
    def is_mine(self) -> bool:
        return self.chat.owner == self.visit.staff.id

    @property
    def is_offered(self) -> bool:
        return is_offered(self.visit.staff, self.chat)

    @property
    def record(self) -> Record:
        return self.chat.record

    def shown(self, slot: str, record: Record) -> str:
        """A slot's value as it is written in the reader's language; empty where there is none."""
        return show(_scene(self.visit), slot_named(slot), record) if record.has(slot) else ""

    @property
    def reasons(self) -> list[str]:
        """Why it is as pressing as it is, and why a person is needed, in words."""
        case, draft = self.chat.case, self.chat.state.intake.draft
        keys = [*([self.chat.state.queue.person_reason] if self.chat.state.queue.person_reason else [])]
        keys += list(case.reasons if case else _weighed(self.visit, draft) if draft else ())
        return [self.visit.words.gettext(cause_of(key)) for key in dict.fromkeys(keys)]

    @property
    def dangers(self) -> list[tuple[str, str]]:
        """The dangers that stand in the chat: each kind, and its name in words."""
        return [(kind, self.visit.words.gettext(cause_of(kind))) for kind in dangers_of(self.chat)]

    @property
    def signals(self) -> list[str]:
        """Signs of anger, and of what was a danger in a case that is closed, in words."""
        draft, case, known = self.chat.state.intake.draft, self.chat.case, dangers_of(self.chat)
        found = [reason for reason in (case.reasons if case else ()) if reason in SIGNALS and reason not in known]
        angry = ["anger"] if draft and draft.anger else []
        return [self.visit.words.gettext(cause_of(key)) for key in dict.fromkeys((*found, *angry))]

    @property
    def clocks(self) -> list[ClockRow]:
        """What was promised in this chat: a person, a first answer, an outcome."""
        _, now, state, case = self.visit.words.gettext, self.visit.now, self.chat.state, self.chat.case
        found = []
        if state.controller == Controller.QUEUE and state.queue.person_by:
            found.append(ClockRow(_("A person by"), state.queue.person_by, None, state.queue.person_by < now))
        if case and case.state not in (State.WITHDRAWN,) and not case.merged_into:
            first, outcome = case.promise.first_response, case.promise.resolution
            done = case.resolution.at if case.resolution and not case.is_open else None
            if case.is_open or case.answered_at:
                found.append(ClockRow(_("First answer by"), first, case.answered_at, (case.answered_at or now) > first))
            if case.is_open or done:
                found.append(ClockRow(_("Outcome by"), outcome, done, (done or now) > outcome))
        return found

    @property
    def forms(self) -> list[RecordForm]:
        """The draft's form first, then those of the cases, newest first."""
        draft = self.chat.state.intake.draft
        made = [RecordForm("", self._rows("", draft.record, draft))] if draft else []
        return made + [
            RecordForm(case.reference, self._rows(case.reference, case.record, None)) for case in self.chat.cases[::-1]
        ]

    def _rows(self, reference: str, record: Record, draft: Draft | None) -> tuple[Row, ...]:
        last = {one.detail.get("slot", ""): one for one in self.changes if one.subject == reference}
        wanted = self._wanted(record, draft)
        return tuple(
            Row(
                slot, self.words.say(f"slot.{slot}"), self.shown(slot, record), record.get(slot),
                slot in wanted and not record.has(slot), last.get(slot), self._options(slot),
            )
            for slot in self.visit.desk.playbook.file.every_slot()
        )  # fmt: skip

    def _options(self, slot: AnySlot) -> tuple[str, ...]:
        """What may be chosen for a slot that the playbook adds."""
        own = self.visit.desk.playbook.file.slots.get(slot)
        return own.options if own else ()

    def _wanted(self, record: Record, draft: Draft | None) -> set[AnySlot]:
        """What the category cannot do without."""
        playbook = self.visit.desk.playbook
        asked = Draft(record, self.visit.now, playbook.version)
        return {slot for slot in asked_of(asked, playbook) if is_required(asked, slot, playbook)}

    def moves(self, case: Case) -> list[State]:
        """How far the case may be said to have come, besides where it is."""
        return [state for state in State if state in TOLD and state in MOVES[case.state]]

    def pends(self, case: Case) -> bool:
        """Whether something is offered that is not answered yet."""
        return any(offer.state in PENDING for offer in case.offers)

    def kinds_for(self, case: Case) -> list[RemedyKind]:
        """What may be offered, what is usual for such a complaint first."""
        file, category = self.visit.desk.playbook.file, case.record.category
        wished = file.categories[category].remedies if category in file.categories else ()
        named = [_AS_OFFERED.get(one, one.value) for one in wished]
        usual = [RemedyKind(name) for name in named if name in set(RemedyKind)]
        return list(dict.fromkeys((*usual, *RemedyKind)))

    def cause(self, path: str) -> str:
        """A place in the tree of causes, in words; one that the playbook does not know any more as it is."""
        names = path.split("/")
        known = [self.words.say(f"cause.{name}") if self.words.has(f"cause.{name}") else name for name in names]
        return " › ".join(known)

    def may_resolve(self, case: Case) -> bool:
        return State.RESOLVED in MOVES[case.state] and self.can(Right.RESOLVE)

    def may_reopen(self, case: Case) -> bool:
        return State.REOPENED in MOVES[case.state] and not case.merged_into and self.can(Right.REOPEN)

    @property
    def receivers(self) -> list[Staff]:
        """Colleagues whom the chat can be given to, those who are there first."""
        team = self.chat.thread.team
        able = [one for one in self.staff if one.id != self.chat.owner and one.serves(team)]
        return sorted(able, key=lambda one: (_NEARNESS[one.presence], one.name))

    @property
    def standing(self) -> str:
        """Who has the chat, in words."""
        _, chat = self.visit.words.gettext, self.chat
        if chat.is_held:
            return (
                _("You have this chat.") if self.is_mine else _("%(name)s has this chat.") % {"name": chat.holding.name}
            )
        if chat.state.controller == Controller.QUEUE:
            if self.is_offered:
                return _("This chat is offered to you.")
            if chat.holding.agent:
                return _("Offered to %(name)s.") % {"name": chat.holding.name}
            return " ".join(filter(None, (_("Nobody has this chat yet."), self._for_whom)))
        return _("The bot has this chat.")

    @property
    def _for_whom(self) -> str:
        """Who should look at what was opened again, where that is not the reader."""
        _, back = self.visit.words.gettext, [one for one in self.chat.cases if one.state is State.REOPENED]
        if any(one.reopenings > 1 for one in back) and not self.visit.staff.at_least(Role.SUPERVISOR):
            return _("It came back twice, so a supervisor should look at it.")
        if any(one.resolution and one.resolution.by == self.visit.staff.id for one in back):
            return _("You settled it before, so somebody else should look at it.")
        return ""


def _weighed(visit: Visit, draft: Draft) -> tuple[str, ...]:
    """Why a draft is as pressing as it is; before its category is known only what its story tells."""
    return assessed(draft, _scene(visit)).reasons if draft.record.category else draft.signals


_AS_OFFERED = {Remedy.DELIVER: RemedyKind.DELIVERY.value}
_OF_HELD = frozenset({Right.REPLY, Right.TRANSFER, Right.SNOOZE, Right.HAND_BACK})
_NEARNESS = {StaffPresence.AVAILABLE: 0, StaffPresence.BUSY: 1, StaffPresence.AWAY: 2}


def _scene(visit: Visit) -> Scene:
    """A scene in the reader's language and zone, to write values by as the flows do."""
    state = changed(Conversation(), language=visit.language, timezone=str(visit.zone))
    event = Event("", "", "", "", visit.now, Said())
    return Scene(state, event, Setting("", visit.desk.playbook, visit.now))
