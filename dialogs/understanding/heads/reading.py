"""Readings with what learned heads heard: dangers, acts, and what a text would mean as a reply to each question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from complaints.copies import altered
from dialogs.understanding.cues.unwished_remedies import unwished
from dialogs.understanding.heads.dataset import ANY, DANGERS, REPLIES, RIGHTS, URGENT, WISHES
from dialogs.understanding.heads.intents import joined
from dialogs.understanding.heads.model import Encode, Heads
from dialogs.understanding.model.encoder import Encoder, Floats
from dialogs.understanding.reading import SIGNALS, Reading

SURE = 0.5
"""The probability from which a label is believed; heads are fitted so that it lets few false alarms through."""

GRAVE = frozenset({"health", "safety", "self_harm", "fraud_now", "violence"})
"""Kinds of danger to a person or their money, which somebody should look at though nothing is sure."""

_OUTSHINABLE = frozenset({"health", "fraud_now"})
"""Kinds that bring words of care, and are not meant beside a far likelier one. Despair always counts: to miss it is
worse than to ask once too often.
"""

_ALIKE = GRAVE | {"privacy_breach"}
"""Kinds one of which outshines another: each is told of in words that sound a little like the others."""

_AS_REPLIES = ("opening", "rights", *REPLIES, "survey_flags", "answers", "wishes")
"""Heads that are told as what a text would mean in its place: to a question, or as the first of a chat."""

_SOME = 0.3
"""The least probability that there is any danger, where a kind is named."""

Told = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True, eq=False)
class HeadReader:
    """Adds to readings what heads say of their texts."""

    heads: Heads
    encoder: Encoder | None

    def heard(self, readings: Sequence[Reading]) -> list[Reading]:
        """The same readings, in order, with dangers, acts and replies."""
        encode = _Remembering(self.encoder.encode) if self.encoder else None
        told = self.heads.read([reading.text for reading in readings], encode)
        vectors = encode.rows if encode else [b""] * len(readings)
        heard = zip(readings, told, vectors, strict=False)
        return [altered(self._with(reading, one), vector=vector) for reading, one, vector in heard]

    def _with(self, reading: Reading, told: Told) -> Reading:
        dangers = told.get("dangers", {})
        urgent = dangers.get(URGENT, 0.0) >= SURE or "self_harm" in reading.signals
        sure = self._sure(dangers)
        signals = tuple(signal for signal in SIGNALS if signal in reading.signals or signal in sure)
        return altered(
            reading,
            intents=joined(reading.intents, told.get("acts", {})),
            signals=signals,
            dangers={kind: dangers[kind] for kind in DANGERS if kind in dangers},
            kinds=heard_in(dangers),
            urgent=urgent,
            certain=self._is_crisis(dangers, signals),
            look=urgent or self._looks(dangers) or bool(GRAVE & set(signals)),
            acts={**told.get("acts", {}), **_rights(told.get("rights", {}))},
            wanted=_wanted(reading, told.get("wishes", {})),
            replies={asked: dict(told[asked]) for asked in _AS_REPLIES if asked in told},
        )

    def _sure(self, dangers: Mapping[str, float]) -> tuple[str, ...]:
        """The kinds that are acted upon. What brings words of care must be urgent as well, or certain; despair, which
        is answered with a person and nothing else, must be both.
        """
        urgent = dangers.get(URGENT, 0.0) >= SURE
        kinds = heard_in(dangers)
        certain = {kind for kind in kinds if dangers[kind] >= self._point("certain", kind)}
        despair = {"self_harm"} if urgent and "self_harm" in certain else set()
        acted = {kind for kind in kinds if kind not in GRAVE or urgent or kind in certain} - {"self_harm"}
        meant = _likeliest({kind: dangers[kind] for kind in (acted | despair) & _ALIKE}, 0.0, _OUTSHONE)
        return tuple(kind for kind in DANGERS if kind in meant or kind in (acted | despair) - _OUTSHINABLE)

    def _is_crisis(self, dangers: Mapping[str, float], signals: Sequence[str]) -> bool:
        """Whether the likeliest danger is one that a person must come for, and hardly a harmless text sounds so."""
        likeliest = max((kind for kind in DANGERS if kind in dangers), key=dangers.__getitem__, default="")
        return likeliest in signals and dangers[likeliest] >= self._point("crisis", likeliest)

    def _looks(self, dangers: Mapping[str, float]) -> bool:
        """Whether somebody should look, though it is not sure."""
        return dangers.get(URGENT, 0.0) >= self._point("look", URGENT)

    def _point(self, name: str, label: str) -> float:
        return self.heads.thresholds.get(f"dangers.{name}", {}).get(label, SURE)


class _Remembering:
    """Encodes, and keeps the vectors: the heads ask for whole texts first, in order, and for their clauses after."""

    def __init__(self, encode: Encode) -> None:
        self._encode, self.rows = encode, list[bytes]()

    def __call__(self, texts: Sequence[str]) -> Floats:
        found = self._encode(texts)
        self.rows += [row.astype("<f2").tobytes() for row in found]
        return found


def _rights(chances: Mapping[str, float]) -> dict[str, float]:
    """The rights that are asked for are acts as well."""
    return {right: chance for right, chance in chances.items() if right in RIGHTS and chance >= SURE}


def _wanted(reading: Reading, wishes: Mapping[str, float]) -> tuple[str, ...]:
    """The wishes that a head is sure of, and those of the rules that it does not doubt. Of what is told a head guesses
    what would put it right; so its word counts where a tagger marks the words of a wish as well. Where one marks what
    is not wanted, a rule may have found just that.
    """
    by_rules, marks = reading.wanted, reading.marks.get("story", ())
    said = not reading.marks or any(mark.fact == "wanted" for mark in marks)
    refuses = any(mark.fact == "unwanted" for mark in marks)
    least = _NO_DOUBT if set(by_rules) - {"other"} and not refuses else SURE
    sure = _likeliest(wishes, least, _FAR_LESS) if said else set()
    if not wishes or not sure:
        return by_rules
    doubted = max(wishes.values()) if refuses else _NOT_DOUBTED
    kept = sure | {kind for kind in by_rules if wishes.get(kind, 0.0) >= doubted}
    kept = kept - unwished(reading.text) or kept
    named = kept - {"other"} or kept
    return (*(kind for kind in by_rules if kind in named), *(k for k in WISHES if k in named and k not in by_rules))


def _likeliest(chances: Mapping[str, float], least: float, share: float) -> set[str]:
    """Of the kinds that are so likely, those whose odds are such a share of the likeliest's at least: a letter that
    asks for an exchange in all courtesy sounds a little like every other wish.
    """
    odds = {kind: chance / max(1 - chance, 0.001) for kind, chance in chances.items() if chance >= least}
    return {kind for kind, found in odds.items() if found >= share * max(odds.values())}


_FAR_LESS, _OUTSHONE = 0.25, 0.1
"""The share of the likeliest one's odds below which a wish, and a danger that brings words of care, is not meant: who
sees a stranger's bank details in their own account is not being robbed.
"""
_NOT_DOUBTED, _NO_DOUBT = 0.15, 0.85
"""How likely a wish must be that the rules found, and one that they did not find beside another that they did."""


def heard_in(dangers: Mapping[str, float]) -> tuple[str, ...]:
    """The kinds of danger that a text is likely to tell of, whether or not they are acted upon."""
    if dangers.get(ANY, 0.0) < _SOME:
        return ()
    return tuple(kind for kind in DANGERS if dangers.get(kind, 0.0) >= SURE)
