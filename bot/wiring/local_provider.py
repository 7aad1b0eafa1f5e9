"""The local provider as it is served, with the model in use, heads and tagger; and where these are kept."""

from __future__ import annotations

import ctypes
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from bot.learning.in_use import in_use
from bot.learning.stamp import learned_digests
from bot.settings import Settings
from dialogs.playbooks.playbook import Playbook

if TYPE_CHECKING:
    from dialogs.understanding.heads.model import Heads
    from dialogs.understanding.local_provider import LocalUnderstanding
    from dialogs.understanding.model.encoder import Encoder, SentenceEncoder
    from dialogs.understanding.model.model_files import Model, Versions
    from dialogs.understanding.rule_provider import RulesUnderstanding
    from dialogs.understanding.tagging.network import Tagger


def local_understanding(
    settings: Settings, playbook: Playbook, rules: RulesUnderstanding | None = None
) -> LocalUnderstanding:
    """What reads words here, with all that was learned and is on file; what is lacking, it does without."""
    one_thread()
    from dialogs.understanding.local_provider import LocalUnderstanding
    from dialogs.understanding.model.encoder import find_encoder

    encoder = find_encoder()
    reader = LocalUnderstanding(playbook, rules=rules)
    model, heads = usable(settings, playbook, encoder), usable_heads(settings, encoder)
    if encoder is not None and (model or heads):
        encoder.expect(
            [text for said in playbook.examples.values() for texts in said.intents.values() for text in texts]
        )
    if model is not None:
        reader.adopt(model, encoder)
    if heads is not None:
        reader.listen(heads, encoder)
    if encoder is not None and (tagger := usable_tagger(settings, encoder)):
        reader.tag(tagger, encoder)
    give_back()
    return reader


def versions_of(settings: Settings, playbook: Playbook) -> Versions:
    """Where the playbook's trained models are kept."""
    from dialogs.understanding.model.model_files import Versions

    return Versions(folder_of(settings, playbook))


def folder_of(settings: Settings, playbook: Playbook) -> Path:
    """The folder of the models and of the corrections they learn from."""
    return settings.data_dir / "nlu" / playbook.name


def usable(settings: Settings, playbook: Playbook, encoder: Encoder | None) -> Model | None:
    """The model in use, if it fits the playbook and the encoder."""
    model = versions_of(settings, playbook).current()
    labels = {label for said in playbook.examples.values() for label in said.intents}
    return model if model and model.suits(tuple(labels), encoder) else None


def usable_heads(settings: Settings, encoder: Encoder | None) -> Heads | None:
    """The heads to read with: those that corrections made better, else those that learned from this version's examples
    alone. They serve every playbook.
    """
    from dialogs.understanding.heads.dataset import read_examples
    from dialogs.understanding.heads.model import load
    from dialogs.understanding.heads.recipe import digest

    wanted = learned_digests(settings).get("heads") or digest(read_examples(), encoder)
    better = in_use(settings, "heads", wanted)
    if better and _is(better.uses, found := load(heads_file(settings, better.uses))):
        return found
    return shipped_heads(settings, wanted)


def shipped_heads(settings: Settings, wanted: str) -> Heads | None:
    """The heads with this digest: those that learned from the examples alone, on file or as they came along."""
    from dialogs.understanding.heads.model import load
    from dialogs.understanding.learned import HEADS

    return next((found for file in (heads_file(settings, wanted), HEADS) if _is(wanted, found := load(file))), None)


def usable_tagger(settings: Settings, encoder: SentenceEncoder | None) -> Tagger | None:
    """The tagger to read with: one that corrections made better, else the one that learned from this version's examples
    alone. It serves every playbook.
    """
    if encoder is None:
        return None
    from dialogs.understanding.tagging.dataset import read_marked
    from dialogs.understanding.tagging.network import load
    from dialogs.understanding.tagging.recipe import digest

    wanted = learned_digests(settings).get("tagger") or digest(read_marked(), encoder.name)
    better = in_use(settings, "tagger", wanted)
    if better and _is(better.uses, found := load(tagger_file(settings, better.uses))):
        return found
    return shipped_tagger(settings, wanted)


def shipped_tagger(settings: Settings, wanted: str) -> Tagger | None:
    """The tagger with this digest: the one that learned from the examples alone, on file or as it came along."""
    from dialogs.understanding.learned import TAGGER
    from dialogs.understanding.tagging.network import load

    return next((found for file in (tagger_file(settings, wanted), TAGGER) if _is(wanted, found := load(file))), None)


def _is(digest: str, found: Heads | Tagger | None) -> bool:
    return found is not None and found.digest == digest


def tagger_file(settings: Settings, digest: str) -> Path:
    """Where a tagger of these examples is kept."""
    return settings.data_dir / "nlu" / f"tagger-{digest}.npz"


def heads_file(settings: Settings, digest: str) -> Path:
    """Where heads of these examples are kept."""
    return settings.data_dir / "nlu" / f"heads-{digest}.npz"


def one_thread() -> None:
    """Matrices as small as ours gain nothing from threads. It counts before numpy is loaded."""
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(name, "1")


def give_back() -> None:
    """Return to the system what training and loading took for a moment; other C libraries than glibc do so unasked."""
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)
