"""States saved by earlier versions load for ever: a chat of last year goes on where it stopped.

When the shape of the state changes, add files here (`python -m tests.dialogs.flows.test_in_flight`
writes today's); never change or remove one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from complaints.record import Record
from dialogs.flows.state import PARTS, SHAPE, Conversation, from_json, to_json
from dialogs.playbooks.loading import load_playbook
from dialogs.understanding.local_provider import LocalUnderstanding
from tests.dialogs.flows.settled import HOUR, resolve
from tests.dialogs.talk import Talk

FOLDER = Path(__file__).parents[1] / "in_flight"


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.json")), ids=lambda path: path.stem)
def test_an_old_state_loads_and_the_chat_goes_on(path: Path, talk: Talk) -> None:
    talk.conversation = from_json(path.read_bytes())
    before = talk.conversation
    assert talk.says("help")
    assert _facts(talk.conversation) == _facts(before)
    assert talk.conversation.status.cases == before.status.cases


FLAT = sorted(path for path in FOLDER.glob("**/shape1-*.json") if path.parent.name != "cases")


@pytest.mark.parametrize("path", FLAT, ids=lambda path: path.stem)
def test_nothing_of_a_flat_state_is_lost_when_it_is_nested(path: Path) -> None:
    """Version 1 had every field side by side; each is where it belongs now, with the value it had."""
    flat = json.loads(path.read_bytes())
    nested = json.loads(to_json(from_json(path.read_bytes())))
    assert nested.pop("shape") == SHAPE
    found = {name: value for part in nested.values() if isinstance(part, dict) for name, value in part.items()}
    found |= {name: value for name, value in nested.items() if name not in PARTS}
    for name, value in flat.items():
        assert name == "shape" or _holds(found[name], value), name


def _holds(now: Any, before: Any) -> bool:
    """Whether what was saved is there; later versions have more fields."""
    match before:
        case dict():
            return all(_holds(now[name], value) for name, value in before.items())
        case list():
            return len(now) == len(before) and all(map(_holds, now, before))
    return bool(now == before)


@pytest.mark.parametrize("name", [name for part in PARTS.values() for name in part])
def test_each_field_of_the_state_stands_in_some_old_one(name: str) -> None:
    part = next(part for part, names in PARTS.items() if name in names)
    default = json.loads(to_json(Conversation()))[part][name]
    flat = [json.loads(path.read_bytes()) for path in FLAT]
    nested = [json.loads(path.read_bytes()).get(part, {}) for path in FOLDER.glob("shape2-*.json")]
    assert any(state.get(name, default) != default for state in (*flat, *nested))


def _facts(conversation: Conversation) -> Record | None:
    """What is on record. To the story of a chat in danger every word is added, for the person who comes."""
    record = conversation.intake.draft.record if conversation.intake.draft else None
    return replace(record, story=record.story.removesuffix("\nhelp")) if record else None


_WORDS = {
    "greeted": "hello",
    "story": "The blender I bought stopped working after a week",
    "order": "AM2611020456",
    "person": "a person please",
    "wanted": "refund",
    "amount": "it cost £49.99",
    "contact": "anna@example.com",
}


def _today() -> Iterator[tuple[str, str]]:
    """A chat at each interesting moment, as it is saved now."""
    shop = load_playbook("shop")
    talk = Talk(shop, LocalUnderstanding(shop))
    for name, text in _WORDS.items():
        talk.says(text)
        yield name, to_json(talk.conversation)
    while talk.asks != "confirm":
        talk.says("skip")
    yield "confirm", to_json(talk.conversation)
    talk.says("yes")
    yield "filed", to_json(talk.conversation)
    resolve(talk)
    talk.passes(25 * HOUR)
    yield "asked", to_json(talk.conversation)
    talk.says("yes")
    talk.says("could be worse")
    yield "guessed", to_json(talk.conversation)
    talk.says("please don't ask me again")
    yield "stopped", to_json(talk.conversation)
    talk = Talk(shop, LocalUnderstanding(shop))
    talk.says("it stopped working after two days")
    yield "paired", to_json(talk.conversation)
    while talk.asks != "confirm":
        talk.says("skip")
    talk.says("qwerty uiop")
    yield "unclear", to_json(talk.conversation)
    talk.says("I want to kill myself")
    yield "crisis", to_json(talk.conversation)


if __name__ == "__main__":
    for name, saved in _today():
        path = FOLDER / f"shape{SHAPE}-{name}.json"
        if not path.exists():
            path.write_text(saved + "\n")
