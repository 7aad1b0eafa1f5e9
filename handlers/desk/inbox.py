"""The inbox: lists of chats to read, filter, keep and act on together; and what rings for whom."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import msgspec
from fastapi import Response
from starlette.types import ASGIApp

from complaints.priority import Priority
from dialogs.flows.staff import Acted, Claimed, HandedBack, Offered, StaffAct, Tagged
from handlers.desk.desk import Desk
from handlers.desk.live import event, live
from handlers.desk.permission import Act, may, needs
from handlers.desk.routing import Pages
from handlers.desk.tidings import news_for
from handlers.desk.visits import Visit
from handlers.desk.words import later, named
from handlers.problems import BadRequest
from handlers.staff.acting import Acting
from storage.inbox import (
    MOST_COUNTED,
    SORTS,
    STATES,
    VIEWS,
    Page,
    SavedView,
    Seen,
    Wanted,
    counts,
    drop_view,
    newest_change,
    page_of,
    save_view,
    views_of,
)  # fmt: skip
from storage.instants import to_micros
from storage.staff import Role, Staff, list_staff
from storage.threads import Thread, alerted, find_thread, held_by
from storage.tidings import Tiding

INBOX = "/desk/inbox"
OPEN = needs(Role.AGENT)
HOURS = ("1", "4", "24", "72")
MOST_CHOSEN = 100
_LONGEST_NAME = 60


def add(pages: Pages) -> None:
    pages.get(INBOX, show, OPEN)
    pages.get(f"{INBOX}/stream", stream, OPEN)
    pages.post(f"{INBOX}/together", act_together, OPEN)
    pages.post(f"{INBOX}/views", keep_view, OPEN)
    pages.post(f"{INBOX}/views/drop", forget_view, OPEN)


async def show(visit: Visit) -> Response:
    """One page of a list; for htmx the list alone."""
    asked = visit.request.query_params
    wanted, after = wanted_of(asked, visit), asked.get("after", "")[:80]
    page, counted, views, people = await visit.desk.read(_look, visit, wanted, after)
    template = "_threads.html" if visit.is_htmx else "inbox.html"
    return visit.render(
        template, page=page, counts=counted, views=views, wanted=wanted, chosen=_chosen(asked),
        names={one.id: one.name for one in people}, colleagues=[one for one in people if not one.disabled],
        query=urlencode(_chosen(asked)), here=urlencode(_chosen(asked) | ({"after": after} if after else {})),
        following=urlencode({**_chosen(asked), "after": page.next}),
        overdue=_overdue(visit, page), **_choices(visit, asked),
    )  # fmt: skip


def _choices(visit: Visit, asked: Mapping[str, str]) -> dict[str, Any]:
    """What may be chosen in the filters."""
    return {
        "most": MOST_COUNTED,
        "sorts": SORTS,
        "shown_views": VIEWS,
        "teams": {team: visit.team_named(team) for team in sorted(visit.desk.teams)},
        "categories": category_names(visit),
        "spoken": {code: named(code) for code in visit.desk.playbook.languages},
        "is_filtered": bool(_chosen(asked).keys() - {"view", "query", "sort"}),
    }


def _look(
    conn: Any, visit: Visit, wanted: Wanted, after: str
) -> tuple[Page, dict[str, int], list[SavedView], list[Staff]]:
    dialect, seen = visit.desk.database.dialect, seen_by(visit.staff)
    page = page_of(conn, dialect, seen, wanted, after)
    return page, counts(conn, dialect, seen), views_of(conn, visit.staff.id), list_staff(conn, disabled=True)


def seen_by(staff: Staff) -> Seen:
    """Whose chats somebody may see."""
    return Seen(staff.id, staff.teams)


def wanted_of(asked: Mapping[str, str], visit: Visit) -> Wanted:
    """What an address asks for; what it does not know is not asked for."""
    chosen = _chosen(asked)
    hours = {name: chosen.pop(name, "") for name in ("waiting", "due")}
    texts: dict[str, Any] = {"view": "mine", **chosen}
    wanted = Wanted(**texts)
    now = visit.now
    if hours["waiting"] in HOURS:
        wanted = replace(wanted, waiting_before=to_micros(now - timedelta(hours=int(hours["waiting"]))))
    if hours["due"] in HOURS:
        wanted = replace(wanted, due_before=to_micros(now + timedelta(hours=int(hours["due"]))))
    return wanted


_ALLOWED: Mapping[str, tuple[str, ...]] = {
    "view": VIEWS, "state": STATES, "sort": SORTS, "priority": tuple(Priority), "waiting": HOURS, "due": HOURS,
}  # fmt: skip
_FREE = ("team", "category", "language", "channel", "tag", "query")


def _chosen(asked: Mapping[str, str]) -> dict[str, str]:
    """The parts of an address that say which list it is."""
    named = {name: asked.get(name, "") for name in _ALLOWED}
    known = {name: value for name, value in named.items() if value in _ALLOWED[name]}
    return known | {name: value[:200] for name in _FREE if (value := asked.get(name, "").strip())}


def category_names(visit: Visit) -> dict[str, str]:
    """The playbook's kinds of complaint, as this reader calls them."""
    words = visit.desk.playbook.words(visit.language)
    return {name: words.say(f"category.{name}.title") for name in visit.desk.playbook.file.categories}


