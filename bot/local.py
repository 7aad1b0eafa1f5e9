"""The local provider as it is served: with the model in use, or with one that is trained while it already serves."""

from __future__ import annotations

import atexit
import ctypes
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from bot.settings import Settings
from dialogs.playbooks.playbook import Playbook

if TYPE_CHECKING:
    from dialogs.understanding.encoder import Encoder
    from dialogs.understanding.local import LocalUnderstanding
    from dialogs.understanding.models import Model, Versions
    from dialogs.understanding.rules import RulesUnderstanding


def local_understanding(
    settings: Settings, playbook: Playbook, wait: bool, rules: RulesUnderstanding | None = None
) -> LocalUnderstanding:
    """What reads words here. A model that is lacking is trained: before this returns, if `wait`, or else behind it."""
    one_thread()
    from dialogs.understanding.encoder import find_encoder
    from dialogs.understanding.local import LocalUnderstanding

    encoder = find_encoder()
    reader = LocalUnderstanding(playbook, rules=rules)
    follow = Thread(target=_follow, args=(settings, playbook, reader, encoder), daemon=True)
    follow.start()
    if wait:
        follow.join()
    return reader


def versions_of(settings: Settings, playbook: Playbook) -> Versions:
    """Where the playbook's trained models are kept."""
    from dialogs.understanding.models import Versions

    return Versions(folder_of(settings, playbook))


def folder_of(settings: Settings, playbook: Playbook) -> Path:
    """The folder of the models and of the corrections they learn from."""
    return settings.data_dir / "nlu" / playbook.name


def usable(settings: Settings, playbook: Playbook, encoder: Encoder | None) -> Model | None:
    """The model in use, if it fits the playbook and the encoder."""
    model = versions_of(settings, playbook).current()
    labels = {label for said in playbook.examples.values() for label in said.intents}
    return model if model and model.suits(tuple(labels), encoder) else None


def one_thread() -> None:
    """Matrices as small as ours gain nothing from threads. It counts before numpy is loaded."""
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(name, "1")


def give_back() -> None:
    """Return to the system what training and loading took for a moment; other C libraries than glibc do so unasked."""
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)


def _follow(settings: Settings, playbook: Playbook, reader: LocalUnderstanding, encoder: Encoder | None) -> None:
    """Load what there is to load, train what is lacking, and hand it over. Until then the reader does without."""
    model = usable(settings, playbook, encoder)
    if model is None and settings.train_at_start == "on" and _trained(settings):
        model = usable(settings, playbook, encoder)
    if model is not None:
        if encoder is not None:
            encoder.encode(["ok"])
        reader.adopt(model, encoder)
    give_back()


def _trained(settings: Settings) -> bool:
    """Train in a process of its own, which leaves the processor and the memory to those who are served."""
    own = {"AMENDS_DATA_DIR": str(settings.data_dir), "AMENDS_PLAYBOOK": settings.playbook}
    command = [sys.executable, "-m", "bot", "nlu", "train", "--gently"]
    training = subprocess.Popen(  # noqa: S603 - our own program
        command, env=os.environ | own, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    atexit.register(training.kill)
    try:
        return training.wait() == 0
    finally:
        atexit.unregister(training.kill)
