"""The measurements on public sets and on messages written apart. Each gives lines for the table.

The public sets are for measuring only: nothing of them goes into the product.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from dialogs.understanding.model.dataset import Labelled, read_labelled
from dialogs.understanding.model.encoder import Encoder, Floats
from dialogs.understanding.model.evaluating import figures, macro_f1, scored, trained
from dialogs.understanding.model.training import SEVERAL, fit
from dialogs.understanding.reading import Understanding, Utterance
from dialogs.understanding.text import flatten

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
REFUSED = 0.05


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table; `met` is None where there is no goal."""

    what: str
    measured: str
    goal: str = ""
    met: bool | None = None


def clinc150(data: Path, encoder: Encoder | None) -> Iterator[Line]:
    """Trained on train; the threshold chosen on the even rows of val, measured on the odd ones."""
    model, least = trained(read_labelled(data / "clinc150_train.csv"), REFUSED, encoder)
    rows = read_labelled(data / "clinc150_val.csv")
    scores = scored(model, [row.text for row in rows], encoder)
    chosen = _threshold(scores[::2], rows[::2])
    for name, threshold in (("threshold from half of val", chosen), ("threshold from train alone", least)):
        found = figures(model.labels, scores[1::2], [row.label for row in rows[1::2]], threshold, 0, 0)
        right, caught = 100 * found.in_scope_accuracy, 100 * (found.oos_recall or 0)
        met = (right >= 94 and caught >= 65) or (right >= 92 and caught >= 87)
        goal = "≥ 94 / 65, or 92 / 87"
        yield Line(
            f"CLINC150, {name}: in-scope accuracy / out-of-scope recall", f"{right:.1f} / {caught:.1f}", goal, met
        )
    yield Line("CLINC150: accuracy in scope without refusing", f"{100 * found.accuracy:.1f}")


def _threshold(scores: Floats, rows: Sequence[Labelled]) -> float:
    """The score at which in-scope hits and out-of-scope catches, added up, are most."""
    best, inside = scores.max(axis=1), np.array([row.in_scope for row in rows])
    tried = np.quantile(best[inside], np.linspace(0, REFUSED, 26))
    return float(max(tried, key=lambda least: (best[~inside] < least).mean() - 3 * (best[inside] < least).mean()))


def banking77(data: Path, encoder: Encoder | None, folds: int = 5) -> Iterator[Line]:
    """So many folds of the training part, shuffled once and for all."""
    rows = read_labelled(data / "banking77_train.csv")
    order = np.random.default_rng(77).permutation(len(rows))
    shares = []
    for fold in range(folds):
        test = [rows[at] for at in order[fold::folds]]
        held = set(order[fold::folds].tolist())
        model, least = trained([row for at, row in enumerate(rows) if at not in held], REFUSED, encoder)
        scores = scored(model, [row.text for row in test], encoder)
        shares.append(figures(model.labels, scores, [row.label for row in test], least, 0, 0).accuracy)
    mean = 100 * float(np.mean(shares))
    yield Line(f"BANKING77: accuracy, {folds} folds", f"{mean:.1f}", "≥ 92.5", mean >= 92.5)


def nlupp(data: Path, encoder: Encoder | None) -> Iterator[Line]:
    """Several intents a text; ten folds, thresholds from what was left out in training."""
    rows = [json.loads(line) for line in (data / "nlupp_banking.jsonl").read_text(encoding="utf-8").splitlines()]
    flats = [flatten(row["text"]) for row in rows]
    labels = sorted({label for row in rows for label in row.get("intents", ())})
    wanted = np.array([[label in row.get("intents", ()) for label in labels] for row in rows], dtype=np.float32)
    folds = np.array([row["fold"] // 2 for row in rows])
    vectors = encoder.encode(flats) if encoder else None
    said = np.zeros_like(wanted)
    for fold in range(10):
        known, asked = np.nonzero(folds != fold)[0], np.nonzero(folds == fold)[0]
        own = vectors[known] if vectors is not None else None
        model, left_out = fit([flats[at] for at in known], own, wanted[known], labels, SEVERAL)
        thresholds = _best_f1(left_out.scores, wanted[known][left_out.rows])
        seen = vectors[asked] if vectors is not None else None
        said[asked] = model.scores([flats[at] for at in asked], seen) >= thresholds
    handoff = 100 * _f1(said[:, labels.index("handoff")], wanted[:, labels.index("handoff")])
    yield Line("NLU++ banking: F1 of the hand-off intent, 10 folds", f"{handoff:.1f}", "≥ 92", handoff >= 92)
    yield Line("NLU++ banking: micro-F1 of all intents", f"{100 * _f1(said, wanted):.1f}")


def _best_f1(scores: Floats, wanted: Floats) -> Floats:
    """A threshold a label."""
    tried = np.linspace(0.15, 0.7, 23)
    best = [
        max(tried, key=lambda least: _f1(said >= least, truth)) for said, truth in zip(scores.T, wanted.T, strict=True)
    ]
    return np.array(best, dtype=np.float32)


def _f1(said: Floats, truth: Floats) -> float:
    return float(2 * (said * truth).sum() / max(1.0, float(said.sum() + truth.sum())))


def xsid(data: Path, encoder: Encoder | None) -> Iterator[Line]:
    """Trained on English only, measured on other languages."""
    model, least = trained(read_labelled(data / "xsid_en_train_sample.csv"), REFUSED, encoder)
    for language, goal in (("zh", 86), ("de", 86), ("ja", 80)):
        rows = read_labelled(data / f"xsid_{language}_valid.csv")
        scores = scored(model, [row.text for row in rows], encoder)
        share = 100 * figures(model.labels, scores, [row.label for row in rows], least, 0, 0).accuracy
        yield Line(f"xSID, English to {language}: accuracy", f"{share:.1f}", f"≥ {goal}", share >= goal)


def categories(folder: Path, understanding: Understanding) -> Iterator[Line]:
    """The shop's categories in messages whose writer had not seen the examples."""
    for language, zone in (("zh", "Asia/Shanghai"), ("en", "Europe/London")):
        with (folder / f"categories.{language}.csv").open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
        readings = [understanding.read([Utterance(row["text"], NOW, zone)])[0] for row in rows]
        truth = np.array([row["category"] for row in rows])
        first = np.array([reading.category.name if reading.category else "" for reading in readings])
        either = [
            row["category"] in [found.name for found in (reading.category, reading.second) if found]
            for row, reading in zip(rows, readings, strict=True)
        ]
        score = 100 * macro_f1(truth, first)
        yield Line(
            f"shop, {language}, {len(rows)} messages written apart: macro-F1", f"{score:.1f}", "≥ 85", score >= 85
        )
        yield Line(f"shop, {language}: right among the two likeliest", f"{100 * float(np.mean(either)):.1f}")
