"""The common way of reading: crisp commands first, then signs and facts, then a judge for intent and category."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from typing import Protocol

from complaints.copies import altered
from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.cues.cancel_and_status import asks_news, calls_off
from dialogs.understanding.cues.corrections import find_change, is_edit, is_express
from dialogs.understanding.cues.declined_slot import withheld
from dialogs.understanding.cues.faq_topics import find_topic
from dialogs.understanding.cues.phrase_matcher import PhraseBook
from dialogs.understanding.cues.policy_questions import is_inquiry
from dialogs.understanding.cues.signals import (
    CATEGORY,
    CUSTOMER,
    LANGUAGE,
    QUESTION,
    REASONED,
    SLOT,
    WAIT,
    WANTED,
    Signs,
    language_named,
    weigh_signs,
    with_signals,
)
from dialogs.understanding.cues.sum_roles import with_roles
from dialogs.understanding.cues.taken_back import standing
from dialogs.understanding.cues.urgency import calm_words, urgency
from dialogs.understanding.formats.entity_pipeline import Facts
from dialogs.understanding.formats.number_tokens import dictated_number, number_tokens
from dialogs.understanding.language.language_id import Tongues
from dialogs.understanding.language.packs import packs_of
from dialogs.understanding.language.scripts import script_of
from dialogs.understanding.reading import COMMANDS, SIGNALS, Intent, Reading, Scored, Span, TypedCommand, Utterance
from dialogs.understanding.replies.short_answers import case_hint, declines, is_bare
from dialogs.understanding.text import MOST_READ, WORD, flatten, is_only_repeat

_INTENT_OF = {"person": "want_person", "status": "ask_status", "cancel": "cancel", "withdraw": "withdraw",
              "help": "ask_question", "confirm": "yes", "yes": "yes", "no": "no", "thanks": "thanks",
              "greeting": "greeting", "change": "change", "unknown": "no"}  # fmt: skip
_CRISP = frozenset({*COMMANDS, "yes", "no", "thanks", "greeting", "change", "unknown"})
_CRISP_KINDS = (WANTED, CUSTOMER, CATEGORY, QUESTION, LANGUAGE)
_SURE = 0.98
_SHORT, _LITTLE = 40, 4
_OVERLAP = 100
_PLAIN = 0.8
_MORE = 0.6
_NONSENSE = 0.9
_DOUBTED, _TOLD = 0.55, 0.6
_HARMS = frozenset({"safety", "health", "legal", "media", "threat"})
_LEAVING = frozenset({"cancel", "withdraw", "thanks", "praise", "greeting", "no", "yes", "none"})
_INSTEAD = (Scored(Intent.COMPLAIN, 0.5),)
_ANSWER = Scored(Intent.ADD_FACTS, 0.7)
_NOTHING = (Scored(Intent.NONE, 0.4),)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A judge's opinion: intents, likeliest first, and the two likeliest categories."""

    intents: tuple[Scored, ...]
    category: Scored | None = None
    second: Scored | None = None


_EDITED, _INQUIRY = Verdict((Scored(Intent.CHANGE, 0.9),)), Verdict((Scored(Intent.ASK_QUESTION, 0.85),))
_CALLED_OFF, _STATUS = Verdict((Scored(Intent.CANCEL, 0.9),)), Scored(Intent.ASK_STATUS, 0.9)
_SOMEBODY = re.compile(
    r"人|客服|经理|主管|领导|老板|店长|负责|转接|接线|speak|talk|chat|human|person|people|agent|\brep|manager"
    r"|supervisor|advis|operator|someone|somebody|transfer|connect|staff|team|colleague|boss"
)
"""One of these stands where a person is asked for; without, a judge must be surer of it than usual."""


class Judge(Protocol):
    """Decides what a text is about, from its words and what was already found in it."""

    def judge(self, flat: str, language: str, signs: Signs, spans: Sequence[Span]) -> Verdict: ...


@dataclass(frozen=True, slots=True)
class Matter:
    """A text that a judge must decide on, and what rules found in it.

    `spans` are the facts once `change` is made; `as_told` those in the text as it stands. `takes_back` says that one
    was named only to say that it is not the one.
    """

    text: str
    flat: str
    language: str
    families: tuple[str, ...]
    signs: Signs
    spans: tuple[Span, ...]
    as_told: tuple[Span, ...]
    change: str
    takes_back: bool = False


