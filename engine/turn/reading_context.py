"""Where a conversation stands, for those who read in context; and whether it still stands there when the turn comes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Protocol

from complaints.case import Case
from complaints.copies import altered
from complaints.lifecycle import State
from complaints.offers.offer import Line
from complaints.record import Contact, Moment, Money, Slot
from complaints.survey import Part
from dialogs.flows.events import Event, Said
from dialogs.flows.questions import IDLE
from dialogs.flows.reopening.reopen_offer import NAME as REOPEN
from dialogs.flows.reopening.reopen_offer import is_settled
from dialogs.flows.state import Controller, Conversation
from dialogs.flows.survey.survey_questions import NAME as SURVEY
from dialogs.understanding.context import Context, Filed
from dialogs.understanding.reading import Advice, Reading
from storage.cases.cases import cases_in
from storage.conversations.conversations import load_state
from storage.conversations.transcript import Author, Message, last_messages
from storage.db.database import Database

_SEEN = 6
"""Messages among which our last words are looked for."""
_SURVEYED = {Part.SOLVED: "survey_solved", Part.OUTCOME: "survey_score", Part.TREATMENT: "survey_score"}
_UNTOLD = frozenset({Slot.EVIDENCE})


class Advisor(Protocol):
    """Reads a text in its context; None where our own reading is to stand. Never raises for what was written."""

    def may_add_to(self, ours: Reading) -> bool: ...

    async def advise(self, ours: Reading, context: Context, within: float) -> Reading | None: ...

    def note_moved_on(self) -> None: ...


def context_in(database: Database, conversation_id: str) -> Context:
    """Where a chat stands now. Blocks. Raises `Unavailable`."""
    with database.read() as conn:
        state = load_state(conn, conversation_id) or Conversation()
        cases = cases_in(conn, conversation_id)
        said = last_messages(conn, conversation_id, _SEEN)
    return replace(context_of(state, cases), said=_last_words(said))


def context_of(state: Conversation, cases: Iterable[Case]) -> Context:
    """What follows from a chat's state and cases; the sentence it was asked with does not."""
    known, asked = tuple(cases), state.asked
    about = state.surveys.survey.reference if state.surveys.survey else state.status.focus
    return Context(
        asked=_question(state, known),
        also=asked.also if asked else (),
        shown=tuple(offer.title for offer in asked.offers) if asked else (),
        drafting=state.intake.draft is not None,
        facts=_facts(state),
        cases=tuple(Filed(case.reference, case.record.category, case.state) for case in known),
        about=about,
        offer=_offer(state, known),
        survey=state.surveys.survey.part if state.surveys.survey else "",
        dangers=state.safety.dangers,
        attended=state.controller == Controller.AGENT or bool(state.handoff.barred),
        last=state.promises.word_at.isoformat() if state.promises.word_at else "",
    )


def as_it_stands(event: Event, state: Conversation, cases: Iterable[Case], moved_on: Advisor | None) -> Event:
    """The event with the reading that fits where its chat stands now: the advice, if that is where it was made for."""
    said = event.body
    if not isinstance(said, Said) or said.advice is None:
        return event
    # What lost its reading on the way was altered since, and the advice is about other words.
    if said.reading and said.advice.context == context_of(state, cases).digest:
        return altered(event, body=altered(said, reading=said.advice.reading, advice=None))
    if moved_on:
        moved_on.note_moved_on()
    return altered(event, body=altered(said, advice=None))


async def advice_on(advisor: Advisor, context: Context, ours: Reading, within: float) -> Advice | None:
    """What an advisor says of a text in this context, for as long as that is the context."""
    found = await advisor.advise(ours, context, within)
    return Advice(context.digest, found) if found else None


def _question(state: Conversation, cases: tuple[Case, ...]) -> str:
    """What a reply now replies to, by the names that readings know."""
    asked = state.asked.name if state.asked and state.asked.name != IDLE else ""
    if asked == SURVEY and state.surveys.survey:
        return _SURVEYED.get(Part(state.surveys.survey.part), asked)
    if asked or state.intake.draft:
        return asked
    if any(map(_is_offered, cases)):
        return "offer"
    return "after_resolved" if any(map(is_settled, cases)) else ""


def _is_offered(case: Case) -> bool:
    """Whether a colleague has offered something that the customer has not answered."""
    return case.open_offer is not None or (case.state is State.REMEDY_OFFERED and case.waiting_since is not None)


def _offer(state: Conversation, cases: tuple[Case, ...]) -> str:
    """What may be accepted now, in plain words."""
    if state.asked and state.asked.name == REOPEN:
        return "to open a settled case again"
    if open_offers := [case.open_offer for case in cases if case.open_offer]:
        return ", ".join(_line(line) for line in open_offers[-1].lines)
    offered = [case.reference for case in cases if _is_offered(case)]
    return f"what our colleague offered in case {offered[-1]}" if offered else ""


def _line(line: Line) -> str:
    """Plainly what would be done: "refund 50 CNY, to the card"."""
    money = _shown(line.money) if line.money else ""
    return " ".join(filter(None, (line.kind.replace("_", " "), money, line.item, line.means)))


def _facts(state: Conversation) -> tuple[tuple[str, str], ...]:
    record = state.intake.draft.record if state.intake.draft else state.intake.prelude
    if record is None:
        return ()
    return tuple((str(slot), _shown(record.get(slot))) for slot in record.filled() if slot not in _UNTOLD)


def _shown(value: object) -> str:
    match value:
        case Moment():
            return "/".join(filter(None, (value.iso, value.until)))
        case Money():
            return f"{value.amount} {value.currency}"
        case Contact():
            return ", ".join(filter(None, (value.email, value.phone, value.handle, value.preferred)))
        case tuple():
            return ", ".join(map(str, value))
    return str(value)


def _last_words(said: Iterable[Message]) -> str:
    """What the customer was told last: our messages since they wrote."""
    told: list[str] = []
    for message in said:
        told = [] if message.author == Author.CUSTOMER else [*told, message.text]
    return "\n".join(told)
