"""Hearing the customer's answer to an offer: a tap, or words, which go to it before anything else but danger."""

from __future__ import annotations

from complaints.case import Case
from complaints.offers.offer import Counter, Offer
from complaints.record import Money, Slot
from dialogs.flows.events import Said, Tapped
from dialogs.flows.message_cues import LONG, is_complaint, weight
from dialogs.flows.offers import card, decisions
from dialogs.flows.questions import asked_name, come_back, go_on
from dialogs.flows.scene import Scene
from dialogs.flows.state import Act, Controller
from dialogs.flows.wording import answer_beside
from dialogs.understanding.reading import CaseHint, Intent, Reading, TypedCommand
from dialogs.understanding.replies.offer_replies import OfferAnswer, read_offer
from dialogs.understanding.replies.resolution_replies import wants_no_surveys
from dialogs.understanding.replies.rights import PLAIN, right_in
from dialogs.understanding.text import flatten

_COMMANDS = frozenset(
    {
        TypedCommand.LANGUAGE,
        TypedCommand.HELP,
        TypedCommand.STATUS,
        TypedCommand.PERSON,
        TypedCommand.WITHDRAW,
        TypedCommand.NEW_CASE,
        TypedCommand.START_OVER,
        TypedCommand.BACK,
    }
)
_GENERAL = frozenset({"hours", "privacy", "cost", "bot"})
"""What may be asked that has one answer for everybody, whatever is offered."""
_SURE = 0.6
_LONGEST = 1000


def hear_offer(scene: Scene, said: Said, reading: Reading) -> Scene | None:
    """Words while an offer is open, or None where they are about something else."""
    found = card.at_hand(scene)
    text = said.text.strip()
    if found is None or said.files or not text or not card.is_asked(scene):
        return None
    case, offer = found
    if scene.setting.now >= offer.valid_until:
        return decisions.lapse(scene, case, offer)
    if button := _by_button_words(scene, text):
        return choose(scene, button)
    answer = read_offer(reading)
    if answer is not OfferAnswer.ACCEPT and _is_elsewhere(reading, case):
        return None
    held = scene.conversation.offers.offering
    part = held.part if held and held.reference == case.reference else ""
    return _going_on(_taken(scene, case, offer, answer, part, reading))


def _going_on(scene: Scene) -> Scene:
    """A complaint that was being taken meanwhile goes on once the offer is answered."""
    free = scene.draft is not None and not asked_name(scene) and scene.conversation.controller != Controller.AGENT
    return go_on(scene) if free else scene


def _taken(scene: Scene, case: Case, offer: Offer, answer: OfferAnswer, part: str, reading: Reading) -> Scene:
    words = reading.text.strip()[:_LONGEST]
    match answer:
        case OfferAnswer.ACCEPT if part == card.INSTEAD:
            return card.ask_terms(scene, case, offer)
        case OfferAnswer.ACCEPT:
            return decisions.accept(scene, case, offer)
        case OfferAnswer.AGREES if part != card.TERMS:
            return card.ask_terms(scene, case, offer)
        case OfferAnswer.CONDITIONAL:
            return decisions.keep_condition(scene, case, offer, words)
        case OfferAnswer.QUESTION:
            return decisions.pass_on_question(_answered(scene, reading), case, offer, words)
        case OfferAnswer.COUNTER:
            return decisions.counter(scene, case, offer, wish_of(reading, words))
        case OfferAnswer.REJECT:
            return decisions.decline(scene, case, offer, words=words)
        case _ if part == card.INSTEAD:
            return decisions.counter(scene, case, offer, wish_of(reading, words))
        case _:
            return decisions.ask_back(scene, case, offer, words)


def _answered(scene: Scene, reading: Reading) -> Scene:
    return answer_beside(scene, reading) if reading.question in _GENERAL else scene


def wish_of(reading: Reading, words: str) -> Counter:
    """What they would have instead: their words, and the kind and sum where they name them."""
    money = reading.found(Slot.AMOUNT)
    kind = reading.wanted[0] if reading.wanted else "compensation" if money else "other"
    return Counter(words, kind, money if isinstance(money, Money) else None)


def _by_button_words(scene: Scene, text: str) -> Act | None:
    """The act of the button whose words the text is."""
    held = scene.conversation.offers.offering
    plain = text.strip(" .!。！~").casefold()
    return next((each.act for each in reversed(held.offers) if each.title.casefold() == plain), None) if held else None


def _is_elsewhere(reading: Reading, case: Case) -> bool:
    """Whether the words are plainly about something else: a command, a person, a right, another language or order."""
    if reading.act in _COMMANDS or reading.language_wanted or reading.signals or wants_no_surveys(reading.text):
        return True
    if reading.intends(Intent.WANT_PERSON, _SURE) or right_in(reading, PLAIN):
        return True
    order = reading.found(Slot.ORDER_NUMBER)
    other = reading.case_hint == CaseHint.NEW or (order is not None and order != case.record.order_number)
    return other and (is_complaint(reading) or weight(reading.text) >= LONG)


def choose(scene: Scene, act: Act) -> Scene:
    """A button of an offer. One whose offer is not open any more says so."""
    return _going_on(_chosen(scene, act))


def _chosen(scene: Scene, act: Act) -> Scene:
    reference, _, n = act.slot.partition(" ")
    case = next((case for case in scene.cases if case.reference == reference), None)
    offer = case.open_offer if case else None
    if case is None or offer is None or str(offer.n) != n:
        return _over(scene)
    if scene.setting.now >= offer.valid_until:
        return decisions.lapse(scene, case, offer)
    match act.value:
        case card.ACCEPT:
            return decisions.accept(scene, case, offer)
        case card.MORE | card.OTHER | card.NO:
            return _instead(scene, case, offer)
        case card.PERSON:
            return decisions.ask_person(scene, case, offer, "")
    return _over(scene)


def _over(scene: Scene) -> Scene:
    return scene if scene.conversation.controller == Controller.AGENT else come_back(scene.say("offer.over"))


def _instead(scene: Scene, case: Case, offer: Offer) -> Scene:
    """Whoever has the chat hears what they would have instead themselves."""
    if scene.conversation.controller == Controller.AGENT:
        return decisions.tell(scene, case, "offer.noted", reference=case.reference)
    return card.ask_instead(scene, case, offer)


def beside_agent(scene: Scene, body: object) -> Scene:
    """While a person has the chat the bot is silent, but a tap on the card, or a plain yes right after it, counts."""
    found = card.at_hand(scene)
    if found is None:
        return scene
    if isinstance(body, Tapped):
        held = scene.conversation.offers.offering
        tapped = next((each.act for each in held.offers if each.id == body.button), None) if held else None
        return choose(scene, tapped) if tapped else scene
    case, offer = found
    spoken = scene.conversation.promises.word_at
    just_put = offer.put_at is not None and (spoken is None or spoken <= offer.put_at)
    if isinstance(body, Said) and just_put and not body.files and _is_plain_yes(body):
        return decisions.accept(scene, case, offer)
    return scene


def _is_plain_yes(said: Said) -> bool:
    return read_offer(said.reading or Reading(said.text)) is OfferAnswer.ACCEPT and bool(flatten(said.text).strip())