def _overdue(visit: Visit, page: Page) -> frozenset[str]:
    return frozenset(one.conversation_id for one in page.threads if one.deadline and one.deadline < visit.now)


async def act_together(visit: Visit) -> Response:
    """Do the same to each chosen chat that one may do it to; says how many it was done to, and why not the rest."""
    chosen, act = visit.texts("chat")[:MOST_CHOSEN], visit.text("do")
    if not chosen or not visit.text("act"):
        return visit.back(INBOX, visit.words.gettext("Choose one chat at least."), "warning")
    acting = Acting(visit.desk.door, visit.desk.reads, visit.desk.clock)
    refused = [why for chat in chosen if (why := await _do(visit, acting, act, chat))]
    _, ngettext = visit.words.gettext, visit.words.ngettext
    done = len(chosen) - len(refused)
    said = ngettext("Done for %(count)s chat.", "Done for %(count)s chats.", done) % {"count": done}
    return visit.back(INBOX, " ".join([said, *dict.fromkeys(refused)]), "warning" if refused else "done")


async def _do(visit: Visit, acting: Acting, act: str, chat: str) -> str:
    """Why it could not be done to this chat; empty when it was."""
    _ = visit.words.gettext
    thread = await visit.desk.read(find_thread, chat)
    if thread is None:
        return _("A chat is not there any more.")
    owner = thread.agent if thread.state in ("held", "snoozed") else ""
    needed, does = await _meant(visit, act, thread)
    if not may(visit.staff, needed, thread.team, owner):
        return _("Some are not yours to do this to.")
    acted = Acted(visit.staff.id, visit.staff.name, does)
    outcome = await acting.act(chat, acted, f"{visit.text('act')[:60]}:{chat}")
    return refusal(visit, outcome.refused.reason, outcome.refused.holder) if outcome.refused else ""


async def _meant(visit: Visit, act: str, thread: Thread) -> tuple[Act, StaffAct]:
    match act:
        case "claim":
            return Act.CLAIM, Claimed()
        case "hand_back":
            return Act.HAND_BACK, HandedBack()
        case "tag" if tag := visit.text("tag", 40).replace(",", " ").strip():
            return Act.EDIT, Tagged(tuple(dict.fromkeys((*thread.tags, tag))))
        case "assign":
            people = {one.id: one for one in await visit.desk.read(list_staff)}
            if one := people.get(visit.text("to")):
                return Act.ASSIGN, Offered(one.id, one.name)
    raise BadRequest(later("This form is not complete. Reload the page and try again."))


def refusal(visit: Visit, reason: str, holder: str) -> str:
    """Why something could not be done, in words."""
    _ = visit.words.gettext
    match reason:
        case "taken":
            return _("%(name)s has this chat already.") % {"name": holder}
        case "full":
            return _("There is no room for another chat: hand one back or resolve one first.")
        case "not_yours" if holder:
            return _("%(name)s has this chat, not you.") % {"name": holder}
        case "not_yours":
            return _("Claim the chat first.")
        case "speaking":
            return _("The bot is just finishing a sentence. Try again in a moment.")
        case "no_case":
            return _("There is no such case in this chat.")
        case "no_draft":
            return _("There is no unfinished complaint in this chat.")
    return _("That cannot be done as things stand now.")


