"""Filing: from a confirmed draft to a case with a reference, a priority and promised times."""

from __future__ import annotations

from complaints.case import Case, Promise
from complaints.lifecycle import State
from complaints.priority import Priority
from dialogs.flows.effects import OpenCase
from dialogs.flows.intake.draft_timers import FORGET
from dialogs.flows.scene import Scene
from dialogs.flows.service_times import assessed, promised
from dialogs.flows.state import Draft
from dialogs.flows.wording import show_deadline


def _opened(scene: Scene, draft: Draft, *, partial: bool) -> Case:
    playbook, assessment = scene.setting.playbook, assessed(draft, scene)
    category = draft.record.category
    first, outcome = promised(scene, assessment.priority, category)
    return Case(
        reference=scene.setting.reference,
        state=State.RECEIVED,
        priority=assessment.priority,
        reasons=assessment.reasons,
        record=draft.record,
        promise=Promise(first.told, outcome.told),
        team=playbook.category(category).team if category else playbook.file.partial_team,
        language=scene.conversation.session.language,
        playbook=playbook.version,
        opened_at=scene.setting.now,
        partial=partial,
        campaign=scene.conversation.session.campaign,
        clocks=(first, outcome),
    )


def _put_on_file(scene: Scene, case: Case) -> Scene:
    scene = scene.turn_to(draft=None, asked=None, focus="", misses=0, nudged=0, nudge_due=None)
    scene = scene.turn_to(cases=scene.conversation.status.cases + 1).about(case.reference)
    return scene.do(OpenCase(case), *FORGET)


def file_draft(scene: Scene) -> Scene:
    """The customer has confirmed: open the case and say what happens by when."""
    assert scene.draft is not None
    case = _opened(scene, scene.draft, partial=False)
    facts = {
        "reference": case.reference,
        "restate": scene.text(f"category.{case.record.category}.restate"),
        "by": show_deadline(scene, case.promise.first_response),
        "outcome_by": show_deadline(scene, case.promise.resolution),
    }
    tone = "urgent" if case.priority is Priority.URGENT else "normal"
    return _put_on_file(scene, case).say(f"filed.{tone}", **facts)


def flag_draft(scene: Scene) -> Scene:
    """A long-abandoned draft with enough in it goes to a person, marked as not confirmed."""
    scene, case = put_on_file(scene)
    by = show_deadline(scene, case.promise.first_response)
    return scene.say("filed.partial", reference=case.reference, by=by)


def put_on_file(scene: Scene) -> tuple[Scene, Case]:
    """The draft as it stands becomes a case, marked as not confirmed; without a word."""
    assert scene.draft is not None
    case = _opened(scene, scene.draft, partial=True)
    return _put_on_file(scene, case), case


def is_worth_flagging(draft: Draft) -> bool:
    """Whether an abandoned draft holds enough for a person to act on."""
    return bool(draft.record.story)
