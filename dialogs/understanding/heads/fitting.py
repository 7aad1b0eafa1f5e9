"""Fitting heads: logistic regression by L-BFGS, and where to believe it, measured on writers it has not seen.

Memory grows linearly with the examples. Rare labels weigh more, by the square root of how rare they are. A head of
several labels ("which dangers") is fitted one label against the rest; one of a single answer likewise, and its scores
are compared. Then each score is moved so that a probability of a half lets through just so many false alarms as
`ALARMS` says, on texts of writers left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize

from dialogs.understanding.heads.dataset import HEADS, ONE_OF_ALL, URGENT, Example
from dialogs.understanding.heads.features import clauses, plain
from dialogs.understanding.heads.model import BY_CLAUSE, Heads
from dialogs.understanding.heads.recipe import (
    ALARMS,
    CERTAIN,
    CRISIS,
    FOLDS,
    LOOK,
    MOST_GRAMS,
    MOST_MEASURED,
    PENALTY_MEANING,
    PENALTY_WORDS,
    ROUNDS,
    digest,
)
from dialogs.understanding.model.encoder import WIDTH, Encoder, Floats
from dialogs.understanding.model.hybrid import Ints, Vocabulary
from dialogs.understanding.model.training import rows_of, seen_in

Doubles = NDArray[np.float64]
_AT_ONCE = 2_000
"""Texts that are encoded together."""
_BENT = 0.1
"""How much a text bends the loss of a label, about: the mean of p (1 - p), weighed."""
_ENCODED = 0.5
"""The share of the work that is done when all are."""
Points = dict[str, dict[str, float]]
"""Probabilities by what they are for, and by label."""


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """Examples as numbers: `words` texts x n-grams, `meaning` texts x vector, `truth` texts x labels with NaN where a
    text says nothing of a label.
    """

    words: sparse.csr_array
    meaning: Floats
    truth: Floats
    writers: tuple[str, ...]


def learn_heads(
    examples: Sequence[Example], encoder: Encoder | None, tell: Callable[[float], None] = lambda _share: None
) -> Heads:
    """Heads for all that the examples teach. A text that teaches several is looked at once. `tell` is told, now and
    then, the share of the work that is done.
    """
    flats = [plain(one.text) for one in examples]
    place = {flat: at for at, flat in enumerate(dict.fromkeys(flats))}
    vectors = _vectors(list(place), encoder, lambda share: tell(_ENCODED * share))
    vocabulary, grams = seen_in(list(place), MOST_GRAMS)
    heads, found, fits = _empty(vocabulary, encoder, examples), [], 0
    for head, labels in heads.labels.items():
        rows = [at for at, one in enumerate(examples) if one.head == head]
        places = [place[flats[at]] for at in rows]
        material = _material(grams[places], vectors[places], [examples[at] for at in rows], labels)
        found.append(_learned(heads, head, material, [flats[at] for at in rows], encoder))
        fits += len(rows)
        tell(_ENCODED + (1 - _ENCODED) * fits / len(examples))
    return replace(
        heads,
        words=np.concatenate([one.words for one in found], axis=1),
        meaning=np.concatenate([one.meaning for one in found], axis=1),
        bias=np.concatenate([one.bias for one in found]),
        shift=np.concatenate([one.shift for one in found]),
        thresholds={name: points for one in found for name, points in one.thresholds.items()},
    )


def relearn(heads: Heads, head: str, examples: Sequence[Example], encoder: Encoder | None, digest: str) -> Heads:
    """The same heads, one of which has learned anew, from other examples; `digest` is that of what they learned then.

    The stretches that count stay those they know.
    """
    flats = [plain(one.text) for one in examples]
    material = material_of(heads, head, examples, encoder)
    anew, columns = _learned(heads, head, material, flats, encoder), heads.columns(head)
    words, meaning, bias, shift = (found.copy() for found in (heads.words, heads.meaning, heads.bias, heads.shift))
    words[:, columns], meaning[:, columns], bias[columns], shift[columns] = (
        anew.words,
        anew.meaning,
        anew.bias,
        anew.shift,
    )
    thresholds = {**heads.thresholds, **anew.thresholds}
    return replace(heads, words=words, meaning=meaning, bias=bias, shift=shift, thresholds=thresholds, digest=digest)


def material_of(heads: Heads, head: str, examples: Sequence[Example], encoder: Encoder | None) -> Material:
    """Examples of one head as numbers, over the stretches that the heads know."""
    flats = [plain(one.text) for one in examples]
    grams = rows_of(heads.vocabulary, flats)
    return _material(grams, _vectors(flats, encoder), examples, heads.labels[head])


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    """What one head learned: its columns, and where to believe it."""

    words: Floats
    meaning: Floats
    bias: Floats
    shift: Floats
    thresholds: Mapping[str, Mapping[str, float]]


def _learned(heads: Heads, head: str, material: Material, flats: Sequence[str], encoder: Encoder | None) -> Learned:
    fitted = fit(material, _one_of_all if head in heads.exclusive else _each_by_itself).astype(np.float32)
    across = len(heads.vocabulary.index)
    moved, points = _operating_points(
        head, heads.labels[head], material, _parts(head, heads.vocabulary, flats, encoder)
    )
    thresholds = {f"{head}.{name}": found for name, found in points.items()}
    return Learned(fitted[:across], fitted[across:-1], fitted[-1], moved.astype(np.float32), thresholds)


def _empty(vocabulary: Vocabulary, encoder: Encoder | None, examples: Sequence[Example]) -> Heads:
    taught = {one.head for one in examples}
    labels = {head: found for head, found in HEADS.items() if head in taught}
    nothing = np.zeros((0, 0), dtype=np.float32)
    name = encoder.name if encoder else ""
    return Heads(
        vocabulary, labels, ONE_OF_ALL, nothing, nothing, nothing.ravel(), nothing.ravel(), {}, name,
        digest(examples, encoder),
    )  # fmt: skip


def _vectors(
    flats: Sequence[str], encoder: Encoder | None, tell: Callable[[float], None] = lambda _share: None
) -> Floats:
    found = np.zeros((len(flats), WIDTH if encoder else 0), dtype=np.float32)
    for at in range(0, len(flats) if encoder else 0, _AT_ONCE):
        found[at : at + _AT_ONCE] = encoder.encode(flats[at : at + _AT_ONCE]) if encoder else 0
        tell(at / len(flats))
    return found


def _material(grams: sparse.csr_array, vectors: Floats, examples: Sequence[Example], labels: Sequence[str]) -> Material:
    truth = np.array([[label in one.labels for label in labels] for one in examples], dtype=np.float32)
    return Material(grams, vectors, truth, tuple(one.writer.split("/")[1] for one in examples))


Compare = Callable[[Floats, Floats, Floats], tuple[Floats, Floats]]
"""Of scores, truth and weight: what the scores cost, and how far the chances that they stand for are off."""


def _each_by_itself(scores: Floats, truth: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Any number of labels may apply."""
    small = np.exp(-np.abs(scores))
    cost: Floats = weight * (np.maximum(scores, 0) - truth * scores + np.log1p(small))
    off: Floats = weight * (np.where(scores >= 0, 1, small) / (1 + small) - truth)
    return cost, off


