"""The slopes by which the tagger learns are those of its loss: each is tried by moving a weight a little."""

from __future__ import annotations

import numpy as np
import pytest

from dialogs.understanding.tagging.dataset import ASKED
from dialogs.understanding.tagging.fitting import _began
from dialogs.understanding.tagging.lessons import Batch, Lesson, laid_out
from dialogs.understanding.tagging.network import LABELS
from dialogs.understanding.tagging.slopes import Weights, _off, loss, passed

WIDTH, TINY = 9, 1e-5


def some_texts(chance: np.random.Generator) -> Batch:
    def lesson(length: int) -> Lesson:
        asked = (chance.random(len(ASKED)) < 0.2).astype(np.float32)
        labels = chance.integers(len(LABELS), size=length)
        return Lesson(chance.standard_normal((length, WIDTH)).astype(np.float16), labels, asked)

    return laid_out([lesson(length) for length in (7, 1, 4)])


@pytest.fixture
def learner(monkeypatch: pytest.MonkeyPatch) -> tuple[Weights, Batch]:
    """A small network and a few texts, in double precision."""
    for name, size in (("STATES", 6), ("HIDDEN", 5)):
        monkeypatch.setattr(f"dialogs.understanding.tagging.fitting.{name}", size)
    chance = np.random.default_rng(3)
    weights = {name: array.astype(np.float64) for name, array in _began(chance, WIDTH).items()}
    weights = {name: array + 0.1 * chance.standard_normal(array.shape) for name, array in weights.items()}
    return weights, some_texts(chance)  # type: ignore[return-value]


def test_every_slope_is_what_moving_its_weight_does(learner: tuple[Weights, Batch]) -> None:
    weights, batch = learner
    found: Weights = {}
    scores, back = passed(weights, batch, np.ones, found)
    back(_off(scores, batch))
    assert set(found) == set(weights)
    for name, array in weights.items():
        for place in [tuple(np.random.default_rng(at).integers(array.shape)) for at in range(6)]:
            moved = [array.copy(), array.copy()]
            moved[0][place] += TINY
            moved[1][place] -= TINY
            more, less = (loss(passed({**weights, name: one}, batch, np.ones, {})[0], batch) for one in moved)
            assert found[name][place] == pytest.approx((more - less) / (2 * TINY), rel=1e-3, abs=1e-7), (name, place)
