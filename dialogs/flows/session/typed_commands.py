"""Commands in words: the words on a button, a crisp "skip", words behind "/new", a plain yes or no."""

from __future__ import annotations

import re

from complaints.record import Slot
from dialogs.flows.commands import perform
from dialogs.flows.events import Said
from dialogs.flows.intake import drafting
from dialogs.flows.message_cues import LONG, weight
from dialogs.flows.questions import asked_name, come_back
from dialogs.flows.scene import Scene
from dialogs.flows.session_update import asked_for
from dialogs.flows.state import Act, Question
from dialogs.understanding.reading import Intent, Reading, TypedCommand

_TRIM = re.compile(r"^[\W_]+|(?<![\W_])[\W_]+$")


def commanded(scene: Scene, said: Said, reading: Reading) -> Scene | None:
    """Words behind a command that has no use for them: the command is done."""
    if said.act == TypedCommand.LANGUAGE:
        return perform(scene, asked_for(scene, reading))
    return perform(scene, Act(said.act)) if said.act else None


def nothing_written(scene: Scene, _: Said, reading: Reading) -> Scene | None:
    """An empty message has nothing to answer."""
    return come_back(scene) if not reading.text.strip() else None


def button_by_words(scene: Scene, said: Said, _: Reading) -> Scene | None:
    """The words on a button, or its number, do what the button does."""
    asked = scene.conversation.asked
    act = _offered(asked, said.text) if asked and asked.offers else None
    return perform(scene, act) if act else None


def _offered(asked: Question, text: str) -> Act | None:
    plain = _TRIM.sub("", text).casefold()
    for offer in asked.offers:
        if _TRIM.sub("", offer.title).casefold() == plain:
            return offer.act
    is_number = plain.isdecimal() and asked.name not in (Slot.AMOUNT, Slot.ORDER_NUMBER, Slot.HAPPENED_AT)
    if is_number and len(plain) <= 2 and 1 <= int(plain) <= len(asked.offers):
        return asked.offers[int(plain) - 1].act
    return None


def crisp(scene: Scene, _: Said, reading: Reading) -> Scene | None:
    """A command that is the whole message."""
    if reading.language_wanted and (reading.act == TypedCommand.LANGUAGE or weight(reading.text) < LONG // 2):
        return perform(scene, asked_for(scene, reading))
    if reading.act in (TypedCommand.UNKNOWN, TypedCommand.SKIP):
        return drafting.without(scene, reading)
    return perform(scene, Act(reading.act)) if reading.act else None


def yes_or_no(scene: Scene, _: Said, reading: Reading) -> Scene | None:
    """A plain yes or no answers what was asked; one with more behind it is heard for the rest."""
    if (
        reading.intent() not in (Intent.YES, Intent.NO)
        or reading.slots
        or reading.change
        or reading.signals
        or reading.lacks
    ):
        return None
    return perform(scene, Act(reading.intent())) if asked_name(scene) else scene.say("idle")


def tell_help(scene: Scene, _: Act) -> Scene:
    return come_back(scene.say("help"))
