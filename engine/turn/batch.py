"""A batch of turns in one transaction: load under locks, step each event in order, gather, write.

Locks are taken in one order everywhere: conversations by id, then accounts by id, then the month's
counter. A step is pure, so a turn that turns out to file a case is simply stepped again with the
reference it gets; no turn that files nothing ever waits for the counter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from time import perf_counter
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from complaints.copies import altered
from dialogs.flows.effects import CarryCase, Effect, OpenCase, SetTimer
from dialogs.flows.events import Event, Fired, Resumed, Said, Started, WentOver, Worthless
from dialogs.flows.offers import deadlines
from dialogs.flows.promises import sla_timers
from dialogs.flows.reach import ALWAYS, Reach
from dialogs.flows.setting import Setting
from dialogs.flows.staff import Acted
from dialogs.flows.state import Controller, Conversation, changed
from dialogs.flows.survey import follow_up
from dialogs.playbooks.playbook import Playbook
from engine.turn.admission import Arrival
from engine.turn.apply_effects import Carrying, Keys, Push, words_of
from engine.turn.deep_links import Links
from engine.turn.holdings import hold
from engine.turn.incident_lookup import IncidentLookup
from engine.turn.message_edits import Seen, edited_by
from engine.turn.outcome import Outcome, Tally
from engine.turn.pending_writes import Changes, Writer
from engine.turn.reading_context import Advisor, as_it_stands
from engine.turn.ringing_limit import RingingLimit
from engine.turn.survey_lookup import SurveyLookup
from storage.audit.holdings import proof_keys
from storage.cases import cases
from storage.cases.references import References, hold_references
from storage.conversations.conversations import NEW, ConversationRow, locked, place_of
from storage.conversations.threads import loads
from storage.conversations.transcript import Message, message_of, sealing_key
from storage.db.dialect import Dialect
from storage.db.timestamps import to_micros
from storage.delivery import timers
from storage.delivery.outbox import leaving
from storage.delivery.timers import Key
from storage.security.alert_rate import Rate
from storage.security.keys import AnyKey, ring_of
from storage.staff.accounts import lock_staff
from storage.tables.core import conversations, events, messages

Step = Callable[[Conversation, Event, Setting], tuple[Conversation, tuple[Effect, ...]]]

UNLIMITED = Rate()
_AT_ONCE = timedelta(seconds=1)
MOST_KNOWN = 50_000
"""Conversations remembered as existing, so that no insert need be tried for them."""


@dataclass(slots=True)
class LoadedBatch:
    """What the batch knows of its conversations: their places, events seen, timers that are set; how many more
    chats each colleague may hold who might be given one; where the bot is speaking just now; and what
    the timers of surveys have to know.
    """

    places: dict[str, ConversationRow]
    seen: Seen
    pending: dict[Key, int]
    links: Links
    room: dict[str, int]
    speaking: set[str]
    asking: SurveyLookup


@dataclass(slots=True)
class BatchContext:
    """Where one batch is worked on: the connection, the hour, the changes so far, the references."""

    conn: Connection
    now: datetime
    loaded: LoadedBatch
    ringing: RingingLimit
    changes: Changes = field(default_factory=Changes)
    references: References | None = None


class TurnBatch:
    """Takes batches of turns for one database and one playbook.

    `moved` gathers the conversations that were written, for whoever takes their ids out (see `engine.upkeep.proof`).
    """

    def __init__(
        self,
        dialect: Dialect,
        playbook: Playbook,
        step: Step,
        key: AnyKey,
        push: Push,
        tally: Tally,
        reaches: Mapping[str, Reach] = MappingProxyType({}),
        rate: Rate = UNLIMITED,
        advisor: Advisor | None = None,
    ) -> None:
        self.playbook = playbook
        self._dialect, self._step = dialect, step
        self._ring = ring_of(key)
        self._key = self._ring.current
        self._keys = Keys(self._key, sealing_key(self._key), proof_keys(self._ring)[0], self._ring.mark)
        self._proof_keys = proof_keys(self._ring)
        self._push, self._tally = push, tally
        self._reaches = reaches
        self._rate, self._advisor = rate, advisor
        self.moved: set[str] = set()
        self._incidents = IncidentLookup()
        self._known: set[str] = set()
        self._writer = Writer(dialect)
        self._queries = _Queries(dialect)

    def take(self, conn: Connection, arrivals: Sequence[Arrival], now: datetime) -> list[Outcome]:
        """Take these events, in order, in the transaction that `conn` is in."""
        started = perf_counter()
        desk = self.open_desk(conn, arrivals, now)
        loaded = perf_counter()
        outcomes = [self._turn(desk, arrival) for arrival in arrivals]
        stepped = perf_counter()
        self.write(desk)
        spent = self._tally.seconds
        spent["load"] += loaded - started
        spent["step"] += stepped - loaded
        spent["write"] += perf_counter() - stepped
        return outcomes

    def open_desk(self, conn: Connection, arrivals: Sequence[Arrival], now: datetime) -> BatchContext:
        """Load what the events need, without taking them."""
        return BatchContext(conn, now, self._load(conn, arrivals, now), RingingLimit(conn, now, self._rate))

    def carrying(self, desk: BatchContext, arrival: Arrival) -> Carrying:
        """What carries out the effects of this event."""
        place = desk.loaded.places[arrival.conversation_id]
        push = self._push(arrival.event)
        return Carrying(self._keys, desk.changes, place, arrival.event, desk.now, push, [])

    def write(self, desk: BatchContext) -> None:
        """Write the desk's changes."""
        if desk.references is not None:
            desk.references.save(desk.conn, self._key)
        hold(self._keys.proof, desk.loaded.places, desk.changes, desk.now)
        self._writer.write(desk.conn, desk.changes)
        self.moved.update(desk.changes.conversations)

    def committed(self, arrivals: Iterable[Arrival]) -> None:
        """The transaction went through: its conversations exist from now on."""
        if len(self._known) > MOST_KNOWN:
            self._known.clear()
        self._known.update(arrival.conversation_id for arrival in arrivals)

    def forget(self) -> None:
        """Something failed; assume nothing about what exists."""
        self._known.clear()

    def _turn(self, desk: BatchContext, arrival: Arrival) -> Outcome:
        place, before = desk.loaded.places[arrival.conversation_id], desk.loaded.seen.get(arrival.key)
        if isinstance(arrival.event.body, Fired):
            if not self._fires(desk, place.id, arrival.event.body):
                return before or Outcome(place.id, place.turn, ())
            arrival = _told_apart(arrival, place.turn) if before else arrival
        elif before is not None:
            return before
        event = arrival.event
        carrying = self.carrying(desk, arrival)
        if isinstance(event.body, Started):
            outcome = self._started(desk, carrying, arrival, event.body)
        else:
            state = self._carried(desk, carrying, arrival)
            if carrying.refused:
                # Nothing was done, so the event is not known: when it comes again it is tried again, not thought done.
                return Outcome(place.id, place.turn, (), refused=carrying.refused)
            outcome = carrying.finish(state)
        desk.loaded.seen[arrival.key] = altered(outcome, repeated=True)
        return outcome

    def _carried(self, desk: BatchContext, carrying: Carrying, arrival: Arrival) -> Conversation:
        """Step, and carry out what follows; the state it leads to. An edit that changes nothing leads nowhere."""
        place = carrying.place
        event = as_it_stands(arrival.event, place.state, place.cases.values(), self._advisor)
        edited = edited_by(desk.conn, desk.loaded.seen, arrival)
        if edited and isinstance(event.body, Said):
            if not edited.is_changed_by(event.body):
                return place.state
            event = replace(event, body=replace(event.body, before=edited.newest.text))
        carrying.customer_said(words_of(event, place.state), edited.first.seq if edited else 0)
        state, effects = self._stepped(desk, place, event)
        if carrying.is_refused(effects):
            return place.state
        for effect in effects:
            carrying.carry(effect)
            if isinstance(effect, CarryCase):
                self._carry_case(desk, carrying, effect)
        _count_room(desk.loaded.room, place.state, state)
        return state

    def _started(self, desk: BatchContext, carrying: Carrying, arrival: Arrival, started: Started) -> Outcome:
        """A chat that was opened: by a link of another chat, that one is left in the same transaction."""
        links, place = desk.loaded.links, carrying.place
        source = desk.loaded.places.get(links.source_of(started))
        link = links.meant(place, started, source, desk.now)
        if isinstance(link, Resumed) and link.state.handoff.barred:
            link = Worthless()  # nobody gets around a bar by going on elsewhere
        event = replace(arrival.event, body=replace(started, link=link))
        beside = self._carry_over(desk, carrying, started, source) if isinstance(link, Resumed) else ()
        return carrying.finish(self._carried(desk, carrying, replace(arrival, event=event)), beside)

    def _carry_over(
        self, desk: BatchContext, carrying: Carrying, started: Started, source: ConversationRow | None
    ) -> tuple[str, ...]:
        """Empty the chat that the link carries over, whose state the step is given; returns its id, if there is any."""
        desk.loaded.links.use(started, carrying.place, desk.changes, desk.now)
        if source is None:
            return ()
        name, (channel, account, chat) = f"went_over:{started.digest[:32]}", desk.loaded.links.address(source.id)
        event = Event(name, channel, account, chat, carrying.event.at, WentOver())
        leaving = self.carrying(desk, Arrival(event, source.id))
        carrying.keep(source.state.intake.draft.record.evidence if source.state.intake.draft else ())
        state, effects = self._stepped(desk, source, event)
        leaving.give_away(carrying)
        for effect in effects:
            leaving.carry(effect)
        leaving.finish(state)
        return (source.id,)

    def _carry_case(self, desk: BatchContext, carrying: Carrying, carry: CarryCase) -> None:
        """The case goes on in another chat of the same customer, and is looked at there at once."""
        case, place = carrying.place.cases[carry.reference], desk.loaded.places[carry.to]
        count = case.survey.resolution if case.survey else 0
        name = f"case_came:{case.reference}:{count}"
        event = Event(name, *desk.loaded.asking.addresses[carry.to], desk.now, carrying.event.body)
        there = self.carrying(desk, Arrival(event, place.id))
        carrying.give(case, there)
        for kind in (follow_up.KIND, sla_timers.KIND, deadlines.KIND):
            there.carry(SetTimer(kind, case.reference, desk.now + _AT_ONCE))
        there.finish(changed(place.state, cases=place.state.status.cases + 1))

    def _fires(self, desk: BatchContext, of_id: str, fired: Fired) -> bool:
        """Whether the timer is still set for this very moment, and it has come; if so it is used up now.

        Where the clock was set back since the timer was found, it stays as it is.
        """
        key = (of_id, fired.kind, fired.subject)
        due = desk.changes.timers[key] if key in desk.changes.timers else desk.loaded.pending.get(key)
        if due != to_micros(fired.due) or fired.due > desk.now:
            return False
        desk.changes.timers[key] = None
        return True

    def _stepped(
        self, desk: BatchContext, place: ConversationRow, event: Event
    ) -> tuple[Conversation, tuple[Effect, ...]]:
        """Step once; and once more, with a reference of its own, if it files a case and none was held yet."""
        known = tuple(place.cases.values())
        reference = desk.references.next if desk.references else f"C-{desk.now:%y%m}-000000"
        asking = desk.loaded.asking
        by_bot = place.state.controller == Controller.BOT
        others = asking.others(place, desk.loaded.places, self._reaches, desk.now) if asking.addresses else ()
        setting = Setting(
            place.id, self.playbook, desk.now, known, reference, desk.loaded.room, place.id in desk.loaded.speaking,
            self._reaches.get(event.channel, ALWAYS), others, asking.does_not_want(place),
            incident=self._incidents.of(desk.conn, event, desk.now) if by_bot else None,
        )  # fmt: skip
        state, effects = self._step(place.state, event, setting)
        if desk.ringing.is_crowded(place.state, state, event, place.id):
            setting = replace(setting, crowded=True)
            state, effects = self._step(place.state, event, setting)
        desk.ringing.note(place.state, state, place.id, desk.changes)
        if not any(isinstance(effect, OpenCase) for effect in effects):
            return state, effects
        self._tally.cases += 1
        if desk.references is None:
            desk.references = hold_references(desk.conn, self._dialect, desk.now)
            setting = replace(setting, reference=desk.references.next)
            state, effects = self._step(place.state, event, setting)
        desk.references.use()
        return state, effects

    def _load(self, conn: Connection, arrivals: Sequence[Arrival], now: datetime) -> LoadedBatch:
        addressed = {arrival.conversation_id: arrival.event for arrival in arrivals}
        self._insert_missing(conn, addressed)
        links = Links(conn, self._dialect, arrivals)
        asking = SurveyLookup(conn, self._dialect, arrivals)
        ids = self._dialect.texts({*addressed, *links.sources, *asking.addresses})
        rows = conn.execute(self._queries.places, {"ids": ids}).all()
        places = {row.id: place_of(row, self._proof_keys) for row in rows}
        # Whoever was erased and writes again begins anew under the same id: their address was erased too.
        if unaddressed := [row.id for row in rows if not row.chat and row.id in addressed]:
            conn.execute(self._queries.address, [_address_of(of_id, addressed[of_id]) for of_id in unaddressed])
        links.lock()
        self._load_cases(conn, places)
        asking.load_opt_outs(self._ring, places)
        pending: dict[Key, int] = {}
        if any(isinstance(arrival.event.body, Fired) for arrival in arrivals):
            found = conn.execute(self._queries.timers, {"ids": ids})
            pending = {(row.conversation_id, row.kind, row.subject): row.due for row in found}
        room, speaking = self._load_room(conn, arrivals), self._load_speaking(conn, arrivals, now)
        return LoadedBatch(places, self._load_seen(conn, arrivals), pending, links, room, speaking, asking)

    def _load_speaking(self, conn: Connection, arrivals: Sequence[Arrival], now: datetime) -> set[str]:
        """Whoever takes a chat over waits for the bot's last word to have left: nothing of it may leave later."""
        acted = {one.conversation_id: one.event.body for one in arrivals if isinstance(one.event.body, Acted)}
        claimed = {of_id for of_id, body in acted.items() if body.receives}
        return leaving(conn, self._dialect, claimed, now) if claimed else set()

    def _load_room(self, conn: Connection, arrivals: Sequence[Arrival]) -> dict[str, int]:
        """Whoever might be given a chat is locked first, so that no two chats fill the same last place."""
        bodies = [arrival.event.body for arrival in arrivals]
        receiving = {body.receives for body in bodies if isinstance(body, Acted) and body.receives}
        if not receiving:
            return {}
        able = {one.id: one.capacity for one in lock_staff(conn, self._dialect, receiving) if not one.disabled}
        held = loads(conn, self._dialect, able)
        return {staff: capacity - held.get(staff, 0) for staff, capacity in able.items()}

    def _insert_missing(self, conn: Connection, addressed: dict[str, Event]) -> None:
        missing = sorted(addressed.keys() - self._known)
        if missing:
            conn.execute(self._queries.insert, [_new_row(of_id, addressed[of_id]) for of_id in missing])

    def _load_cases(self, conn: Connection, places: dict[str, ConversationRow]) -> None:
        wanted = [place.id for place in places.values() if place.case_count]
        if not wanted:
            return
        for of_id, body in conn.execute(self._queries.cases, {"ids": self._dialect.texts(wanted)}):
            case = cases.decode_case(body)
            places[of_id].cases[case.reference] = case

    def _load_seen(self, conn: Connection, arrivals: Sequence[Arrival]) -> Seen:
        """The events of these that were taken before, each with the answer it had."""
        keys = self._dialect.pairs("keys", {arrival.key for arrival in arrivals})
        rows = conn.execute(self._queries.seen, keys).all()
        if not rows:
            return {}
        said: dict[tuple[str, str], list[Message]] = {}
        for row in conn.execute(self._queries.said, keys):
            said.setdefault((row.conversation_id, row.event_id), []).append(message_of(row))
        return {
            (of_id, event_id): Outcome(of_id, turn, tuple(said.get((of_id, event_id), ())), repeated=True)
            for of_id, event_id, turn in rows
        }


