"""What agents set right, as examples to learn from: at the desk, and in files of the data folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.refusal import Refusal
from bot.settings import Settings
from bot.wiring.local_provider import folder_of
from dialogs.playbooks.playbook import Playbook


class BadCorrections(Refusal):
    """A file of corrections that cannot be used."""


def corrected(settings: Settings, playbook: Playbook) -> dict[str, Mapping[str, tuple[str, ...]]]:
    """What agents set right at the desk, and what stands in files."""
    filed, set_right = in_files(folder_of(settings, playbook), playbook.languages), recorded(settings)
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
    from storage.conversations.notes import corrections_since

    found: dict[str, dict[str, tuple[str, ...]]] = {}
    with opened(settings) as database, database.read() as conn:
        for one in corrections_since(conn):
            labels = found.setdefault(one.language, {})
            label = f"complain/{one.now}"
            labels[label] = (*labels.get(label, ()), one.text)
    return found


def in_files(folder: Path, languages: Sequence[str]) -> dict[str, Mapping[str, tuple[str, ...]]]:
    """What agents corrected, by language: `corrections.<lang>.yml` in Rasa's NLU form, intents only."""
    from dialogs.playbooks.contents import read_examples
    from dialogs.playbooks.source import read_source

    found: dict[str, Mapping[str, tuple[str, ...]]] = {}
    for language in languages:
        file = folder / f"corrections.{language}.yml"
        if file.exists():
            said, problems = read_examples(read_source(file))
            if problems:
                raise BadCorrections("\n".join(map(str, problems)))
            found[language] = said.intents
    return found
