"""What is trained: the heads and the tagger, which serve every playbook, and the playbook's own model.

Each looks first whether what it would make is on file. They run in processes of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from bot.learning.corrections import corrected
from bot.opening import load
from bot.settings import Settings
from bot.wiring.local_provider import (
    heads_file,
    shipped_heads,
    shipped_tagger,
    tagger_file,
    usable,
    versions_of,
)

if TYPE_CHECKING:
    from dialogs.understanding.model.model_files import About

Tell = Callable[[float], None]
"""Told the share of a part that is done."""


@dataclass(frozen=True, slots=True)
class PartLearned:
    """What became of a part: a sentence for whoever started it, its file, if there is one, and what it depends on."""

    said: str
    file: Path | None = None
    digest: str = ""


def heads(settings: Settings, tell: Tell) -> PartLearned:
    """Train what hears dangers, acts and replies, unless heads of these very examples are on file."""
    from dialogs.understanding.heads.dataset import read_examples
    from dialogs.understanding.heads.fitting import learn_heads
    from dialogs.understanding.heads.model import save
    from dialogs.understanding.heads.recipe import digest
    from dialogs.understanding.model.encoder import find_encoder

    encoder, examples = find_encoder(), read_examples()
    if found := shipped_heads(settings, digest(examples, encoder)):
        said = f"heads: trained on these {len(examples)} examples before."
        return PartLearned(said, _if_there(heads_file(settings, found.digest)), found.digest)
    tell(0.0)
    made = learn_heads(examples, encoder, tell)
    save(made, heads_file(settings, made.digest))
    said = f"heads: {', '.join(made.labels)}, from {len(examples)} examples."
    return PartLearned(said, heads_file(settings, made.digest), made.digest)


def _if_there(file: Path) -> Path | None:
    """A file of the data folder, unless what is used came with the program."""
    return file if file.exists() else None


def tagger(settings: Settings, tell: Tell) -> PartLearned:
    """Train what finds facts, unless a tagger of these very examples is on file."""
    from dialogs.understanding.model.encoder import find_encoder
    from dialogs.understanding.tagging.dataset import read_marked
    from dialogs.understanding.tagging.fitting import learn_tagger
    from dialogs.understanding.tagging.network import save
    from dialogs.understanding.tagging.recipe import digest
    from dialogs.understanding.tagging.vectors import TokenEncoder

    encoder, examples = find_encoder(), read_marked()
    if encoder is None:
        return PartLearned("tagger: none without the sentence encoder.")
    if found := shipped_tagger(settings, digest(examples, encoder.name)):
        said = f"tagger: trained on these {len(examples)} examples before."
        return PartLearned(said, _if_there(tagger_file(settings, found.digest)), found.digest)
    tell(0.0)
    made = learn_tagger(examples, TokenEncoder(encoder), tell)
    save(made, tagger_file(settings, made.digest))
    said = f"tagger: from {len(examples)} marked examples."
    return PartLearned(said, tagger_file(settings, made.digest), made.digest)


def model(settings: Settings, tell: Tell) -> PartLearned:
    """Train a candidate on the playbook's examples and the corrections; promote it if it is better."""
    from dialogs.understanding.model.encoder import find_encoder
    from dialogs.understanding.model.training_run import digest, examples_of, is_better, learn

    playbook, encoder = load(settings.playbook), find_encoder()
    versions = versions_of(settings, playbook)
    examples = examples_of(playbook, corrected(settings, playbook))
    before = usable(settings, playbook, encoder)
    if before and before.about.digest == digest(examples, encoder):
        said = f"{before.about.version} was trained on these very examples; there is nothing to learn."
        return PartLearned(said, versions.file(before.about.version))
    tell(0.0)
    made = learn(examples, encoder, before, datetime.now(UTC).isoformat())
    versions.keep(made)
    better = is_better(made.about)
    if better:
        versions.promote(made.about.version)
    return PartLearned(_outcome(made.about, better), versions.file(versions.promoted()[-1]))


def _outcome(about: About, promoted: bool) -> str:
    said = f"{about.version}: {learned_from(about)}; macro-F1 {about.measured:.1%} on those held back"
    if not promoted:
        return f"{said}, where the version in use has {about.before:.1%}. Kept, not promoted."
    gain = "" if about.before is None else f", {100 * (about.measured - about.before):+.1f} points"
    return f"{said}{gain}. Promoted."


def learned_from(about: About) -> str:
    """On what a model was trained."""
    extra = f" and {about.corrections} corrections" if about.corrections else ""
    return f"{about.examples - about.corrections} examples{extra}"


PARTS: Mapping[str, Callable[[Settings, Tell], PartLearned]] = MappingProxyType(
    {"model": model, "heads": heads, "tagger": tagger}
)
"""Every part, in the order in which it is told what became of them."""

SECONDS: Mapping[str, float] = MappingProxyType({"model": 16, "heads": 85, "tagger": 62})
"""About how long each takes on one core."""

HANDS = (("heads",), ("tagger", "model"))
"""What is trained by which process: they have about as much to do."""
