"""Understanding by rules and a small classifier trained on the playbook's examples when the bot starts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import exp

import numpy as np

from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.cues.category_evidence import (
    UNSUPPORTED,
    CategoryEvidence,
    is_amiss,
    is_praise,
)
from dialogs.understanding.cues.signals import Signs
from dialogs.understanding.heads.model import Heads
from dialogs.understanding.heads.reading import HeadReader
from dialogs.understanding.language.script_detection import OTHER_SCRIPTS, weigh
from dialogs.understanding.model.classifier import Classifier, Guess
from dialogs.understanding.model.encoder import Encoder, Floats, SentenceEncoder
from dialogs.understanding.model.explaining import MEANING, Explanation, Weight, strongest
from dialogs.understanding.model.model_files import Model
from dialogs.understanding.pipeline import Matter, Verdict
from dialogs.understanding.reading import Intent, Reading, Scored, Span, Utterance
from dialogs.understanding.rule_provider import (
    COMPLAIN,
    NO_FACTS,
    NONSENSE,
    PURCHASE,
    TELLING,
    UNSURE,
    WISH,
    KeywordJudge,
    RulesUnderstanding,
    asked,
    content_words,
    gist,
    is_gibberish,
    is_purchase,
    is_wish,
    story,
    without_wishes,
    words_beside_facts,
)
from dialogs.understanding.tagging.network import Tagger
from dialogs.understanding.tagging.reading import TagReader
from dialogs.understanding.tagging.vectors import TokenEncoder

_LEAST = 0.08
_FACTS_ONLY = 0.9
_ALSO_FACTS = 0.3
_CLEAR = 0.5
_SCANT = 24
_HARDLY_ANY, _FEW, _PLAIN = 1, 4, 0.7
_PHRASE_WEIGHT = 1.0
_SOME = 0.25
_TRUST, _DOUBT = 0.2, 0.01
_CLAUSE = re.compile(r"[,.;!?]+")
_PRAISED = Verdict((Scored(Intent.PRAISE, 0.9),))


class LocalUnderstanding:
    """Rules, then a small classifier a language, and a trained model beside an encoder for what these are unsure of.

    The small classifiers are trained when it is made, in a fraction of a second, and always end the same.
    The model is optional, and may come later. Rules that are there already need not be built again.
    """

    def __init__(
        self,
        playbook: Playbook,
        model: Model | None = None,
        encoder: Encoder | None = None,
        rules: RulesUnderstanding | None = None,
    ) -> None:
        rules = rules or RulesUnderstanding(playbook)
        self._judge = ClassifierJudge(playbook, rules.keywords, SecondOpinion(model, encoder) if model else None)
        self._reader = rules.reader.judged_by(self._judge)
        self._heads: HeadReader | None = None
        self._tagger: TagReader | None = None

    def read(self, utterances: Sequence[Utterance]) -> list[Reading]:
        """One reading per utterance, in order. Never raises for what a customer wrote."""
        found = [self._reader.look(said) for said in utterances]
        verdicts = iter(self._judge.judge_all([one for one in found if isinstance(one, Matter)]))
        readings = [one if isinstance(one, Reading) else self._reader.conclude(one, next(verdicts)) for one in found]
        readings = self._tagger.marked(readings) if self._tagger else readings
        return self._heads.heard(readings) if self._heads else readings

    def explain(self, said: Utterance) -> Explanation:
        """The reading of a text with the rules that spoke and the words that weighed most."""
        reading = self.read([said])[0]
        found = self._reader.look(said)
        if isinstance(found, Reading):
            return Explanation(reading, reading.reasons or (f"phrase: {said.text.strip()}",))
        return self._judge.explain(found, reading)

    @property
    def model_version(self) -> str:
        """The version of the model, heads and tagger it reads with; empty while one of them is lacking."""
        if self._judge.second is None or self._heads is None or self._tagger is None:
            return ""
        learned = (self._heads.heads.digest, self._tagger.tagger.digest)
        return "+".join((self._judge.second.model.about.version, *(digest[:6] for digest in learned)))

    def adopt(self, model: Model, encoder: Encoder | None) -> None:
        """Read with this model from the next message on."""
        self._judge.second = SecondOpinion(model, encoder)

    def listen(self, heads: Heads, encoder: Encoder | None) -> None:
        """Hear dangers, acts and replies with these heads from the next message on."""
        self._heads = HeadReader(heads, encoder)

    def tag(self, tagger: Tagger, encoder: SentenceEncoder) -> None:
        """Find facts with this tagger from the next message on."""
        self._tagger = TagReader(tagger, TokenEncoder(encoder))


class ClassifierJudge:
    """Judges by classifiers; falls back on keywords for a text that resembles no example."""

    def __init__(self, playbook: Playbook, keywords: KeywordJudge, second: SecondOpinion | None = None) -> None:
        trainable = {code: said.intents for code, said in playbook.examples.items() if len(said.intents) > 1}
        self._classifiers = {code: Classifier(intents) for code, intents in trainable.items()}
        self._default = next((code for code in playbook.languages if code in self._classifiers), "")
        self._keywords = keywords
        self.second = second

    def judge(self, flat: str, language: str, signs: Signs, spans: Sequence[Span]) -> Verdict:
        return self.judge_all([Matter(flat, flat, language, (), signs, tuple(spans), tuple(spans), "")])[0]

    def judge_all(self, matters: Sequence[Matter]) -> list[Verdict]:
        """A verdict a matter. What is unclear goes to the second opinion, all of it at once."""
        hearings = [self.hear(matter) for matter in matters]
        unclear = [hearing for hearing in hearings if hearing.unclear]
        if self.second and unclear:
            better = self.second.guesses([hearing.story for hearing in unclear])
            found = dict(zip(map(id, unclear), better, strict=True))
            hearings = [
                replace(one, guess=both(one.guess, found[id(one)])) if id(one) in found else one for one in hearings
            ]
        return [self._settle(hearing) for hearing in hearings]

    def hear(self, matter: Matter) -> Hearing:
        """What the small classifiers think of a matter, and whether that needs a second opinion.

        Facts, wishes and answers need none: rules read them as well, and they are most of what is written.
        """
        flat, signs = matter.flat, matter.signs
        if is_gibberish(flat):
            return Hearing(matter, NO_FACTS, "", "", None)
        left = words_left(flat, signs, matter.spans)
        told, whole = (
            (flat, flat) if left <= _FEW else (gist(flat, matter.spans, signs), story(flat, matter.spans, signs))
        )
        guess = self._guess(told, matter.language)
        plain = left <= _HARDLY_ANY or is_wish(flat, signs) or content_words(told) <= _HARDLY_ANY
        return Hearing(matter, left, told, whole, guess, not plain and not (guess and guess.sure))

    def explain(self, matter: Matter, reading: Reading) -> Explanation:
        """Which classifier decided on a matter, what it chose, and what made it choose."""
        hearing = self.hear(matter)
        wishes = (matter.text[start:end] for start, end in matter.signs.wishes)
        facts = (f"{span.slot}: {span.text}" for span in reading.slots)
        rules = (*reading.reasons, *(f"wish: {words}" for words in wishes), *facts)
        found = self._guessed(hearing, reading, rules)
        return found if found and is_behind(found.label, reading) else Explanation(reading, rules)

    def _guessed(self, hearing: Hearing, reading: Reading, rules: tuple[str, ...]) -> Explanation | None:
        """What a classifier would have it be."""
        if hearing.guess is None:
            return None
        if hearing.unclear and self.second:
            return self.second.explain(hearing.story, reading, rules)
        guess, classifier = hearing.guess, self._of(hearing.guess)
        best = int(guess.chances.argmax())
        weights = strongest(classifier.contributions(hearing.gist, best)) if classifier else ()
        least = classifier.least if classifier else 0.0
        label, confidence = guess.labels[best], round(float(guess.chances[best]), 3)
        return Explanation(reading, rules, "words", label, confidence, guess.likeness, least, weights)

    def _of(self, guess: Guess) -> Classifier | None:
        """The classifier whose labels a guess is about."""
        return next((one for one in self._classifiers.values() if one.labels is guess.labels), None)

    def _settle(self, hearing: Hearing) -> Verdict:
        matter = hearing.matter
        if not hearing.gist:
            return NONSENSE
        if is_purchase(matter.flat, matter.spans, matter.signs):
            return PURCHASE
        return settled(
            hearing.guess, matter.flat, matter.signs, hearing.left, self._keywords.evidence
        ) or self._keywords.judge(matter.flat, matter.language, matter.signs, matter.spans)

    def _guess(self, flat: str, language: str) -> Guess | None:
        """The language's classifier; both, should a text be mixed: the surer one is believed."""
        latin = language if language and language not in OTHER_SCRIPTS else "en"
        weighed = ((latin if code == "en" else code, weight) for code, weight in weigh(flat).items())
        codes = [code for code, weight in weighed if weight >= 2 and code in self._classifiers]
        codes = codes or [code for code in (language, self._default) if code in self._classifiers][:1]
        guesses = [self._classifiers[code].guess(flat) for code in codes]
        return max(guesses, key=lambda guess: guess.likeness, default=None)


