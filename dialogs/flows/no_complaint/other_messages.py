"""What is no complaint is met as what it is: praise, a suggestion, a question, a wrong address, small talk, an insult.

| act | answer | because |
|---|---|---|
| automatic reply | none; it is kept | a machine would answer again, for ever |
| praise | thanks, passed on | nobody apologises for a trouble that is not there |
| suggestion | thanks, kept | an idea is worth having, and is no grievance |
| question, also before buying | the playbook's answer, or how to get a person | it is no complaint by itself |
| how an order stands | who can tell | we see complaints here, and no orders |
| meant for somebody else | said so | they would wait for an answer in vain |
| insult alone | one calm line | nothing was told yet that could be taken up |
| small talk | a short answer | they are trying whether somebody is there |

From each, telling what went wrong leads on as ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from complaints.record import Slot
from dialogs.flows.effects import Recorded
from dialogs.flows.events import Said
from dialogs.flows.intake.drafting import keep_prelude
from dialogs.flows.message_cues import weight
from dialogs.flows.questions import asked_name
from dialogs.flows.scene import Scene
from dialogs.flows.survey.kind_words import pass_on_praise
from dialogs.understanding.reading import Intent, LearnedAct, Reading

LEAST = 0.3
"""How likely an act must be."""
COMPLAINS, OF_A_KIND = 2.4, 1.6
"""How many times a complaint counts, for most who write to us have one; and how many times more where it is surely of
one kind. "The kettle leaks" is plain, and hardly looks like what people write who have been upset for a page.
"""
_PLAINLY_SO, _PLAINLY = 0.7, 0.97
"""How likely an act must be where a text sounds so much like one kind of complaint, or somewhat like a danger."""

_SAYS: Mapping[str, str] = MappingProxyType(
    {
        "praise": "no_complaint.praise",
        "suggest": "no_complaint.suggest",
        "ask_policy": "no_complaint.question",
        "ask_presale": "no_complaint.question",
        "stray": "no_complaint.stray",
        "status": "no_complaint.status",
        "abuse": "no_complaint.abuse",
        "smalltalk": "no_complaint.smalltalk",
    }
)
_INVITES = frozenset(
    {LearnedAct.ASK_POLICY, LearnedAct.ASK_PRESALE, LearnedAct.STATUS, LearnedAct.ABUSE, LearnedAct.SMALLTALK}
)
"""Acts whose answer invites to tell what went wrong: what comes next is heard as that, if it is of the kind."""
_REACHED_BY = frozenset({"email", "phone", "handle"})
_HINTED = 0.2
"""How likely it must be that a text complains at all, for the kind of its complaint to speak for one."""
_FEWEST_WORDS = 5
_ASKS = frozenset({LearnedAct.ASK_POLICY, LearnedAct.ASK_PRESALE})
_GRAVE = frozenset({"health", "safety", "self_harm", "fraud_now", "violence", "threat", "privacy_breach"})
AUTO_REPLY = "auto_reply"
AUTO_REPLY_KEPT = Recorded("auto_reply_kept", {})
_ASIDE = ("", "story")
"""What may be pending while something that is no complaint is answered as that."""


def act_of(reading: Reading) -> str:
    """The one thing that a message which is no complaint does, where a head is sure enough; else empty."""
    chances = _as_an_opening(reading)
    acts = {act: chance for act, chance in chances.items() if act in _SAYS or act == AUTO_REPLY}
    if not acts:
        return ""
    best = max(acts, key=acts.__getitem__)
    if best == LearnedAct.STRAY and _tells_how_to_answer(reading):
        return ""
    of_a_kind = reading.category.confidence if reading.category and reading.intends(Intent.COMPLAIN, _HINTED) else 0.0
    complains = (COMPLAINS + OF_A_KIND * of_a_kind) * chances.get("complain", 0.0)
    return best if acts[best] >= LEAST and acts[best] >= complains else ""


def _tells_how_to_answer(reading: Reading) -> bool:
    """Whether somebody names a thing, or trouble of our kind, and how to be reached: that is meant for us."""
    found = {one.slot for one in reading.slots}
    return bool(found & _REACHED_BY) and (reading.category is not None or "item" in found)


def _as_an_opening(reading: Reading) -> Mapping[str, float]:
    """What a text would do as the first of a chat: "the lid leaks" may answer a question, but opens a complaint."""
    return reading.replies.get("opening") or reading.acts


def _is_grave(reading: Reading) -> bool:
    """Whether a danger is so plain that it is heeded whatever else a text does. A dentist's patient who is pressed for
    time, or a diet that goes to court over a cake, is none.
    """
    return reading.certain or any(reading.dangers.get(kind, 1.0) >= _PLAINLY for kind in _GRAVE & set(reading.signals))


def is_auto_reply(reading: Reading, answering: bool = False) -> bool:
    """Whether a machine wrote it. A machine makes sentences: a bare number or a name is a person's. Whoever is
    `answering` a question is a person unless nothing is told and hardly anybody would write so: a formal "will share if
    required" must not be met with silence.
    """
    if act_of(reading) != AUTO_REPLY or weight(reading.text) < _FEWEST_WORDS:
        return False
    if not answering:
        return True
    answers = reading.replies.get("answers", {})
    told = bool(reading.slots) or max(answers.get("inform", 0.0), answers.get("story", 0.0)) >= _ANSWERS
    chances = (_as_an_opening(reading).get(AUTO_REPLY, 0.0), reading.acts.get(AUTO_REPLY, 0.0))
    return not told and max(chances) >= _PLAINLY and min(chances) >= _AS_AN_ANSWER


_ANSWERS, _AS_AN_ANSWER = 0.5, 0.9


def keep_unanswered(scene: Scene) -> Scene:
    """An automatic reply is kept, and answered never."""
    return scene.do(AUTO_REPLY_KEPT)


def met_as_it_is(scene: Scene, _: Said, reading: Reading) -> Scene | None:
    """The answer to what is no complaint; None where it complains, or where something is being talked about."""
    if scene.draft or scene.setting.cases or asked_name(scene) not in _ASIDE:
        return None
    act = act_of(reading)
    if (reading.signals or reading.urgent) and (
        _is_grave(reading) or _as_an_opening(reading).get(act, 0.0) < _PLAINLY_SO
    ):
        return None
    if (
        act in (LearnedAct.ASK_POLICY, LearnedAct.ASK_PRESALE)
        and reading.question
        and scene.words.has(f"answer.{reading.question}")
    ):
        return scene.turn_to(asked=None).say(f"answer.{reading.question}")
    if act == LearnedAct.PRAISE:
        return pass_on_praise(scene, reading.text).turn_to(asked=None).say(_SAYS[act])
    if act not in _SAYS:
        return None
    scene = scene.turn_to(asked=None).say(_SAYS[act])
    if act not in _INVITES:
        return scene
    return (scene if act in _ASKS else keep_prelude(scene, reading)).ask(Slot.STORY)
