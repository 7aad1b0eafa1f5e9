"""Taps on buttons in the staff chat. What a button says can be forged, so who may do what is asked anew each time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from complaints.refusals import RefusalReason
from dialogs.flows.effects import Refused
from dialogs.flows.staff import (
    Blocked,
    Claimed,
    HandedBack,
    MarkedSpam,
    PutOnFile,
    Replied,
    Snoozed,
    StaffAct,
    Transferred,
    Unbarred,
)
from engine.turn.outcome import Outcome
from handlers.staff_telegram import forms
from handlers.staff_telegram.buttons import (
    LONGEST,
    InlineButton,
    Pressed,
    Rows,
    account,
    account_of,
    data,
    first_rows,
    owner,
    read,
)
from handlers.staff_telegram.canned_replies import Shelf
from handlers.staff_telegram.context import BotContext
from handlers.staff_telegram.incoming import StaffUpdate
from staff.rights import Right, may
from storage.conversations.threads import find_thread
from storage.staff.accounts import Staff, StaffPresence, find_staff, list_staff
from storage.staff.topics import View, look

MOST_COLLEAGUES = 8
MENUS = {"transfer": Right.TRANSFER, "snooze": Right.SNOOZE, "canned": Right.REPLY, "less": Right.SEE, "bar": Right.BAR}
"""Which right each menu needs."""
BARS: Mapping[str, tuple[Right, StaffAct, str]] = {
    "spam": (Right.BAR, MarkedSpam(), "spam"),
    "block": (Right.BAR, Blocked(), "blocked_now"),
    "unbar": (Right.UNBAR, Unbarred(), "unbarred"),
}
"""What each button about spam needs and does, and what is said then."""
MORNING = 9
"""The hour, in the playbook's time zone, at which a chat put aside until tomorrow is up again."""


