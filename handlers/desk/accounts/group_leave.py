"""Whoever's account is closed leaves the staff's group in Telegram, where customers' chats are read, too."""

from __future__ import annotations

from sqlalchemy import Connection

from handlers.desk.accounts.accounts import Removal
from handlers.desk.request_context import Visit
from storage.staff.accounts import Staff


async def removed(visit: Visit, person: Staff) -> tuple[str, str]:
    """Remove somebody from the group; what to say of it, and in which tone."""
    remove, _ = visit.desk.accounts.remove_from_group, visit.words.gettext
    if remove is None or person.telegram_id is None:
        return "", "done"
    came_of_it = await remove(person.telegram_id)
    await visit.desk.write(_note, visit, person, came_of_it)
    match came_of_it:
        case Removal.DONE:
            return _("They are out of the staff's group in Telegram."), "done"
        case Removal.NO_RIGHT:
            return _(
                "They are still in the staff's group in Telegram: the bot may not ban members there. Remove them by "
                "hand, and let the bot ban members."
            ), "warning"
    return _(
        "They may still be in the staff's group in Telegram, which did not answer. Look there, and remove them by hand."
    ), "warning"


def _note(conn: Connection, visit: Visit, person: Staff, came_of_it: Removal) -> None:
    visit.note(conn, "left group" if came_of_it is Removal.DONE else "stays in group", person.id, result=came_of_it)
