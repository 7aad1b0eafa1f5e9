"""Telling a customer of the incident that their complaint belongs to. Nothing of any other customer is told."""

from __future__ import annotations

from datetime import datetime

from dialogs.flows.effects import Announce, Recorded
from dialogs.flows.scene import Scene
from dialogs.flows.staff import Informed
from dialogs.flows.wording import show_deadline
from dialogs.playbooks.playbook import Words
from dialogs.understanding.language.packs import spoken


def inform(scene: Scene, told: Informed) -> Scene:
    """A colleague lets everybody know."""
    reference = next((case.reference for case in reversed(scene.cases) if case.is_open), None)
    key, action = ("incident.over", "incident_over") if told.over else ("incident.notice", "incident_told")
    said = notice(scene, told.category, told.since, dict(told.notices), key)
    return scene.do(Recorded(action, {"incident": told.incident}), Announce(said, reference))


def usual_outcome(words: Words) -> str:
    """What every case of an incident ended with, where nobody says it in words of their own."""
    return words.say("incident.outcome")


def notice(scene: Scene, category: str, since: datetime, notices: dict[str, str], key: str = "incident.notice") -> str:
    """What is said of an incident: a colleague's words in the customer's language, or the playbook's own."""
    language = scene.words.language
    said = notices.get(language) or notices.get(spoken(language))
    if said or key == "incident.over":
        return said or scene.text(key)
    title = scene.text(f"category.{category}.title") if category else scene.text("incident.something")
    return scene.text(key, title=title, since=show_deadline(scene, since))
