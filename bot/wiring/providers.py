"""What reads the customers' words, as the settings say: a provider, and behind it those that need less."""

from __future__ import annotations

from bot.settings import Settings
from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.reading import Understanding
from dialogs.understanding.rule_provider import RulesUnderstanding
from engine.providers.fallback import FirstThatWorks, Provider, built


def understanding(settings: Settings, playbook: Playbook) -> FirstThatWorks:
    """What reads the customers' words: the provider that is set, and behind it those that need less."""
    rules = RulesUnderstanding(playbook)
    last = Provider("rules", rules)
    if settings.understanding == "rules":
        return FirstThatWorks((last,))
    local = FirstThatWorks((*built("local", lambda: _local(settings, playbook, rules)), last))
    if settings.understanding == "local":
        return local
    if settings.understanding == "llm":
        from bot.wiring.language_model import language_model_before

        return FirstThatWorks(
            (Provider("llm", language_model_before(settings, playbook, local)), Provider("local", local))
        )
    return FirstThatWorks((*built("rasa", lambda: _rasa(settings, playbook, local)), Provider("local", local)))


def at_home(settings: Settings) -> Settings:
    """The settings of those who read without context: a language model is asked by the server itself, after them."""
    return settings.model_copy(update={"understanding": "local"}) if settings.understanding == "llm" else settings


def _local(settings: Settings, playbook: Playbook, rules: RulesUnderstanding) -> Understanding:
    from bot.wiring.local_provider import local_understanding

    return local_understanding(settings, playbook, rules)


def _rasa(settings: Settings, playbook: Playbook, behind: Understanding) -> Understanding:
    from engine.providers.rasa import RasaUnderstanding
    from engine.providers.rasa_server import RasaServer

    server = RasaServer(settings.rasa_url, settings.rasa_token.get_secret_value(), settings.rasa_deadline)
    return RasaUnderstanding(playbook, server, behind)
