"""Training a hybrid classifier: one linear system, solved exactly, with predictions for what was left out.

Kernel ridge regression (Saunders, Gammerman and Vovk, 1998). What a model would have said of an example, had it
not been trained on it, has a closed form (Rifkin and Lippert, "Notes on Regularized Least Squares", 2007):
confidences and the threshold of refusal rest on that, so that no example is lost to a set held back.
Needs scipy; memory grows with the square of the examples (1 GB for 15 000), which is why there is a most.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.linalg import cho_factor, cho_solve

from dialogs.understanding.model.encoder import Encoder, Floats
from dialogs.understanding.model.hybrid import Hybrid, Ints, Likeness, Vocabulary, centred
from dialogs.understanding.model.ngrams import grams

MOST_EXAMPLES = 16_000
_MOST_GRAMS = 60_000
_FEWEST = 2
_BLOCK = 512
_LEFT_OUT = 1_500


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to train: the likeness, the penalty on large weights, and whether rare labels weigh more."""

    share: float = 0.7
    narrow: float = 2.0
    penalty: float = 0.3
    balanced: bool = True


SEVERAL = Recipe(share=0.5, penalty=0.1, balanced=False)
"""For texts that bear several labels at once, each decided by itself."""


@dataclass(frozen=True, slots=True, eq=False)
class LeftOut:
    """What a model says of some of its examples when it has not seen them: their rows, and texts x labels."""

    rows: Ints
    scores: Floats


def train(
    flats: Sequence[str], wanted: Floats, labels: Sequence[str], encoder: Encoder | None
) -> tuple[Hybrid, LeftOut]:
    """A model for flattened texts; `wanted` is texts x labels, 1 where a label applies, several in a row if need be."""
    return fit(flats, encoder.encode(flats) if encoder else None, wanted, labels, Recipe())


def fit(
    flats: Sequence[str], vectors: Floats | None, wanted: Floats, labels: Sequence[str], recipe: Recipe
) -> tuple[Hybrid, LeftOut]:
    """The same from vectors already at hand; None trains on words alone."""
    share = recipe.share if vectors is not None else 0.0
    vocabulary, seen = seen_in(flats, _MOST_GRAMS)
    centre = vectors.mean(axis=0) if vectors is not None else np.zeros(0, dtype=np.float32)
    examples = centred(vectors, centre) if vectors is not None else np.zeros((0, 0), dtype=np.float32)
    kernel = _kernel(seen, examples, share, recipe.narrow)
    bias = wanted.mean(axis=0) if (wanted.sum(axis=1) > 1).any() else np.full(len(labels), 1 / len(labels))
    alpha, left_out = _solve(kernel, wanted, bias.astype(np.float32), recipe)
    likeness = Likeness(share, recipe.narrow)
    weights = ((1 - share) * (seen.T @ alpha)).astype(np.float32)
    pull = alpha if share else alpha[:0]
    bias = bias.astype(np.float32)
    return Hybrid(tuple(labels), vocabulary, weights, bias, likeness, centre, examples, pull, wanted), left_out


def seen_in(flats: Sequence[str], most: int) -> tuple[Vocabulary, sparse.csr_array]:
    """The stretches that at least two texts have, the commonest first should there be too many; and the texts in them,
    as `Vocabulary.row` gives them. Each text is gone through once.
    """
    found: dict[str, int] = {}
    here, times, lengths = array("l"), array("f"), array("l")
    for flat in flats:
        for half in map(Counter, grams(flat)):
            here.extend(found.setdefault(gram, len(found)) for gram in half)
            times.extend(half.values())
            lengths.append(len(half))
    places, often = np.array(here, dtype=np.intp), np.array(times, dtype=np.float32)
    counts = np.bincount(places, minlength=len(found))
    names = np.array(list(found), dtype=object)
    common = np.flatnonzero(counts >= _FEWEST)
    kept = sorted(common.tolist(), key=lambda at: (-counts[at], names[at]))[:most]
    telling = (np.log((1 + len(flats)) / (1 + counts[kept])) + 1).astype(np.float32)
    unseen = float(np.log((1 + len(flats)) / 2) + 1)
    vocabulary = Vocabulary({names[at]: place for place, at in enumerate(kept)}, telling, unseen)
    place_of = np.full(len(found), -1, dtype=np.intp)
    place_of[kept] = np.arange(len(kept))
    return vocabulary, _weighed(vocabulary, place_of[places], often, np.array(lengths, dtype=np.intp))


