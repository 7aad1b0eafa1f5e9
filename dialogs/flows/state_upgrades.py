"""Upgrades of saved conversations: each takes the form of one version to the form of the next. None is ever removed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import msgspec

Saved = dict[str, Any]


class _Shape(msgspec.Struct):
    """All that is read of a saved form to know its version. The first ones had no number."""

    shape: int = 1


_READ_SHAPE = msgspec.json.Decoder(_Shape)


def upgraded(saved: str | bytes, shape: int) -> str | bytes:
    """The saved form as version `shape` would have written it; of that version it is as it was."""
    known = _READ_SHAPE.decode(saved).shape
    if known >= shape:
        return saved
    form: Saved = msgspec.json.decode(saved)
    for version in range(known, shape):
        form = _UPGRADES[version](form) | {"shape": version + 1}
    return msgspec.json.encode(form)


_PARTS_OF_2 = {
    "session": (
        "language", "language_pinned", "timezone", "consent", "last_at", "left", "source", "campaign", "other_chats",
    ),
    "intake": ("draft", "prelude", "order", "misses", "nudged", "nudge_due"),
    "status": ("cases", "focus"),
    "queue": ("holding", "person_reason", "person_by"),
    "handoff": ("barred", "barred_told"),
    "surveys": ("survey", "no_surveys", "unasked"),
    "files": ("held",),
    "promises": ("word_at",),
    "safety": ("dangers",),
}  # fmt: skip


def _nested(flat: Saved) -> Saved:
    """Version 1 had every field side by side; 2 has a part for each capability."""
    form = dict(flat)
    for part, names in _PARTS_OF_2.items():
        form[part] = {name: form.pop(name) for name in names if name in form}
    return form


_UPGRADES: Mapping[int, Callable[[Saved], Saved]] = MappingProxyType({1: _nested})
