"""What a text gives to the slots that a playbook adds: a code, a number, a day, a choice, words."""

from __future__ import annotations

import re
from typing import Any

from complaints.record import AnySlot, Slot
from dialogs.flows.message_cues import FREE_TEXT
from dialogs.playbooks.parts.own_slots import compact
from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.formats.own_codes import OwnCodes
from dialogs.understanding.reading import Reading
from dialogs.understanding.text import flatten

_NUMBER = re.compile(r"(?<![\w.,])\d{1,12}(?![\w]|[.,]\d)")
_LONGEST_READ = 400


def own_found(reading: Reading, playbook: Playbook) -> dict[AnySlot, Any]:
    """The codes that stand in a text, whatever was asked; what fits several slots is the first one's."""
    found: dict[AnySlot, Any] = {}
    taken: set[int] = set()
    for span in reading.slots:
        if span.slot in playbook.file.slots and span.start not in taken and span.slot not in found:
            found[span.slot] = span.value
            taken.add(span.start)
    return found


def own_answer(name: str, reading: Reading, playbook: Playbook) -> str:
    """The value that a text gives to such a slot when it was asked for; empty where it gives none.

    Words of the customer's own are judged by whoever judges names and things.
    """
    slot = playbook.file.slots[name]
    match slot.type:
        case "code":
            text = reading.text[:_LONGEST_READ]
            spans = OwnCodes({name: slot}).find(text, flatten(text))
            return str(spans[0].value) if spans else ""
        case "number":
            found = _NUMBER.search(reading.text[:_LONGEST_READ])
            return found[0] if found else ""
        case "day":
            moment = reading.found(Slot.HAPPENED_AT) or reading.found("mentioned_at")
            return moment.iso[:10] if moment else ""
        case "choice":
            return _chosen(name, slot.options, reading, playbook)
    return ""


def _chosen(name: str, options: tuple[str, ...], reading: Reading, playbook: Playbook) -> str:
    """The one option whose name, words, or phrases in the examples stand in the text."""
    said, meant = flatten(reading.text[:_LONGEST_READ]), []
    for option in options:
        called = [option.replace("_", " ")]
        called += [words.say(f"option.{name}.{option}") for words in playbook.vocabulary.values()]
        called += [phrase for each in playbook.examples.values() for phrase in each.lookups.get(f"{name}_{option}", ())]
        if any(_stands_in(flatten(phrase), said) for phrase in called):
            meant.append(option)
    return meant[0] if len(meant) == 1 else ""


def _stands_in(phrase: str, said: str) -> bool:
    """Whether a phrase stands in a text: as words of their own where it is written in letters with gaps."""
    if not phrase.isascii():
        return phrase in said
    return f" {phrase} " in f" {' '.join(re.findall(r'[a-z0-9]+', said))} "


def free_texts(playbook: Playbook) -> frozenset[AnySlot]:
    """The slots that take the customer's own words as they stand."""
    return FREE_TEXT | {name for name, slot in playbook.file.slots.items() if slot.type == "text"}


def fitting(name: str, value: str, playbook: Playbook) -> str | None:
    """A value that was typed into a form, as it is kept; None where it does not fit the slot."""
    slot = playbook.file.slots[name]
    match slot.type:
        case "code":
            return compact(value) if slot.fits(value) else None
        case "number":
            return value if re.fullmatch(r"[0-9]{1,12}", value) else None
        case "day":
            return value if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value) else None
        case "choice":
            return value if value in slot.options else None
    return value
