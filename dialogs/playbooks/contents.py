"""From the values of a words or examples file to plain texts by key, with the problems on the way."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from dialogs.playbooks.playbook import Examples
from dialogs.playbooks.problems import Problem, meant
from dialogs.playbooks.source import Place, Source

KINDS = ("intent", "lookup", "synonym")
PLACEHOLDER = re.compile(r"\{([a-z_][a-z0-9_]*)\}")
_ANNOTATION = re.compile(r"\[([^\[\]\n]+)\](?:\([^)\n]*\)|\{[^}\n]*\})")


@dataclass(slots=True)
class Texts:
    """Texts by dotted key, each with its place in the file."""

    options: dict[str, tuple[str, ...]] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_words(source: Source) -> Texts:
    """Nested keys become dotted ones; a leaf is a text or a list of variants."""
    texts = Texts(problems=list(source.problems))
    if isinstance(source.value, dict):
        _walk(source, source.value, (), texts)
    elif not source.problems:
        texts.problems.append(source.problem((), "the file must hold keys and texts", "Write `key: text` lines."))
    return texts


def _walk(source: Source, value: object, place: Place, texts: Texts) -> None:
    if isinstance(value, dict) and value:
        for key, below in value.items():
            _walk(source, below, (*place, key), texts)
        return
    key = ".".join(map(str, place))
    variants = value if isinstance(value, list) and value else [value]
    for at, text in enumerate(variants):
        if found := _faults(key, text):
            texts.problems.append(source.problem((*place, at), *found))
            return
    texts.options[key] = tuple(str(text).rstrip("\n") for text in variants)
    texts.places[key] = place


def _faults(key: str, text: object) -> tuple[str, str] | None:
    """Why this cannot be said, and what to do about it."""
    if not isinstance(text, str):
        return f"{key} must be text, not {text!r}", "Put quotes around it."
    if not text.strip():
        return f"{key} is empty", "Write the text."
    if "{" in PLACEHOLDER.sub("", text) or "}" in PLACEHOLDER.sub("", text):
        return f"{key} has a brace that opens no placeholder", "Write placeholders as {name}, in small letters."
    return None


def read_examples(source: Source) -> tuple[Examples, list[Problem]]:
    """Rasa's NLU form: a list of intents, lookups and synonyms, each with its lines of examples."""
    found: dict[str, dict[str, tuple[str, ...]]] = {kind: {} for kind in KINDS}
    problems = list(source.problems)
    for place, kind, name, lines, faults in _entries(source, problems):
        problems.extend(faults)
        if name in found[kind]:
            problems.append(source.problem(place, f"the {kind} {name} stands here twice", "Bring the two together."))
        found[kind][name] = lines
    return Examples(found["intent"], found["lookup"], found["synonym"]), problems


def _entries(
    source: Source, problems: list[Problem]
) -> Iterator[tuple[Place, str, str, tuple[str, ...], list[Problem]]]:
    if source.value is None and source.problems:
        return
    entries = source.value.get("nlu") if isinstance(source.value, dict) else None
    if not isinstance(entries, list):
        problems.append(source.problem((), "the examples are missing", "Write `nlu:` and a list of intents below it."))
        return
    for at, entry in enumerate(entries):
        place: Place = ("nlu", at)
        if fault := _misshapen(entry):
            problems.append(source.problem(place, *fault))
            continue
        kind = next(kind for kind in KINDS if kind in entry)
        lines, faults = _lines(source, place, str(entry["examples"]))
        yield place, kind, str(entry[kind]), lines, faults


def _misshapen(entry: object) -> tuple[str, str] | None:
    if not isinstance(entry, Mapping):
        return "this is no entry", "Write `- intent: name` with `examples: |` below it."
    if len([kind for kind in KINDS if kind in entry]) != 1:
        return "an entry is either an intent, a lookup or a synonym", "Give it one of these keys."
    if unknown := [key for key in entry if key not in (*KINDS, "examples")]:
        return f"there is no key {unknown[0]}", meant(unknown[0], (*KINDS, "examples"))
    if not isinstance(entry.get("examples"), str):
        return "examples must be text", "Write `examples: |` and lines that start with a dash."
    return None


def _lines(source: Source, place: Place, text: str) -> tuple[tuple[str, ...], list[Problem]]:
    """The examples of one entry, without dashes, entity marks and repetitions."""
    first = source.line((*place, "examples")) + 1
    kept: dict[str, None] = {}
    problems: list[Problem] = []
    for at, line in enumerate(text.split("\n")):
        example = line.strip()
        if example.startswith("- ") and example[2:].strip():
            kept[_ANNOTATION.sub(r"\1", example[2:].strip())] = None
        elif example:
            says = f"an example must start with a dash: {example[:30]}"
            problems.append(Problem(source.file, first + at, says, "Write `- ` before it."))
    return tuple(kept), problems
