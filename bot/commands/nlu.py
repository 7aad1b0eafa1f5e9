"""The commands about understanding. Each returns what to print."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from bot.learning.in_use import forget
from bot.learning.parts import learned_from
from bot.refusal import Refusal
from bot.settings import Settings
from bot.wiring.local_provider import one_thread, versions_of
from dialogs.playbooks.playbook import Playbook

if TYPE_CHECKING:
    from dialogs.understanding.model.evaluating import Figures
    from dialogs.understanding.model.model_files import Versions


class BadData(Refusal):
    """Labelled texts that cannot be used."""


class NoVersion(Refusal):
    """No earlier model to return to."""


def evaluate(train: Path, test: Path, reject: float, as_json: bool) -> str:
    """Train on one file of labelled texts, measure on another."""
    one_thread()
    from dialogs.understanding.model import evaluating
    from dialogs.understanding.model.dataset import UnusableFile, read_labelled
    from dialogs.understanding.model.encoder import find_encoder

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


def roll_back(settings: Settings) -> str:
    """Return to the version before."""
    _, versions = _versions(settings)
    version = versions.roll_back()
    if version is None:
        raise NoVersion("there is no version before; see: amends nlu versions")
    return f"{version} is in use again. A running server takes it up when it is started anew."


def forget_corrections(settings: Settings) -> str:
    """Return to the heads and the tagger that came along."""
    if not [part for part in ("heads", "tagger") if forget(settings, part)]:
        raise NoVersion("heads and tagger are those that came along; no correction has changed them")
    return "Heads and tagger are those that came along again. A running server takes them up when it is started anew."


def list_versions(settings: Settings) -> str:
    """Every version kept, a line each."""
    _, versions = _versions(settings)
    promoted = versions.promoted()
    lines = [
        f"{'*' if promoted[-1:] == (about.version,) else ' '} {about.version}  {learned_from(about)}; "
        f"macro-F1 {about.measured:.1%}{'' if about.version in promoted else '; not promoted'}"
        for about in versions.all()
    ]
    return "\n".join(lines) or "No model has been trained yet: amends nlu train"


def _versions(settings: Settings) -> tuple[Playbook, Versions]:
    one_thread()
    from bot.opening import load

    playbook = load(settings.playbook)
    return playbook, versions_of(settings, playbook)
