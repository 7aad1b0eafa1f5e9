"""The commands about understanding. Each returns what to print."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.local import folder_of, one_thread, usable, versions_of
from bot.refusal import Refusal
from bot.settings import Settings
from dialogs.playbooks.playbook import Playbook

if TYPE_CHECKING:
    from dialogs.understanding.evaluating import Figures
    from dialogs.understanding.models import About, Versions


class BadData(Refusal):
    """Labelled texts that cannot be used."""


class NoVersion(Refusal):
    """No earlier model to return to."""


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


def train(settings: Settings, gently: bool) -> str:
    """Train a candidate on the playbook's examples and the corrections; promote it if it is better."""
    if gently:
        os.nice(19)
    playbook, versions = _versions(settings)
    with _alone(folder_of(settings, playbook)):
        return _trained(settings, playbook, versions)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One training at a time: what a killed server left behind is waited for, and then there is nothing to learn."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".training").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _trained(settings: Settings, playbook: Playbook, versions: Versions) -> str:
    from dialogs.understanding.encoder import find_encoder
    from dialogs.understanding.learning import digest, examples_of, is_better, learn

    encoder = find_encoder()
    examples = examples_of(playbook, _corrected(settings, playbook))
    before = usable(settings, playbook, encoder)
    if before and before.about.digest == digest(examples, encoder):
        return f"{before.about.version} was trained on these very examples; there is nothing to learn."
    model = learn(examples, encoder, before, datetime.now(UTC).isoformat())
    versions.keep(model)
    said = f"{model.about.version}: {_learnt(model.about)}; macro-F1 {model.about.measured:.1%} on those held back"
    if not is_better(model.about):
        return f"{said}, where the version in use has {model.about.before:.1%}. Kept, not promoted."
    versions.promote(model.about.version)
    gain = "" if model.about.before is None else f", {100 * (model.about.measured - model.about.before):+.1f} points"
    return f"{said}{gain}. Promoted."


def roll_back(settings: Settings) -> str:
    """Return to the version before."""
    _, versions = _versions(settings)
    version = versions.roll_back()
    if version is None:
        raise NoVersion("there is no version before; see: amends nlu versions")
    return f"{version} is in use again. A running server takes it up when it is started anew."


def list_versions(settings: Settings) -> str:
    """Every version kept, a line each."""
    _, versions = _versions(settings)
    promoted = versions.promoted()
    lines = [
        f"{'*' if promoted[-1:] == (about.version,) else ' '} {about.version}  {_learnt(about)}; "
        f"macro-F1 {about.measured:.1%}{'' if about.version in promoted else '; not promoted'}"
        for about in versions.all()
    ]
    return "\n".join(lines) or "No model has been trained yet: amends nlu train"


def _corrected(settings: Settings, playbook: Playbook) -> dict[str, Mapping[str, tuple[str, ...]]]:
    """What agents set right at the desk, and what stands in files."""
    filed, set_right = corrections(folder_of(settings, playbook), playbook.languages), recorded(settings)
    codes = filed.keys() | set_right.keys()
    return {code: _joined(set_right.get(code, {}), filed.get(code, {})) for code in codes}


def _joined(*several: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    labels = {label for one in several for label in one}
    return {label: tuple(text for one in several for text in one.get(label, ())) for label in labels}


def recorded(settings: Settings) -> dict[str, dict[str, tuple[str, ...]]]:
    """The texts whose category an agent set right, by language and label, as the database holds them."""
    if settings.embedded and not Path(settings.database.removeprefix("sqlite:///")).exists():
        return {}
    from bot.opening import opened
    from storage.notes import corrections_since

    found: dict[str, dict[str, tuple[str, ...]]] = {}
    with opened(settings) as database, database.read() as conn:
        for one in corrections_since(conn):
            labels = found.setdefault(one.language, {})
            label = f"complain/{one.now}"
            labels[label] = (*labels.get(label, ()), one.text)
    return found


def corrections(folder: Path, languages: Sequence[str]) -> dict[str, Mapping[str, tuple[str, ...]]]:
    """What agents corrected, by language: `corrections.<lang>.yml` in Rasa's NLU form, intents only."""
    from dialogs.playbooks.contents import read_examples
    from dialogs.playbooks.source import read_source

    found: dict[str, Mapping[str, tuple[str, ...]]] = {}
    for language in languages:
        file = folder / f"corrections.{language}.yml"
        if file.exists():
            said, problems = read_examples(read_source(file))
            if problems:
                raise BadData("\n".join(map(str, problems)))
            found[language] = said.intents
    return found


def _versions(settings: Settings) -> tuple[Playbook, Versions]:
    one_thread()
    from bot.opening import load

    playbook = load(settings.playbook)
    return playbook, versions_of(settings, playbook)


def _learnt(about: About) -> str:
    extra = f" and {about.corrections} corrections" if about.corrections else ""
    return f"{about.examples - about.corrections} examples{extra}"
