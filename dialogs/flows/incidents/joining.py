"""A complaint about something that we know of: its notice comes first, and one yes puts it on file as it was told."""

from __future__ import annotations

from complaints.copies import altered
from dialogs.flows.effects import Say
from dialogs.flows.events import Said
from dialogs.flows.incidents.notices import notice
from dialogs.flows.intake.case_creation import file_draft
from dialogs.flows.intake.complaint_text import hear_story
from dialogs.flows.questions import go_on, pose
from dialogs.flows.scene import Scene
from dialogs.flows.state import Consent, Draft
from dialogs.understanding.reading import Reading

JOIN = "incident_join"


def hear_known(scene: Scene, said: Said, reading: Reading) -> Scene | None:
    """A new complaint that belongs to a confirmed incident. Whoever is in danger is asked what anybody would be."""
    known = scene.setting.incident
    if known is None or scene.draft or reading.look or reading.signals:
        return None
    begun = hear_story(scene, said, reading)
    if begun is None or begun.draft is None or begun.draft.undecided or not begun.draft.record.story:
        return None
    if scene.setting.playbook.file.consent == "ask" and scene.conversation.session.consent != Consent.GIVEN:
        return begun
    told = notice(scene, known.category, known.since, dict(known.notices), key="incident.known")
    return pose(_unasked(scene, begun, begun.draft, known.category).tell(told), JOIN)


def _unasked(scene: Scene, begun: Scene, draft: Draft, category: str) -> Scene:
    """The complaint as it was begun, before anything was said or asked about it."""
    record = draft.record if draft.record.category else altered(draft.record, category=category)
    effects = tuple(effect for effect in begun.effects if not isinstance(effect, Say) or effect in scene.effects)
    bare = altered(begun, paragraphs=scene.paragraphs, effects=effects)
    return bare.redraft(record=record, put=draft.put[:0], guesses=(), acknowledged=True)


def join(scene: Scene) -> Scene:
    """They want to hear: what was said is on file with that."""
    if scene.draft is None:
        return go_on(scene)
    return file_draft(scene) if scene.draft.record.category else go_on(scene.turn_to(asked=None))


def tell_more(scene: Scene) -> Scene:
    """They would rather tell it in full."""
    return go_on(scene.turn_to(asked=None))
