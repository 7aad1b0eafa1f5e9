"""The inbox: lists of chats to read, filter and keep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from fastapi import Response

from complaints.priority import Priority
from complaints.refusals import RefusalReason
from dialogs.flows.staff import Acted
from engine.turn.outcome import Outcome
from handlers.desk.lists.incidents import going_on
from handlers.desk.query_names import query_of
from handlers.desk.request_context import Visit
from handlers.desk.routing import Pages
from handlers.desk.translations import named
from staff.rights import needs
from storage.conversations.inbox import (  # fmt: skip
    MOST_COUNTED,
    SORTS,
    STATES,
    VIEWS,
    InboxQuery,
    Page,
    SavedView,
    ViewerScope,
    count_aside,
    counts,
    drop_view,
    page_of,
    save_view,
    views_of,
)
from storage.db.timestamps import to_micros
from storage.staff.accounts import Role, Staff, list_staff

INBOX = "/desk/inbox"
OPEN = needs(Role.AGENT)
HOURS = ("1", "4", "24", "72")
_LONGEST_NAME = 60


def add(pages: Pages) -> None:
    pages.get(INBOX, show, OPEN)
    pages.post(f"{INBOX}/views", keep_view, OPEN)
    pages.post(f"{INBOX}/views/drop", forget_view, OPEN)


async def show(visit: Visit) -> Response:
    """One page of a list; for htmx the list alone."""
    asked = query_of(visit, (*_ALLOWED, *_FREE, "after"))
    wanted, after = wanted_of(asked, visit), asked.get("after", "")[:80]
    page, counted, views, people = await visit.desk.read(_look, visit, wanted, after)
    aside = await visit.desk.read(count_aside, seen_by(visit.staff)) if visit.staff.at_least(Role.SUPERVISOR) else 0
    template = "_threads.html" if visit.is_htmx else "inbox.html"
    together = [] if visit.is_htmx else await going_on(visit)
    return visit.render(
        template, page=page, together=together, aside=aside,
        counts=counted, views=views, wanted=wanted, chosen=_chosen(asked),
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
    conn: Any, visit: Visit, wanted: InboxQuery, after: str
) -> tuple[Page, dict[str, int], list[SavedView], list[Staff]]:
    dialect, seen = visit.desk.database.dialect, seen_by(visit.staff)
    page = page_of(conn, dialect, seen, wanted, after)
    return page, counts(conn, dialect, seen), views_of(conn, visit.staff.id), list_staff(conn, disabled=True)


def seen_by(staff: Staff) -> ViewerScope:
    """Whose chats somebody may see."""
    return ViewerScope(staff.id, staff.teams)


def wanted_of(asked: Mapping[str, str], visit: Visit) -> InboxQuery:
    """What an address asks for; what it does not know is not asked for."""
    chosen = _chosen(asked)
    hours = {name: chosen.pop(name, "") for name in ("waiting", "due")}
    texts: dict[str, Any] = {"view": "mine", **chosen}
    wanted = InboxQuery(**texts)
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


def why_not(visit: Visit, acted: Acted, outcome: Outcome) -> str:
    """Why an act was refused, in words; empty when it was done."""
    refused = outcome.refused
    if refused is None:
        return ""
    if refused.reason == RefusalReason.FULL and acted.receives != visit.staff.id:
        return visit.words.gettext("They have no room for another chat.")
    return _refusal(visit, refused.reason, refused.holder)


def _refusal(visit: Visit, reason: RefusalReason, holder: str) -> str:
    _ = visit.words.gettext
    match reason:
        case RefusalReason.TAKEN:
            return _("%(name)s has this chat already.") % {"name": holder}
        case RefusalReason.FULL:
            return _("There is no room for another chat: hand one back or resolve one first.")
        case RefusalReason.NOT_YOURS if holder:
            return _("%(name)s has this chat, not you.") % {"name": holder}
        case RefusalReason.NOT_YOURS:
            return _("Claim the chat first.")
        case RefusalReason.SPEAKING:
            return _("The bot is just finishing a sentence. Try again in a moment.")
        case RefusalReason.NO_CASE:
            return _("There is no such case in this chat.")
        case RefusalReason.NO_SUCH_DANGER:
            return _("This danger does not stand in this chat any more.")
        case RefusalReason.NO_DRAFT:
            return _("There is no unfinished complaint in this chat.")
    return _refused_offer(visit, reason)


def _refused_offer(visit: Visit, reason: RefusalReason) -> str:
    _ = visit.words.gettext
    match reason:
        case RefusalReason.OFFER_PENDING:
            return _("An offer of this case is not answered yet. Withdraw it first.")
        case RefusalReason.OFFER_LIMIT:
            return _("This takes a second person who may promise so much.")
        case RefusalReason.OFFER_TERMS:
            return _("This cannot be offered: money says how much, and every day lies ahead and within reach.")
        case RefusalReason.OFFER_TOO_LATE | RefusalReason.OFFER_NOT_NOW | RefusalReason.OFFER_LINE:
            return _("The offer does not stand like that any more.")
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
