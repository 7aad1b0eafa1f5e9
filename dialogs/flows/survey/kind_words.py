"""Kind words after a resolution, which nobody asked for."""

from __future__ import annotations

from dialogs.flows.effects import Note, Tidings
from dialogs.flows.events import Said
from dialogs.flows.message_cues import LONG, weight
from dialogs.flows.questions import open_cases
from dialogs.flows.reopening.reopen_offer import may_reopen, settled
from dialogs.flows.scene import Scene
from dialogs.flows.survey.survey_questions import LONGEST
from dialogs.understanding.reading import Reading
from dialogs.understanding.replies.context_replies import MeaningAfter, meaning_after
from dialogs.understanding.replies.resolution_replies import is_at_peace, is_kind


def kind_words(scene: Scene, _: Said, reading: Reading) -> Scene | None:
    """Who praises somebody after a resolution, or says that all is well, is not asked what went wrong."""
    at_rest = not scene.draft and not open_cases(scene) and bool(settled(scene))
    if not at_rest or reading.signals or weight(reading.text) >= LONG:
        return None
    meant = meaning_after(reading)
    if meant == MeaningAfter.PRAISE or (is_kind(reading.text) and not reading.category and not reading.slots):
        return pass_on_praise(scene, reading.text).say("praise")
    return (
        scene.say("idle") if meant in (MeaningAfter.THANKS, MeaningAfter.CHATTER) or is_at_peace(reading.text) else None
    )


def pass_on_praise(scene: Scene, words: str) -> Scene:
    """Kind words that nobody asked for are passed on to whoever resolved the last case, if it still is settled."""
    case = next(iter(settled(scene)), None)
    if case is None or case.survey is None or not may_reopen(scene, case):
        return scene
    survey, said = case.survey, scene.text("note.survey_words", reference=case.reference, words=words[:LONGEST])
    return scene.do(Tidings("praise", case.reference, survey.resolution, survey.agent, survey.team), Note(said))
