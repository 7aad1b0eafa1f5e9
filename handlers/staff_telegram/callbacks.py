"""Taps on buttons in the staff chat. What a button says can be forged, so who may do what is asked anew each time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

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
    read,
)
from handlers.staff_telegram.canned_replies import Shelf
from handlers.staff_telegram.context import BotContext
from handlers.staff_telegram.incoming import StaffUpdate
from handlers.staff_telegram.words import STALE
from staff.actions import barring, resolving, takeover, writing
from staff.actions.action import DONE_BEFORE, ActionDone, ActionRequest, opened
from staff.actions.refusals import ActionMalformed, ActionRefused
from staff.actions.times import SNOOZES
from staff.rights import Right
from staff.words import later
from storage.staff.accounts import Staff, StaffPresence, list_staff
from storage.staff.topics import View, look

MOST_COLLEAGUES = 8
MENUS = {"transfer": Right.TRANSFER, "snooze": Right.SNOOZE, "canned": Right.REPLY, "less": Right.SEE, "bar": Right.BAR}
"""Which right each menu needs."""
BARS: Mapping[str, str] = {
    "spam": later("Mark as spam, without a case"),
    "block": later("Block the visitor"),
}
"""What can be done about spam, as its menu names it."""
_CALLED_BEFORE = {"hour": "1h", "hours": "4h"}
"""What buttons that still stand in the group call some of these times."""
T = TypeVar("T")


class Taps:
    """Takes taps. What it answers is courtesy; what it does is an action like any other."""

    def __init__(self, office: BotContext) -> None:
        self._office = office
        self._shelf = Shelf(office)

    async def take(self, incoming: StaffUpdate, staff: Staff) -> None:
        """Take one tap. Raises `Unavailable` when nothing could be kept."""
        pressed = read(incoming.data)
        view = await self._office.read(look, incoming.chat, pressed.conversation_id) if pressed else None
        if pressed is None or view is None:
            return self._tell(incoming, STALE)
        try:
            await self._pressed(incoming, staff, view, pressed)
        except ActionRefused as why:
            self._office.answers.tell(incoming, self._office.words.refusal(why))
        return None

    async def _pressed(self, incoming: StaffUpdate, staff: Staff, view: View, pressed: Pressed) -> None:
        """Do what was pressed. Raises `ActionRefused`."""
        asked = self._office.asks(staff, view.room.conversation_id, f"tap:{incoming.query}")
        match pressed.verb:
            case "resolve":
                await self._resolve(incoming, staff, asked)
            case "correct":
                await self._correct(incoming, asked)
            case "can" | "send":
                await self._shelf.take(incoming, staff, view, pressed)
            case "until":
                choice = _CALLED_BEFORE.get(pressed.about, pressed.about)
                await self._do(incoming, self._snooze(asked, choice), self._put_aside(asked))
            case verb if verb in MENUS:
                await self._menu(incoming, asked, view, verb)
            case verb if verb in AT_ONCE:
                act, said = AT_ONCE[verb]
                await self._do(incoming, act(asked, pressed), lambda _: self._office.words.gettext(said))
            case _:
                raise ActionMalformed

    def _tell(self, incoming: StaffUpdate, text: str, *, alert: bool = True) -> None:
        self._office.answers.tell(incoming, self._office.words.gettext(text), alert=alert)

    async def _do(
        self, incoming: StaffUpdate, action: Awaitable[ActionDone], said: Callable[[ActionDone], str]
    ) -> None:
        """Do it, and say so. Raises `ActionRefused`."""
        done = await self._office.did(action)
        text = self._office.words.gettext(DONE_BEFORE) if done.before else said(done)
        self._office.answers.tell(incoming, text, alert=False)

    async def _snooze(self, asked: ActionRequest, choice: str) -> ActionDone:
        if choice not in SNOOZES:
            raise ActionMalformed
        return await takeover.snooze(asked, choice)

    def _put_aside(self, asked: ActionRequest) -> Callable[[ActionDone], str]:
        """Says until when, on the clock of whoever asked."""

        def said(done: ActionDone) -> str:
            words, until = self._office.words, done.until
            at = words.moment(until, asked.zone) if until else ""
            return words.gettext("Put aside until %(at)s, or until the customer writes.", at=at)

        return said

    async def _resolve(self, incoming: StaffUpdate, staff: Staff, asked: ActionRequest) -> None:
        office = self._office
        reference = await office.did(resolving.case_to_resolve(asked))
        office.answers.silence(incoming)
        question, about = forms.outcome_asked(reference, office.words), forms.OutcomeQuestion(reference)
        return await office.ask(incoming, question, about, staff.name)

    async def _correct(self, incoming: StaffUpdate, asked: ActionRequest) -> None:
        """Send the words that the message below the button carries; once, however often it is pressed."""
        office = self._office
        once = office.asks(asked.staff, asked.conversation_id, f"correct:{incoming.chat}:{incoming.message}")
        await office.did(writing.reply(once, forms.carried(incoming.shown)))
        office.answers.silence(incoming)
        return office.answers.rebutton(incoming)

    async def _menu(self, incoming: StaffUpdate, asked: ActionRequest, view: View, verb: str) -> None:
        """Other buttons below the same message: whom to, how long, or the first ones again."""
        office = self._office
        await opened(asked, MENUS[verb])
        office.answers.silence(incoming)
        return office.answers.rebutton(incoming, await self._rows(incoming, asked.staff, view, verb))

    async def _rows(self, incoming: StaffUpdate, staff: Staff, view: View, verb: str) -> Rows:
        office, of_id = self._office, view.room.conversation_id
        if verb == "less":
            return first_rows(view, office.words, office.place, incoming.message)
        less = (InlineButton(office.words.gettext("‹ Back"), data("less", of_id)),)
        if verb == "canned":
            return (*await self._shelf.rows(staff, view), less)
        if verb == "transfer":
            return (*((button,) for button in await self._takers(view)), less)
        named = BARS if verb == "bar" else SNOOZES
        return (*((self._choice(verb, of_id, one, text),) for one, text in named.items()), less)

    def _choice(self, verb: str, of_id: str, one: str, text: str) -> InlineButton:
        asked = data(one, of_id) if verb == "bar" else data("until", of_id, one)
        return InlineButton(self._office.words.gettext(text), asked)

    async def _takers(self, view: View) -> list[InlineButton]:
        """Colleagues who are there, and the teams' queues."""
        words, of_id, playbook = self._office.words, view.room.conversation_id, self._office.playbook
        known = await self._office.read(list_staff)
        there = [one for one in known if one.id != view.thread.agent and one.presence is not StaffPresence.AWAY]
        people = [InlineButton(one.name, data("to", of_id, account(one.id))) for one in there[:MOST_COLLEAGUES]]
        teams = {team: playbook.team_named(team, words.language) for team in sorted(playbook.file.teams)}
        queues = [
            InlineButton(words.gettext("Queue: %(team)s", team=name), data("team", of_id, team))
            for team, name in teams.items()
        ]
        return people + [queue for queue in queues if len(queue.data.encode()) <= LONGEST]


_Action = Callable[[ActionRequest, Pressed], Awaitable[ActionDone]]
AT_ONCE: Mapping[str, tuple[_Action, str]] = {
    "claim": (lambda asked, _: takeover.claim(asked), later("This chat is yours.")),
    "back": (lambda asked, _: takeover.hand_back(asked), later("The bot goes on.")),
    "to": (lambda asked, at: takeover.transfer(asked, to=account_of(at.about)), later("Passed on.")),
    "team": (lambda asked, at: takeover.transfer(asked, team=at.about), later("Passed on.")),
    "spam": (lambda asked, _: barring.mark_spam(asked), later("Marked as spam. A supervisor can undo it.")),
    "block": (lambda asked, _: barring.block(asked), later("Blocked. A supervisor can undo it.")),
    "unbar": (lambda asked, _: barring.unbar(asked), later("The visitor is heard again.")),
}
"""The buttons that do something at once, and what is said then."""
