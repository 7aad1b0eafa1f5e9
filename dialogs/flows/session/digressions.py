"""Digressions: a question, a greeting, thanks. Each is answered, and then the pending question returns."""

from __future__ import annotations

from collections.abc import Callable

from complaints.record import Slot
from dialogs.flows.commands import perform
from dialogs.flows.events import Said
from dialogs.flows.intake.complaint_text import hear_story
from dialogs.flows.message_cues import LONG, is_complaint, weight
from dialogs.flows.questions import asked_name, come_back, open_cases, pose
from dialogs.flows.queue.person_request import bring_person
from dialogs.flows.safety_messages import care_for, gravest
from dialogs.flows.scene import Scene
from dialogs.flows.state import Act, Controller
from dialogs.flows.status import cases
from dialogs.flows.survey.survey_answers import pass_on_praise
from dialogs.flows.wording import answer_beside
from dialogs.understanding.cues.faq_topics import asks_what_to_do
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


def _greet(scene: Scene, _: Reading) -> Scene:
    if scene.conversation.controller == Controller.QUEUE and not scene.draft:
        return bring_person(scene, "asked")
    if scene.conversation.turn <= 1:
        return come_back(scene) if scene.draft or scene.conversation.asked else pose(scene, Slot.STORY)
    return _resume(scene.say("greeting.back"))


def _thank(scene: Scene, _: Reading) -> Scene:
    return come_back(scene.say("thanks"))


def _praise(scene: Scene, reading: Reading) -> Scene | None:
    """Kind words stand by themselves only where nothing is being complained of."""
    return None if scene.draft or reading.category else pass_on_praise(scene, reading.text).say("praise")


def explain(scene: Scene, reading: Reading) -> Scene:
    """The answer to a question: from the playbook, or of the times that a case on file was promised."""
    why = f"why.{asked_name(scene)}"
    if reading.question == "why" and scene.words.has(why):
        return come_back(scene.say(why))
    if reading.question in ("next", "how_long") and not scene.draft and open_cases(scene):
        return cases.tell_status(scene)  # what is on file has times of its own; only a draft waits for a yes
    known = f"answer.{reading.question}" if reading.question else ""
    if known and scene.words.has(known):
        return _answered(scene.say(known))
    if scene.draft and gravest(scene.draft.signals) and asks_what_to_do(reading.text):
        return _answered(care_for(scene, scene.draft.signals))
    return _answered(scene.say("answer.other"))


def _answered(scene: Scene) -> Scene:
    """Whoever has had a complaint here, and asks something, need not be asked what happened."""
    settled = scene.setting.cases and not scene.draft and not asked_name(scene)
    return scene if settled else _resume(scene)


def _call_off(scene: Scene) -> Scene:
    """Drop the draft; without one, what is on file is meant."""
    return perform(scene, Act("cancel")) if scene.draft or not open_cases(scene) else cases.ask_withdraw(scene)


def _resume(scene: Scene) -> Scene:
    """Back to the pending question, or to the open door when there is none."""
    if scene.draft or asked_name(scene):
        return come_back(scene)
    return scene if open_cases(scene) else pose(scene, Slot.STORY)


_ANSWERS: dict[str, Callable[[Scene, Reading], Scene | None]] = {
    "greeting": _greet,
    "thanks": _thank,
    "praise": _praise,
    "ask_question": explain,
    "ask_status": lambda scene, _: cases.tell_status(scene),
    "withdraw": lambda scene, _: cases.ask_withdraw(scene),
    "cancel": lambda scene, _: _call_off(scene),
    "change": lambda scene, _: perform(scene, Act("change")),
}


def digression(scene: Scene, said: Said, reading: Reading) -> Scene | None:
    """A question with a story around it is answered, and the story is heard."""
    answered = answer_beside(scene, reading)
    telling = scene.draft is not None or reading.intends(Intent.COMPLAIN, _PERHAPS)
    if answered is not scene and telling and weight(reading.text) >= LONG:
        return hear_story(answered, said, reading)
    return digress(scene, reading)
