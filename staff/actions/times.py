"""Times that a colleague chooses: when a chat put aside comes back, the day by which something is due. Pure.

A time of day is one of the chooser's own clock, so `tomorrow` is the same moment at either desk.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dialogs.playbooks.playbook import Playbook
from staff.actions.refusals import ActionMalformed
from staff.words import later
from storage.staff.accounts import Staff

SNOOZES: Mapping[str, str] = {
    "1h": later("1 hour"),
    "4h": later("4 hours"),
    "tomorrow": later("Tomorrow at 9"),
    "monday": later("Monday at 9"),
}
"""For how long, or until when, a chat is put aside by one press, and what the button says."""
_MORNING, _EVENING = time(9), time(20)


def zone_of_staff(staff: Staff, playbook: Playbook, browser: str = "") -> ZoneInfo:
    """The zone of somebody's clock: the account's, else their browser's where there is one, else the business's."""
    for name in (staff.timezone, browser):
        try:
            if name:
                return ZoneInfo(name)
        except (ValueError, OSError, ZoneInfoNotFoundError):
            continue
    return ZoneInfo(playbook.file.timezone)


def snooze_time(choice: str, own: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """When a chat comes back: one of `SNOOZES`, else the time of one's own (ISO 8601, on the chooser's clock). UTC."""
    here = now.astimezone(zone)
    match choice:
        case "1h":
            return now + timedelta(hours=1)
        case "4h":
            return now + timedelta(hours=4)
        case "tomorrow":
            day = here.date() + timedelta(days=1)
        case "monday":
            day = here.date() + timedelta(days=7 - here.weekday())
        case _:
            return _own(own, zone)
    return datetime.combine(day, _MORNING, zone).astimezone(UTC)


def _own(given: str, zone: ZoneInfo) -> datetime | None:
    try:
        return datetime.fromisoformat(given).replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def evening_of(given: str, zone: ZoneInfo) -> datetime | None:
    """The evening of a day (ISO 8601) on the chooser's clock, UTC; None for none. Raises `ActionMalformed`."""
    try:
        return datetime.combine(date.fromisoformat(given), _EVENING, zone).astimezone(UTC) if given else None
    except (ValueError, OverflowError):
        raise ActionMalformed from None