def _one_of_all(scores: Floats, truth: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """One label applies, so what speaks for one speaks against the others."""
    lowered = scores - scores.max(axis=1, keepdims=True)
    raised = np.exp(lowered)
    total = raised.sum(axis=1, keepdims=True)
    heeded = (weight * truth).sum(axis=1, keepdims=True)
    cost: Floats = heeded * truth * (np.log(total) - lowered)
    off: Floats = heeded * (raised / total - truth)
    return cost, off


def fit(material: Material, compare: Compare = _each_by_itself) -> Doubles:
    """Weights of all labels: n-grams, vector and a bias, one below the other. Only the search itself needs doubles.

    It goes in steps that are longer where a feature is rare (the inverse root of how much it bends the loss): so it is
    as far after 45 rounds as it would be after ninety.
    """
    words, meaning, truth = material.words, material.meaning, material.truth
    across, labels = words.shape[1], truth.shape[1]
    rows = across + meaning.shape[1] + 1
    weight, turned = _balance(truth), words.T.tocsr()
    penalty = np.full((rows, 1), PENALTY_WORDS, dtype=np.float32)
    penalty[across:] = PENALTY_MEANING
    penalty[-1] = 0
    step = _steps(words, meaning)

    def loss(flat: Doubles) -> tuple[float, Doubles]:
        found = flat.reshape(rows, labels).astype(np.float32) * step
        scores = words @ found[:across] + meaning @ found[across:-1] + found[-1]
        cost, off = compare(scores, truth, weight)
        slope = penalty * found
        total = float(cost.sum(dtype=np.float64)) + 0.5 * float((slope * found).sum(dtype=np.float64))
        slope[:across] += turned @ off
        slope[across:-1] += meaning.T @ off
        slope[-1] += off.sum(axis=0)
        return total, (slope * step).ravel().astype(np.float64)

    start = np.zeros(rows * labels)
    done = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": ROUNDS, "maxcor": 6})
    weights: Doubles = done.x.reshape(rows, labels) * step
    return weights


def _steps(words: sparse.csr_array, meaning: Floats) -> Floats:
    """How long the steps are for each n-gram, each number of the vector, and the bias."""
    often = words.power(2).sum(axis=0)
    bent = np.concatenate([often, (meaning**2).sum(axis=0), [words.shape[0]]])
    steps: Floats = (1 / np.sqrt(_BENT * bent + PENALTY_WORDS)).astype(np.float32)[:, None]
    return steps


def _balance(truth: Floats) -> Floats:
    """How much each example weighs for each label: the rarer the label, the more where it applies."""
    apply = truth.sum(axis=0)
    rarer = np.sqrt(np.maximum(len(truth) - apply, 1) / np.maximum(apply, 1))
    balance: Floats = np.where(truth > 0, rarer, 1.0).astype(np.float32)
    return balance


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """The clauses of some texts as numbers; `owners` says which row of `rows` each belongs to. `share` is how much the
    loudest of them counts beside the whole.
    """

    rows: Ints
    owners: Ints
    words: sparse.csr_array
    meaning: Floats
    share: float


def _parts(head: str, vocabulary: Vocabulary, flats: Sequence[str], encoder: Encoder | None) -> Parts | None:
    """The clauses of texts drawn from those that a head learns from, where it looks at clauses."""
    if head not in BY_CLAUSE:
        return None
    rows = np.sort(np.random.default_rng(1).permutation(len(flats))[:MOST_MEASURED])
    split = [clauses(flats[row]) for row in rows]
    told = [part for found in split for part in found]
    owners = np.repeat(np.arange(len(rows)), [len(found) for found in split])
    return Parts(rows, owners, rows_of(vocabulary, told), _vectors(told, encoder), BY_CLAUSE[head])


def _operating_points(
    head: str, labels: Sequence[str], material: Material, parts: Parts | None
) -> tuple[Doubles, Points]:
    """How far each score is moved so that a half means what `ALARMS` says, and the probabilities for other shares."""
    if head not in ALARMS:
        return np.zeros(len(labels)), {}
    scores = _left_out(material, parts)
    truth = material.truth if parts is None else material.truth[parts.rows]
    harmless = ~(truth > 0).any(axis=1) if head == "dangers" else None
    shift = np.zeros(len(labels))
    points: Points = {"look": {}, "certain": {}, "crisis": {}}
    for at, label in enumerate(labels):
        innocent = (truth[:, at] == 0) & (harmless if harmless is not None and label == URGENT else True)
        alarms = scores[innocent, at]
        shift[at] = np.quantile(alarms, 1 - ALARMS[head])
        for name, share in (("look", LOOK), ("certain", CERTAIN), ("crisis", CRISIS)):
            points[name][label] = round(float(1 / (1 + np.exp(shift[at] - np.quantile(alarms, 1 - share)))), 4)
    return shift, points


def _left_out(material: Material, parts: Parts | None) -> Doubles:
    """What is said of each writer's texts, or of those drawn, by heads that learned from the other writers; with one
    writer, of parts drawn.
    """
    names = sorted(set(material.writers))
    group = {name: at % min(FOLDS, len(names)) for at, name in enumerate(names)}
    drawn = np.random.default_rng(0).integers(FOLDS, size=len(material.writers))
    of_row = np.array([group[name] for name in material.writers]) if len(names) > 1 else drawn
    scores = np.zeros(material.truth.shape)
    for fold in set(of_row.tolist()):
        seen, unseen = np.flatnonzero(of_row != fold), np.flatnonzero(of_row == fold)
        weights = fit(Material(material.words[seen], material.meaning[seen], material.truth[seen], ()))
        scores[unseen] = scored(weights, material.words[unseen], material.meaning[unseen])
        if parts is not None:
            _add_loudest(scores, weights, parts, of_row[parts.rows] == fold)
    return scores if parts is None else scores[parts.rows]


def scored(weights: Doubles, words: sparse.csr_array, meaning: Floats) -> Doubles:
    """What texts score for each label by fitted weights."""
    across = words.shape[1]
    scores: Doubles = words @ weights[:across] + meaning @ weights[across:-1] + weights[-1]
    return scores


def _add_loudest(scores: Doubles, weights: Doubles, parts: Parts, these: NDArray[np.bool_]) -> None:
    """Add to the scores of some of the drawn texts what the loudest of their clauses scores."""
    of_clauses = scored(weights, parts.words, parts.meaning)
    loudest = np.full((len(parts.rows), scores.shape[1]), -np.inf)
    np.maximum.at(loudest, parts.owners, of_clauses)
    scores[parts.rows[these]] += parts.share * loudest[these]
