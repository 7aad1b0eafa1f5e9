"""A small text classifier: TF-IDF of character stretches, ridge regression in closed form, calibrated.

Trained in a fraction of a second when the bot starts, on one language's examples, with the same
result every time. Leave-one-out predictions of a ridge regression have a closed form (Rifkin & Lippert,
"Notes on Regularized Least Squares", 2007); confidences are fitted on those, not on the training fit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dialogs.understanding.model.char_ngrams import pieces, tokens
from dialogs.understanding.model.explaining import Weight
from dialogs.understanding.text import flatten

Floats = NDArray[np.float32]

_PENALTY = 0.6
_FEWEST = 2
_MOST_A_LABEL = 100
"""More would make starting slow; the trained model learns from all of them."""
_RARE = 12
_TRIED = 200
_TEMPERATURES = tuple(0.02 * 1.12**step for step in range(30))
_REFUSED = 0.05
_CACHED_LENGTH = 24
_CERTAIN, _ENOUGH = 0.92, 20


@dataclass(frozen=True, slots=True)
class Guess:
    """Probabilities per label, and whether the text resembled anything at all.

    `likeness` is the best raw score: about 1 for a text like the examples, about 0 for noise; `sure` says that a
    guess as sure as this was nearly always right of examples left out.
    """

    labels: tuple[str, ...]
    chances: Floats
    likeness: float
    accepted: bool
    sure: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Entries:
    """Texts by features, as what is not zero: rows, places and values. A dense table would be twenty times that."""

    rows: NDArray[np.intp]
    places: NDArray[np.intp]
    values: Floats


class Classifier:
    """One language's classifier. `examples` are texts per label; labels are what `guess` scores."""

    def __init__(self, examples: Mapping[str, Sequence[str]]) -> None:
        chosen = {label: list(dict.fromkeys(examples[label]))[:_MOST_A_LABEL] for label in sorted(examples)}
        texts = [(flatten(text), label) for label, said in chosen.items() for text in said]
        self.labels = tuple(sorted(examples))
        self._words: dict[str, tuple[tuple[int, ...], int]] = {}
        seen, idf = self._indexed([text for text, _ in texts])
        truth = np.array([self.labels.index(label) for _, label in texts], dtype=np.intp)
        self._fit(seen, truth, idf)

    def guess(self, flat: str) -> Guess:
        """The labels' chances for a flattened text."""
        scores = self._scores(flat)
        best = float(scores.max())
        heated = np.exp((scores - best) / self.temperature)
        total = heated.sum()
        accepted = best >= self.least
        # The best label's share of the total is one.
        return Guess(self.labels, heated / total, best, accepted, accepted and 1 / float(total) >= self.certain)

    def _indexed(self, texts: Sequence[str]) -> tuple[Entries, Floats]:
        """The features that texts share are given their places; returns the texts as features, and how each tells."""
        bags = [_bag(text) for text in texts]
        counts = Counter(piece for bag in bags for piece in bag)
        names = sorted(piece for piece, count in counts.items() if count >= _FEWEST)
        self._index = {piece: at for at, piece in enumerate(names)}
        self._words = self._known_words(texts)
        self._unseen = float(np.log((1 + len(bags)) / 2) + 1) ** 2
        frequency = np.array([counts[name] for name in names], dtype=np.float32)
        idf = (np.log((1 + len(bags)) / (1 + frequency)) + 1).astype(np.float32)
        return self._weighed(bags, idf), idf

    def _weighed(self, bags: Sequence[set[str]], idf: Floats) -> Entries:
        """Each text's features, of length one together with those that no other text has."""
        found = [np.array(sorted(self._index[piece] for piece in bag & self._index.keys()), np.intp) for bag in bags]
        unknown = [len(bag) - len(ids) for bag, ids in zip(bags, found, strict=True)]
        norms = [float(idf[ids] @ idf[ids]) + few * self._unseen for ids, few in zip(found, unknown, strict=True)]
        lengths = np.sqrt(np.maximum(norms, 1e-9)).astype(np.float32)
        rows = np.repeat(np.arange(len(bags)), [len(ids) for ids in found])
        places = np.concatenate(found)
        return Entries(rows, places, idf[places] / lengths[rows])

    def _fit(self, seen: Entries, truth: NDArray[np.intp], idf: Floats) -> None:
        wanted = np.zeros((len(truth), len(self.labels)), dtype=np.float32)
        wanted[np.arange(len(truth)), truth] = 1
        tried = np.arange(0, len(truth), max(1, len(truth) // _TRIED))
        alpha, left_out = _ridge(_likeness(seen, len(truth)), wanted, tried)
        self.temperature = best_temperature(left_out, truth[tried])
        self.least = float(np.quantile(left_out.max(axis=1), _REFUSED))
        self.certain = _certain(left_out / self.temperature, truth[tried])
        self._bias = np.float32(1 / len(self.labels))
        weights = [np.bincount(seen.places, seen.values * column[seen.rows], len(idf)) for column in alpha.T]
        self._rows = np.stack([*(weight * idf for weight in weights), idf**2], axis=1, dtype=np.float32)

    def _scores(self, flat: str) -> Floats:
        ids, unknown = self._look_up(flat)
        total = self._rows[ids].sum(axis=0)
        norm = float(total[-1]) + unknown * self._unseen
        scores: Floats = total[:-1] / np.float32(norm**0.5 or 1.0) + self._bias
        return scores

    def contributions(self, flat: str, label: int) -> list[Weight]:
        """What each stretch of a text adds to a label's score."""
        found = {piece: self._index[piece] for piece in sorted(_bag(flat)) if piece in self._index}
        norm = float(self._rows[list(found.values()), -1].sum()) ** 0.5 or 1.0
        return [Weight(piece.strip(), float(self._rows[at, label]) / norm) for piece, at in found.items()]

    def _look_up(self, flat: str) -> tuple[list[int], int]:
        """The known features of a text, and how many it has that no two examples share."""
        known: set[int] = set()
        unknown, index, words = 0, self._index, self._words
        for token in dict.fromkeys(tokens(flat)):
            cached = words.get(token)
            if cached is None:
                cached = _indexed(token, index)
            known.update(cached[0])
            unknown += cached[1]
        return list(known), unknown

    def _known_words(self, texts: Iterable[str]) -> dict[str, tuple[tuple[int, ...], int]]:
        words = {token for text in texts for token in tokens(text) if len(token) < _CACHED_LENGTH and token[0] < "㐀"}
        return {word: _indexed(word, self._index) for word in sorted(words)}


def _bag(flat: str) -> set[str]:
    return {piece for token in tokens(flat) for piece in pieces(token)}


def _indexed(token: str, index: Mapping[str, int]) -> tuple[tuple[int, ...], int]:
    found = [index.get(piece, -1) for piece in dict.fromkeys(pieces(token))]
    known = tuple(at for at in found if at >= 0)
    return known, len(found) - len(known)


def _ridge(kernel: Floats, wanted: Floats, tried: NDArray[np.intp]) -> tuple[Floats, Floats]:
    """Dual weights of a ridge regression, rare labels weighing more, and what it predicts for `tried` left out."""
    count = wanted.sum(axis=0)
    weight = (wanted @ np.sqrt(count.mean() / count)).astype(np.float32)
    kernel[np.diag_indices_from(kernel)] += _PENALTY / weight
    unit = np.zeros((len(kernel), len(tried)), dtype=np.float32)
    unit[tried, np.arange(len(tried))] = 1
    solved = np.linalg.solve(kernel, np.concatenate([wanted - np.float32(1 / wanted.shape[1]), unit], axis=1))
    alpha, inverse = solved[:, : wanted.shape[1]], solved[:, wanted.shape[1] :]
    left_out = wanted[tried] - alpha[tried] / inverse[tried, np.arange(len(tried))][:, None]
    return alpha.astype(np.float32), left_out.astype(np.float32)


def _likeness(seen: Entries, texts: int) -> Floats:
    """How alike each two texts are. The many features of a few texts are added pair by pair: far less work."""
    counts = np.bincount(seen.places)
    often = counts[seen.places] > _RARE
    common = np.zeros((texts, int((counts > _RARE).sum())), dtype=np.float32)
    column = np.cumsum(counts > _RARE) - 1
    common[seen.rows[often], column[seen.places[often]]] = seen.values[often]
    kernel: Floats = common @ common.T
    order = np.argsort(seen.places, kind="stable")
    for count in range(2, _RARE + 1):
        alike = order[counts[seen.places[order]] == count]
        rows, values = seen.rows[alike].reshape(-1, count), seen.values[alike].reshape(-1, count)
        np.add.at(kernel, (rows[:, :, None], rows[:, None, :]), values[:, :, None] * values[:, None, :])
    return kernel


def best_temperature(scores: Floats, truth: NDArray[np.intp]) -> float:
    """The temperature at which the scores' softmax is most honest about what was left out."""
    return min(_TEMPERATURES, key=lambda heat: _surprise(scores / heat, truth))


def _surprise(logits: Floats, truth: NDArray[np.intp]) -> float:
    shifted = logits - logits.max(axis=1, keepdims=True)
    chances = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return float(-chances[np.arange(len(truth)), truth].mean())


def _certain(logits: Floats, truth: NDArray[np.intp]) -> float:
    """The lowest confidence at and above which the guesses on what was left out are nearly always right."""
    chances = np.exp(logits - logits.max(axis=1, keepdims=True))
    best = 1 / chances.sum(axis=1)
    order = np.argsort(-best)
    right = np.cumsum((logits.argmax(axis=1) == truth)[order]) / np.arange(1, len(order) + 1)
    enough = np.nonzero(right[_ENOUGH:] >= _CERTAIN)[0]
    return float(best[order][_ENOUGH + enough[-1]]) if len(enough) else 1.0
