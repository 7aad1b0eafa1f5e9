"""The commands about understanding. Each returns what to print."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from bot.refusal import Refusal

if TYPE_CHECKING:
    from dialogs.understanding.evaluating import Figures


class BadData(Refusal):
    """Labelled texts that cannot be used."""


def evaluate(train: Path, test: Path, reject: float, as_json: bool) -> str:
    """Train on one file of labelled texts, measure on another."""
    one_thread()
    from dialogs.understanding import evaluating
    from dialogs.understanding.encoder import find_encoder
    from dialogs.understanding.labelled import UnusableFile, read_labelled

    try:
        found = evaluating.evaluate(read_labelled(train), read_labelled(test), reject, find_encoder())
    except UnusableFile as fault:
        raise BadData(str(fault)) from None
    return json.dumps(found.as_dict()) if as_json else table(found)


def table(figures: Figures) -> str:
    """The figures, one a line."""
    recall = "none in the test" if figures.oos_recall is None else f"{figures.oos_recall:.1%}"
    lines = {
        "accuracy": f"{figures.accuracy:.1%}",
        "macro-F1": f"{figures.macro_f1:.1%}",
        "right among the two likeliest": f"{figures.top2:.1%}",
        "in-scope accuracy, refusals counted wrong": f"{figures.in_scope_accuracy:.1%}",
        "out-of-scope recall": recall,
        "ms a message": f"{figures.ms_per_message:.2f}",
        "seconds to train": f"{figures.train_seconds:.1f}",
    }
    return "\n".join(f"{name:42} {value}" for name, value in lines.items())


def one_thread() -> None:
    """Matrices as small as ours gain nothing from threads. It counts before numpy is loaded."""
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(name, "1")
