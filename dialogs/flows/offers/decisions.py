"""What an answer to an offer does: a yes binds, a no or a wish ends the round, all else leaves it open."""

from __future__ import annotations

from dataclasses import replace

from complaints.case import Case
from complaints.lifecycle import State
from complaints.offers.errors import TooLate
from complaints.offers.negotiation import accepted, conditioned, countered, declined, expired, rounds
from complaints.offers.offer import Counter, Offer
from complaints.promises import Kind, told_anew
from dialogs.flows.effects import ChangeCase
from dialogs.flows.events import Fired
from dialogs.flows.offers import card
from dialogs.flows.offers.escalation import by_when, noted, ring
from dialogs.flows.offers.terms import days
from dialogs.flows.offers.wording import facts, lines
from dialogs.flows.promises.pending_customer import go_on
from dialogs.flows.queue.handoff_queue import released
from dialogs.flows.scene import Scene
from dialogs.flows.staff import Acted
from dialogs.flows.state import Controller

CUSTOMER = "customer"
MOST_UNCLEAR = 2
"""After so many answers that we did not understand a person is brought in."""


def accept(scene: Scene, case: Case, offer: Offer, by: str = CUSTOMER) -> Scene:
    """They said yes: the terms and the day once more, and the clock of keeping it runs."""
    try:
        yes = accepted(offer, by, scene.setting.now, days(scene))
    except TooLate:
        return lapse(scene, case, offer)
    scene, case = settled(scene, case, yes, "offer_accepted")
    scene, case = _no_sooner(scene, case, yes)
    scene = noted(scene, case, yes, lines(scene, yes).replace("\n", " "))
    return tell(at_rest(scene), case, "offer.accepted", **facts(scene, case, yes))


def _no_sooner(scene: Scene, case: Case, yes: Offer) -> tuple[Scene, Case]:
    """The day they agreed to is the day they know: no outcome is promised before it."""
    clock, ends = case.clock(Kind.RESOLUTION), yes.ends
    if clock is None or ends is None or clock.kept_at or clock.told >= ends:
        return scene, case
    case = case.with_clocks(told_anew(clock, ends, scene.setting.now))
    return scene.do(ChangeCase(case, "told_anew", {"clock": clock.kind.value, "now": ends.isoformat()})), case


def at_rest(scene: Scene) -> Scene:
    """Whoever waited for a word on the offer waits no longer."""
    waits = scene.conversation.controller == Controller.QUEUE and scene.conversation.queue.person_reason in _OF_AN_OFFER
    return released(scene) if waits else scene


_OF_AN_OFFER = frozenset(
    {
        "offer_approval", "offer_condition", "offer_question", "offer_rung", "offer_declined", "offer_countered",
        "offer_expired", "offer_withdrawn",
    }
)  # fmt: skip


def decline(scene: Scene, case: Case, offer: Offer, by: str = CUSTOMER, words: str = "") -> Scene:
    """They said no. After the last round it is a supervisor's."""
    scene, case = settled(scene, case, no := declined(offer, by, scene.setting.now), "offer_declined")
    return _passed_on(scene, case, no, words or lines(scene, no).replace("\n", " "), "offer.declined")


def counter(scene: Scene, case: Case, offer: Offer, wish: Counter, by: str = CUSTOMER) -> Scene:
    """They would have something else."""
    other = countered(offer, wish, by, scene.setting.now)
    scene, case = settled(scene, case, other, "offer_countered")
    return _passed_on(scene, case, other, wish.text, "offer.countered")


def _passed_on(scene: Scene, case: Case, offer: Offer, words: str, key: str) -> Scene:
    last = rounds(case.offers) >= scene.setting.playbook.file.offers.rounds
    scene = ring(scene, case, offer, f"offer_{offer.state}", words, to_supervisor=last)
    return tell_by(scene, case, offer, "offer.supervisor" if last else key)


