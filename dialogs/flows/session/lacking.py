"""A language we lack: its speakers are told so in it, once, with a person offered; then the chat goes on."""

from __future__ import annotations

from dialogs.flows.questions import IDLE
from dialogs.flows.scene import Scene
from dialogs.flows.session_update import means_it
from dialogs.flows.state import Act, Controller
from dialogs.understanding.language.packs import Lacking, lacking
from dialogs.understanding.reading import Reading


def tell_lacking(scene: Scene, reading: Reading) -> Scene:
    """Say in their language that we lack it, which we have, and that they may go on in theirs."""
    line = _line(scene, reading)
    if line is None:
        return scene
    playbook = scene.setting.playbook
    names = ", ".join(playbook.words(code).say("language.name") for code in playbook.languages)
    return scene.turn_to(lacking=reading.language).tell(line.say.format(languages=names)).pause()


def offer_person(before: Scene, scene: Scene) -> Scene:
    """The scene with a button for a person in their language, where that was told since `before`."""
    told, now = before.conversation.session.lacking, scene.conversation.session.lacking
    line = lacking(now) if now != told else None
    if line is None or scene.conversation.controller != Controller.BOT:
        return scene
    button = (line.person, Act("person"))
    return scene.offer(*button) if scene.conversation.asked else scene.ask(IDLE, [button])


def _line(scene: Scene, reading: Reading) -> Lacking | None:
    """What to say about the language of a text; nothing where we have it, said it, or the text hardly shows it."""
    code = reading.language
    if not code or scene.setting.playbook.speaks(code) or code == scene.conversation.session.lacking:
        return None
    return lacking(code) if means_it(scene, reading) else None