async def keep_view(visit: Visit) -> Response:
    """Keep the list that is shown under a name."""
    name, query = visit.text("name", _LONGEST_NAME), visit.text("query", 2000)
    if not name:
        return visit.back(INBOX, visit.words.gettext("Give the view a name."), "warning")
    view = SavedView(name, query)
    await visit.desk.write(save_view, visit.desk.database.dialect, visit.staff.id, view, to_micros(visit.now))
    return visit.go(f"{INBOX}?{query}", visit.words.gettext("The view is kept."))


async def forget_view(visit: Visit) -> Response:
    """Forget a view of one's own."""
    await visit.desk.write(drop_view, visit.staff.id, visit.text("name", _LONGEST_NAME))
    return visit.go(INBOX, visit.words.gettext("The view is gone."))


@dataclass(slots=True)
class Ringing:
    """What one open desk was told: the newest change, and of each chat of its own what would ring."""

    newest: int = 0
    mine: dict[str, frozenset[str]] | None = None
    tidings: set[str] | None = None


async def stream(visit: Visit) -> ASGIApp:
    """`changed` with the counts whenever any chat changed; `mine` for what concerns this person alone."""
    wake, told = asyncio.Event(), Ringing()

    async def look() -> bytes:
        return await _news(visit, told)

    async def newest() -> int:
        return await visit.desk.read(newest_change)

    stream = live(visit, look, wake)
    begin = stream.begin

    async def listening() -> AsyncGenerator[bytes]:
        with visit.desk.bell.heard(wake, newest):
            async for chunk in begin():
                yield chunk

    return replace(stream, begin=listening)


async def _news(visit: Visit, told: Ringing) -> bytes:
    newest = await visit.desk.read(newest_change)
    if newest <= told.newest:
        return b""
    told.newest = newest
    counted, mine, tidings = await visit.desk.read(_rung, visit.desk, visit.staff)
    before, told.mine = told.mine, {one.conversation_id: _rings_of(one, visit.staff) for one in mine}
    heard, told.tidings = told.tidings, {one.key for one in tidings}
    said = event("changed", msgspec.json.encode(counted).decode())
    for one in mine if before is not None else ():
        for ring in _rings_of(one, visit.staff) - (before or {}).get(one.conversation_id, frozenset()):
            said += event("mine", msgspec.json.encode(_shown(one, ring.partition(" ")[0])).decode())
    for tiding in tidings if heard is not None else ():
        if tiding.key not in (heard or ()):
            shown = {"why": tiding.kind, "conversation_id": tiding.conversation_id, "reference": tiding.reference}
            said += event("mine", msgspec.json.encode(shown).decode())
    return said


def _rung(conn: Any, desk: Desk, staff: Staff) -> tuple[dict[str, int], list[Thread], list[Tiding]]:
    dialect = desk.database.dialect
    held = held_by(conn, dialect, [staff.id])
    leads = staff.at_least(Role.SUPERVISOR)
    others = alerted(conn, _LEAD if staff.teams else _SUPERVISOR) if leads else []
    theirs = [one for one in others if one.alert >= _SUPERVISOR or one.team in staff.teams]
    rung = [*held, *(one for one in theirs if one.agent != staff.id)]
    return counts(conn, dialect, seen_by(staff)), rung, news_for(conn, dialect, staff)


_LEAD, _SUPERVISOR = 2, 3
"""From which level of an alert on those who lead a chat's team, and all supervisors, hear of it."""


def _rings_of(thread: Thread, staff: Staff) -> frozenset[str]:
    """What of a chat rings, each once: it was offered, the customer wrote, a promise comes close."""
    close = {f"promise {thread.alert}"} if thread.alert else set()
    if thread.agent != staff.id:
        return frozenset(close)
    if thread.state == "offered":
        return frozenset(close | {f"offered {thread.turn}"})
    wrote = thread.speaker == "customer" and thread.spoke_at
    return frozenset(close | ({f"wrote {thread.spoke_at}"} if wrote else set()))


def _shown(thread: Thread, why: str) -> dict[str, Any]:
    names = ("conversation_id", "reference", "customer")
    return {"why": why, **{name: value for name, value in asdict(thread).items() if name in names}}
