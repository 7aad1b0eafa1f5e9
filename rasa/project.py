"""The training bridge: writes a Rasa project from the examples of a playbook. Run by Amends' own Python.

    python rasa/project.py FOLDER [--playbook shop] [--config logreg] [--language zh …]

FOLDER gets `data/nlu.yml`, `domain.yml` and `config.yml`, ready for `rasa train nlu`. Rasa itself is not
imported: it lives in an environment of its own, and this folder is no package, so that it never hides Rasa's.
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from dialogs.playbooks.loading import load_playbook
from dialogs.playbooks.playbook import Examples, Playbook
from dialogs.understanding.text import flatten
from engine.providers.rasa import BELOW, BELOW_IN_RASA

HERE = Path(__file__).parent
CONFIGS = tuple(sorted(path.stem for path in HERE.glob("*.yml")))


def write_project(folder: Path, playbook: Playbook, config: str, languages: Iterable[str] = ()) -> None:
    """Write the three files. All languages go into one model, unless some are named."""
    spoken = [playbook.examples[code] for code in languages or playbook.languages]
    (folder / "data").mkdir(parents=True, exist_ok=True)
    (folder / "data" / "nlu.yml").write_text(training_data(spoken), encoding="utf-8")
    (folder / "domain.yml").write_text(domain(spoken), encoding="utf-8")
    shutil.copyfile(HERE / f"{config}.yml", folder / "config.yml")


def training_data(spoken: Sequence[Examples]) -> str:
    """Rasa's NLU form, a kind at a time, the languages brought together under each name."""
    kinds = {
        "intent": _together(said.intents for said in spoken),
        "lookup": _together(said.lookups for said in spoken),
        "synonym": _together(said.synonyms for said in spoken),
    }
    entries = [_entry(kind, name, texts) for kind, named in kinds.items() for name, texts in named.items()]
    return "\n".join(['version: "3.1"', "nlu:", *entries, ""])


def domain(spoken: Sequence[Examples]) -> str:
    """Every intent by the name that Rasa knows."""
    names = _together(said.intents for said in spoken)
    return "\n".join(['version: "3.1"', "intents:", *(f"  - {json.dumps(name)}" for name in names), ""])


def _together(by_language: Iterable[Mapping[str, tuple[str, ...]]]) -> dict[str, list[str]]:
    """Texts by Rasa's name, flattened as a customer's will be; what two languages share counts once."""
    together: dict[str, dict[str, None]] = {}
    for named in by_language:
        for name, texts in named.items():
            together.setdefault(name.replace(BELOW, BELOW_IN_RASA), {}).update(dict.fromkeys(map(flatten, texts)))
    return {name: list(texts) for name, texts in together.items() if texts}


def _entry(kind: str, name: str, texts: Iterable[str]) -> str:
    return "\n".join([f"- {kind}: {json.dumps(name)}", "  examples: |", *(f"    - {text}" for text in texts)])


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
