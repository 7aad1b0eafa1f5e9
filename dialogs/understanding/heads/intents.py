"""What a text intends, by those who judge it: rules and classifiers, which know the playbook's trade, and the head of
acts, which has learned from strangers what they do besides complaining.

A classifier of stories takes almost any text for a complaint; the head hears praise, a question, a detail, somebody who
takes it back. So the head counts three times as much, and rules only where a phrase is plain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from dialogs.understanding.reading import Intent, LearnedAct, Scored

INTENT_OF: Mapping[str, Intent] = MappingProxyType(
    {
        LearnedAct.COMPLAIN: Intent.COMPLAIN,
        LearnedAct.PERSON: Intent.WANT_PERSON,
        LearnedAct.STATUS: Intent.ASK_STATUS,
        LearnedAct.PRAISE: Intent.PRAISE,
        LearnedAct.ASK_POLICY: Intent.ASK_QUESTION,
        **dict.fromkeys((LearnedAct.ASK_PRESALE, LearnedAct.STRAY, LearnedAct.ABUSE), Intent.NONE),
        **dict.fromkeys((LearnedAct.SMALLTALK, LearnedAct.AUTO_REPLY, LearnedAct.WAIT), Intent.NONE),
        LearnedAct.THANKS: Intent.THANKS,
        LearnedAct.CANCEL: Intent.CANCEL,
        LearnedAct.WITHDRAW: Intent.WITHDRAW,
        LearnedAct.FACTS: Intent.ADD_FACTS,
        LearnedAct.CORRECT: Intent.CHANGE,
        LearnedAct.YES: Intent.YES,
        LearnedAct.NO: Intent.NO,
    }
)
"""The intent that an act stands for; the others (a suggestion, no answer) say nothing of it."""

_HEAD, _BESIDE, _HEARD = 0.75, 0.8, 0.5
"""How much the head counts; the share of the likeliest intent's chance from which another is meant as well, and the
least chance of such a one.
"""
_PLAIN, _HINTED = 0.9, 0.4
"""Chances from which the rules' word stands, whatever the head says, and from which a greeting is one."""
_BY_PHRASE = frozenset(
    {
        Intent.WANT_PERSON,
        Intent.CHANGE,
        Intent.CANCEL,
        Intent.WITHDRAW,
        Intent.THANKS,
        Intent.GREETING,
        Intent.ASK_QUESTION,
        Intent.YES,
        Intent.NO,
    }
)
_LEAST, _UNHEARD = 0.1, 0.45
"""Intents below the first are not listed, and those that are not meant have the second at most."""


def joined(intents: Sequence[Scored], acts: Mapping[str, float]) -> tuple[Scored, ...]:
    """The intents of a text, the likeliest first, from what rules and classifiers found and what the head heard."""
    if not acts:
        return tuple(intents)
    chances = _weighed({one.name: one.confidence for one in intents}, acts)
    ranked = sorted(chances.items(), key=lambda item: -item[1])
    (first, best), *others = ranked
    least = max(_BESIDE * best, _HEARD)
    beside = [Scored(name, _told(chance, least)) for name, chance in others if name != Intent.NONE and chance >= _LEAST]
    return (Scored(first, round(max(best, _HEARD), 3)), *beside)


def _told(chance: float, least: float) -> float:
    return round(chance if chance >= least else min(chance, _UNHEARD), 3)


def _weighed(found: Mapping[str, float], acts: Mapping[str, float]) -> dict[str, float]:
    heard: dict[str, float] = {}
    for act, chance in acts.items():
        if name := INTENT_OF.get(act):
            heard[name] = max(heard.get(name, 0.0), chance)
    known = heard.keys() | found.keys()
    chances = {name: _HEAD * heard.get(name, 0.0) + (1 - _HEAD) * found.get(name, 0.0) for name in sorted(known)}
    plain = {name: found[name] for name in _BY_PHRASE & found.keys() if found[name] >= _PLAIN}
    chances |= {name: max(chance, chances[name]) for name, chance in plain.items()}
    if found.get(Intent.GREETING, 0.0) >= _HINTED and heard.get(Intent.NONE, 0.0) >= _HEARD:
        chances |= {Intent.GREETING: heard[Intent.NONE], Intent.NONE: 0.0}
    if chances.get(Intent.CHANGE, 0.0) >= _HEARD:
        # What is set right is no further fact.
        chances[Intent.ADD_FACTS] = min(chances.get(Intent.ADD_FACTS, 0.0), _UNHEARD)
    return chances
