"""The takeover: a colleague has the chat, passes it on, gives it back. From a claim on the bot is silent.

Turns of one chat are taken one after another under its lock, so the first claim wins and each later one
is refused with the winner's name.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from complaints.record import Attachment
from complaints.refusals import RefusalReason
from dialogs.flows.casework import case_actions, first_answers
from dialogs.flows.effects import Announce, Note, Recorded, Refused, SetTimer, Tell
from dialogs.flows.events import Fired, Said
from dialogs.flows.files.evidence import keep_files
from dialogs.flows.handoff import blocking
from dialogs.flows.incidents.notices import inform
from dialogs.flows.intake.draft_reminders import keep_watch
from dialogs.flows.offers import desk_actions
from dialogs.flows.promises.pending_customer import asks, wait
from dialogs.flows.questions import come_back, open_cases
from dialogs.flows.queue.handoff_queue import (
    SNOOZE,
    SUBJECT,
    awake,
    enqueue,
    hold,
    lapsed,
    leave_queue,
    let_through,
    offered,
    priority_of,
    released,
    team_of,
)
from dialogs.flows.scene import Scene
from dialogs.flows.service_times import person_due
from dialogs.flows.staff import (
    Acted,
    Blocked,
    Claimed,
    HandedBack,
    Informed,
    LetThrough,
    Lost,
    MarkedSpam,
    Noted,
    Offered,
    Replied,
    Snoozed,
    Transferred,
    Unbarred,
)
from dialogs.flows.state import Barred, Controller, Holding
from dialogs.flows.status.case_changes import add_to_case
from dialogs.flows.survey.survey_answers import opt_out
from dialogs.flows.wording import show_deadline
from dialogs.understanding.replies.resolution_replies import wants_no_surveys

PASSED = "transferred"
"""Why somebody has a chat that they did not take themselves: they are told, until they write in it."""


def act(scene: Scene, acted: Acted) -> Scene:
    """Take an action of a colleague's. What the customer was doing is watched over as before."""
    return keep_watch(_done(scene.next_turn(), acted))


def _done(scene: Scene, acted: Acted) -> Scene:
    """Do it, or say why it cannot be done now."""
    if acted.receives and not _has_room(scene, acted.receives):
        return scene.do(Refused(RefusalReason.FULL))
    match acted.act:
        case Claimed(pull):
            return _claim(scene, acted, pull=pull)
        case Offered(to, name):
            return _offer(scene, to, name)
        case Noted(text, files):
            return scene.do(Note(text, files), Recorded("noted", {"words": str(len(text))}))
        case Lost():
            return _lose(scene)
        case LetThrough() | Blocked() | MarkedSpam() | Unbarred():
            return _guard(scene, acted)
        case Transferred() | Replied() | HandedBack() | Snoozed():
            return _of_holder(scene, acted) if _may(scene, acted) else _not_theirs(scene)
        case _ if isinstance(acted.act, desk_actions.OFFER_ACTS):
            return desk_actions.work(scene, acted)
        case Informed():
            return inform(scene, acted.act)
        case _:
            return case_actions.work(scene, acted)


def _guard(scene: Scene, acted: Acted) -> Scene:
    """Who is heard, and who rings."""
    match acted.act:
        case Blocked():
            return blocking.bar(scene, Barred.BLOCKED, acted.actor)
        case MarkedSpam():
            return blocking.bar(scene, Barred.SPAM, acted.actor)
        case Unbarred():
            return blocking.lift(scene, acted.actor)
    return let_through(scene, acted.actor)


def _not_theirs(scene: Scene) -> Scene:
    return scene.do(Refused(RefusalReason.NOT_YOURS, _holder(scene).name))


def _of_holder(scene: Scene, acted: Acted) -> Scene:
    """What only whoever has the chat may do."""
    match acted.act:
        case Replied(text, files):
            scene = first_answers.answered(scene.do(Tell(text, files, acted.name)).turn_to(person_reason=""))
            return wait(scene) if asks(text) else scene
        case Transferred():
            return _transfer(scene, acted.act)
        case HandedBack(note):
            return _hand_back(_noted(scene, note))
        case Snoozed(until, awaits):
            return _snooze(wait(scene) if awaits else scene, until)
    return scene


def _holder(scene: Scene) -> Holding:
    return scene.conversation.queue.holding or Holding()


def _is_holder(scene: Scene, acted: Acted) -> bool:
    return scene.conversation.controller == Controller.AGENT and _holder(scene).agent == acted.actor


def _may(scene: Scene, acted: Acted) -> bool:
    """The holder may; a supervisor stands in for them, but never speaks in their name."""
    stands_in = (
        acted.stands_in and scene.conversation.controller == Controller.AGENT and not isinstance(acted.act, Replied)
    )
    return stands_in or _is_holder(scene, acted)


