"""Trained heads, as they serve: numpy alone. One text costs its n-grams' look-up and two small products.

text ──plain──> n-grams ──weights──┐
  └──encoder──> vector ──weights───┴─> score ──sigmoid──> how likely each label is

For the heads of `BY_CLAUSE` the highest score of any clause counts as well.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zipfile import BadZipFile

import numpy as np

from dialogs.understanding.heads.features import clauses, plain
from dialogs.understanding.model.encoder import Floats
from dialogs.understanding.model.hybrid import Vocabulary

FORMAT = 2
LEAST = 0.02
"""Probabilities below this are not told."""
BY_CLAUSE: Mapping[str, float] = MappingProxyType({"dangers": 0.5})
"""Heads that look at each clause too, and how much the clause that speaks loudest counts."""
Encode = Callable[[Sequence[str]], Floats]


@dataclass(frozen=True, slots=True, eq=False)
class Heads:
    """All heads over one vocabulary and encoder.

    `words` is n-grams x labels and `meaning` vector x labels, the labels of all heads side by side: `spans` says which
    columns a head has; `shift` is taken from what comes out. `exclusive` names the heads of which one label applies.
    `thresholds` are the probabilities at other shares of false alarms than a half stands for, as `dangers.look`, by
    label.
    """

    vocabulary: Vocabulary
    labels: Mapping[str, tuple[str, ...]]
    exclusive: frozenset[str]
    words: Floats
    meaning: Floats
    bias: Floats
    shift: Floats
    thresholds: Mapping[str, Mapping[str, float]]
    encoder: str
    digest: str

    def read(self, texts: Sequence[str], encode: Encode | None) -> list[dict[str, dict[str, float]]]:
        """For each text the probabilities of every head's labels. `encode` gives the vectors of plain texts."""
        if not texts:
            return []
        flats = [plain(text) for text in texts]
        parts = [clauses(flat) for flat in flats]
        further = [part for found in parts if len(found) > 1 for part in found]
        scores = self.scores([*flats, *further], encode)
        whole, rest = scores[: len(flats)], scores[len(flats) :]
        reached = 0
        for row, found in zip(whole, parts, strict=True):
            of_clauses = rest[reached : reached + len(found)] if len(found) > 1 else row[None]
            reached += len(found) if len(found) > 1 else 0
            for head, share in BY_CLAUSE.items():
                row[self.columns(head)] += share * of_clauses[:, self.columns(head)].max(axis=0)
        return self._told(whole - self.shift)

    def scores(self, flats: Sequence[str], encode: Encode | None) -> Floats:
        """What each plain text scores for each label, by itself."""
        found = np.stack([self._by_words(flat) for flat in flats]) + self.bias
        return found + encode(flats) @ self.meaning if encode else found

    def columns(self, head: str) -> slice:
        """Where the labels of a head stand."""
        begin = 0
        for name, labels in self.labels.items():
            if name == head:
                return slice(begin, begin + len(labels))
            begin += len(labels)
        return slice(0, 0)

    def _by_words(self, flat: str) -> Floats:
        ids, values = self.vocabulary.row(flat)
        found: Floats = values @ self.words[ids] if len(ids) else np.zeros(len(self.bias), dtype=np.float32)
        return found

    def _told(self, scores: Floats) -> list[dict[str, dict[str, float]]]:
        """Scores of texts as probabilities, those that say something."""
        told: list[dict[str, dict[str, float]]] = [{} for _ in scores]
        for head, labels in self.labels.items():
            part = scores[:, self.columns(head)]
            chances = _softmax(part) if head in self.exclusive else 1 / (1 + np.exp(-part))
            enough = chances >= np.minimum(LEAST, chances.max(axis=1, keepdims=True))
            for found, row, says in zip(told, chances.tolist(), enough.tolist(), strict=True):
                found[head] = {
                    label: round(chance, 3) for label, chance, said in zip(labels, row, says, strict=True) if said
                }
        return told


def _softmax(rows: Floats) -> Floats:
    raised = np.exp(rows - rows.max(axis=1, keepdims=True))
    found: Floats = raised / raised.sum(axis=1, keepdims=True)
    return found


def save(heads: Heads, file: Path) -> None:
    """Write heads beside their place and move them there. Nothing in the file can run: arrays and JSON only."""
    said = {
        "format": FORMAT,
        "labels": {head: list(labels) for head, labels in heads.labels.items()},
        "exclusive": sorted(heads.exclusive),
        "thresholds": {head: dict(found) for head, found in heads.thresholds.items()},
        "encoder": heads.encoder,
        "digest": heads.digest,
        "unseen": heads.vocabulary.unseen,
    }
    written = io.BytesIO()
    np.savez(
        written, said=np.array(json.dumps(said)), grams=np.array("\n".join(heads.vocabulary.index)),
        telling=heads.vocabulary.telling, bias=heads.bias,
        shift=heads.shift, words=heads.words.astype(np.float16), meaning=heads.meaning.astype(np.float16),
    )  # fmt: skip
    file.parent.mkdir(parents=True, exist_ok=True)
    waiting = file.with_suffix(".part")
    waiting.write_bytes(written.getvalue())
    waiting.replace(file)


def load(file: Path) -> Heads | None:
    """Heads from a file; None where there is none that this program can read."""
    try:
        with np.load(file, allow_pickle=False) as stored:
            return _heads({name: stored[name] for name in stored.files})
    except (OSError, KeyError, ValueError, TypeError, EOFError, BadZipFile):
        return None


def _heads(stored: dict[str, Any]) -> Heads:
    said = json.loads(str(stored["said"]))
    if said["format"] != FORMAT:
        raise ValueError(said["format"])
    grams = str(stored["grams"]).split("\n")
    return Heads(
        vocabulary=Vocabulary({gram: at for at, gram in enumerate(grams)}, stored["telling"], said["unseen"]),
        labels={head: tuple(labels) for head, labels in said["labels"].items()},
        exclusive=frozenset(said["exclusive"]),
        words=stored["words"].astype(np.float32),
        meaning=stored["meaning"].astype(np.float32),
        bias=stored["bias"],
        shift=stored["shift"],
        thresholds=said["thresholds"],
        encoder=said["encoder"],
        digest=said["digest"],
    )
