"""Questions put while a complaint is taken, or after it was filed: answered, and the pending question returns.

What the playbook can answer is answered; the times of a case on file are told from its promise. Any other question goes
along with the complaint to a person, and the customer is told just that.
"""

from __future__ import annotations

from complaints.record import Slot
from dialogs.flows.events import Said
from dialogs.flows.message_cues import weight
from dialogs.flows.questions import asked_name, asked_slot, come_back, open_cases
from dialogs.flows.safety_messages import care_for, gravest
from dialogs.flows.scene import Scene
from dialogs.flows.session.greetings import resume
from dialogs.flows.status.case_changes import add_to_case
from dialogs.flows.status.cases import tell_status
from dialogs.understanding.cues.faq_topics import asks_what_to_do
from dialogs.understanding.reading import Intent, LearnedAct, Reading

_LIKELY, _PLAINLY, _SURELY = 0.6, 0.75, 0.9
_WISHED = 0.7
_LONGEST = 20
"""Words of a question beyond which a story is told with it."""
_TOLD = frozenset({"email", "phone", "order_number", "amount", "handle"})
"""Facts beside which a question is no more than the end of an answer."""


def answer_question(scene: Scene, said: Said, reading: Reading) -> Scene | None:
    """The answer to a question about something else; None where none is asked, or nothing is under way."""
    mine = open_cases(scene)
    if not (scene.draft or mine) or said.files or not _only_asks(reading):
        return None
    if reading.question:
        return explain(scene, reading)
    if scene.draft:
        return _take_along(scene, reading)
    if len(mine) != 1 or (scene.conversation.asked and asked_slot(scene) is not None):
        return None
    scene, _ = add_to_case(scene, mine[0], reading.text, (), reading.signals)
    return come_back(scene.say("question.with_case", reference=mine[0].reference))


def explain(scene: Scene, reading: Reading) -> Scene:
    """The answer to a question: from the playbook, or of the times that a case on file was promised."""
    why = f"why.{asked_name(scene)}"
    if reading.question == "why" and scene.words.has(why):
        return come_back(scene.say(why))
    if reading.question in ("next", "how_long") and not scene.draft and open_cases(scene):
        return tell_status(scene)  # what is on file has times of its own; only a draft waits for a yes
    known = f"answer.{reading.question}" if reading.question else ""
    if known and scene.words.has(known):
        return _answered(scene.say(known))
    if scene.draft and gravest(scene.draft.signals) and asks_what_to_do(reading.text):
        return _answered(care_for(scene, scene.draft.signals))
    return _answered(scene.say("answer.other"))


def _answered(scene: Scene) -> Scene:
    """Whoever has had a complaint here, and asks something, need not be asked what happened."""
    settled = scene.setting.cases and not scene.draft and not asked_name(scene)
    return scene if settled else resume(scene)


def _take_along(scene: Scene, reading: Reading) -> Scene:
    """Nobody here knows: it stands with what happened, for the person who reads it."""
    assert scene.draft is not None
    if Slot.STORY not in scene.draft.record.filled():
        return come_back(scene.say("answer.other"))
    record = scene.draft.record.with_story(reading.text)
    return come_back(scene.redraft(record=record).say("question.with_complaint"))


def _only_asks(reading: Reading) -> bool:
    """Whether a message puts a question and does nothing else: no wish in the form of one, no fact, no grievance."""
    if reading.refuses or reading.lacks or reading.signals or reading.urgent or weight(reading.text) > _LONGEST:
        return False
    if any(span.slot in _TOLD for span in reading.slots) or _wishes(reading):
        return False
    return _asks_plainly(reading) if not reading.acts else _is_heard_asking(reading)


def _asks_plainly(reading: Reading) -> bool:
    """As rules alone have it: only what the playbook can answer is surely a question."""
    return bool(reading.question) and reading.intends(Intent.ASK_QUESTION, _SURELY) and not reading.category


def _is_heard_asking(reading: Reading) -> bool:
    """As heads have it, which have learned it as a first message, as a reply to a summary, and as an answer."""
    opening = reading.replies.get("opening", {})
    policy = max(max(heads.get("ask_policy", 0.0), heads.get("ask_presale", 0.0)) for heads in (reading.acts, opening))
    question = reading.replies.get("confirm", {}).get("question", 0.0)
    asks = reading.replies.get("answers", {}).get("ask", 0.0)
    complains = max(reading.acts.get(LearnedAct.COMPLAIN, 0.0), reading.acts.get(LearnedAct.STATUS, 0.0))
    if complains >= max(policy, _LIKELY):
        return False
    if reading.question and reading.intends(Intent.ASK_QUESTION, _SURELY):
        return True
    return (policy >= _LIKELY and max(question, asks) >= _PLAINLY) or (policy >= _SURELY and question >= _LIKELY)


def _wishes(reading: Reading) -> bool:
    """Whether "can I get my money back?" says what would put it right."""
    return bool(reading.wanted) and max(reading.replies.get("wishes", {}).values(), default=1.0) >= _WISHED