@dataclass(frozen=True, slots=True, eq=False)
class Hearing:
    """A matter on its way to a verdict: the words it has beside its facts, what it tells, and the guess so far."""

    matter: Matter
    left: int
    gist: str
    story: str
    guess: Guess | None
    unclear: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class SecondOpinion:
    """A trained model with the encoder it was trained with."""

    model: Model
    encoder: Encoder | None

    def guesses(self, flats: Sequence[str]) -> list[Guess]:
        """A guess a text; the encoder reads them all at once."""
        told = [essence(flat) for flat in flats]
        scores = self.model.hybrid.scores(told, self.encoder.encode(told) if self.encoder else None)
        return [self._guess(row) for row in scores]

    def explain(self, flat: str, reading: Reading, rules: tuple[str, ...]) -> Explanation:
        """What the model chose for a text, and the stretches that spoke loudest for it."""
        hybrid, told = self.model.hybrid, essence(flat)
        scores = hybrid.scores([told], self.encoder.encode([told]) if self.encoder else None)[0]
        guess, best = self._guess(scores), int(scores.argmax())
        meaning = float(scores[best] - hybrid.bias[best] - hybrid.by_words(told)[best])
        weights = strongest([*hybrid.contributions(told, best), Weight(MEANING, meaning)])
        about, chance = self.model.about, round(float(guess.chances[best]), 3)
        return Explanation(reading, rules, "encoder", guess.labels[best], chance, guess.likeness, about.least, weights)

    def _guess(self, scores: Floats) -> Guess:
        best = float(scores.max())
        return Guess(self.model.hybrid.labels, self.model.chances(scores), best, best >= self.model.about.least)