class Reader:
    """Reads texts for one playbook. Everything is compiled when it is made; reading changes nothing."""

    def __init__(self, playbook: Playbook, judge: Judge) -> None:
        self._judge = judge
        self._currency = playbook.file.currency
        self._book = PhraseBook(phrase_lists(playbook), packs_of(playbook.languages))
        self._known = english_words(playbook)
        self._facts = Facts(playbook.file, self._known)
        self._tongues = Tongues(playbook.languages)
        script_of(flatten("我"))  # makes their tables now: a reader is forked from here, and has little time

    def judged_by(self, judge: Judge) -> Reader:
        """The same reader under another judge; what is compiled is shared."""
        other = copy(self)
        other._judge = judge
        return other

    def read(self, said: Utterance) -> Reading:
        """One reading. Never raises for what a customer wrote."""
        found = self.look(said)
        if isinstance(found, Reading):
            return found
        return self.conclude(found, self._judge.judge(found.flat, found.language, found.signs, found.spans))

    def look(self, said: Utterance) -> Reading | Matter:
        """All that rules can tell: the whole reading of a crisp text, or the matter that is left to a judge."""
        text = said.text[:MOST_READ]
        flat = flatten(text)
        families = self._book.whole(flat)
        language = self._tongues.language_of(flat, self._known)
        if any(family in _CRISP or family.startswith(_CRISP_KINDS) for family in families):
            return self._answering(_crisp(said.text, language, families), flat, families)
        signs = self._signs(said.text, text, flat)
        found = self._found(said, text, flat, language)
        spans, _ = standing(text, found, number_tokens(text))
        change, corrected = find_change(text, flat, spans, signs, self._currency)
        return Matter(said.text, flat, language, families, signs, corrected, spans, change, len(spans) < len(found))

    def _found(self, said: Utterance, text: str, flat: str, language: str) -> tuple[Span, ...]:
        """The facts that grammars find, and what each sum is for."""
        return with_roles(text, tuple(self._facts.find(said, text, flat, language)), number_tokens(text))

    def _signs(self, whole: str, text: str, flat: str) -> Signs:
        """The signs of what is read, and any sign of danger in what lies beyond."""
        signs = weigh_signs(text, flat, self._book.inside(flat))
        for start in range(MOST_READ - _OVERLAP, len(whole) - _OVERLAP, MOST_READ - _OVERLAP):
            part = whole[start : start + MOST_READ]
            plain = flatten(part)
            signs = with_signals(signs, part, plain, self._book.inside(plain))
        return signs

    def conclude(self, matter: Matter, verdict: Verdict) -> Reading:
        """The reading, once a judge has decided. What rules know for sure goes before what a judge thinks."""
        flat, families, signs = matter.flat, matter.families, matter.signs
        change, spans = matter.change, matter.spans
        if change and is_edit(flat, change, signs, spans):
            verdict, signs = _EDITED, replace(signs, wanted=())
        elif change and _is_plain_complaint(verdict) and not is_express(flat):
            change, spans = "", matter.as_told
        if is_inquiry(flat, signs):
            verdict, signs = _INQUIRY, replace(signs, wanted=())
        verdict = _thought_again(flat, signs, verdict)
        bare = not change and not _is_nonsense(verdict) and is_bare(flat, families, signs, spans)
        introduced = len(flat) < _SHORT and any(span.slot == "name" for span in spans) and not signs.categories
        verdict = _of_bare(verdict, introduced) if bare or (introduced and not signs.anger) else verdict
        reading = _reading(matter.text, matter.language, signs, spans, change, verdict)
        reading = altered(reading, taken_back=matter.takes_back)
        return self._answering(reading, flat, families, bare)

    def _answering(self, reading: Reading, flat: str, families: tuple[str, ...], bare: bool = False) -> Reading:
        """The reading with what the text is as an answer: a bare value, a refusal and of what, a hint at a case."""
        refuses, hint = declines(flat, families), case_hint(flat, families)
        every = tuple(number_tokens(reading.text))
        _, numbers = standing(reading.text, (), every)
        reading = altered(
            reading,
            script=script_of(reading.text[:MOST_READ]),
            bare=bare and not refuses,
            refuses=refuses,
            case_hint=hint,
            numbers=numbers,
            taken_back=reading.taken_back or len(numbers) < len(every),
            dictated=dictated_number(reading.text),
        )
        if reading.lacks or not (refuses or reading.act == TypedCommand.UNKNOWN):
            return reading
        lacks = withheld(flat, self._book.inside(flat))
        told = tuple(span for span in reading.slots if span.slot != lacks)  # 名字就不留了 names nobody
        return altered(reading, lacks=lacks, slots=told)


