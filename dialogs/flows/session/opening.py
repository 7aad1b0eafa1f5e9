"""Starting: a chat that was opened, plainly or by a link, and one that was left for another."""

from __future__ import annotations

from dataclasses import replace

from complaints.record import Slot
from dialogs.flows.events import Engaged, ForOrder, FromCampaign, Resumed, Started, WentOver, Worthless
from dialogs.flows.intake import drafting
from dialogs.flows.intake.case_creation import flag_draft, is_worth_flagging
from dialogs.flows.intake.draft_timers import FORGET
from dialogs.flows.questions import come_back, pose
from dialogs.flows.queue.handoff_queue import enqueue, hold, released
from dialogs.flows.scene import Scene
from dialogs.flows.session.greetings import greet
from dialogs.flows.session_update import greet_once
from dialogs.flows.state import Consent, Controller, Conversation, OtherChat
from dialogs.flows.status import cases

MOST_OTHERS = 5


def start(scene: Scene, started: Started) -> Scene:
    """Greet, and take in what the link says."""
    match started.link:
        case Resumed(state, conversation, channel):
            return _known_besides(_resume(scene, state), state, conversation, channel)
        case FromCampaign(name):
            return greet(greet_once(scene.turn_to(campaign=name)))
        case ForOrder(number) if scene.setting.playbook.file.order_number:
            scene = greet_once(scene).turn_to(order=number).say("link.order", number=number)
            scene = drafting.fill_order(scene)
            return come_back(scene) if scene.draft else pose(scene, Slot.STORY)
        case Worthless():
            known = bool(scene.conversation.session.consent)
            scene = greet_once(scene).say("link.worthless")
            return come_back(scene) if known else greet(scene)
        case Engaged():
            return greet_once(scene).say("link.engaged")
        case ForOrder() | None:
            return greet(greet_once(scene))


def _resume(scene: Scene, other: Conversation) -> Scene:
    """Go on where the other chat stood. A complaint that was begun here meanwhile is not lost for it."""
    scene = scene.turn_to(**_told(scene.conversation, other))
    scene = greet_once(scene).say("link.resumed")
    if other.intake.draft:
        if scene.draft and is_worth_flagging(scene.draft):
            scene = flag_draft(scene)
        scene = scene.turn_to(draft=replace(other.intake.draft), asked=None, nudged=0, misses=0)
    scene = _still_waiting(scene, other)
    if scene.draft:
        return come_back(scene)
    return cases.tell_status(scene) if scene.setting.cases else greet(scene)


def _known_besides(scene: Scene, other: Conversation, conversation: str, channel: str) -> Scene:
    """Where else they may be reached, should this chat be closed to us one day."""
    came = (OtherChat(conversation, channel),) if conversation else ()
    known = (*came, *other.session.other_chats, *scene.conversation.session.other_chats)
    return scene.turn_to(other_chats=tuple(dict.fromkeys(known))[:MOST_OTHERS])


def _told(here: Conversation, other: Conversation) -> dict[str, object]:
    """What the customer told the other chat about themselves, and need not say again."""
    return {
        "language": other.session.language or here.session.language,
        "language_pinned": other.session.language_pinned or here.session.language_pinned,
        "timezone": here.session.timezone or other.session.timezone,
        "consent": max(here.session.consent, other.session.consent, key=tuple(Consent).index),
        "campaign": here.session.campaign or other.session.campaign,
        "order": other.intake.order or here.intake.order,
        "cases": here.status.cases + other.status.cases,
        "no_surveys": here.surveys.no_surveys or other.surveys.no_surveys,
    }


def _still_waiting(scene: Scene, other: Conversation) -> Scene:
    """Who waited for a person there waits for one here, as long as was promised there."""
    if (
        other.controller != Controller.QUEUE
        or scene.conversation.controller != Controller.BOT
        or other.queue.person_by is None
    ):
        return scene
    scene = enqueue(scene, other.queue.person_reason, other.queue.person_by)
    was, now = other.queue.holding, scene.conversation.queue.holding
    return hold(scene, replace(now, team=was.team, since=was.since)) if was and now else scene


def go_over(scene: Scene, _: WentOver) -> Scene:
    """The customer went on elsewhere and took everything along. Nothing pends here any more."""
    scene = released(scene.next_turn().turn_to(draft=None, asked=None, focus="", nudged=0, cases=0, order=""))
    return scene.do(*FORGET).say("link.went_over")