def is_behind(label: str, reading: Reading) -> bool:
    """Whether a classifier's label is what a reading says; where it is not, rules knew better."""
    intent, _, category = label.partition("/")
    said = reading.category.name if reading.category else ""
    return category == said if category else intent in (reading.intent(), "none")


def both(first: Guess | None, second: Guess) -> Guess:
    """A second opinion in the light of the first: surer where they agree, less so where they do not."""
    if first is None or not first.accepted:
        return second
    said = dict(zip(first.labels, first.chances.tolist(), strict=True))
    light = np.array([said.get(label, 0.0) + _DOUBT for label in second.labels], dtype=np.float32)
    chances = second.chances * light**_TRUST
    return replace(second, chances=chances / chances.sum())


def essence(gist: str) -> str:
    """The clauses of a gist that say something; those that only held facts would blur what the text means."""
    if "\0" not in gist:
        return gist
    clauses = _CLAUSE.split(gist)
    telling = [clause for clause in clauses if "\0" not in clause or content_words(clause) > _FEW]
    return ", ".join(" ".join(clause.replace("\0", " ").split()) for clause in telling or clauses)


def words_left(flat: str, signs: Signs, spans: Sequence[Span]) -> int:
    """How many words a text has beside its facts; an item counts as a word where something is said to be amiss."""
    untold = [span for span in spans if span.slot not in TELLING]
    return words_beside_facts(flat, untold if len(untold) < len(spans) and is_amiss(flat) else spans, signs)


