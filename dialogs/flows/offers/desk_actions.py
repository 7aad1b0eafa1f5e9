"""What colleagues and programs do about offers and findings. What cannot be is refused, and has changed nothing."""

from __future__ import annotations

from dataclasses import replace

from complaints.case import Case
from complaints.findings import BadFinding, check
from complaints.lifecycle import IllegalMove, State
from complaints.offers.errors import IllegalChange, OfferError
from complaints.offers.fulfilment import line_done
from complaints.offers.lifecycle import OfferState
from complaints.offers.negotiation import Maker, approved, made, withdrawn
from complaints.offers.offer import Counter, Offer
from complaints.refusals import RefusalReason
from dialogs.flows.casework import first_answers
from dialogs.flows.effects import ChangeCase, Refused
from dialogs.flows.offers import card, decisions
from dialogs.flows.offers.escalation import ring
from dialogs.flows.offers.terms import limits_of
from dialogs.flows.offers.wording import facts, lines, what
from dialogs.flows.promises.status_updates import stand_still
from dialogs.flows.scene import Scene
from dialogs.flows.staff import (
    Acted,
    Found,
    OfferAnswered,
    OfferApproved,
    OfferLineDone,
    OfferMade,
    OfferWithdrawn,
)

OFFER_ACTS = Found | OfferMade | OfferApproved | OfferAnswered | OfferLineDone | OfferWithdrawn


def work(scene: Scene, acted: Acted) -> Scene:
    """Do it, or refuse what the negotiation does not allow."""
    act = acted.act
    assert isinstance(act, OFFER_ACTS)
    case = next((case for case in scene.cases if case.reference == act.reference), None)
    if case is None:
        return scene.do(Refused(RefusalReason.NO_CASE))
    try:
        return _worked(scene, case, acted)
    except OfferError as error:
        return scene.do(Refused(error.reason, detail=str(error)))
    except BadFinding as error:
        return scene.do(Refused(RefusalReason.FINDING, detail=str(error)))
    except IllegalMove:
        return scene.do(Refused(RefusalReason.NOT_NOW))


def _worked(scene: Scene, case: Case, acted: Acted) -> Scene:
    match acted.act:
        case Found(_, finding):
            check(finding, scene.setting.playbook.file.cause_paths)
            return scene.do(ChangeCase(replace(case, finding=finding), "found", finding.detail))
        case OfferMade():
            return _make(scene, case, acted, acted.act)
        case OfferLineDone(_, n, i, proof):
            return _done(scene, case, line_done(_offer(case, n), i, acted.actor, proof, scene.setting.now), i)
    if not case.is_open:
        raise IllegalMove("the case is not worked on")
    return _on_pending(scene, case, acted)


def _on_pending(scene: Scene, case: Case, acted: Acted) -> Scene:
    match acted.act:
        case OfferApproved(_, n, role):
            offer, others = _offer(case, n), tuple(one for one in case.offers if one.n != n)
            by = Maker(acted.actor, role, name=acted.name)
            let = approved(others, offer, by, limits_of(scene.setting.playbook), scene.setting.now)
            return _put(scene, case, let, "offer_approved")
        case OfferWithdrawn(_, n):
            return _withdraw(scene, case, _offer(case, n), acted.actor)
        case OfferAnswered(_, n, decision, wish):
            return _answered(scene, case, _open(case, n), decision, wish or Counter(), acted.actor)
    return scene.do(Refused(RefusalReason.NOT_NOW))


def _offer(case: Case, n: int) -> Offer:
    offer = next((offer for offer in case.offers if offer.n == n), None)
    if offer is None:
        raise IllegalChange(f"there is no offer {n} in this case")
    return offer


def _open(case: Case, n: int) -> Offer:
    offer = _offer(case, n)
    if offer.state is not OfferState.OPEN:
        raise IllegalChange(f"the offer is {offer.state}: it cannot be answered")
    return offer


def _make(scene: Scene, case: Case, acted: Acted, act: OfferMade) -> Scene:
    if not case.is_open:
        raise IllegalMove("the case is not worked on")
    by = Maker(acted.actor, act.role, act.token, acted.name)
    offer = made(case.offers, act.terms, by, limits_of(scene.setting.playbook), scene.setting.now, act.key)
    if offer.state is OfferState.OPEN:
        return _put(scene, case, offer, "offer_made")
    scene = scene.do(ChangeCase(case.with_offer(offer), "offer_made", decisions.detail(offer)))
    words = lines(scene, offer).replace("\n", " ")
    return ring(scene, case, offer, "offer_approval", words, to_supervisor=True)


def _put(scene: Scene, case: Case, offer: Offer, action: str) -> Scene:
    """It goes to the customer; until they answer, the clock of the outcome stands still."""
    scene = scene.do(ChangeCase(case.with_offer(offer), action, decisions.detail(offer)))
    scene = first_answers.answered(scene)
    case = _on_offer(decisions.as_it_stands(scene, case))
    scene = decisions.at_rest(scene.do(ChangeCase(case, "progressed", {"to": case.state})))
    scene = stand_still(scene, case) if not case.waiting_since else scene
    return card.put_card(scene, decisions.as_it_stands(scene, case), offer)


def _on_offer(case: Case) -> Case:
    """The case as the lifecycle has it while something is offered."""
    if case.state is State.REMEDY_OFFERED:
        return case
    working = case if case.state is State.IN_PROGRESS else case.moved(State.IN_PROGRESS)
    return working.moved(State.REMEDY_OFFERED)


def _withdraw(scene: Scene, case: Case, offer: Offer, by: str) -> Scene:
    """Taken back. The customer hears of it if they had heard of the offer."""
    known = offer.state is OfferState.OPEN
    back = withdrawn(offer, by, scene.setting.now)
    scene, case = decisions.settled(scene, case, back, "offer_withdrawn")
    if not known:
        return scene
    scene = ring(scene, case, back, "offer_withdrawn", lines(scene, back).replace("\n", " "))
    return decisions.tell_by(scene, case, back, "offer.withdrawn")


def _answered(scene: Scene, case: Case, offer: Offer, decision: str, wish: Counter, by: str) -> Scene:
    """The customer's answer, heard elsewhere: by telephone, or on another page."""
    match decision:
        case "accept":
            return decisions.accept(scene, case, offer, by)
        case "decline":
            return decisions.decline(scene, case, offer, by, wish.text)
    return decisions.counter(scene, case, offer, wish, by)


def _done(scene: Scene, case: Case, offer: Offer, i: int) -> Scene:
    """The customer hears that it is done; with the last line, that all is."""
    whole = offer.state is OfferState.FULFILLED
    case = case.with_offer(offer)
    particulars = decisions.detail(offer) | {"line": str(i)}
    scene = scene.do(ChangeCase(case, "offer_fulfilled" if whole else "offer_line_done", particulars))
    if whole:
        return decisions.tell(scene, case, "offer.fulfilled", **facts(scene, case, offer))
    said = what(scene, offer.lines[i - 1])
    return decisions.tell(scene, case, "offer.line_done", reference=case.reference, what=said)
