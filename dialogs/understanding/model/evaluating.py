"""How well the hybrid classifier does on labelled texts it has not seen. Measuring only: nothing is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from dialogs.understanding.model.dataset import Labelled, UnusableFile, fewer
from dialogs.understanding.model.encoder import Encoder, Floats
from dialogs.understanding.model.hybrid import Hybrid
from dialogs.understanding.model.out_of_scope import least_score
from dialogs.understanding.model.training import MOST_EXAMPLES, one_of, train
from dialogs.understanding.text import flatten

_BATCH = 32
"""Messages read at once, as when a server reads what is waiting."""

Booleans = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured, shares from 0 to 1.

    `accuracy`, `macro_f1` and `top2` are of the likeliest labels of in-scope texts, refused or not; of
    `in_scope_accuracy` a refusal takes away; `oos_recall` is the share of out-of-scope texts that were refused,
    None without any. `ms_per_message` is for messages that come in batches, encoder and all.
    """

    accuracy: float
    macro_f1: float
    top2: float
    in_scope_accuracy: float
    oos_recall: float | None
    ms_per_message: float
    train_seconds: float

    def as_dict(self) -> dict[str, float | None]:
        return asdict(self)


def evaluate(training: Sequence[Labelled], test: Sequence[Labelled], reject: float, encoder: Encoder | None) -> Figures:
    """Train on one set and measure on the other, refusing as many in-scope texts as `reject`, a share, allows."""
    begun = perf_counter()
    model, least = trained(training, reject, encoder)
    seconds = perf_counter() - begun
    begun = perf_counter()
    scores = scored(model, [row.text for row in test], encoder)
    taken = (perf_counter() - begun) * 1000 / len(test)
    return figures(model.labels, scores, [row.label for row in test], least, taken, seconds)


def trained(rows: Sequence[Labelled], reject: float, encoder: Encoder | None) -> tuple[Hybrid, float]:
    """A model, and the score below which it refuses, chosen on what it says of examples left out.

    Texts out of scope are not learnt, but help to choose. Raises UnusableFile for less than two labels.
    """
    kept = fewer(tuple(dict.fromkeys(row for row in rows if row.in_scope)), MOST_EXAMPLES)
    labels = sorted({row.label for row in kept})
    if len(labels) < 2:
        raise UnusableFile(f"the training file has {len(labels)} labels; two at least are needed to tell them apart.")
    flats = [flatten(row.text) for row in kept]
    model, left_out = train(flats, one_of([row.label for row in kept], labels), labels, encoder)
    others = scored(model, [row.text for row in rows if not row.in_scope], encoder)
    return model, least_score(left_out.scores.max(axis=1), others.max(axis=1), reject)


def scored(model: Hybrid, texts: Sequence[str], encoder: Encoder | None) -> Floats:
    """Texts x labels, read in batches."""
    flats = [flatten(text) for text in texts]
    batches = [flats[at : at + _BATCH] for at in range(0, len(flats), _BATCH)]
    found = [model.scores(batch, encoder.encode(batch) if encoder else None) for batch in batches]
    return np.concatenate([np.zeros((0, len(model.labels)), dtype=np.float32), *found])


def figures(
    labels: Sequence[str], scores: Floats, truth: Sequence[str], least: float, taken: float, seconds: float
) -> Figures:
    """The figures of scored texts. `taken` is milliseconds a message, `seconds` how long training took."""
    in_scope = np.array([Labelled("", label).in_scope for label in truth], dtype=np.bool_)
    refused: Booleans = scores.max(axis=1) < least
    ranked = np.argsort(-scores, axis=1, kind="stable")[:, :2]
    first = np.array(labels)[ranked[:, 0]]
    right = first == np.array(truth)
    either = (np.array(labels)[ranked] == np.array(truth)[:, None]).any(axis=1)
    return Figures(
        accuracy=_share(right[in_scope]),
        macro_f1=macro_f1(np.array(truth)[in_scope], first[in_scope]),
        top2=_share(either[in_scope]),
        in_scope_accuracy=_share((right & ~refused)[in_scope]),
        oos_recall=None if in_scope.all() else _share(refused[~in_scope]),
        ms_per_message=round(taken, 3),
        train_seconds=round(seconds, 2),
    )


def macro_f1(truth: NDArray[np.str_], said: NDArray[np.str_]) -> float:
    """The mean F1 of the labels that truly occur."""
    found = [_f1(truth == label, said == label) for label in np.unique(truth)]
    return round(float(np.mean(found)), 5) if found else 0.0


def _f1(truly: Booleans, said: Booleans) -> float:
    return float(2 * (truly & said).sum() / max(1, truly.sum() + said.sum()))


def _share(hits: Booleans) -> float:
    return round(float(hits.mean()), 5) if len(hits) else 0.0
