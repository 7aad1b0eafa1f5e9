"""Carrying out one step: its effects become rows, and the place moves on to the new state."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from complaints.case import Case
from complaints.copies import altered
from complaints.news import news
from complaints.record import Attachment
from dialogs.flows.effects import (
    OPTED_OUT,
    Announce,
    AskForPerson,
    CancelTimer,
    ChangeCase,
    Corrected,
    Effect,
    Note,
    OpenCase,
    OpenRequest,
    Recorded,
    Refused,
    Say,
    SetTimer,
    Taught,
    Tell,
    Tidings,
)
from dialogs.flows.events import Event, Fired, Said, Started, Tapped, Withheld
from dialogs.flows.handoff.blocking import LIFTED, SET
from dialogs.flows.staff import Acted
from dialogs.flows.state import Conversation, offer_tapped
from engine.turn.heard_stories import begun, filed
from engine.turn.outcome import Outcome
from engine.turn.pending_writes import Changes
from storage.audit.trail import BODY, SAID, TrailEntry, append, keyed, new_salt
from storage.cases import cases, opt_outs, promises, surveys
from storage.conversations import notes, threads, transcript
from storage.conversations.conversations import ConversationRow, row_of
from storage.conversations.transcript import Author, Message, MessageExtras
from storage.db.timestamps import to_micros
from storage.delivery import outbox, webhooks
from storage.files import attachments
from storage.privacy import requests
from storage.security.events import SecurityEvent, SecurityEventKind

_BARS = frozenset((*SET.values(), *LIFTED.values()))
Push = Callable[[Event], bool]
"""Whether what the bot says in answer to an event must be delivered by the outbox."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What a turn seals with: the trail, the transcript, rows. `mark` tells the key from older ones."""

    trail: bytes
    transcript: bytes
    proof: bytes
    mark: str