def settled(guess: Guess | None, flat: str, signs: Signs, left: int, evidence: CategoryEvidence) -> Verdict | None:
    """What follows from a classifier's guess, or None where it resembles nothing and no word stands out."""
    if guess is None or (not guess.accepted and not (signs.categories or signs.anger or signs.wanted)):
        return None
    if is_wish(flat, signs):
        return WISH
    told = without_wishes(flat)
    verdict = appraised(flat, asked(flat, _verdict(guess, signs, left, told, evidence), signs), signs)
    return verdict if verdict.intents[0].confidence >= _CLEAR or not _is_scant(flat) else UNSURE


def _is_scant(flat: str) -> bool:
    """Too few words to say what they are about: a name, an item, an answer."""
    return len(flat) < _SCANT and content_words(flat) <= _FEW


def appraised(flat: str, verdict: Verdict, signs: Signs) -> Verdict:
    """Praise only where nothing is amiss: "great job losing my parcel" complains, "she was wonderful" does not."""
    praise = sum(found.confidence for found in verdict.intents if found.name in (Intent.PRAISE, Intent.THANKS))
    besides = signs.anger or signs.signals or signs.wanted or signs.categories
    if praise >= _SOME and not besides and is_praise(flat):
        return _PRAISED
    if not any(found.name == Intent.PRAISE for found in verdict.intents) or not is_amiss(flat):
        return verdict
    others = tuple(found for found in verdict.intents if found.name not in (Intent.PRAISE, Intent.COMPLAIN))
    return Verdict((Scored(Intent.COMPLAIN, _PLAIN), *others), verdict.category, verdict.second)


def _verdict(guess: Guess, signs: Signs, left: int, told: str, evidence: CategoryEvidence) -> Verdict:
    """`left` is how many words the text has beside its facts: few, and the facts are what it is about."""
    chances = dict(zip(guess.labels, guess.chances.tolist(), strict=True))
    intents = _by_intent(guess.labels, chances.values())
    if left <= _HARDLY_ANY or (left <= _FEW and max(intents.values()) < _PLAIN):
        intents = {
            Intent.ADD_FACTS: _FACTS_ONLY,
            **{name: chance * (1 - _FACTS_ONLY) for name, chance in intents.items() if name != Intent.ADD_FACTS},
        }
    elif left < NO_FACTS and intents.get(Intent.ADD_FACTS, 0.0) < _ALSO_FACTS:
        intents[Intent.ADD_FACTS] = _ALSO_FACTS
    ranked = sorted(intents.items(), key=lambda item: -item[1])
    kept = tuple(
        Scored(name, round(chance, 3)) for at, (name, chance) in enumerate(ranked) if chance >= _LEAST or at == 0
    )
    told_of = any(found.name in (Intent.COMPLAIN, Intent.PRAISE) for found in kept)
    if not told_of or not (guess.accepted or signs.categories):
        return Verdict(kept)
    return Verdict(kept, *_categories(chances, signs, told, evidence))


def _by_intent(labels: tuple[str, ...], chances: Iterable[float]) -> dict[str, float]:
    intents: dict[str, float] = {}
    for intent, chance in zip(_intents_of(labels), chances, strict=True):
        intents[intent] = intents.get(intent, 0.0) + chance
    return intents


@lru_cache(maxsize=16)
def _intents_of(labels: tuple[str, ...]) -> tuple[str, ...]:
    """The intent of each label: of `complain/delivery` it is `complain`."""
    return tuple(label.partition("/")[0] for label in labels)


def _categories(
    chances: Mapping[str, float], signs: Signs, told: str, evidence: CategoryEvidence
) -> tuple[Scored, ...]:
    """The two likeliest categories, given that this is a complaint; listed phrases tilt the scales."""
    tilt, doubted = Counter(dict(signs.categories)), evidence.unsupported(told)
    tilt.update(evidence.pointed_at(signs.signals))
    tilt.update(2 * evidence.shaped(told))
    weighed = {label[len(COMPLAIN) :]: chance for label, chance in chances.items() if label.startswith(COMPLAIN)}
    for name in weighed:
        weighed[name] *= UNSUPPORTED if name in doubted else 1.0
        weighed[name] *= exp(_PHRASE_WEIGHT * min(tilt[name], 3))
    total = sum(weighed.values()) or 1.0
    best = sorted(weighed.items(), key=lambda item: -item[1])[:2]
    return tuple(Scored(name, round(chance / total, 3)) for name, chance in best)
