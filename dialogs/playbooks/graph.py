"""A playbook as a picture: what is asked about each category, as a Mermaid flowchart."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from complaints.priority import Level, assess
from complaints.record import AnySlot, Slot
from dialogs.playbooks.playbook import Playbook, Words
from dialogs.playbooks.schema import Category


def graph(playbook: Playbook, language: str) -> str:
    """Mermaid source. Square boxes must be answered, round ones may be skipped."""
    words = playbook.words(language)
    lines = [
        "flowchart LR",
        f"  story{_box(words, Slot.STORY, required=True)} --> category{{{_label(words, Slot.CATEGORY)}}}",
    ]
    for name, category in playbook.file.categories.items():
        lines += _branch(words, name, category)
    return "\n".join(lines) + "\n"


def _branch(words: Words, name: str, category: Category) -> Iterator[str]:
    """One category: its questions one after another, and where the case goes."""
    nodes = [f"{name}.{slot}".replace(".", "__") for slot in category.ask]
    title = _quoted(_text(words, f"category.{name}.title", name))
    yield f"  category -->|{title}| {nodes[0]}"
    for node, slot in zip(nodes, category.ask, strict=True):
        yield f"  {node}{_box(words, slot, required=slot in category.required)}"
    for before, after in pairwise(nodes):
        yield f"  {before} --> {after}"
    yield f"  {nodes[-1]} --> {name}__filed[/{_quoted(_destination(words, category))}/]"


def _destination(words: Words, category: Category) -> str:
    priority = assess(Level[category.impact.upper()], Level[category.urgency.upper()], (), {}).priority
    return f"{category.team} · {_text(words, f'priority.{priority}', priority)}"


def _box(words: Words, slot: AnySlot, *, required: bool) -> str:
    return f"[{_label(words, slot)}]" if required else f"([{_label(words, slot)}])"


def _label(words: Words, slot: AnySlot) -> str:
    return _quoted(_text(words, f"slot.{slot}", slot))


def _text(words: Words, key: str, otherwise: str) -> str:
    return words.say(key) if words.has(key) else otherwise


def _quoted(text: str) -> str:
    """Text as Mermaid takes it, whatever signs it holds."""
    return '"' + text.replace("#", "#35;").replace('"', "#quot;").replace("\n", " ") + '"'
