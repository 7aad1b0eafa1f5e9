"""The summary: the whole record, put before the customer for a yes, and which part of it is to change."""

from __future__ import annotations

from collections.abc import Sequence

from complaints.record import Slot
from dialogs.flows.questions import asked_name, asked_of
from dialogs.flows.scene import Scene
from dialogs.flows.state import Act, NamedQuestion
from dialogs.flows.wording import called, show


def put_summary(scene: Scene, extra: Sequence[tuple[str, Act]]) -> Scene:
    """The whole record, each slot with its own button; nothing is filed without a yes to this."""
    assert scene.draft is not None
    words, record = scene.words, scene.draft.record
    filled = [slot for slot in record.filled() if scene.setting.playbook.file.slot(slot)]
    lines = [words.say("summary.line", slot=called(words, s), value=show(scene, s, record)) for s in filled]
    text = "\n".join([scene.text("summary.head"), *lines])
    choices = [(words.say("button.confirm"), Act("confirm"))]
    choices += [(words.say("button.change", slot=called(words, s)), Act("change", s)) for s in filled]
    if not record.evidence:
        choices.append((words.say("button.add_files"), Act("change", Slot.EVIDENCE)))
    if _stands_above(scene):
        return scene.say("again.confirm").ask("confirm", [*choices, *extra])
    return scene.pause().tell(text).say("summary.ask").ask("confirm", [*choices, *extra])


def _stands_above(scene: Scene) -> bool:
    """Whether the customer has this very summary before them."""
    before, now = scene.before, scene.conversation
    same = (
        before is not None
        and before.intake.draft is not None
        and now.intake.draft is not None
        and before.intake.draft.record == now.intake.draft.record
    )
    return (
        same
        and asked_name(scene) == NamedQuestion.CONFIRM
        and before is not None
        and before.session.language == now.session.language
    )


def put_change_which(scene: Scene, extra: Sequence[tuple[str, Act]]) -> Scene:
    assert scene.draft is not None
    asked, draft = asked_of(scene.draft, scene.setting.playbook), scene.draft
    slots = [s for s in scene.setting.playbook.file.every_slot() if s in asked or draft.record.has(s)]
    choices = [(scene.text(f"slot.{slot}"), Act("change", slot)) for slot in slots]
    return scene.say("ask.change_which").ask("change_which", [*choices, *extra])