class Taps:
    """Takes taps. What it answers is courtesy; what it does is an act like any other."""

    def __init__(self, office: BotContext) -> None:
        self._office = office
        self._shelf = Shelf(office)

    async def take(self, incoming: StaffUpdate, staff: Staff) -> None:
        """Take one tap. Raises `Unavailable` when nothing could be kept."""
        pressed = read(incoming.data)
        view = await self._office.read(look, incoming.chat, pressed.conversation_id) if pressed else None
        if pressed is None or view is None:
            return self._tell(incoming, "stale")
        match pressed.verb:
            case "claim":
                await self._claim(incoming, staff, view)
            case "resolve":
                await self._resolve(incoming, staff, view)
            case "back":
                await self._do(incoming, staff, view, Right.HAND_BACK, HandedBack(), "handed_back")
            case "correct":
                await self._correct(incoming, staff, view)
            case "can" | "send":
                await self._shelf.take(incoming, staff, view, pressed)
            case "spam" | "block" | "unbar":
                right, what, done = BARS[pressed.verb]
                await self._do(incoming, staff, view, right, what, done)
            case "transfer" | "snooze" | "canned" | "less" | "bar":
                await self._menu(incoming, staff, view, pressed.verb)
            case _:
                await self._chosen(incoming, staff, view, pressed)
        return None

    def _tell(self, incoming: StaffUpdate, key: str, *, alert: bool = True, **facts: object) -> None:
        self._office.answers.tell(incoming, key, alert=alert, **facts)

    async def _claim(self, incoming: StaffUpdate, staff: Staff, view: View) -> None:
        holder = owner(view)
        if holder and holder != staff.id:
            return self._tell(incoming, "taken", name=view.holder)
        await self._do(incoming, staff, view, Right.CLAIM, Claimed(), "claimed", mine=holder == staff.id)
        return None

    async def _do(
        self, incoming: StaffUpdate, staff: Staff, view: View, act: Right, what: StaffAct, done: str,
        *, mine: bool = False, **facts: object,
    ) -> None:  # fmt: skip
        """One act, if this person may; the answer says what came of it."""
        if not mine and not may(staff, act, view.thread.team, owner(view)):
            return self._tell(incoming, "not_allowed")
        outcome = await self._act(incoming, staff, view, what)
        refused = outcome.refused
        if refused is None:
            return self._tell(incoming, done, alert=False, **facts)
        return self._tell(incoming, _why_not(refused, what, staff), name=refused.holder)

    async def _act(self, incoming: StaffUpdate, staff: Staff, view: View, what: StaffAct) -> Outcome:
        event, holder = f"tap:{incoming.query}", owner(view)
        stands_in = holder != staff.id and may(staff, Right.TRANSFER, view.thread.team, holder)
        return await self._office.act(staff, view.room.conversation_id, what, event, stands_in=stands_in)

    async def _resolve(self, incoming: StaffUpdate, staff: Staff, view: View) -> None:
        if not may(staff, Right.RESOLVE, view.thread.team, owner(view)):
            return self._tell(incoming, "not_allowed")
        reference = view.thread.reference or await self._put_on_file(incoming, staff, view)
        if not reference:
            return self._tell(incoming, "no_case")
        office = self._office
        office.answers.silence(incoming)
        question, about = forms.outcome_asked(reference, office.words), forms.OutcomeQuestion(reference)
        return await office.ask(incoming, question, about, staff.name)

    async def _put_on_file(self, incoming: StaffUpdate, staff: Staff, view: View) -> str:
        """The unfinished complaint becomes a case, so that it can be resolved; its reference, or empty."""
        if (await self._act(incoming, staff, view, PutOnFile())).refused:
            return ""
        thread = await self._office.read(find_thread, view.room.conversation_id)
        return thread.reference if thread else ""

    async def _correct(self, incoming: StaffUpdate, staff: Staff, view: View) -> None:
        """Send the words that the message below the button carries; once, however often it is pressed."""
        office, text = self._office, forms.carried(incoming.shown)
        if not text or not may(staff, Right.REPLY, view.thread.team, owner(view)):
            return self._tell(incoming, "not_allowed")
        event = f"correct:{incoming.chat}:{incoming.message}"
        outcome = await office.act(staff, view.room.conversation_id, Replied(text), event)
        if outcome.refused:
            return self._tell(incoming, "not_allowed")
        office.answers.silence(incoming)
        return office.answers.rebutton(incoming)

    async def _menu(self, incoming: StaffUpdate, staff: Staff, view: View, verb: str) -> None:
        """Other buttons below the same message: whom to, how long, or the first ones again."""
        office = self._office
        if not may(staff, MENUS[verb], view.thread.team, owner(view)):
            return self._tell(incoming, "not_allowed")
        office.answers.silence(incoming)
        return office.answers.rebutton(incoming, await self._rows(incoming, staff, view, verb))

    async def _rows(self, incoming: StaffUpdate, staff: Staff, view: View, verb: str) -> Rows:
        office, of_id = self._office, view.room.conversation_id
        if verb == "less":
            return first_rows(view, office.words, office.place, incoming.message)
        less = (InlineButton(office.words.say("button.less"), data("less", of_id)),)
        if verb == "canned":
            return (*await self._shelf.rows(staff, view), less)
        if verb == "bar":
            return (
                *((InlineButton(office.words.say(f"button.{one}"), data(one, of_id)),) for one in ("spam", "block")),
                less,
            )
        if verb == "snooze":
            times = ("hour", "hours", "tomorrow")
            return (
                *((InlineButton(office.words.say(f"button.{one}"), data("until", of_id, one)),) for one in times),
                less,
            )
        return (*((button,) for button in await self._takers(staff, view)), less)

    async def _takers(self, staff: Staff, view: View) -> list[InlineButton]:
        """Colleagues who are there, and the teams' queues."""
        words, of_id = self._office.words, view.room.conversation_id
        known = await self._office.read(list_staff)
        there = [one for one in known if one.id != view.thread.agent and _is_there(one)]
        people = [InlineButton(one.name, data("to", of_id, account(one.id))) for one in there[:MOST_COLLEAGUES]]
        named = self._office.playbook.team_named
        teams = {team: named(team, words.language) for team in sorted(_teams(self._office))}
        queues = [
            InlineButton(words.say("button.team", team=name), data("team", of_id, team)) for team, name in teams.items()
        ]
        return people + [queue for queue in queues if len(queue.data.encode()) <= LONGEST]

    async def _chosen(self, incoming: StaffUpdate, staff: Staff, view: View, pressed: Pressed) -> None:
        if pressed.verb == "until" and (until := self._until(pressed.about)):
            at = self._office.words.moment(until)
            return await self._do(incoming, staff, view, Right.SNOOZE, Snoozed(until), "snoozed", at=at)
        if pressed.verb == "team" and pressed.about in _teams(self._office):
            return await self._do(incoming, staff, view, Right.TRANSFER, Transferred(team=pressed.about), "transferred")
        taker = await self._office.read(find_staff, account_of(pressed.about)) if pressed.verb == "to" else None
        if taker is None or taker.disabled:
            return self._tell(incoming, "stale")
        act = Transferred(to=taker.id, name=taker.name)
        return await self._do(incoming, staff, view, Right.TRANSFER, act, "transferred")

    def _until(self, named: str) -> datetime | None:
        now = self._office.clock()
        match named:
            case "hour":
                return now + timedelta(hours=1)
            case "hours":
                return now + timedelta(hours=4)
            case "tomorrow":
                there = now.astimezone(ZoneInfo(self._office.playbook.file.timezone)) + timedelta(days=1)
                return there.replace(hour=MORNING, minute=0, second=0, microsecond=0).astimezone(now.tzinfo)
        return None


def _why_not(refused: Refused, what: StaffAct, staff: Staff) -> str:
    """The key of the words for a refusal: those of an act, not of words that did not leave."""
    if refused.reason == RefusalReason.FULL and isinstance(what, Transferred) and what.to != staff.id:
        return "other_full"
    if refused.reason == RefusalReason.NOT_YOURS:
        return "taken" if refused.holder else "not_allowed"
    return refused.reason


def _is_there(one: Staff) -> bool:
    return one.presence is not StaffPresence.AWAY


def _teams(office: BotContext) -> frozenset[str]:
    return office.playbook.file.teams
