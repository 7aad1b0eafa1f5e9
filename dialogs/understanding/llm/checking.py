"""Checking an answer: names must be from our lists, and words must stand in the text. The rest is as if never said.

An answer whose quotations mostly stand nowhere is no reading of this text, and nothing of it is believed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dialogs.understanding.heads.dataset import WISHES
from dialogs.understanding.llm.answer import Answer
from dialogs.understanding.llm.lists import CORRECTED, DANGERS, FACTS, MEANT, Lists, answers_to, flags_of
from dialogs.understanding.llm.quoting import place_of
from dialogs.understanding.reading import Mark

SURE = 0.9
"""How sure a language model is taken to be; what it says of its own confidence is not asked."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """A danger, and whether it is of this hour."""

    kind: str
    now: bool


@dataclass(frozen=True, slots=True)
class Heard:
    """What is left of an answer once it was checked. `category` and `second` are empty where none was named."""

    acts: tuple[str, ...] = ()
    category: str = ""
    second: str = ""
    sure: bool = False
    marks: tuple[Mark, ...] = ()
    wishes: tuple[str, ...] = ()
    dangers: tuple[Alarm, ...] = ()
    corrects: str = ""
    answer: str = ""
    also: tuple[str, ...] = ()


def checked(answer: Answer, text: str, lists: Lists, asked: str) -> Heard | None:
    """What may be believed of an answer, or None where it makes no sense for this text."""
    quoted = [one.words for one in answer.facts]
    quoted += [one.words for one in answer.wishes] + [one.words for one in answer.dangers]
    strange = sum(place_of(words, text) is None for words in quoted)
    acts = _known(answer.acts, MEANT)
    if 2 * strange > len(quoted) or (answer.acts and not acts):
        return None
    category = answer.category if answer.category in lists.categories else ""
    second = answer.second if category and answer.second in lists.categories and answer.second != category else ""
    marks = _marks(answer, text)
    return Heard(
        acts=acts,
        category=category,
        second=second,
        sure=answer.sure,
        marks=marks,
        wishes=_known((one.wish for one in answer.wishes if place_of(one.words, text)), WISHES),
        dangers=_alarms(answer, text),
        corrects=answer.corrects if answer.corrects in CORRECTED and _gives(answer.corrects, marks) else "",
        answer=answer.answer if answer.answer in answers_to(asked) else "",
        also=_known(answer.also, flags_of(asked)),
    )


def _known(names: Iterable[str], known: Iterable[str]) -> tuple[str, ...]:
    allowed = frozenset(known)
    return tuple(dict.fromkeys(name for name in names if name in allowed))


def _marks(answer: Answer, text: str) -> tuple[Mark, ...]:
    """The facts as marks, each word in one of them."""
    marks: list[Mark] = []
    for one in answer.facts:
        place = place_of(one.words, text) if one.fact in FACTS else None
        if place and not any(place[0] < mark.end and mark.start < place[1] for mark in marks):
            marks.append(Mark(one.fact, *place, SURE))
    return tuple(sorted(marks, key=lambda mark: mark.start))


def _alarms(answer: Answer, text: str) -> tuple[Alarm, ...]:
    told = [one for one in answer.dangers if one.kind in DANGERS and place_of(one.words, text)]
    kinds = dict.fromkeys(one.kind for one in told)
    return tuple(Alarm(kind, any(one.now for one in told if one.kind == kind)) for kind in kinds)


def _gives(slot: str, marks: Iterable[Mark]) -> bool:
    """Whether the text states what the slot shall be now."""
    facts = ("email", "phone") if slot == "contact" else (slot,)
    return any(mark.fact in facts for mark in marks)