def phrase_lists(playbook: Playbook) -> Mapping[str, Sequence[str]]:
    """Every list of phrases of every language under its name, and slot names under `slot:`."""
    lists: dict[str, list[str]] = {}
    for examples in playbook.examples.values():
        for name, phrases in examples.lookups.items():
            lists.setdefault(name, []).extend(phrases)
        for slot, names in examples.synonyms.items():
            lists.setdefault(f"{SLOT}{slot}", []).extend(names)
    return lists


def english_words(playbook: Playbook) -> frozenset[str]:
    """The ordinary English words of the playbook's own examples."""
    examples = playbook.examples.get("en")
    if examples is None:
        return frozenset()
    texts = (*examples.intents.values(), *examples.lookups.values())
    return frozenset(
        word for group in texts for text in group for word in WORD.findall(flatten(text)) if _LETTERS.match(word)
    )


_ENDS = re.compile(r"[.!?。！？]")
_LETTERS = re.compile(r"[a-z']+$")


def _crisp(text: str, language: str, families: tuple[str, ...]) -> Reading:
    act = next((TypedCommand(family) for family in families if family in COMMANDS), TypedCommand.NONE)
    wanted = language_named(families)
    intents = tuple(dict.fromkeys(_INTENT_OF[family] for family in families if family in _INTENT_OF))
    categories = [family[len(CATEGORY) :] for family in families if family.startswith(CATEGORY)]
    question = next((family[len(QUESTION) :] for family in families if family.startswith(QUESTION)), "")
    signals = tuple(signal for signal in SIGNALS if signal in families)
    told = any(family.startswith((WANTED, CUSTOMER)) for family in families)
    intents = intents or (
        ("complain",) if categories else ("ask_question",) if question else ("add_facts",) if told else ()
    )
    return Reading(
        text,
        language=language,
        act=act or (TypedCommand.LANGUAGE if wanted else TypedCommand.NONE),
        language_wanted=wanted,
        question=question,
        intents=tuple(Scored(intent, _SURE) for intent in intents),
        category=Scored(categories[0], _SURE / len(categories)) if categories else None,
        second=Scored(categories[1], _SURE / len(categories)) if len(categories) > 1 else None,
        severity="high" if signals else "normal" if categories else "low",
        urgency=urgency(signals, "urgent" in families, bool(calm_words(flatten(text)))),
        reasons=tuple(f"{name}: {text.strip()}" for family, name in REASONED.items() if family in families),
        signals=signals,
        wanted=tuple(family[len(WANTED) :] for family in families if family.startswith(WANTED)),
        customer_type=next((family[len(CUSTOMER) :] for family in families if family.startswith(CUSTOMER)), ""),
        unknown="unknown" in families,
    )


def _overruled(intents: tuple[Scored, ...], signs: Signs, change: str, question: str) -> tuple[Scored, ...]:
    """What rules know for sure goes before what a judge thinks likely; words of self-harm cancel nothing."""
    known = {"change": 0.9} if change else {}
    known |= {"ask_question": 0.9} if question else {}
    known |= {"want_person": _SURE} if signs.person else {"want_person": 0.9} if signs.own_data else {}
    barred = {
        *known,
        *(("none",) if known else ()),
        *(("want_person",) if signs.no_person or question == "bot" else ()),
    }
    if "self_harm" in signs.signals:
        barred |= _LEAVING
    judged = [_checked(found, signs, question) for found in intents if found.name not in barred]
    if _HARMS & set(signs.signals) and not any(
        found.name == Intent.COMPLAIN and found.confidence >= 0.6 for found in judged
    ):
        judged = [
            Scored(Intent.COMPLAIN, _TOLD),
            *(found for found in judged if found.name not in (Intent.COMPLAIN, Intent.NONE)),
        ]
    found = [*(Scored(name, confidence) for name, confidence in known.items()), *judged]
    return tuple(sorted(found, key=lambda one: -one.confidence)) or (_INSTEAD if signs.signals else _NOTHING)


def _is_nonsense(verdict: Verdict) -> bool:
    return verdict.intents[0].name == Intent.NONE and verdict.intents[0].confidence >= _NONSENSE


def _of_bare(verdict: Verdict, introduced: bool) -> Verdict:
    """A name or a thing alone answers a question; only a judge who is rather sure reads more into it."""
    if (
        not introduced
        and verdict.intents[0].name == Intent.COMPLAIN
        and verdict.category
        and verdict.category.confidence >= _MORE
    ):
        return verdict
    others = tuple(Scored(found.name, min(found.confidence, 0.4)) for found in verdict.intents)
    others = tuple(found for found in others if found.name not in (Intent.ADD_FACTS, Intent.NONE))
    return Verdict((_ANSWER, *others))


