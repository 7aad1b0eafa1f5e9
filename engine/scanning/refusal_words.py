"""Why a file was not taken, in the playbook's words: the same on every channel."""

from __future__ import annotations

from dialogs.flows.events import Trouble
from storage.db.errors import (
    ChatFull,
    EnoughForToday,
    FileEmpty,
    FileHarmful,
    FileRefused,
    FileTooLarge,
    NoSpace,
    NotHeard,
)
from storage.files.attachments import MEGABYTE


def regretted(fault: FileRefused, name: str, largest: int) -> Trouble:
    """What is said of a file that is shown as `name`; `largest` is what may be sent, in bytes."""
    named = (("name", name),)
    match fault:
        case FileTooLarge():
            return Trouble("files.refused_size", (*named, ("largest", str(largest // MEGABYTE))))
        case FileEmpty():
            return Trouble("files.refused_empty", named)
        case FileHarmful():
            return Trouble("files.refused_harmful", named)
        case NotHeard():
            return Trouble("person.turned_away")
        case ChatFull():
            return Trouble("files.refused_full", named)
        case EnoughForToday():
            return Trouble("files.refused_today", named)
        case NoSpace():
            return Trouble("files.refused_space", named)
    return Trouble("files.refused_type", named)