@dataclass(slots=True)
class Carrying:
    """One event's effects on one place, gathered for its batch. `mark` tells the key from older ones."""

    keys: Keys
    changes: Changes
    place: ConversationRow
    event: Event
    now: datetime
    push: bool
    messages: list[Message]
    refused: Refused | None = None

    def customer_said(self, text: str, edits: int = 0) -> None:
        """Put the customer's own words and files into the transcript, if there are any.

        `edits` is the number of the message that they are a new version of.
        """
        said = self.event.body if isinstance(self.event.body, Said) else Said()
        if text or said.files:
            self._add(Message(0, Author.CUSTOMER, text, files=said.files, edits=edits, album=said.album))
        self.keep(said.files)

    def is_refused(self, effects: Iterable[Effect]) -> bool:
        """Whether what a colleague wanted cannot be done; then none of it is to be carried out."""
        self.refused = next((effect for effect in effects if isinstance(effect, Refused)), None)
        return self.refused is not None

    def carry(self, effect: Effect) -> None:
        """Carry out one effect."""
        match effect:
            case Say(text, buttons, asks, case, also, person, dangers):
                heard = MessageExtras(also, person, dangers)
                self._add(Message(0, Author.BOT, text, buttons=buttons, asks=asks, case=case, heard=heard))
                self._note_asking(asks, case)
            case OpenCase(case):
                self._open(case)
            case ChangeCase(case, action, detail):
                self._put_case(case, action, detail)
            case SetTimer(kind, subject, due):
                self.changes.timers[self.place.id, kind, subject] = to_micros(due)
            case CancelTimer(kind, subject):
                self.changes.timers[self.place.id, kind, subject] = None
            case AskForPerson(reason, _):
                self._record("asked_for_person", "", {"reason": reason})
            case Recorded(action, detail):
                self._record(action, "", detail)
                if action == OPTED_OUT:
                    self._opt_out()
                if action in _BARS:
                    self._note_bar(action)
            case _:
                self._carry_staff(effect)

    def _carry_staff(self, effect: Effect) -> None:
        """What is rare: what a colleague's act brings about, and requests of rights."""
        match effect:
            case OpenRequest(reference, right, due):
                self.changes.requests.append(requests.row_of(self.place.id, effect, to_micros(self.now)))
                self._record("privacy_requested", reference, {"right": right, "due": due.isoformat()})
            case Tell(text, files, by):
                self._add(Message(0, Author.AGENT, text, files=files, by=by))
                self.keep(files)
            case Announce(text, case, buttons, asks):
                self._add(Message(0, Author.NOTICE, text, buttons=buttons, asks=asks, case=case))
            case Note(text, files):
                self.changes.notes.append(self._note(text, files))
                self.keep(files)
            case Tidings():
                self.changes.tidings.append(self._tidings(effect))
            case Corrected(text, language, was, now):
                known = {"text": text, "language": language, "was": was, "now": now}
                self.changes.corrections.append({**self._place_of(self.changes.corrections), **known})
            case Taught():
                rows = self.changes.desk_examples
                rows.append({**self._place_of(rows), **asdict(effect)})

    def give_away(self, to: Carrying) -> None:
        """The customer goes on in another chat: every case becomes that one's."""
        for case in tuple(self.place.cases.values()):
            self.give(case, to)

    def give(self, case: Case, to: Carrying) -> None:
        """One case becomes another chat's. Both trails say so."""
        self._record(cases.CARRIED_OUT, case.reference, {"to": to.place.id})
        to.take_over(case, self.place.id)
        del self.place.cases[case.reference]

    def take_over(self, case: Case, giver: str) -> None:
        """A case of another chat is this one's from now on."""
        self.changes.cases_moved.append({"of_reference": case.reference, "to": self.place.id})
        self.place.case_count += 1
        self.place.cases[case.reference] = case
        self._put_case(case, cases.CARRIED_IN, {"from": giver})
        self.keep(case.record.evidence)

    def notice(self, text: str) -> None:
        """Tell the customer something that is not the bot's own answer."""
        self._add(Message(0, Author.NOTICE, text))

    def finish(self, state: Conversation, beside: tuple[str, ...] = ()) -> Outcome:
        """Note that the event was taken, and where the place stands now."""
        place = self.place
        concerned = threads.concerns_people(place.state, place.cases)
        self.changes.put_story(begun(place, state, self.event))
        place.turn += 1
        place.state = state
        moment = to_micros(self.now)
        self.changes.conversations[place.id] = row_of(place, moment)
        self.changes.events.append(
            {
                "conversation_id": place.id,
                "event_id": self.event.id,
                "turn": place.turn,
                "first_seq": place.message_count - len(self.messages) + 1,
                "last_seq": place.message_count,
                "at": moment,
            }
        )
        if concerned or threads.concerns_people(state, place.cases):
            self._thread()
        return Outcome(place.id, place.turn, tuple(self.messages), beside=beside, language=state.session.language)

    def _add(self, message: Message) -> None:
        place = self.place
        place.message_count += 1
        numbered = altered(message, seq=place.message_count, at=self.now)
        self.messages.append(numbered)
        said = transcript.row_of(place.id, place.turn + 1, numbered, self.keys.mark)
        place.transcript_head = transcript.sealed(self.keys.transcript, place.transcript_head, said)
        self.changes.messages.append(said)
        if self.push and message.author != Author.CUSTOMER:
            moment = to_micros(self.now)
            row = outbox.row_of(place.id, numbered.seq, self.event.channel, message.author, moment)
            self.changes.outbox.append(row)

    def _open(self, case: Case) -> None:
        row = cases.row_of(self.place.id, case, to_micros(self.now))
        self.changes.opened[case.reference] = row
        self.place.case_count += 1
        self.changes.put_story(filed(self.place, case, self.event))
        detail = {
            "priority": case.priority.value,
            "category": case.record.category,
            "team": case.team,
            "playbook": case.playbook,
            "partial": "yes" if case.partial else "no",
        }
        self._put_case(case, "opened", detail)

    def _put_case(self, case: Case, action: str, detail: dict[str, str]) -> None:
        row = cases.row_of(self.place.id, case, to_micros(self.now))
        self.changes.put_case(row)
        told = news(self.place.cases.get(case.reference), case)
        self.changes.news += [webhooks.row_of(one, to_micros(self.now)) for one in told]
        self.changes.put_promises(promises.rows_of(self.place.id, case))
        if case.survey:
            self.changes.put_survey(surveys.row_of(self.place.id, case.reference, case.survey))
        self.changes.put_offers(self.place.id, case)
        self.place.cases[case.reference] = case
        # The body's digest lets the check tell a case that was changed behind the trail's back.
        self._record(action, case.reference, {**detail, BODY: keyed(self.keys.trail, row["body"])})

    def _opt_out(self) -> None:
        """Whoever bears these contacts is not asked in any other chat either."""
        contacts = opt_outs.contacts_of(self.keys.trail, self.place.cases.values())
        self.changes.opt_outs += [{"contact": contact, "at": to_micros(self.now)} for contact in sorted(contacts)]

    def _note_bar(self, action: str) -> None:
        """Who is not heard, or heard again, is for the security log too."""
        event = SecurityEvent(
            self.now, SecurityEventKind.BLOCKED, self._actor(), self.place.id, detail={"what": action}
        )
        self.changes.security.append(event)

    def _note_asking(self, asks: str | None, case: str | None) -> None:
        """The message that asks of our own accord: when it arrived belongs to the survey."""
        known = self.place.cases.get(case or "")
        if asks == surveys.ASKS and known and known.survey and isinstance(self.event.body, Fired):
            row = surveys.row_of(self.place.id, known.reference, known.survey)
            self.changes.put_survey({**row, "asked_seq": self.place.message_count})

    def _tidings(self, told: Tidings) -> dict[str, Any]:
        key = self._place_of(self.changes.tidings)
        return {**key, **asdict(told), "seen_at": 0, "seen_by": ""}

    def keep(self, files: Iterable[Attachment]) -> None:
        """These files are this chat's."""
        moment = to_micros(self.now)
        self.changes.attachments += [attachments.row_of(self.place.id, file, moment, self.keys.proof) for file in files]

    def _note(self, text: str, files: tuple[Attachment, ...]) -> dict[str, Any]:
        body = self.event.body
        words = {"name": body.name if isinstance(body, Acted) else "", "text": text}
        seen = {
            "after_seq": self.place.message_count,
            "files": notes.files_text(files),
            "salt": new_salt(),
            "words": "",
        }
        return {**self._place_of(self.changes.notes), **words, **seen}

    def _place_of(self, rows: list[dict[str, Any]]) -> dict[str, Any]:
        """The key of one more row that belongs to this turn, when it was made, and by whom."""
        key = {"conversation_id": self.place.id, "turn": self.place.turn + 1}
        n = sum(row["conversation_id"] == self.place.id and row["turn"] == key["turn"] for row in rows)
        return {**key, "n": n, "at": to_micros(self.now), "staff": self._actor()}

    def _record(self, action: str, subject: str, detail: dict[str, str]) -> None:
        actor = self._actor()
        # What was said until now is held fast by the entry: messages cannot be cut back behind it.
        said = {SAID: f"hmac:{self.place.transcript_head}"} if self.place.transcript_head else {}
        entry = TrailEntry(to_micros(self.now), actor, action, subject, {**detail, **said})
        self.place.chain, row = append(self.keys.trail, self.place.id, self.place.chain, entry)
        self.changes.audit.append(row)

    def _actor(self) -> str:
        match self.event.body:
            case Fired():
                return "clock"
            case Acted(actor):
                return actor
            case Withheld():
                return "scanner"
        return "customer"

    def _thread(self) -> None:
        """The chat as the desk's lists show it."""
        spoke = [message.author for message in self.messages if message.author in (Author.CUSTOMER, Author.AGENT)]
        moment = to_micros(self.now)
        at, speaker = (moment, spoke[-1]) if spoke else (0, "")
        self.changes.put_thread(threads.row_of(self.place, self.event.channel, at, speaker, moment))


def words_of(event: Event, state: Conversation) -> str:
    """What the customer said by this event: the text, or the words on the button that was offered."""
    match event.body:
        case Said(text):
            return text
        case Tapped(button):
            offer = offer_tapped(state, button)
            return offer.title if offer else ""
        case Started():
            return "/start"
        case _:
            return ""
