"""Which language the bot answers in: asked for, or chosen by a button or by words."""

from __future__ import annotations

from collections.abc import Sequence

from dialogs.flows.questions import asked_name, come_back, pose
from dialogs.flows.scene import Scene
from dialogs.flows.state import Act, NamedQuestion


def put_language(scene: Scene, extra: Sequence[tuple[str, Act]]) -> Scene:
    playbook = scene.setting.playbook
    named = {code: playbook.words(code).say("language.name") for code in playbook.offered}
    choices = [(name, Act("language", value=code)) for code, name in named.items()]
    return scene.say("ask.language").ask("language", [*choices, *extra])


def choose_language(scene: Scene, act: Act) -> Scene:
    if not act.value or not scene.setting.playbook.speaks(act.value):
        return pose(scene, "language")
    scene = scene.turn_to(language=act.value, language_pinned=True)
    scene = scene.turn_to(asked=None) if asked_name(scene) == NamedQuestion.LANGUAGE else scene
    return come_back(scene.say("language.set"))
