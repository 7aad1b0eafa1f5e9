"""A trained model as a file, and the versions of it that a folder keeps.

A folder holds `<version>.npz` files and `promoted.json`, the list of versions that were ever promoted, the one in
use last. Files are written beside their place and moved there, so that a crash leaves the old ones.
Nothing in a file can run: arrays and JSON only. Of the texts learnt it keeps no whole one, only their digests.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from dialogs.understanding.model.encoder import Encoder, Floats
from dialogs.understanding.model.hybrid import Hybrid, Likeness, Vocabulary

FORMAT = 2
_PROMOTED = "promoted.json"


@dataclass(frozen=True, slots=True)
class About:
    """What is said of a model: how it was trained, on what, and what was measured.

    `digest` is that of the examples; `measured` the macro-F1 on held-back examples and `before` that of the
    version before on the same, 0 to 1; `heat` and `least` turn scores into confidences and refusals.
    """

    version: str
    digest: str
    encoder: str
    trained_at: str
    examples: int
    corrections: int
    measured: float
    before: float | None
    heat: float
    least: float
    format: int = FORMAT


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """A trained classifier ready to serve. `learnt` are the digests of the texts it was trained on."""

    about: About
    hybrid: Hybrid
    learnt: frozenset[str] = field(default_factory=frozenset)

    def chances(self, scores: Floats) -> Floats:
        """Scores of one text as calibrated probabilities."""
        heated = np.exp((scores - scores.max()) / self.about.heat)
        found: Floats = heated / heated.sum()
        return found

    def suits(self, labels: Sequence[str], encoder: Encoder | None) -> bool:
        """Whether it can serve: it knows no label that is gone, and its vectors are those of this encoder."""
        return set(self.hybrid.labels) <= set(labels) and self.about.encoder == (encoder.name if encoder else "")


def digest_of(*texts: str) -> str:
    """Sixteen digits that stand for texts."""
    return blake2b("\0".join(texts).encode(), digest_size=8).hexdigest()


class Versions:
    """The versions in a folder, which need not be there yet."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def promoted(self) -> tuple[str, ...]:
        """Every version that was promoted and not rolled back, oldest first; the last is in use."""
        try:
            return tuple(json.loads((self.folder / _PROMOTED).read_text(encoding="utf-8")))
        except FileNotFoundError:
            return ()

    def current(self) -> Model | None:
        """The version in use; None when there is none that this program can read."""
        names = self.promoted()
        return self.load(names[-1]) if names else None

    def load(self, version: str) -> Model | None:
        """A version, or None when its file is gone or of another format."""
        try:
            with np.load(self.file(version), allow_pickle=False) as stored:
                return _model({name: stored[name] for name in stored.files})
        except (OSError, KeyError, ValueError, TypeError, BadZipFile):
            return None

    def file(self, version: str) -> Path:
        """Where a version is kept."""
        return self.folder / f"{version}.npz"

    def all(self) -> list[About]:
        """What is said of every version kept, oldest first."""
        models = [self.load(file.stem) for file in self.folder.glob("*.npz")]
        return sorted((model.about for model in models if model), key=lambda about: about.version)

    def keep(self, model: Model) -> None:
        """Write a version; it is not in use yet."""
        self.folder.mkdir(parents=True, exist_ok=True)
        file = self.file(model.about.version)
        waiting = file.with_suffix(".part")
        with waiting.open("wb") as out:
            np.savez(out, **_arrays(model))
            out.flush()
            os.fsync(out.fileno())
        waiting.replace(file)

    def promote(self, version: str) -> None:
        """Put a version into use."""
        self._write((*(name for name in self.promoted() if name != version), version))

    def roll_back(self) -> str | None:
        """Return to the version before; None when there is none."""
        names = self.promoted()
        if len(names) < 2:
            return None
        self._write(names[:-1])
        return names[-2]

    def _write(self, names: tuple[str, ...]) -> None:
        waiting = self.folder / f"{_PROMOTED}.part"
        with waiting.open("w", encoding="utf-8") as out:
            json.dump(names, out)
            out.flush()
            os.fsync(out.fileno())
        waiting.replace(self.folder / _PROMOTED)


def _arrays(model: Model) -> dict[str, Any]:
    """Half the precision is enough for what is only summed; labels and stretches go as lines."""
    hybrid = model.hybrid
    said = asdict(model.about) | asdict(hybrid.likeness) | {"unseen": hybrid.vocabulary.unseen}
    return {
        "about": np.array(json.dumps(said)),
        "labels": np.array("\n".join(hybrid.labels)),
        "learnt": np.array("\n".join(sorted(model.learnt))),
        "grams": np.array("\n".join(hybrid.vocabulary.index)),
        "telling": hybrid.vocabulary.telling,
        "bias": hybrid.bias,
        "centre": hybrid.centre,
        **{name: getattr(hybrid, name).astype(np.float16) for name in ("weights", "examples", "pull", "truth")},
    }


def _model(stored: dict[str, Any]) -> Model:
    said = json.loads(str(stored["about"]))
    likeness, unseen = Likeness(said.pop("share"), said.pop("narrow")), said.pop("unseen")
    about = About(**said)
    if about.format != FORMAT:
        raise ValueError(about.format)
    grams = str(stored["grams"]).split("\n")
    vocabulary = Vocabulary({gram: at for at, gram in enumerate(grams)}, stored["telling"], unseen)
    large = {name: stored[name].astype(np.float32) for name in ("weights", "examples", "pull", "truth")}
    labels = tuple(str(stored["labels"]).split("\n"))
    hybrid = Hybrid(labels, vocabulary, bias=stored["bias"], likeness=likeness, centre=stored["centre"], **large)
    return Model(about, hybrid, frozenset(str(stored["learnt"]).split("\n")))