class _Queries:
    """The statements that load a batch, made once for a dialect."""

    def __init__(self, dialect: Dialect) -> None:
        key = (events.c.conversation_id, events.c.event_id)
        self.places = locked(dialect)
        self.cases = cases.cases_of(dialect)
        self.timers = timers.pending(dialect)
        self.insert = dialect.insert(conversations).on_conflict_do_nothing()
        self.address = (
            update(conversations).where(conversations.c.id == bindparam("of_id")).values(chat=bindparam("of_chat"))
        )
        self.seen = select(*key, events.c.turn).where(dialect.pairs_among(key, "keys"))
        self.said = (
            select(messages, events.c.event_id)
            .select_from(events)
            .join(
                messages,
                (messages.c.conversation_id == events.c.conversation_id)
                & messages.c.seq.between(events.c.first_seq, events.c.last_seq),
            )
            .where(dialect.pairs_among(key, "keys"))
            .order_by(messages.c.conversation_id, messages.c.seq)
        )


def _address_of(of_id: str, event: Event) -> dict[str, str]:
    return {"of_id": of_id, "of_chat": event.chat}


def _told_apart(arrival: Arrival, turn: int) -> Arrival:
    """A clock that was set back comes by a moment twice, and the timer was set anew for it: that is another event."""
    return replace(arrival, event=replace(arrival.event, id=f"{arrival.event.id}:{turn + 1}"))


def _count_room(room: dict[str, int], before: Conversation, after: Conversation) -> None:
    """A chat that changed hands within the batch."""
    gave, got = (state.queue.holding.agent if state.queue.holding else "" for state in (before, after))
    if gave != got:
        room[gave] = room.get(gave, 0) + 1
        room[got] = room.get(got, 0) - 1


def _new_row(of_id: str, event: Event) -> dict[str, Any]:
    return {"id": of_id, "channel": event.channel, "account": event.account, "chat": event.chat, **NEW}
