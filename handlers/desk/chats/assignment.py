"""Who has a chat: taking it, giving it to somebody, passing it on, putting it aside, giving it back to the bot."""

from __future__ import annotations

from fastapi import Response

from handlers.desk.chats.actions import answered, request_of
from handlers.desk.request_context import Visit
from handlers.desk.routing import Pages
from staff.actions import takeover
from staff.rights import needs
from storage.staff.accounts import Role, find_staff

OPEN = needs(Role.AGENT)
LONGEST_NOTE = 5000


def add(pages: Pages) -> None:
    pages.post("/desk/chats/{id}/claim", claim, OPEN)
    pages.post("/desk/chats/{id}/pull", pull, needs(Role.SUPERVISOR))
    pages.post("/desk/chats/{id}/assign", assign, needs(Role.SUPERVISOR))
    pages.post("/desk/chats/{id}/transfer", transfer, OPEN)
    pages.post("/desk/chats/{id}/snooze", snooze, OPEN)
    pages.post("/desk/chats/{id}/hand-back", hand_back, OPEN)


async def claim(visit: Visit) -> Response:
    """Take the chat, unless somebody was sooner."""
    said = visit.words.gettext("The chat is yours. The bot is silent.")
    return await answered(visit, takeover.claim(request_of(visit)), said)


async def pull(visit: Visit) -> Response:
    """Take the chat from whoever has it."""
    said = visit.words.gettext("The chat is yours. The bot is silent.")
    return await answered(visit, takeover.pull(request_of(visit)), said)


async def assign(visit: Visit) -> Response:
    """Give the chat to somebody."""
    to = _account(visit)
    said = visit.words.gettext("Given to %(name)s.") % {"name": await _named(visit, to)}
    return await answered(visit, takeover.assign(request_of(visit), to), said)


async def transfer(visit: Visit) -> Response:
    """Pass the chat to somebody, or into a team's queue, with a note."""
    _ = visit.words.gettext
    note, asked = visit.text("note", LONGEST_NOTE), request_of(visit)
    kind, _colon, team = visit.text("to").partition(":")
    if kind == "team" and team:
        said = _("Passed to the team %(team)s.") % {"team": visit.team_named(team)}
        return await answered(visit, takeover.transfer(asked, team=team, note=note), said)
    to = _account(visit)
    said = _("Passed to %(name)s.") % {"name": await _named(visit, to)}
    return await answered(visit, takeover.transfer(asked, to=to, note=note), said)


async def snooze(visit: Visit) -> Response:
    """Put the chat aside until a moment, or until the customer writes."""
    said = visit.words.gettext("Put aside. It comes back then, or when the customer writes.")
    return await answered(visit, takeover.snooze(request_of(visit), visit.text("until"), visit.text("own")), said)


async def hand_back(visit: Visit) -> Response:
    """The bot goes on."""
    said = visit.words.gettext("The bot has the chat again.")
    return await answered(visit, takeover.hand_back(request_of(visit), visit.text("note", LONGEST_NOTE)), said)


def _account(visit: Visit) -> str:
    """The id of the account that the form names."""
    return visit.text("to").removeprefix("staff:")


async def _named(visit: Visit, to: str) -> str:
    found = await visit.desk.read(find_staff, to)
    return found.name if found else ""
