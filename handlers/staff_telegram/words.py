"""The staff chat's words: gettext's, as at the desk, in the one language that the group is kept in."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from staff.actions.refusals import ActionMalformed, ActionRefused, SubjectNotFound
from staff.words import later, read_words

LANGUAGES = ("en", "zh")
STALE = later("This button is out of date.")


class StaffWords:
    """Texts with their `%(placeholders)s`; what is put in is never itself interpreted. Moments are shown in `zone`."""

    def __init__(self, language: str, zone: ZoneInfo) -> None:
        self.language = language
        self._zone = zone
        self.translations = read_words()[language]

    def gettext(self, text: str, **facts: object) -> str:
        """An English text in this language. Raises KeyError for a placeholder that has no value."""
        told = self.translations.gettext(text)
        return told % facts if "%(" in text else told

    def ngettext(self, one: str, many: str, count: int) -> str:
        """The text for so many, which it names `count`."""
        return self.translations.ngettext(one, many, count) % {"count": count}

    def refusal(self, why: ActionRefused) -> str:
        """Why something was not done. What makes no sense came from a button that stood there too long."""
        if isinstance(why, SubjectNotFound | ActionMalformed):
            return self.gettext(STALE)
        return why.said(self.translations)

    def moment(self, at: datetime, zone: ZoneInfo | None = None) -> str:
        """A moment as colleagues write it, on the group's clock or another."""
        shape = "d MMM HH:mm" if self.language == "en" else "M月d日 HH:mm"
        return format_datetime(at, shape, zone or self._zone, self.language)