def keep_condition(scene: Scene, case: Case, offer: Offer, words: str) -> Scene:
    """A yes with a condition: it is kept, and whoever made the offer is asked. The offer stands."""
    return _left_open(scene, case, conditioned(offer, words), "condition", words)


def pass_on_question(scene: Scene, case: Case, offer: Offer, words: str) -> Scene:
    """They ask something about it: whoever made it answers. The offer stands."""
    return _left_open(scene, case, offer, "question", words)


def ask_person(scene: Scene, case: Case, offer: Offer, words: str) -> Scene:
    """They would talk it over with somebody. The offer stands."""
    return _left_open(scene, case, offer, "rung", words)


def ask_back(scene: Scene, case: Case, offer: Offer, words: str) -> Scene:
    """It is no clear yes or no: asked back once, then a person is brought in."""
    unclear = replace(offer, unclear=offer.unclear + 1)
    if unclear.unclear >= MOST_UNCLEAR:
        return _left_open(scene, case, unclear, "rung", words)
    return card.pose_offer(_changed(scene, case, unclear, "offer_unclear"), ())


def _left_open(scene: Scene, case: Case, offer: Offer, what: str, words: str) -> Scene:
    scene = _changed(scene, case, offer, f"offer_{what}")
    scene = ring(scene, case, offer, f"offer_{what}", words)
    scene = card.asked(scene, case, offer, "", card.choices(scene, case, offer))
    return tell_by(scene, case, offer, f"offer.{what}")


def lapse(scene: Scene, case: Case, offer: Offer) -> Scene:
    """Its time has passed: the offer lapses, and the case goes on."""
    scene, case = settled(scene, case, late := expired(offer, scene.setting.now), "offer_expired")
    scene = ring(scene, case, late, "offer_expired", lines(scene, late).replace("\n", " "))
    return tell_by(scene, case, late, "offer.expired")


def settled(scene: Scene, case: Case, offer: Offer, action: str) -> tuple[Scene, Case]:
    """The offer is answered or gone: the case goes on, its clock runs, and nothing is asked of it any more."""
    if case.waiting_since:
        scene = go_on(scene, case)
        case = as_it_stands(scene, case)
    case = case.with_offer(offer)
    case = case.moved(State.IN_PROGRESS) if case.state is State.REMEDY_OFFERED else case
    scene = scene.do(ChangeCase(case, action, detail(offer)))
    held = scene.conversation.offers.offering
    if held and (held.reference, held.n) == (case.reference, offer.n):
        scene = scene.turn_to(offering=None)
    asked = scene.conversation.asked
    return scene.turn_to(asked=None) if asked and asked.name == card.NAME else scene, case


def _changed(scene: Scene, case: Case, offer: Offer, action: str) -> Scene:
    return scene.do(ChangeCase(case.with_offer(offer), action, detail(offer)))


def detail(offer: Offer) -> dict[str, str]:
    """What the trail says of an offer: its number, where it stands, and its sum."""
    sums = " ".join(f"{amount} {currency}" for currency, amount in sorted(offer.total.items()))
    return {"offer": str(offer.n), "state": offer.state.value} | ({"sum": sums} if sums else {})


def tell_by(scene: Scene, case: Case, offer: Offer, key: str) -> Scene:
    """Say by when a person will write; whoever has the chat is there already."""
    if scene.conversation.controller == Controller.AGENT:
        return tell(scene, case, "offer.noted", reference=case.reference)
    return tell(scene, case, key, **facts(scene, case, offer), by=by_when(scene, case))


def tell(scene: Scene, case: Case, key: str, **said: str) -> Scene:
    """The bot's answer; while a person has the chat the bot says nothing, and it is announced."""
    scene = scene.about(case.reference)
    if scene.conversation.controller == Controller.AGENT or isinstance(scene.event.body, Acted | Fired):
        return card.announce(scene, scene.text(key, **said), case)
    return scene.say(key, **said)


def as_it_stands(scene: Scene, case: Case) -> Case:
    """The case as it stands by now in this step."""
    return next(one for one in scene.cases if one.reference == case.reference)
