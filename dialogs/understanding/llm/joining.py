"""One reading out of two: ours, and what a language model heard of the same text in its context.

| what | whose word counts |
|---|---|
| acts, category, wishes, whose a fact is | the model's, where it names any |
| values | ours: it marks words, our grammars make values of them |
| danger | both: what either hears is heard |
| a person asked for in plain words | ours: it cannot be denied |
| a yes, an offer taken, a machine's reply | both: neither alone files, accepts or stays silent |
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from complaints.copies import altered
from dialogs.understanding.context import Context
from dialogs.understanding.heads.dataset import ACTS, OPENINGS, REPLIES
from dialogs.understanding.heads.reading import GRAVE
from dialogs.understanding.llm.checking import SURE, Heard
from dialogs.understanding.llm.lists import answers_to
from dialogs.understanding.reading import SIGNALS, Intent, Mark, Reading, Scored, Span
from dialogs.understanding.tagging.marks import in_the_light_of

ALSO, HARDLY, DOUBTED = 0.6, 0.02, 0.55
"""How likely an act is that is not the main one, one that was not named, and a category that is not plain."""
POSSIBLE = 0.2
"""How likely our own heads must hold what takes both."""
_PLAIN = 0.9
_REPLIES_OF_BOTH = MappingProxyType(
    {"confirm": "yes", "survey_solved": "yes", "offer": "accept", "after_resolved": "auto_reply"}
)
"""The reply to a question that takes both; where we do not hold it possible our own reading of the reply stands."""
_ACTS_OF_BOTH = ("yes", "auto_reply")
"""The acts that take both."""
_INTENTS = MappingProxyType(
    {
        "complain": "complain", "facts": "add_facts", "correct": "change", "yes": "yes", "no": "no",
        "person": "want_person", "status": "ask_status", "cancel": "cancel", "withdraw": "withdraw", "praise": "praise",
        "ask_policy": "ask_question", "ask_presale": "ask_question", "thanks": "thanks", "smalltalk": "greeting",
    }
)  # fmt: skip


def joined(ours: Reading, heard: Heard, context: Context) -> Reading:
    """Our reading of a text in the light of what was heard in its context."""
    acts = tuple(act for act in heard.acts if act not in _ACTS_OF_BOTH or _is_possible(ours, act))
    marks = _marks(ours, heard, context)
    slots = in_the_light_of(marks["story"], ours)
    intents = _intents(ours, acts)
    named = _acts(acts)
    found = altered(
        ours,
        acts=named or ours.acts,
        intents=intents,
        slots=slots,
        marks={**ours.marks, **marks},
        wanted=heard.wishes or ours.wanted,
        change=heard.corrects or ours.change,
        replies={**ours.replies, **_opening(named), **_replies(ours, heard, context)},
        **_categories(ours, heard, intents),
        **_dangers(ours, heard),
    )
    return altered(found, **_without(found, heard, context))


def _marks(ours: Reading, heard: Heard, context: Context) -> dict[str, tuple[Mark, ...]]:
    """The marks of the text by itself, and as it stands under the question that was asked."""
    story = ours.marks.get("story", ())
    asked = "+".join((context.asked, *context.also))
    under = {asked: _among(ours.marks.get(asked, story), heard)} if context.asked else {}
    return {"story": _among(story, heard), **under}


def _among(tagged: tuple[Mark, ...], heard: Heard) -> tuple[Mark, ...]:
    """The model's marks, and of the tagger's those that it says nothing about."""
    free = (mark for mark in tagged if not any(mark.start < one.end and one.start < mark.end for one in heard.marks))
    return tuple(sorted((*heard.marks, *free), key=lambda mark: mark.start))


def _acts(acts: tuple[str, ...]) -> Mapping[str, float]:
    named = dict.fromkeys(acts, ALSO) | dict.fromkeys(acts[:1], SURE)
    return {act: named.get(act, HARDLY) for act in ACTS} if named else {}


def _opening(named: Mapping[str, float]) -> dict[str, Mapping[str, float]]:
    """What the text would do as the first of a chat."""
    return {"opening": {act: named[act] for act in OPENINGS}} if named else {}


def _intents(ours: Reading, acts: tuple[str, ...]) -> tuple[Scored, ...]:
    """The intents of the acts, and those of ours that nobody may deny: a person asked for, harm told of."""
    found = {_INTENTS[act]: SURE if act == acts[0] else ALSO for act in acts[::-1] if act in _INTENTS}
    if not acts:
        return ours.intents
    kept = [one for one in ours.intents if one.name == Intent.WANT_PERSON and one.confidence >= _PLAIN]
    kept += [one for one in ours.intents if one.name == Intent.COMPLAIN and ours.signals]
    for one in kept:
        found[one.name] = max(one.confidence, found.get(one.name, 0.0))
    ranked = sorted(found.items(), key=lambda item: -item[1])
    return tuple(Scored(name, sure) for name, sure in ranked) or (Scored(Intent.NONE, DOUBTED),)


def _categories(ours: Reading, heard: Heard, intents: tuple[Scored, ...]) -> dict[str, Any]:
    complains = any(one.name in (Intent.COMPLAIN, Intent.ADD_FACTS, Intent.CHANGE) for one in intents)
    if not complains and not ours.signals:
        return {"category": None, "second": None}
    if not heard.category:
        return {}
    first = Scored(heard.category, SURE if heard.sure else DOUBTED)
    other = heard.second or (ours.category.name if ours.category and ours.category.name != heard.category else "")
    return {"category": first, "second": Scored(other, round(1 - first.confidence, 3)) if other else None}


def _dangers(ours: Reading, heard: Heard) -> dict[str, Any]:
    """The union. Of what is not of this hour only the kinds are heard that alarm nobody."""
    kinds = tuple(alarm.kind for alarm in heard.dangers)
    if not kinds:
        return {}
    now = {alarm.kind for alarm in heard.dangers if alarm.now}
    acted = {kind for kind in kinds if kind in now or kind not in GRAVE}
    signals = tuple(signal for signal in SIGNALS if signal in acted or signal in ours.signals)
    return {
        "kinds": tuple(dict.fromkeys((*ours.kinds, *kinds))),
        "dangers": {**ours.dangers, **{kind: max(SURE, ours.dangers.get(kind, 0.0)) for kind in kinds}},
        "signals": signals,
        "severity": "high" if signals else ours.severity,
        "urgent": ours.urgent or bool(now),
        "certain": ours.certain or bool(now & GRAVE),
        "look": ours.look or bool(now or GRAVE & set(kinds)),
    }


def _replies(ours: Reading, heard: Heard, context: Context) -> dict[str, Mapping[str, float]]:
    found: dict[str, Mapping[str, float]] = {}
    answer = _possible(ours, heard.answer, context.asked)
    if answer:
        head = context.asked if context.asked in REPLIES else "answers"
        found[head] = {one: SURE if one == answer else HARDLY for one in answers_to(context.asked)}
    if heard.also:
        flags = ours.replies.get("survey_flags", {})
        found["survey_flags"] = {**flags, **dict.fromkeys(heard.also, SURE)}
    return found


def _possible(ours: Reading, answer: str, asked: str) -> str:
    """The answer; nothing where it takes both and we do not hold it possible."""
    if not answer or answer != _REPLIES_OF_BOTH.get(asked):
        return answer
    by_heads = ours.replies.get(asked, {}).get(answer, 0.0) >= POSSIBLE
    return answer if by_heads or _is_possible(ours, answer) else ""


def _is_possible(ours: Reading, act: str) -> bool:
    """Whether our own reading holds an act possible."""
    return ours.acts.get(act, 0.0) >= POSSIBLE or ours.intent() == act


def _without(found: Reading, heard: Heard, context: Context) -> dict[str, Any]:
    """Who does not know or does not say what was asked for gives no value for it."""
    declines = heard.answer in ("decline", "later") or (not heard.answer and "decline" in heard.acts[:1])
    unknown = heard.answer == "dont_know" or (not heard.answer and "dont_know" in heard.acts[:1])
    if not (declines or unknown) or any(_is_of(span, context) for span in found.slots):
        return {}
    return {"refuses": found.refuses or declines, "unknown": found.unknown or unknown, "bare": False}


def _is_of(span: Span, context: Context) -> bool:
    slot = "contact" if span.slot in ("email", "phone", "handle") else span.slot
    return slot in (context.asked, *context.also)