def _has_room(scene: Scene, agent: str) -> bool:
    """A chat somebody holds or was offered already counts among theirs."""
    return _holder(scene).agent == agent or scene.setting.room.get(agent, 0) > 0


def _claim(scene: Scene, acted: Acted, *, pull: bool) -> Scene:
    holder = _holder(scene)
    if _is_holder(scene, acted):
        return scene
    if scene.conversation.controller == Controller.AGENT and not pull:
        return scene.do(Refused(RefusalReason.TAKEN, holder.name))
    if scene.setting.speaking:
        return scene.do(Refused(RefusalReason.SPEAKING))
    return _taken(scene, acted.actor, acted.name, "pulled" if pull else "claimed")


def _taken(scene: Scene, agent: str, name: str, action: str) -> Scene:
    """From here on this chat is a person's. Its promise of a person is kept, so its clock stops."""
    held, now = _holder(scene), scene.setting.now
    holding = Holding(agent, name, held.team or team_of(scene), since=now, priority=held.priority or priority_of(scene))
    scene = hold(leave_queue(scene.turn_to(controller=Controller.AGENT)), holding)
    scene = scene.turn_to(person_reason=action) if action == PASSED else scene
    return scene.do(Recorded(action, {"by": agent}), Announce(scene.text("person.joined", name=name)))


def _offer(scene: Scene, to: str, name: str) -> Scene:
    if scene.conversation.controller == Controller.AGENT:
        return scene.do(Refused(RefusalReason.TAKEN, _holder(scene).name))
    if scene.conversation.controller == Controller.BOT:
        scene = enqueue(scene, "offered", person_due(scene, priority_of(scene)))
    return offered(scene, to, name)


def _transfer(scene: Scene, act: Transferred) -> Scene:
    scene = _noted(scene, act.note)
    if act.to and act.to == _holder(scene).agent:
        return scene  # they have it already: there is nothing to tell the customer
    if act.to:
        return _taken(scene, act.to, act.name, PASSED)
    scene = _queue_again(scene, PASSED, act.team)
    assert scene.conversation.queue.person_by is not None
    by = show_deadline(scene, scene.conversation.queue.person_by)
    return scene.do(Announce(scene.text("person.transferred", by=by)))


def _queue_again(scene: Scene, reason: str, team: str = "") -> Scene:
    team = team or _holder(scene).team
    scene = enqueue(awake(scene), reason, person_due(scene, priority_of(scene)))
    return hold(scene, replace(_holder(scene), team=team or _holder(scene).team))


def _lose(scene: Scene) -> Scene:
    """Whoever had it went offline: the chat waits anew, the customer is told, and they are not asked again."""
    holder = _holder(scene)
    if scene.conversation.controller != Controller.AGENT:
        return lapsed(scene)
    scene = _queue_again(scene, "reassigned")
    scene = hold(scene, replace(_holder(scene), passed=(*_holder(scene).passed, holder.agent)))
    assert scene.conversation.queue.person_by is not None
    by = show_deadline(scene, scene.conversation.queue.person_by)
    return scene.do(Recorded("holder_lost", {"of": holder.agent}), Announce(scene.text("person.reassigned", by=by)))


def _hand_back(scene: Scene) -> Scene:
    """The bot goes on where the record now stands; what the agent settled is not asked again."""
    scene = scene.do(Recorded("handed_back", {"by": _holder(scene).agent}))
    return come_back(released(scene).say("person.handed_back"))


def _snooze(scene: Scene, until: datetime) -> Scene:
    scene = hold(scene, replace(_holder(scene), snoozed_until=until))
    return scene.do(Recorded("snoozed", {"until": until.isoformat()}), SetTimer(SNOOZE, SUBJECT, until))


def wake(scene: Scene, fired: Fired) -> Scene:
    """The time of a chat put aside has come."""
    return awake(scene) if _holder(scene).snoozed_until == fired.due else scene


def overheard(scene: Scene, body: object) -> Scene:
    """The customer wrote while a person has the chat: the bot says nothing, and what was put aside is up again.

    Files go to the record all the same, so that nobody asks for them once more.
    """
    if not isinstance(body, Said):
        return awake(scene)
    scene = opt_out(scene) if wants_no_surveys(body.text) else scene
    return awake(_with_files(scene, body.files) if body.files else scene)


def _with_files(scene: Scene, files: tuple[Attachment, ...]) -> Scene:
    mine = open_cases(scene)
    if scene.draft:
        return keep_files(scene, files)
    return add_to_case(scene, mine[0], "", files, ())[0] if len(mine) == 1 else scene


def _noted(scene: Scene, note: str) -> Scene:
    return scene.do(Note(note)) if note.strip() else scene
