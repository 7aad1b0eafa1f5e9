"""In a group the bot says one thing: where to talk."""

from __future__ import annotations

from datetime import timedelta

from dialogs.flows.effects import Say
from dialogs.flows.events import Called, Started
from dialogs.flows.session.groups import AGAIN, PRIVATE_CHAT
from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.rule_provider import RulesUnderstanding
from tests.dialogs.talk import Talk


def test_whoever_calls_in_a_language_of_latin_letters_is_answered_in_english(shop: Playbook) -> None:
    rules = RulesUnderstanding(shop)
    for known, heard in (("fr", "en"), ("zh-hant", "zh-Hant"), ("ja", "zh"), ("", "zh")):
        assert Talk(shop, rules, known)._takes(Called()) == shop.words(heard).say("telegram.private_only")
        assert shop.words(heard).say("notice.privacy") in Talk(shop, rules, known)._takes(Started())


def test_a_group_is_shown_the_way_once_in_a_while_and_nothing_else_happens(talk: Talk) -> None:
    heard = talk._takes(Called())
    assert heard == talk.words_of("telegram.private_only")
    assert [effect.asks for effect in talk.effects if isinstance(effect, Say)] == [PRIVATE_CHAT]
    assert talk._takes(Called()) == ""
    assert talk.effects == ()
    talk.now += AGAIN + timedelta(seconds=1)
    assert talk._takes(Called()) == heard
    assert talk.conversation.intake.draft is None
    assert talk.conversation.session.consent == ""