def _checked(found: Scored, signs: Signs, question: str) -> Scored:
    """A judge's opinion, held against what rules see.

    Yes and no are answers only when they are the whole message, which is crisp. Who tells of harm asks
    nothing; who asks for their own data need not be complaining.
    """
    harmed = bool(_HARMS & set(signs.signals)) and not question
    doubted = found.name in (Intent.YES, Intent.NO) or (
        harmed and found.name in (Intent.ASK_QUESTION, Intent.ADD_FACTS)
    )
    doubted = doubted or (signs.own_data and found.name in (Intent.COMPLAIN, Intent.ASK_QUESTION))
    return Scored(found.name, min(found.confidence, _DOUBTED)) if doubted else found


def _of_person(found: Scored, text: str) -> Scored:
    """A judge who thinks of a person where no word speaks of one ("call me maybe") is not believed at once."""
    if found.name != Intent.WANT_PERSON or found.confidence >= _PLAIN or _SOMEBODY.search(text.lower()):
        return found
    return Scored(found.name, min(found.confidence, _DOUBTED))


def _thought_again(flat: str, signs: Signs, verdict: Verdict) -> Verdict:
    """Who calls everything off complains of nothing any more; who asks for news and hardly complains asks for news.

    And who only says that they said it before says nothing else, and least of all "cancel".
    """
    if is_only_repeat(flat):
        return Verdict(_NOTHING)
    if calls_off(flat) and not (signs.wanted or signs.signals):
        return _CALLED_OFF
    if not asks_news(flat) or any(
        found.name == Intent.COMPLAIN and found.confidence >= _MORE for found in verdict.intents
    ):
        return verdict
    return Verdict((_STATUS, *(found for found in verdict.intents if found.name != Intent.ASK_STATUS)))


def _is_plain_complaint(verdict: Verdict) -> bool:
    return any(found.name == Intent.COMPLAIN and found.confidence >= _PLAIN for found in verdict.intents)


def _act(text: str, signs: Signs, spans: tuple[Span, ...], intents: tuple[Scored, ...], change: str) -> TypedCommand:
    if signs.disagrees:
        return TypedCommand.CANCEL
    unknown = not change and not spans and _says_unknown(text, signs, intents)
    return TypedCommand.UNKNOWN if unknown else TypedCommand.NONE


def _says_unknown(text: str, signs: Signs, intents: tuple[Scored, ...]) -> bool:
    """A short text that says a fact is not known and hardly anything else: "I can't find the order number"."""
    plain = signs.unknown and bool(signs.slots) and len(text) < _SHORT and not (signs.categories or signs.person)
    return plain and not any(found.name == Intent.COMPLAIN and found.confidence >= 0.6 for found in intents)


def _last_question(text: str) -> str:
    """The question that a text ends with, or nothing."""
    told = text.rstrip()
    return _ENDS.split(told[:-1])[-1].lower() + "?" if told.endswith(("?", "？")) else ""


def _is_question(text: str, intents: tuple[Scored, ...]) -> bool:
    """Whether a listed question in the text is really put to us, rather than part of a complaint."""
    complains = any(found.name == Intent.COMPLAIN and found.confidence >= 0.6 for found in intents)
    if complains and find_topic(_last_question(text))[0] == "bot":
        return True
    topic, start, end = find_topic(flatten(text))
    if topic == "bot" and end - start >= len(text) - _LITTLE:
        return True
    return not complains or (len(text) < _SHORT and text.rstrip().endswith(("?", "？")))


def _reading(text: str, language: str, signs: Signs, spans: tuple[Span, ...], change: str, verdict: Verdict) -> Reading:
    told_when = any(span.slot == "contact_time" for span in spans) and not text.rstrip().endswith(("?", "？", "吗"))
    waits = signs.question == WAIT[len(QUESTION) :] and len(text) < _SHORT
    asked = bool(signs.question) and not told_when and (waits or _is_question(text, verdict.intents))
    question = signs.question if asked else ""
    judged = tuple(_of_person(found, text) for found in verdict.intents)
    intents = _overruled(judged, signs, change, question)
    complaint = any(found.name == Intent.COMPLAIN for found in intents)
    return Reading(
        text,
        language=language,
        act=_act(text, signs, spans, intents, change),
        change=change,
        language_wanted=signs.language_wanted,
        question=question,
        intents=intents,
        category=verdict.category,
        second=verdict.second,
        severity=signs.severity(complaint),
        urgency=signs.urgency(),
        reasons=signs.reasons,
        signals=signs.signals,
        anger=signs.anger,
        wanted=signs.wanted,
        customer_type=signs.customer_type,
        slots=spans,
        unknown=signs.unknown,
        lacks=signs.lacks,
    )