def _weighed(vocabulary: Vocabulary, places: Ints, often: Floats, lengths: Ints) -> sparse.csr_array:
    """Texts x stretches from the halves of each: what is at each place (-1: none that is kept), and how often."""
    half = np.repeat(np.arange(len(lengths)), lengths)
    known = places >= 0
    values = (1 + np.log(often[known])) * vocabulary.telling[places[known]]
    told = np.bincount(half[known], values.astype(np.float64) ** 2, len(lengths))
    unknown = np.bincount(half[~known], minlength=len(lengths)) * vocabulary.unseen**2
    root = np.sqrt(2 * (told + unknown))
    values = (values / np.where(root > 0, root, 1)[half[known]]).astype(np.float32)
    starts = np.concatenate([[0], np.cumsum(np.bincount(half[known] // 2, minlength=len(lengths) // 2))])
    shape = (len(lengths) // 2, len(vocabulary.index))
    return sparse.csr_array((values, places[known], starts), shape=shape, dtype=np.float32)


def one_of(truth: Sequence[str], labels: Sequence[str]) -> Floats:
    """Texts x labels, 1 at each text's own label."""
    place: Mapping[str, int] = {label: at for at, label in enumerate(labels)}
    wanted = np.zeros((len(truth), len(labels)), dtype=np.float32)
    wanted[np.arange(len(truth)), [place[label] for label in truth]] = 1
    return wanted


def rows_of(vocabulary: Vocabulary, flats: Sequence[str]) -> sparse.csr_array:
    rows = [vocabulary.row(flat) for flat in flats]
    starts = np.cumsum([0, *(len(ids) for ids, _ in rows)])
    shape = (len(rows), len(vocabulary.index))
    places, values = np.concatenate([ids for ids, _ in rows]), np.concatenate([values for _, values in rows])
    return sparse.csr_array((values, places, starts), shape=shape, dtype=np.float32)


def _kernel(seen: sparse.csr_array, examples: Floats, share: float, narrow: float) -> Floats:
    """How alike each two examples are, block by block: the sparse product of all at once would fill the memory."""
    kernel = np.empty((seen.shape[0], seen.shape[0]), dtype=np.float32)
    turned = seen.T.tocsr()
    for start in range(0, len(kernel), _BLOCK):
        block = slice(start, start + _BLOCK)
        kernel[block] = (seen[block] @ turned).toarray()
        if share:
            kernel[block] *= 1 - share
            kernel[block] += share * np.exp(-narrow * (1 - examples[block] @ examples.T))
    return kernel


def _solve(kernel: Floats, wanted: Floats, bias: Floats, recipe: Recipe) -> tuple[Floats, LeftOut]:
    """Dual weights, and what is said of an even choice of the examples when they are left out."""
    count = np.maximum(wanted.sum(axis=0), 1)
    weight = (wanted @ np.sqrt(count.mean() / count)) if recipe.balanced else np.ones(len(wanted))
    kernel[np.diag_indices_from(kernel)] += recipe.penalty / np.where(weight > 0, weight, 1)
    tried = np.unique(np.linspace(0, len(wanted) - 1, min(len(wanted), _LEFT_OUT)).astype(np.intp))
    unit = np.zeros((len(wanted), len(tried)), dtype=np.float32)
    unit[tried, np.arange(len(tried))] = 1
    factor = cho_factor(kernel.T, lower=True, overwrite_a=True, check_finite=False)
    alpha = cho_solve(factor, wanted - bias, check_finite=False).astype(np.float32)
    inverse = cho_solve(factor, unit, overwrite_b=True, check_finite=False)[tried, np.arange(len(tried))]
    return alpha, LeftOut(tried, (wanted[tried] - alpha[tried] / inverse[:, None]).astype(np.float32))
