"""When the people of a playbook work: its hours, its holidays and its country's, as a calendar that promises go by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from complaints import clocks
from dialogs.playbooks.parts.public_holidays import Days, of_country

if TYPE_CHECKING:
    from dialogs.playbooks.parts.times import CalendarRules
    from dialogs.playbooks.schema import PlaybookFile


def office_of(file: PlaybookFile) -> clocks.Office:
    """When and where the people of a playbook work."""
    return clocks.Office(_calendar(file.calendar), file.timezone)


def _calendar(calendar: CalendarRules) -> clocks.Calendar:
    week = tuple(tuple((period.start, period.end) for period in calendar.hours.get(day, ())) for day in range(1, 8))
    if not calendar.country:
        return clocks.Calendar(week, calendar.holidays, calendar.workdays)
    country = of_country(calendar.country, calendar.subdivision)
    free = Days(calendar.holidays, lambda year: country(year).free, calendar.workdays)
    return clocks.Calendar(week, free, Days(calendar.workdays, lambda year: country(year).worked, calendar.holidays))
