"""Albums: pictures sent in one go, which a channel brings one by one. Each is kept as it comes; the answer is one.

What the bot has to say to the first picture is held back in the conversation until no more come for a
moment, or until the customer does something else. Only then is it known how many there are.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from dialogs.flows.effects import CancelTimer, Effect, Say, SetTimer
from dialogs.flows.events import Fired, Said
from dialogs.flows.scene import Scene
from dialogs.flows.state import Controller, Conversation, Held, changed
from dialogs.playbooks.playbook import Playbook

TIMER, SUBJECT = "album", "answer"
WAIT = timedelta(seconds=1.5)
"""How long the next picture is waited for. A messenger brings them within a fraction of a second."""

COUNT = "\ue000"
"""The paragraph that stands for the number of pictures until it is known. No keyboard writes this character."""


def is_more(conversation: Conversation, said: Said) -> bool:
    """Whether this is one picture more of an album whose first ones wait for their answer."""
    held = conversation.files.held
    return held is not None and held.album == said.album and not said.text


def hold(scene: Scene, heard: Scene, said: Said) -> tuple[Conversation, tuple[Effect, ...]]:
    """End the step without its answer. `scene` is how things stood before the picture was heard."""
    conversation, effects = heard.finish()
    done, fresh = effects[: len(scene.effects)], effects[len(scene.effects) :]
    says = tuple(effect for effect in fresh if isinstance(effect, Say))
    held = scene.conversation.files.held or Held(said.album, scene.setting.now, before=scene.conversation.asked)
    due = scene.setting.now + WAIT
    answer = _joined(held.says, says)
    if is_more(scene.conversation, said):
        answer = _with(answer, _news(scene, answer, said))
    held = replace(held, due=due, says=answer, lost=held.lost or _is_lost(conversation, said))
    kept = tuple(effect for effect in fresh if not isinstance(effect, Say))
    return changed(conversation, held=held), (*done, *kept, SetTimer(TIMER, SUBJECT, due))


def tell(scene: Scene) -> Scene:
    """Something else is to be answered: what is held back is said first. Its questions are no longer the last ones."""
    held = scene.conversation.files.held
    if held is None:
        return scene
    says = [replace(say, buttons=(), asks=None) for say in _counted(scene, held)]
    return scene.turn_to(held=None).do(*says, CancelTimer(TIMER, SUBJECT))


def fall_due(scene: Scene, fired: Fired) -> Scene:
    """No picture came for a moment: the answer is given, unless an agent has the chat by now.

    It belongs to the turn of the first picture: an album counts as one.
    """
    held = scene.conversation.files.held
    if held is None or held.due != fired.due:
        return scene
    says = _counted(scene, held) if scene.conversation.controller != Controller.AGENT else ()
    return scene.turn_to(held=None).do(*says)


def drop(scene: Scene) -> Scene:
    """Nobody is there to hear it, or somebody else speaks."""
    return scene.turn_to(held=None).do(CancelTimer(TIMER, SUBJECT)) if scene.conversation.files.held else scene


def _joined(before: tuple[Say, ...], fresh: tuple[Say, ...]) -> tuple[Say, ...]:
    """Two answers made one; only the last one's question is still open, and the number is told once."""
    if not before or not fresh:
        return before or fresh
    earlier = (replace(say, text=_without_count(say.text), buttons=(), asks=None) for say in before)
    return (*(say for say in earlier if say.text), *fresh)


def _news(scene: Scene, answer: tuple[Say, ...], said: Said) -> list[str]:
    """What the answer must say for one picture more: why it was not taken, or that there are pictures at all."""
    refused = [scene.text(trouble.key, **dict(trouble.facts)) for trouble in said.troubles]
    is_first = bool(said.files) and not any(COUNT in say.text for say in answer)
    return [*refused, COUNT] if is_first else refused


def _with(answer: tuple[Say, ...], news: list[str]) -> tuple[Say, ...]:
    """The news before everything else that the last message says, so that its question stays last."""
    if not news or not answer:
        return (Say("\n\n".join(news)),) if news else answer
    *before, last = answer
    return (*before, replace(last, text="\n\n".join([*news, last.text])))


def _without_count(text: str) -> str:
    return "\n\n".join(paragraph for paragraph in text.split("\n\n") if paragraph != COUNT)


def _is_lost(conversation: Conversation, said: Said) -> bool:
    """Whether the complaint holds as many files as it may, and this one is not among them."""
    if conversation.intake.draft is None:
        return False
    kept = {file.digest for file in conversation.intake.draft.record.evidence}
    return any(file.digest not in kept for file in said.files)


def _counted(scene: Scene, held: Held) -> tuple[Say, ...]:
    """What was held back, with the number in its place."""
    evidence = scene.draft.record.evidence if scene.draft else ()
    most = scene.setting.playbook.file.attachments.most
    told = scene.text("files.enough", most=most) if held.lost else scene.text("files.kept", count=len(evidence))
    said = (_told(say, told) if evidence else replace(say, text=_without_count(say.text)) for say in held.says)
    return tuple(say for say in said if say.text)


def _told(say: Say, told: str) -> Say:
    paragraphs = (told if paragraph == COUNT else paragraph for paragraph in say.text.split("\n\n"))
    return replace(say, text="\n\n".join(paragraphs))


def longest_wait(_: Playbook, __: datetime) -> timedelta:
    """How far ahead the timer of an album may lie at most, with room to spare."""
    return timedelta(minutes=1)
