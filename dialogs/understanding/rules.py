"""Understanding by rules alone: phrases, grammars, and words that plainly belong to one category."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.reader import Reader, Verdict
from dialogs.understanding.reading import Reading, Scored, Span, Utterance
from dialogs.understanding.signs import Signs
from dialogs.understanding.text import HAN, blank, flatten, places

COMPLAIN = "complain/"

_TERM = re.compile(r"[a-zÀ-ɏ']{3,}|[㐀-鿿]+")
_QUESTION = re.compile(
    r"[?]\s*$|[吗呢么]\s*[.!]*$|怎么|多久|什么时候|能不能|可不可以|是不是|如何|^(?:how|what|when|where|who|why|which|do|does|did|can|could|is|are|will|would)\b"
)
_QUESTION_WORD = re.compile(
    r"[吗]\s*[?.!]*$|怎么|多久|什么时候|能不能|可不可以|是不是|如何|^(?:how|what|when|where|who|which|do you|can you|can i|are you|is this|is it|will you)\b"
)
_KEYBOARD = re.compile(r"(?:qwer|wert|erty|rtyu|tyui|yuio|uiop|asdf|sdfg|dfgh|fghj|ghjk|hjkl|zxcv|xcvb|cvbn|vbnm|lkjh|fdsa|poiu|rewq)")
_VOWEL = re.compile(r"[aeiouyÀ-ɏ]")
_LATIN = re.compile(r"[a-zÀ-ɏ]+")
_READABLE = re.compile(r"[^\W_]")
_INTRODUCES = 3
_CONTENT = re.compile(r"[a-z']+|[㐀-鿿]")
_REPEATED = re.compile(r"(.{1,2})\1{3,}")


NONSENSE = Verdict((Scored("none", 0.95),))
NO_FACTS = 9999
UNSURE = Verdict((Scored("none", 0.4),))
"""Not nonsense, but like nothing we know: perhaps an answer to what was asked."""


class RulesUnderstanding:
    """The `Understanding` that is always there: no training, no model, no network."""

    def __init__(self, playbook: Playbook) -> None:
        self._reader = Reader(playbook, KeywordJudge(playbook))

    def read(self, utterances: Sequence[Utterance]) -> list[Reading]:
        """One reading per utterance, in order. Never raises for what a customer wrote."""
        return [self._reader.read(said) for said in utterances]


class KeywordJudge:
    """Judges by how many words of a text are plainly one category's."""

    def __init__(self, playbook: Playbook) -> None:
        self._votes = category_words(playbook)

    def judge(self, flat: str, language: str, signs: Signs, spans: Sequence[Span]) -> Verdict:
        if is_gibberish(flat):
            return NONSENSE
        votes = Counter({name: 2 * count for name, count in signs.categories})
        votes.update(self._votes[term] for term in set(terms(flat)) if term in self._votes)
        ranked = votes.most_common(2)
        total = sum(votes.values())
        plain = bool(ranked) and ranked[0][1] >= 2
        intents = _intents(flat, signs, spans, plain)
        if not plain or not any(found.name == "complain" for found in intents):
            return Verdict(intents)
        first, *rest = (Scored(name, round(0.9 * count / total, 3)) for name, count in ranked)
        return Verdict(intents, first, rest[0] if rest else None)


def _intents(flat: str, signs: Signs, spans: Sequence[Span], plain: bool) -> tuple[Scored, ...]:
    found = []
    question = bool(_QUESTION_WORD.search(flat))
    if (plain and not (question and not (signs.anger or signs.wanted))) or signs.anger or signs.signals or signs.wanted:
        found.append(Scored("complain", 0.8 if plain else 0.6))
    if words_beside_facts(flat, spans, signs) <= 4:
        found.append(Scored("add_facts", 0.9))
    elif question or (not found and _QUESTION.search(flat)):
        found.append(Scored("ask_question", 0.7 if not found else 0.4))
    elif spans and not found:
        found.append(Scored("add_facts", 0.6))
    if found:
        return tuple(found)
    return UNSURE.intents


def category_words(playbook: Playbook) -> Mapping[str, str]:
    """Words that at least two examples of one category have and hardly any others: word to category."""
    counts: dict[str, Counter[str]] = {}
    for examples in playbook.examples.values():
        for label, texts in examples.intents.items():
            for text in texts:
                for term in set(terms(flatten(text))):
                    counts.setdefault(term, Counter())[label] += 1
    words = {}
    for term, labels in counts.items():
        (label, count), total = labels.most_common(1)[0], sum(labels.values())
        if label.startswith(COMPLAIN) and count >= 2 and count / total >= 0.75:
            words[term] = label[len(COMPLAIN) :]
    return words


def terms(flat: str) -> list[str]:
    """Latin words of three letters or more, and pairs of Chinese characters."""
    found: list[str] = []
    for run in _TERM.findall(flat):
        found += [run[at : at + 2] for at in range(len(run) - 1)] if HAN.match(run) else [run]
    return found


def words_beside_facts(flat: str, spans: Sequence[Span], signs: Signs) -> int:
    """How many words are left of a text once its facts and their names are taken out; very many without facts."""
    if not any(span.slot != "number" for span in spans):
        return NO_FACTS
    named = [(start, end) for _, start, end in signs.slots]
    return content_words(blank(flat, sorted([*places(spans), *named])))


def without_facts(flat: str, spans: Sequence[Span], signs: Signs) -> str:
    """The text without its facts and the names that introduce them: what happened, rather than to which order."""
    facts = places(spans)
    named = [(start, end) for _, start, end in signs.slots if any(0 <= fact[0] - end <= _INTRODUCES for fact in facts)]
    return blank(flat, sorted([*facts, *named]))


def content_words(flat: str) -> int:
    """Latin words and Chinese characters together."""
    return len(_CONTENT.findall(flat))


def is_gibberish(flat: str) -> bool:
    """Nothing readable at all, keys struck at random, or one sound over and over."""
    if not _READABLE.search(flat):
        return True
    if _KEYBOARD.search(flat) and len(flat) < 40:
        return True
    words = _LATIN.findall(flat)
    if words and flat.isascii() and not any(_VOWEL.search(word) for word in words) and sum(map(len, words)) > 3:
        return True
    return bool((repeated := _REPEATED.search(flat)) and len(repeated[0]) > len(flat.strip()) * 0.7 and not repeated[0].isdigit())
