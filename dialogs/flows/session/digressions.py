"""Digressions: a question, a greeting, thanks. Each is answered, and then the pending question returns."""

from __future__ import annotations

from collections.abc import Callable

from dialogs.flows.commands import perform
from dialogs.flows.events import Said
from dialogs.flows.intake.complaint_text import hear_story
from dialogs.flows.message_cues import LONG, is_complaint, weight
from dialogs.flows.questions import asked_name, come_back, open_cases
from dialogs.flows.scene import Scene
from dialogs.flows.session.greetings import greet
from dialogs.flows.session.question_answers import explain
from dialogs.flows.state import Act
from dialogs.flows.status import cases
from dialogs.flows.status.case_changes import add
from dialogs.flows.survey.kind_words import pass_on_praise
from dialogs.flows.wording import answer_beside
from dialogs.understanding.reading import AnswerAct, Intent, LearnedAct, Reading

_SURE, _PERHAPS = 0.6, 0.3


def digress(scene: Scene, reading: Reading) -> Scene | None:
    """Answer a digression, if this is one; a complaint in the form of a question is none."""
    name = reading.intent()
    if is_complaint(reading) or name not in _ANSWERS or not reading.intends(name, _SURE):
        return None
    if name == Intent.ASK_QUESTION and not scene.draft and _tells(reading):
        return None
    if name == asked_name(scene):
        return perform(scene, Act("yes"))  # asked "shall I withdraw it?", they said "withdraw it"
    return _ANSWERS[name](scene, reading)


def _tells(reading: Reading) -> bool:
    """Whether a question only dresses up what went wrong: "am I filming the road or a fairy tale?"."""
    answers = reading.replies.get("answers", {})
    return (
        reading.acts.get(LearnedAct.COMPLAIN, 0.0) >= _SURE
        and answers.get(AnswerAct.STORY, 0.0) >= _SURE
        and not reading.question
    )


def _thank(scene: Scene, _: Reading) -> Scene:
    return come_back(scene.say("thanks"))


def _praise(scene: Scene, reading: Reading) -> Scene | None:
    """Kind words stand by themselves only where nothing is being complained of."""
    return None if scene.draft or reading.category else pass_on_praise(scene, reading.text).say("praise")


def _change(scene: Scene, reading: Reading) -> Scene | None:
    """Whoever asks to change something is asked what. Who says what is right is heard: with a draft by those who come
    later, without one it goes to the case, where a colleague sees it.
    """
    if not reading.slots and not any(map(str.isdigit, reading.text)):
        return perform(scene, Act("change"))
    mine = () if scene.draft else open_cases(scene)
    return add(scene, mine[-1], reading.text, (), reading.signals) if mine else None


def _call_off(scene: Scene) -> Scene:
    """Drop the draft; without one, what is on file is meant."""
    return perform(scene, Act("cancel")) if scene.draft or not open_cases(scene) else cases.ask_withdraw(scene)


_ANSWERS: dict[str, Callable[[Scene, Reading], Scene | None]] = {
    "greeting": lambda scene, _: greet(scene),
    "thanks": _thank,
    "praise": _praise,
    "ask_question": explain,
    "ask_status": lambda scene, _: cases.tell_status(scene),
    "withdraw": lambda scene, _: cases.ask_withdraw(scene),
    "cancel": lambda scene, _: _call_off(scene),
    "change": _change,
}


def digression(scene: Scene, said: Said, reading: Reading) -> Scene | None:
    """A question with a story around it is answered, and the story is heard."""
    answered = answer_beside(scene, reading)
    telling = scene.draft is not None or reading.intends(Intent.COMPLAIN, _PERHAPS)
    if answered is not scene and telling and weight(reading.text) >= LONG:
        return hear_story(answered, said, reading)
    return digress(scene, reading)
