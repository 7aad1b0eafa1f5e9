"""How each question of a survey is put: short, in order, and with a way out of it."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from complaints.case import Case
from complaints.survey import HIGHEST, LOWEST, Part, Solved, next_part
from dialogs.flows.quiet_hours import zone_of
from dialogs.flows.scene import Scene
from dialogs.flows.state import Act, Controller, NamedQuestion, Surveying
from dialogs.flows.wording import show_day

NAME = NamedQuestion.SURVEY
"""What the pending question is called, whichever part is asked."""
OTHER, SKIP, STOP, AGAIN = "other", "skip", "stop", "again"
LONGEST = 2000
"""Characters of an answer in the customer's own words that are kept."""


def case_asked_about(scene: Scene) -> Case | None:
    """The case whose survey stands in this chat."""
    at = scene.conversation.surveys.survey
    return next((case for case in scene.cases if at and case.reference == at.reference), None)


def part_next(scene: Scene, case: Case) -> Part | None:
    """What this case's survey still lacks."""
    return next_part(case.survey, scene.setting.playbook.file.followup.low) if case.survey else None


def put_part(scene: Scene, case: Case, part: Part, *, said: bool = False, first: bool = False) -> Scene:
    """Ask one part; with `said` its words were said already. The first one offers never to be asked again."""
    scene = scene if said else scene.say(f"survey.ask.{part}")
    choices = _choices(scene, case, part)
    if first:
        choices.append((scene.text("survey.button.stop"), Act(NAME, STOP)))
    elif part is Part.SOLVED:
        choices.append(_skip(scene, part))
    return _asked(scene, case, part, choices)


def ask_back(scene: Scene, case: Case, part: Part, guess: str) -> Scene:
    """What we have read is not sure: say it, and ask whether it may be put down."""
    scene = scene.say("survey.guess", value=named(scene, part, guess))
    choices = [
        (scene.text("survey.button.right"), Act(NAME, part, guess)),
        (scene.text("survey.button.wrong"), Act(NAME, part, AGAIN)),
    ]
    scene = _asked(scene, case, part, choices)
    assert scene.conversation.surveys.survey is not None
    return scene.turn_to(survey=replace(scene.conversation.surveys.survey, guess=guess))


def say_which(scene: Scene, case: Case) -> Scene:
    """What this is about, for whoever does not know a case by its reference."""
    assert case.survey is not None
    restate = scene.text(f"category.{case.record.category or 'other'}.restate")
    day = show_day(scene, case.survey.resolved_at.astimezone(ZoneInfo(zone_of(scene))).date())
    return scene.say("survey.about", reference=case.reference, restate=restate, day=day)


def pose_survey(scene: Scene) -> Scene:
    """The pending question of a survey once more, after something else was talked about; silent where a person has
    the chat or is on the way.
    """
    case = case_asked_about(scene)
    part = part_next(scene, case) if case else None
    if case is None or part is None or scene.conversation.controller != Controller.BOT:
        return scene
    return put_part(scene, case, part)


def named(scene: Scene, part: Part, value: str) -> str:
    """An answer as the customer and colleagues read it."""
    if part in (Part.OUTCOME, Part.TREATMENT):
        return scene.text("survey.score", score=value, best=HIGHEST)
    return scene.text(f"survey.reason.{value}" if part is Part.REASON else f"survey.{part}_{value}")


def _asked(scene: Scene, case: Case, part: Part, choices: list[tuple[str, Act]]) -> Scene:
    scene = scene.ask(NAME, choices).about(case.reference)
    assert scene.conversation.asked is not None
    before = scene.conversation.surveys.survey
    missed = before.missed if before and before.part == part and before.reference == case.reference else 0
    at = Surveying(case.reference, part, scene.conversation.asked.offers, missed=missed, at=scene.setting.now)
    return scene.turn_to(survey=at)


def _choices(scene: Scene, case: Case, part: Part) -> list[tuple[str, Act]]:
    def answer(value: str) -> tuple[str, Act]:
        return scene.text(f"survey.{part}_{value}"), Act(NAME, part, value)

    skip = _skip(scene, part)
    match part:
        case Part.SOLVED:
            return [answer(one) for one in Solved]
        case Part.OUTCOME | Part.TREATMENT:
            scores = [str(score) for score in range(LOWEST, HIGHEST + 1)]
            return [*((scene.text(f"survey.score_{one}"), Act(NAME, part, one)) for one in scores), skip]
        case Part.REASON:
            offered = [(scene.text(f"survey.reason.{one}"), Act(NAME, part, one)) for one in _reasons(scene, case)]
            return [*offered, skip]
        case Part.CONTACT:
            return [answer("yes"), answer("no")]
    return [skip]


def _skip(scene: Scene, part: Part) -> tuple[str, Act]:
    return scene.text("button.skip"), Act(NAME, part, SKIP)


def _reasons(scene: Scene, case: Case) -> tuple[str, ...]:
    file, category = scene.setting.playbook.file, case.record.category
    own = file.categories[category].reasons if category in file.categories else ()
    return (*(own or file.followup.reasons), OTHER)
