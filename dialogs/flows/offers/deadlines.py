"""An offer's times: the reminder at half time, its lapsing, and after a yes the days by which it is to be kept.

One timer for each case wakes it for whatever comes next of its offers. What is due then is worked out from the case, so
a timer of a state that has moved on does nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from complaints.case import Case
from complaints.lifecycle import State
from complaints.offers.fulfilment import missed
from complaints.offers.lifecycle import OfferState
from complaints.offers.limits import LONGEST_DUE
from complaints.offers.offer import Offer
from dialogs.flows.effects import CancelTimer, ChangeCase, Effect, SetTimer
from dialogs.flows.events import Event, Fired, Resumed, Started
from dialogs.flows.offers import card, decisions
from dialogs.flows.offers.escalation import by_when, ring
from dialogs.flows.offers.wording import facts, lines
from dialogs.flows.quiet_hours import in_time, polite, zone_of
from dialogs.flows.reopening.reopen_case import reopen
from dialogs.flows.scene import Scene
from dialogs.flows.service_times import NIGHT
from dialogs.flows.setting import Setting
from dialogs.flows.state import Conversation
from dialogs.flows.wording import show_day
from dialogs.playbooks.playbook import Playbook

KIND = "offer"
_SOONEST = timedelta(seconds=1)
_SETTLED = frozenset({State.RESOLVED, State.CLOSED})


def wake(scene: Scene, fired: Fired) -> Scene:
    """A case's timer: do all that is due of its offers."""
    for n in [offer.n for case in scene.cases if case.reference == fired.subject for offer in case.offers]:
        case = next(case for case in scene.cases if case.reference == fired.subject)
        scene = _woken(scene, case, case.offers[n - 1])
    return scene


def _woken(scene: Scene, case: Case, offer: Offer) -> Scene:
    due = next_moment(scene, case, offer)
    if due is None or due > scene.setting.now:
        return scene
    if offer.state is OfferState.OPEN:
        over = scene.setting.now >= offer.valid_until
        return decisions.lapse(scene, case, offer) if over else _remind(scene, case, offer)
    assert offer.due is not None
    return _missed(scene, case, offer) if scene.setting.now >= offer.due else _warn(scene, case, offer)


def next_moment(scene: Scene, case: Case, offer: Offer) -> datetime | None:
    """When something is due of an offer next; None where nothing is."""
    if offer.state is OfferState.OPEN and case.is_open:
        put = offer.put_at or offer.made_at
        half = in_time(scene, put + (offer.valid_until - put) / 2, put, offer.valid_until)
        ends = polite(scene, offer.valid_until)
        return ends if offer.reminded_at or half >= ends else half
    if offer.state is not OfferState.ACCEPTED or offer.due is None:
        return None
    agreed = offer.decided_at or offer.made_at
    early = offer.due - min(scene.setting.playbook.file.offers.warn, (offer.due - agreed) / 2)
    return offer.due if offer.warned_at else in_time(scene, early, agreed, offer.due)


def _remind(scene: Scene, case: Case, offer: Offer) -> Scene:
    """Half of its time has passed: say once more what is offered, and until when."""
    told = replace(offer, reminded_at=scene.setting.now)
    # Whoever was told that the time stands still hears the new one once they answer.
    now = replace(case.with_offer(told), reminded=max(case.reminded, 1) if case.waiting_since else case.reminded)
    scene = scene.do(ChangeCase(now, "offer_reminded", decisions.detail(told)))
    scene = card.asked(scene, now, told, "", card.choices(scene, now, told))
    return card.announce(scene, scene.text("offer.reminder", **facts(scene, now, told)), now)


def _warn(scene: Scene, case: Case, offer: Offer) -> Scene:
    """It will be late unless somebody sees to it now: whoever made it hears, and so does the customer."""
    assert offer.due is not None
    told = replace(offer, warned_at=scene.setting.now)
    scene = scene.do(ChangeCase(case.with_offer(told), "offer_warned", decisions.detail(told)))
    scene = ring(scene, case, told, "offer_due", lines(scene, told).replace("\n", " "))
    day = show_day(scene, offer.due.astimezone(ZoneInfo(zone_of(scene))).date())
    owed = replace(told, lines=tuple(line for line in told.lines if not line.is_done))
    return decisions.tell(scene, case, "offer.delayed", **facts(scene, case, owed), day=day)


def _missed(scene: Scene, case: Case, offer: Offer) -> Scene:
    """Its day has passed: a case that was settled is open again, and a supervisor has it."""
    late = missed(offer, scene.setting.now)
    case = case.with_offer(late)
    scene = scene.do(ChangeCase(case, "offer_missed", decisions.detail(late)))
    words = lines(scene, late).replace("\n", " ")
    if case.state in _SETTLED and not case.merged_into and not case.spam:
        return ring(
            reopen(scene, case, "offer_late", "offer.late"), case, late, "offer_late", words, to_supervisor=True
        )
    scene = ring(scene, case, late, "offer_late", words, to_supervisor=True)
    return decisions.tell(scene, case, "offer.late", reference=case.reference, by=by_when(scene, case))


def timers(effects: tuple[Effect, ...], after: Conversation, event: Event, setting: Setting) -> tuple[Effect, ...]:
    """The timer of each case whose offers this step has changed, set for what comes next."""
    was = {case.reference: (case.offers, case.is_open) for case in setting.cases}
    scene = Scene(after, event, setting, effects=effects)
    concerned = {
        case.reference: case
        for case in scene.cases
        if case.offers and was.get(case.reference) != (case.offers, case.is_open)
    }
    match event.body:
        case Started(link=Resumed()):
            concerned = {case.reference: case for case in scene.cases if case.offers}
        case Fired(kind, subject) if kind == KIND:
            concerned |= {case.reference: case for case in scene.cases if case.reference == subject}
    return tuple(_timer(scene, case) for case in concerned.values())


def _timer(scene: Scene, case: Case) -> Effect:
    moments = list(_moments(scene, case))
    if not moments:
        return CancelTimer(KIND, case.reference)
    return SetTimer(KIND, case.reference, max(min(moments), scene.setting.now + _SOONEST))


def _moments(scene: Scene, case: Case) -> Iterator[datetime]:
    for offer in case.offers:
        moment = next_moment(scene, case, offer)
        if moment:
            yield moment


def longest_wait(_: Playbook, __: datetime) -> timedelta:
    """How far ahead an offer's timer may lie at most."""
    return LONGEST_DUE + NIGHT
