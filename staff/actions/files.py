"""Why a colleague's file was not taken, in words for both desks."""

from __future__ import annotations

from staff.actions.refusals import InputRefused
from staff.words import later
from storage.db.errors import FileHarmful, FileRefused, FileTooLarge, NoSpace
from storage.files.attachments import MEGABYTE

_KIND = later("%(name)s is of a kind that is not taken, or empty.")
_LARGE = later("%(name)s is too large; up to %(largest)s MB are taken.")
_HARMFUL = later("The scanner found something harmful in %(name)s, so it was not passed on.")
_NO_SPACE = later("%(name)s could not be kept: there is no space for files just now. Words go on.")


def file_refused(fault: FileRefused, name: str, largest: int) -> InputRefused:
    """What is said of a file that is shown as `name`; `largest` is what may be sent, in bytes."""
    match fault:
        case FileTooLarge():
            return InputRefused(_LARGE, name=name, largest=largest // MEGABYTE)
        case FileHarmful():
            return InputRefused(_HARMFUL, name=name)
        case NoSpace():
            return InputRefused(_NO_SPACE, name=name)
    return InputRefused(_KIND, name=name)
