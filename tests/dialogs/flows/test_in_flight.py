"""States saved by earlier versions load for ever: a chat of last year goes on where it stopped.

When the shape of the state changes, add files here (`python -m tests.dialogs.flows.test_in_flight`
writes today's); never change or remove one.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dialogs.flows.state import from_json, to_json
from dialogs.playbooks.loading import load_playbook
from dialogs.understanding.local import LocalUnderstanding
from tests.dialogs.flows.settled import HOUR, resolve
from tests.dialogs.talk import Talk

FOLDER = Path(__file__).parents[1] / "in_flight"


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.json")), ids=lambda path: path.stem)
def test_an_old_state_loads_and_the_chat_goes_on(path: Path, talk: Talk) -> None:
    talk.conversation = from_json(path.read_bytes())
    before = talk.conversation
    assert talk.says("help")
    assert talk.conversation.draft == before.draft
    assert talk.conversation.cases == before.cases


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


if __name__ == "__main__":
    for name, saved in _today():
        path = FOLDER / f"shape1-{name}.json"
        if not path.exists():
            path.write_text(saved + "\n")
