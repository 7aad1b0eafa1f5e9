"""The training bridge: writes a Rasa project from the examples of a playbook. Run by Amends' own Python.

    python rasa/project.py FOLDER [--playbook shop] [--config logreg] [--language zh …]

FOLDER gets `data/nlu.yml`, `domain.yml` and `config.yml`, ready for `rasa train nlu`. Rasa itself is not
imported: it lives in an environment of its own, and this folder is no package, so that it never hides Rasa's.
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

import yaml

from dialogs.playbooks.loading import load_playbook
from dialogs.playbooks.playbook import Examples, Playbook
from dialogs.understanding.text import flatten

HERE = Path(__file__).parent
CONFIGS = tuple(sorted(path.stem for path in HERE.glob("*.yml")))
BELOW, BELOW_IN_RASA = "/", "."
"""What parts an intent from its category. To Rasa a slash means a response selector, which we have no use for."""


def write_project(folder: Path, playbook: Playbook, config: str, languages: Iterable[str] = ()) -> None:
    """Write the three files. All languages go into one model, unless some are named."""
    spoken = [playbook.examples[code] for code in languages or playbook.languages]
    (folder / "data").mkdir(parents=True, exist_ok=True)
    _write(folder / "data" / "nlu.yml", {"version": "3.1", "nlu": training_data(spoken)})
    _write(folder / "domain.yml", {"version": "3.1", "intents": intents(spoken)})
    shutil.copyfile(HERE / f"{config}.yml", folder / "config.yml")


def training_data(spoken: Iterable[Examples]) -> list[dict[str, str]]:
    """Rasa's NLU form, a kind at a time, the languages brought together under each name."""
    spoken = list(spoken)
    return [
        *_entries("intent", (said.intents for said in spoken)),
        *_entries("lookup", (said.lookups for said in spoken)),
        *_entries("synonym", (said.synonyms for said in spoken)),
    ]


def intents(spoken: Iterable[Examples]) -> list[str]:
    """Every intent's name as Rasa knows it."""
    return sorted({_name(intent) for said in spoken for intent in said.intents})


def _entries(kind: str, by_language: Iterable[Mapping[str, tuple[str, ...]]]) -> list[dict[str, str]]:
    together: dict[str, dict[str, None]] = {}
    for named in by_language:
        for name, texts in named.items():
            # Flattened as they will be when a customer writes them; a text of two languages counts once.
            together.setdefault(_name(name), {}).update(dict.fromkeys(map(flatten, texts)))
    return [
        {kind: name, "examples": "".join(f"- {text}\n" for text in texts)} for name, texts in together.items() if texts
    ]


def _name(label: str) -> str:
    return label.replace(BELOW, BELOW_IN_RASA)


def _write(path: Path, content: object) -> None:
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=1000), encoding="utf-8")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--playbook", default="shop", help="name or folder of a playbook")
    asked.add_argument("--config", default="logreg", choices=CONFIGS)
    asked.add_argument("--language", action="append", default=[], help="only this one; may be given again")
    given = asked.parse_args()
    write_project(given.folder, load_playbook(given.playbook), given.config, given.language)


if __name__ == "__main__":
    main()
