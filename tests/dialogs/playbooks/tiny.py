"""A tiny complete playbook, written from the table of keys, for any test that needs one of its own.

    playbook = load_playbook(write_tiny(tmp_path / "tiny"))

Texts are their own keys: `ask.item` says "ask item". They are few, plain, and pass every check.
"""  # fmt: skip

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from dialogs.playbooks.checking import FEWEST, LOOKUPS
from dialogs.playbooks.keys import COUNTS, required_keys
from dialogs.playbooks.schema import PlaybookFile
from dialogs.playbooks.source import parse

PLAYBOOK = """\
name: tiny
title: A tiny shop
timezone: Europe/London
region: GB
currency: GBP
languages: [en, zh]
calendar:
  hours:
    1: ["09:00-12:00", "13:00-17:00"]
    2: ["09:00-17:00"]
  holidays: [2026-12-28]
targets:
  urgent: {first_response: 1h, resolution: 8h}
  high: {first_response: 2h, resolution: 16h}
  normal: {first_response: 4h, resolution: 24h}
  low: {first_response: 8h, resolution: 40h}
raises:
  safety: urgent
partial_team: care
nudges:
  after: [30m]
  stale_after: 3d
  quiet: "22:00-08:00"
order_number:
  patterns: ['T\\d{4}']
  example: T1234
slots:
  branch: {type: text}
categories:
  delivery:
    impact: high
    team: logistics
    ask: [order_number, happened_at, contact]
    required: [order_number]
  other:
    team: care
    ask: [wanted, contact]
"""

_SORRY = {"en": "Sorry", "zh": "抱歉"}


def write_tiny(folder: Path) -> Path:
    """Write the playbook's five files; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "playbook.yml").write_text(PLAYBOOK, "utf-8")
    file = PlaybookFile.model_validate(parse("playbook.yml", PLAYBOOK).value)
    for language in file.languages:
        _dump(folder / f"words.{language}.yml", tiny_words(file, language))
        _dump(folder / f"examples.{language}.yml", tiny_examples(file, language))
    return folder


def tiny_words(file: PlaybookFile, language: str) -> dict[str, Any]:
    """A text for every required key, nested as in a file."""
    words: dict[str, Any] = {}
    for key, placeholders in required_keys(file).items():
        *path, last = key.split(".")
        below = words
        for part in path:
            below = below.setdefault(part, {})
        below[last] = _text(key, placeholders, language)
    return words


def _text(key: str, placeholders: frozenset[str], language: str) -> str | list[str]:
    if key in COUNTS:
        return [f"{key.rpartition('.')[2]}{number}" for number in range(1, COUNTS[key] + 1)]
    sorry = [_SORRY[language]] if key.startswith(("opening.", "sorry.", "filed.")) else []
    return " ".join([*sorry, *key.replace("_", " ").split("."), *(f"{{{name}}}" for name in sorted(placeholders))])


def tiny_examples(file: PlaybookFile, language: str) -> dict[str, Any]:
    """A few examples of everything there must be examples of."""
    entries = [_entry("intent", f"complain/{category}", FEWEST) for category in file.categories]
    lookups = (*LOOKUPS, *(f"language_{known}" for known in file.languages))
    entries += [_entry("lookup", lookup, 1) for lookup in lookups]
    entries += [_entry("synonym", str(slot), 1) for slot in file.every_slot()]
    return {"version": "3.1", "nlu": entries}


def _entry(kind: str, name: str, count: int) -> dict[str, str]:
    phrase = name.replace("/", " ").replace("_", " ")
    lines = [phrase, *(f"{phrase} number {number}" for number in range(2, count + 1))]
    return {kind: str(name), "examples": "".join(f"- {line}\n" for line in lines)}


def _dump(path: Path, value: object) -> None:
    path.write_text(yaml.safe_dump(value, allow_unicode=True, sort_keys=False, default_style=None), "utf-8")
