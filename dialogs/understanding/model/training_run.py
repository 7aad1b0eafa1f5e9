"""Learning from a playbook's examples and from corrections: a candidate, its measure, and whether it is better."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.model.classifier import best_temperature
from dialogs.understanding.model.encoder import Encoder, Floats
from dialogs.understanding.model.evaluating import macro_f1
from dialogs.understanding.model.hybrid import Hybrid
from dialogs.understanding.model.model_files import About, Model, digest_of
from dialogs.understanding.model.out_of_scope import least_score
from dialogs.understanding.model.training import LeftOut, Recipe, fit, one_of
from dialogs.understanding.text import flatten

Intents = Mapping[str, Sequence[str]]

RECIPE = Recipe(share=0.5, penalty=0.2)
_REFUSED = 0.01
_DRIFT = 1.4
"""Messages to come are less like the examples than these are like each other; confidences allow for it."""
_HELD_BACK = 5
"""One example in so many is held back to measure with; which ones, their digest decides, the same every time."""


@dataclass(frozen=True, slots=True)
class LabelledText:
    """A flattened text, its label, and whether it comes from a correction."""

    flat: str
    label: str
    corrected: bool = False

    @property
    def digest(self) -> str:
        return digest_of(self.label, self.flat)

    @property
    def held_back(self) -> bool:
        return int(self.digest, 16) % _HELD_BACK == 0


def examples_of(playbook: Playbook, corrections: Mapping[str, Intents] = {}) -> tuple[LabelledText, ...]:
    """Every example of every language once; where a correction contradicts an example, the correction counts."""
    labels = {label for said in playbook.examples.values() for label in said.intents}
    found: dict[str, LabelledText] = {}
    for code in sorted(playbook.examples):
        for label, texts in sorted(playbook.examples[code].intents.items()):
            for text in texts:
                found.setdefault(flatten(text), LabelledText(flatten(text), label))
    for code in sorted(corrections):
        for label in sorted(labels & corrections[code].keys()):
            found |= {flatten(text): LabelledText(flatten(text), label, True) for text in corrections[code][label]}
    return tuple(found.values())


def digest(examples: Sequence[LabelledText], encoder: Encoder | None) -> str:
    """What a model depends on: the examples, the encoder and the recipe."""
    return digest_of(encoder.name if encoder else "", repr(RECIPE), *sorted(one.digest for one in examples))


def learn(examples: Sequence[LabelledText], encoder: Encoder | None, before: Model | None, now: str) -> Model:
    """A model of all examples, measured by one that has not seen those held back.

    `before` is measured likewise, by a model of those examples that it knew. `now` is an ISO time in UTC.
    """
    vectors = encoder.encode([one.flat for one in examples]) if encoder else None
    known = [bool(before) and one.digest in before.learnt for one in examples] if before else []
    hybrid, left_out = _fitted(examples, vectors, [True] * len(examples))
    truth = np.array([hybrid.labels.index(examples[row].label) for row in left_out.rows])
    stamp = digest(examples, encoder)
    about = About(
        version=f"{now[:19].replace(':', '').replace('-', '')}-{stamp[:6]}",
        digest=stamp,
        encoder=encoder.name if encoder else "",
        trained_at=now,
        examples=len(examples),
        corrections=sum(one.corrected for one in examples),
        measured=measured(examples, vectors, [True] * len(examples)),
        before=measured(examples, vectors, known) if any(known) else None,
        heat=_DRIFT * best_temperature(left_out.scores, truth),
        least=least_score(left_out.scores.max(axis=1), np.zeros(0, dtype=np.float32), _REFUSED),
    )
    return Model(about, hybrid, frozenset(one.digest for one in examples))


def is_better(about: About) -> bool:
    """Whether a candidate may take over: better on held-back examples, or the first of all."""
    return about.before is None or about.measured > about.before


def measured(examples: Sequence[LabelledText], vectors: Floats | None, known: Sequence[bool]) -> float:
    """Macro-F1 on the held-back examples of a model that learns from the known others."""
    learnt = [knows and not one.held_back for one, knows in zip(examples, known, strict=True)]
    back = [at for at, one in enumerate(examples) if one.held_back]
    if not back or len({one.label for one, use in zip(examples, learnt, strict=True) if use}) < 2:
        return 0.0
    hybrid, _ = _fitted(examples, vectors, learnt)
    scores = hybrid.scores([examples[at].flat for at in back], vectors[back] if vectors is not None else None)
    said = np.array(hybrid.labels)[scores.argmax(axis=1)]
    return macro_f1(np.array([examples[at].label for at in back]), said)


def _fitted(examples: Sequence[LabelledText], vectors: Floats | None, use: Sequence[bool]) -> tuple[Hybrid, LeftOut]:
    rows = [at for at, used in enumerate(use) if used]
    chosen = [examples[at] for at in rows]
    labels = sorted({one.label for one in chosen})
    wanted = one_of([one.label for one in chosen], labels)
    return fit([one.flat for one in chosen], vectors[rows] if vectors is not None else None, wanted, labels, RECIPE)
