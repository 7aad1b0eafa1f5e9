"""Groups: a complaint is nobody else's business, so whoever calls us there is shown the way to a chat of their own."""

from __future__ import annotations

from datetime import timedelta

from dialogs.flows.effects import Say
from dialogs.flows.events import Called
from dialogs.flows.scene import Scene
from dialogs.flows.session_update import language_for

AGAIN = timedelta(minutes=5)
"""How long a group is left in peace after it was shown the way."""
PRIVATE_CHAT = "private_chat"
"""What the message asks for. The channel knows the link that leads there."""


def show_the_way(scene: Scene, _: Called) -> Scene:
    """Say where to talk, in the language of whoever called; not twice within a few minutes."""
    conversation, now = scene.conversation, scene.setting.now
    if conversation.session.last_at and now - conversation.session.last_at < AGAIN:
        return scene
    language = language_for(scene.event.language, scene.setting.playbook)
    scene = scene.turn_to(turn=conversation.turn + 1, language=language, last_at=now)
    return scene.do(Say(scene.text("telegram.private_only"), asks=PRIVATE_CHAT))
