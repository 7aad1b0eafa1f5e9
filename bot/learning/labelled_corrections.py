"""Labelled texts put into `corrections.<lang>.yml`, which training reads: added to what stands there, no more."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

from bot.refusal import Refusal
from dialogs.playbooks.contents import read_examples
from dialogs.playbooks.playbook import Examples
from dialogs.playbooks.source import parse

_EMPTY = 'version: "3.1"\nnlu:\n'
_BELOW = "      - "


class NotKept(Refusal):
    """A text that cannot be added; the message says why, and what to do."""


def add(file: Path, label: str, text: str) -> None:
    """Add a text under its label. Raises `NotKept`, and then nothing was changed."""
    text = " ".join(text.split())
    before = file.read_text("utf-8") if file.exists() else _EMPTY
    known = {} if before == _EMPTY else _examples(file, before).intents
    after = _with(before, label, text)
    kept = _examples(file, after).intents
    if kept != {**known, label: tuple(dict.fromkeys((*known.get(label, ()), text)))}:
        raise NotKept(f"{file}: this text cannot be added as it is written; add it by hand")
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_suffix(".new")
    beside.write_text(after, "utf-8")
    os.replace(beside, file)


def _examples(file: Path, content: str) -> Examples:
    found, problems = read_examples(parse(str(file), content))
    if problems:
        raise NotKept("\n".join(map(str, problems)))
    return found


def _with(content: str, label: str, text: str) -> str:
    lines = content.rstrip("\n").split("\n")
    entry = re.compile(rf"\s*- intent:\s*[\"']?{re.escape(label)}[\"']?\s*")
    at = next((place for place, line in enumerate(lines) if entry.fullmatch(line)), None)
    if at is None:
        lines += [f"  - intent: {json.dumps(label)}", "    examples: |", _BELOW + text]
    else:
        end, indent = _end(lines, at)
        lines.insert(end, f"{indent}- {text}")
    return "\n".join(lines) + "\n"


def _end(lines: list[str], at: int) -> tuple[int, str]:
    """Where the examples of the entry at this line end, and how far in they stand."""
    end, indent = at + 1, _BELOW[:-2]
    for place in range(at + 2, len(lines)):
        example = re.match(r"(\s+)- (?!intent:|lookup:|synonym:)", lines[place])
        if example:
            end, indent = place, example[1]
        elif lines[place].strip():
            break
    return end + 1, indent
