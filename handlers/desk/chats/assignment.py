"""Who has a chat: taking it, giving it to somebody, passing it on, putting it aside, giving it back to the bot."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from fastapi import Response

from dialogs.flows.staff import LONGEST_SNOOZE, Claimed, HandedBack, Offered, Snoozed, StaffAct, Transferred
from handlers.desk.chats.actions import UNFINISHED_FORM, act_once, done, once
from handlers.desk.chats.chat import opened
from handlers.desk.request_context import Visit
from handlers.desk.routing import Pages
from handlers.http.problems import BadRequest
from staff.rights import Right, needs
from storage.staff.accounts import Role, Staff, find_staff

OPEN = needs(Role.AGENT)
LONGEST_NOTE = 5000
_MORNING = time(9)


def add(pages: Pages) -> None:
    pages.post("/desk/chats/{id}/claim", claim, OPEN)
    pages.post("/desk/chats/{id}/pull", pull, needs(Role.SUPERVISOR))
    pages.post("/desk/chats/{id}/assign", assign, needs(Role.SUPERVISOR))
    pages.post("/desk/chats/{id}/transfer", once(transfer), OPEN)
    pages.post("/desk/chats/{id}/snooze", once(snooze), OPEN)
    pages.post("/desk/chats/{id}/hand-back", once(hand_back), OPEN)


async def claim(visit: Visit) -> Response:
    """Take the chat, unless somebody was sooner."""
    chat = await opened(visit, Right.CLAIM)
    return await act_once(visit, chat, Claimed(), visit.words.gettext("The chat is yours. The bot is silent."))


async def pull(visit: Visit) -> Response:
    """Take the chat from whoever has it."""
    chat = await opened(visit, Right.PULL)
    return await act_once(visit, chat, Claimed(pull=True), visit.words.gettext("The chat is yours. The bot is silent."))


async def assign(visit: Visit) -> Response:
    """Give the chat to somebody: an offer while nobody has it, else it passes to them."""
    chat, somebody = await opened(visit, Right.ASSIGN), await _somebody(visit)
    said = visit.words.gettext("Given to %(name)s.") % {"name": somebody.name}
    given: StaffAct = Offered(somebody.id, somebody.name)
    if chat.is_held:
        given = Transferred(to=somebody.id, name=somebody.name)
    return await act_once(visit, chat, given, said)


async def transfer(visit: Visit) -> Response:
    """Pass the chat to somebody, or into a team's queue, with a note."""
    _ = visit.words.gettext
    chat, note = await opened(visit, Right.TRANSFER), visit.text("note", LONGEST_NOTE)
    kind, _colon, team = visit.text("to").partition(":")
    if kind == "team" and team in visit.desk.teams:
        said = _("Passed to the team %(team)s.") % {"team": visit.team_named(team)}
        return await act_once(visit, chat, Transferred(team=team, note=note), said)
    somebody = await _somebody(visit)
    said = _("Passed to %(name)s.") % {"name": somebody.name}
    return await act_once(visit, chat, Transferred(somebody.id, somebody.name, note=note), said)


async def snooze(visit: Visit) -> Response:
    """Put the chat aside until a moment, or until the customer writes."""
    _ = visit.words.gettext
    chat = await opened(visit, Right.SNOOZE)
    until = time_named(visit)
    if until is None or not visit.now < until <= visit.now + LONGEST_SNOOZE:
        return done(visit, chat, _("Choose a time within the next 60 days."), "warning")
    return await act_once(visit, chat, Snoozed(until), _("Put aside. It comes back then, or when the customer writes."))


async def hand_back(visit: Visit) -> Response:
    """The bot goes on."""
    chat = await opened(visit, Right.HAND_BACK)
    said = visit.words.gettext("The bot has the chat again.")
    return await act_once(visit, chat, HandedBack(visit.text("note", LONGEST_NOTE)), said)


async def _somebody(visit: Visit) -> Staff:
    """The colleague that the form names."""
    found = await visit.desk.read(find_staff, visit.text("to").removeprefix("staff:"))
    if found is None or found.disabled:
        raise BadRequest(UNFINISHED_FORM)
    return found


def time_named(visit: Visit) -> datetime | None:
    """When the chat comes back: a preset, or a time of one's own on the reader's clock. Aware, UTC."""
    here = visit.now.astimezone(visit.zone)
    match visit.text("until"):
        case "1h":
            return visit.now + timedelta(hours=1)
        case "4h":
            return visit.now + timedelta(hours=4)
        case "tomorrow":
            day = here.date() + timedelta(days=1)
        case "monday":
            day = here.date() + timedelta(days=7 - here.weekday())
        case _:
            return _own(visit)
    return datetime.combine(day, _MORNING, visit.zone).astimezone(UTC)


def _own(visit: Visit) -> datetime | None:
    try:
        return datetime.fromisoformat(visit.text("own")).replace(tzinfo=visit.zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
