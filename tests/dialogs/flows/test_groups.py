"""In a group the bot says one thing: where to talk."""

from __future__ import annotations

from datetime import timedelta

from dialogs.flows.effects import Say
from dialogs.flows.events import Called
from dialogs.flows.groups import AGAIN, PRIVATE_CHAT
from tests.dialogs.talk import Talk


def test_a_group_is_shown_the_way_once_in_a_while_and_nothing_else_happens(talk: Talk) -> None:
    heard = talk._takes(Called())
    assert heard == talk.words_of("telegram.private_only")
    assert [effect.asks for effect in talk.effects if isinstance(effect, Say)] == [PRIVATE_CHAT]
    assert talk._takes(Called()) == ""
    assert talk.effects == ()
    talk.now += AGAIN + timedelta(seconds=1)
    assert talk._takes(Called()) == heard
    assert talk.conversation.draft is None
    assert talk.conversation.consent == ""
