"""Together: the same done to each of several chosen chats, and told one by one where it was not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from gettext import NullTranslations
from itertools import accumulate

from fastapi import Response

from handlers.desk.chats.casework import LONGEST, LONGEST_OUTCOME
from handlers.desk.lists.inbox import INBOX, OPEN
from handlers.desk.request_context import Visit
from handlers.desk.routing import Pages
from staff.actions.bulk import BulkChoice, BulkRefusal, act_on_each
from staff.actions.resolving import SAY_BOTH

MOST_CHOSEN = 100
LONGEST_SAID, LONGEST_NAME = 2200, 24
"""Bytes of what is said afterwards, which a cookie carries; characters of a customer's name in it."""


def add(pages: Pages) -> None:
    pages.post(f"{INBOX}/together", act_together, OPEN)


async def act_together(visit: Visit) -> Response:
    """Do the same to each chosen chat that one may do it to; says how many it was done to, and which not, and why."""
    chosen, form, choice = visit.texts("chat")[:MOST_CHOSEN], visit.text("act", 32), _choice(visit)
    if not chosen or not form:
        return visit.back(INBOX, visit.words.gettext("Choose one chat at least."), "warning")
    if missing := _missing(visit, choice):
        return visit.back(INBOX, missing, "warning")
    refused: dict[str, list[str]] = {}
    for one in await act_on_each(visit.asks("", f"{visit.staff.id}:{form}"), chosen, choice):
        refused.setdefault(one.why.said(visit.words), []).append(_called(visit, one))
    done = len(chosen) - sum(map(len, refused.values()))
    said = visit.words.ngettext("Done for %(count)s chat.", "Done for %(count)s chats.", done) % {"count": done}
    return visit.back(INBOX, " ".join([said, *told(visit.words, refused)]), "warning" if refused else "done")


def _choice(visit: Visit) -> BulkChoice:
    return BulkChoice(
        visit.text("do"), visit.text("to", 60), visit.text("until", 60), visit.text("priority", 60),
        visit.text("category", 60), visit.text("tag", 40).replace(",", " ").strip(),
        visit.text("outcome", LONGEST_OUTCOME), " ".join(visit.text("cause", LONGEST).split()),
    )  # fmt: skip


def _missing(visit: Visit, choice: BulkChoice) -> str:
    """What must be written first; empty where nothing is missing."""
    _ = visit.words.gettext
    if choice.do == "tag" and not choice.tag:
        return _("Write the tag first.")
    if choice.do == "resolve" and not (choice.outcome and choice.cause):
        return _(SAY_BOTH)
    return ""


def _called(visit: Visit, one: BulkRefusal) -> str:
    name = (one.chat.thread.reference or one.chat.thread.customer) if one.chat else ""
    return name[:LONGEST_NAME] or visit.words.gettext("somebody")


def told(words: NullTranslations, refused: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Each reason with the chats that it holds for, by name; those for whom there is no room are counted."""
    left, room = sum(map(len, refused.values())), LONGEST_SAID
    for why, names in refused.items():
        room -= len(why.encode())
        named = [name for name, upto in zip(names, accumulate(map(_length, names)), strict=True) if upto <= room]
        if not named:
            break
        room -= sum(map(_length, named))
        left -= len(named)
        yield f"{', '.join(named)}: {why}"
    if left:
        yield words.ngettext("And %(count)s more.", "And %(count)s more.", left) % {"count": left}


def _length(name: str) -> int:
    return len(f", {name}".encode())
