"""Every text the program asks a playbook for, and the placeholders each may hold.

What one capability alone says is declared in its manifest; what several say, or something else than the flows, is
declared here. A test compares both with the source. All of it is required in every language. `web.…` belongs to the
pages and is free, but equal in all languages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from complaints.lifecycle import State
from complaints.offers.lifecycle import OfferState
from complaints.offers.offer import RemedyKind
from complaints.priority import Priority
from complaints.record import CustomerType, Remedy, Slot
from complaints.survey import HIGHEST, LOWEST, Part, Solved
from dialogs.flows.capabilities import CAPABILITIES
from dialogs.playbooks.schema import PlaybookFile

TEXTS: Mapping[str, str] = MappingProxyType(
    {
        # Coming and going
        "notice.quarantined": "",
        "praise": "",
        "idle": "",
        "kept": "",
        # The story, heard and acknowledged; `restate` is the category's own words
        "care.safety": "",
        "care.health": "",
        "care.self_harm": "",
        "care.fraud_now": "",
        "care.violence": "",
        "care.privacy_breach": "",
        # Answers, kept or left out
        "noted.fact": "slot value",
        "files.refused_type": "name",
        "files.refused_size": "name largest",
        "files.refused_empty": "name",
        "files.refused_full": "name",
        "files.refused_today": "name",
        "files.refused_space": "name",
        # A number of a card, or its security code, was written to us
        "card.masked": "last",
        "card.code_masked": "",
        # Said and shown on Telegram
        "telegram.sticker": "",
        "telegram.cannot_read": "",
        "telegram.file_lost": "",
        "telegram.colleague": "name text",
        "telegram.open_private": "",
        "telegram.share_contact": "",
        "telegram.share_location": "",
        # Buttons
        "button.skip": "",
        "button.new_case": "",
        "button.stale": "",
        # Cases on file
        "status.line": "reference title state by",
        "status.ended": "reference title state",
        "status.late": "reference title state",
        "status.waiting": "reference title state",
        # A person
        "person.noted": "",
        "case.reopened": "reference by",
        # After a resolution: asking how it turned out, and opening a case again
        "reopen.too_late": "reference",
        "survey.score": "score best",
        # How values are written
        "format.day": "year month day weekday",
        "format.day_and_year": "year month day weekday",
        "format.day_time": "day time",
        "format.range": "start end",
        "format.comma": "",
        "format.files": "count",
        "format.this_chat": "",
        "format.prefers_email": "",
        "format.prefers_phone": "",
        "format.months": "",
        "format.weekdays": "",
        "category.{category}.title": "",
        "category.{category}.restate": "",
        "team.{team}": "",
        "slot.{slot}": "",
        "option.{option}": "",
        "why.{asked}": "",
        "wanted.{remedy}": "",
        "customer_type.{customer_type}": "",
        "state.{state}": "",
        "priority.{priority}": "",
        "survey.solved_{solved}": "",
        "telegram.command.{command}": "",
        "cause.{cause}": "",
        "macro.{macro}.title": "",
        "macro.{macro}.text": "agent by category item name order_number reference",
    }
)
"""Required keys and, after each, the placeholders its text may hold. A key with a part in braces stands for one for
each category, slot, remedy, prepared answer, …
"""

OPTIONAL: Mapping[str, str] = MappingProxyType(
    {"bad.{slot}": "", "bad.{question}": "", "again.{slot}": "", "again.{question}": ""}
)
"""Families whose members may be left out; something more general is said then."""

COUNTS: Mapping[str, int] = MappingProxyType({"format.months": 12, "format.weekdays": 7})
"""Keys whose variants are not alternatives but a list of so many."""

PAGES, ANSWERS = "web.", "answer."
"""Beginnings of keys that a playbook may add to: the pages' words, and answers to its lookups `question_…`."""

_MEMBERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "question": (
            "consent", "confirm", "change_which", "which_case", "withdraw_which", "withdraw", "cancel", "start_over",
            "language", "idle", "survey", "reopen",
        ),
        "remedy": tuple(Remedy),
        "kind": tuple(RemedyKind),
        "offer_state": tuple(OfferState),
        "offer_choice": ("accept", "more", "other", "person", "yes", "no"),
        "customer_type": tuple(CustomerType),
        "state": tuple(State),
        "priority": tuple(Priority),
        "part": tuple(Part),
        "solved": tuple(Solved),
        "choice": ("yes", "no"),
        "score": tuple(str(score) for score in range(LOWEST, HIGHEST + 1)),
        "mood": ("happy", "mixed", "sorry", "contact", "reopened", "none"),
        "command": ("start", "new", "status", "human", "language", "help", "privacy"),
    }
)  # fmt: skip


def required_keys(file: PlaybookFile) -> dict[str, frozenset[str]]:
    """Every key that this playbook's words must have, with the placeholders its text may hold."""
    return {key: names for key, names in _all_keys(file).items() if file.order_number or not _ORDERS.search(key)}


def _all_keys(file: PlaybookFile) -> dict[str, frozenset[str]]:
    keys = {key: frozenset(names.split()) for key, names in _members({**TEXTS, **CAPABILITIES.texts}, file)}
    for name, slot in file.slots.items():
        keys[f"ask.{name}"] = _EXAMPLE if slot.example else frozenset()
    return keys


_EXAMPLE = frozenset({"example"})
_ORDERS = re.compile(r"^(?:\w+\.order_number|ask_both\.item|link\.order)$")
"""What only a playbook says whose customers have order numbers."""


def known_keys(file: PlaybookFile) -> dict[str, frozenset[str]]:
    """Every key that is ever said; those that may be left out too."""
    optional = {key: frozenset(names.split()) for key, names in _members(OPTIONAL, file)}
    own = {f"{start}.{name}": _EXAMPLE for name in file.slots for start in ("again", "bad")}
    return {**optional, **_all_keys(file), **own}


def is_free(key: str) -> bool:
    return key.startswith((PAGES, ANSWERS))


def _members(families: Mapping[str, str], file: PlaybookFile) -> Iterator[tuple[str, str]]:
    kinds = {**_MEMBERS, "category": tuple(file.categories), "macro": tuple(file.macros)}
    kinds["team"] = tuple(sorted(file.teams))
    kinds["reason"] = file.reasons
    kinds["option"] = tuple(f"{name}.{option}" for name, slot in file.slots.items() for option in slot.options)
    kinds["slot"] = file.every_slot()
    kinds["asked"] = tuple(slot for slot in file.every_slot() if slot != Slot.CATEGORY)
    kinds["cause"] = tuple(file.cause_paths.values())
    for pattern, names in families.items():
        if "{" not in pattern:
            yield pattern, names
            continue
        kind = pattern[pattern.index("{") + 1 : pattern.index("}")]
        for member in kinds[kind]:
            yield pattern.replace(f"{{{kind}}}", member), names
