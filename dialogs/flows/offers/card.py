"""The offer as a question: the card with its buttons, put once when it is made, and again more shortly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from complaints.case import Case
from complaints.offers.offer import Offer
from dialogs.flows.effects import Announce, Button, Effect, Say
from dialogs.flows.offers.wording import facts
from dialogs.flows.questions import IDLE, asked_name, go_on
from dialogs.flows.scene import Scene
from dialogs.flows.state import Act, Conversation, Offering

NAME = "offer"
"""What the pending question and the button's act are called."""
ACCEPT, MORE, OTHER, PERSON, NO = "accept", "more", "other", "person", "no"
TERMS, INSTEAD = "terms", "instead"
"""What may be asked of an offer besides whether they accept it: whether these terms are agreed, and what instead."""
_MOST_BUTTONS = 16


def at_hand(scene: Scene) -> tuple[Case, Offer] | None:
    """The offer that the customer may answer now: the one that was put last, of those that are open."""
    held = scene.conversation.offers.offering
    waiting = [(case, case.open_offer) for case in scene.cases if case.open_offer]
    named = [pair for pair in waiting if held and pair[0].reference == held.reference]
    found = (named or waiting)[-1:]
    return next(((case, offer) for case, offer in found if offer), None)


def put_card(scene: Scene, case: Case, offer: Offer) -> Scene:
    """Tell the customer what is offered. A person or a program offers it, so no bot speaks."""
    said = [scene.text("offer.card", **facts(scene, case, offer)), *([offer.text] if offer.text else [])]
    return announce(asked(scene, case, offer, "", choices(scene, case, offer)), "\n\n".join(said), case)


def announce(scene: Scene, text: str, case: Case) -> Scene:
    """Say it with the buttons of what was just asked, not in the bot's name."""
    question = scene.conversation.asked
    fresh = question if question and question.turn == scene.conversation.turn and question.name == NAME else None
    buttons = tuple(Button(each.id, each.title) for each in fresh.offers) if fresh else ()
    return scene.do(Announce(text, case.reference, buttons, NAME if fresh else None))


def choices(scene: Scene, case: Case, offer: Offer, *, part: str = "") -> list[tuple[str, Act]]:
    """The buttons of an offer, each of which names it."""
    about = f"{case.reference} {offer.n}"
    if part == TERMS:
        return [(scene.text("offer.button.yes"), Act(NAME, about, ACCEPT)), _choice(scene, about, NO)]
    return [_choice(scene, about, value) for value in (ACCEPT, MORE, OTHER, PERSON)]


def _choice(scene: Scene, about: str, value: str) -> tuple[str, Act]:
    return scene.text(f"offer.button.{value}"), Act(NAME, about, value)


def asked(scene: Scene, case: Case, offer: Offer, part: str, buttons: Sequence[tuple[str, Act]]) -> Scene:
    """Remember that this is asked of the offer. All its buttons work for as long as it is open."""
    scene = scene.ask(NAME, buttons)
    question, held = scene.conversation.asked, scene.conversation.offers.offering
    assert question is not None
    same = held is not None and (held.reference, held.n) == (case.reference, offer.n)
    earlier = held.offers if held and same else ()
    kept = (*earlier, *question.offers)[-_MOST_BUTTONS:]
    return scene.turn_to(offering=Offering(case.reference, offer.n, part, kept)).about(case.reference)


def pose_offer(scene: Scene, _: Sequence[tuple[str, Act]]) -> Scene:
    """The pending offer once more, after something else was talked about; where none is open, what is next."""
    found = at_hand(scene)
    if found is None:
        return go_on(scene.turn_to(asked=None, offering=None))
    case, offer = found
    scene = scene.say("offer.unclear", **facts(scene, case, offer))
    return asked(scene, case, offer, "", choices(scene, case, offer))


def ask_terms(scene: Scene, case: Case, offer: Offer) -> Scene:
    """What sounded like a yes: the terms are repeated, and only a yes to them is one."""
    scene = scene.say("offer.terms", **facts(scene, case, offer))
    return asked(scene, case, offer, TERMS, choices(scene, case, offer, part=TERMS))


def ask_instead(scene: Scene, case: Case, offer: Offer) -> Scene:
    """They want more, or something else: which, they say in their own words."""
    return asked(scene.say("offer.instead"), case, offer, INSTEAD, ())


def marked(conversation: Conversation, effects: tuple[Effect, ...], scene: Scene) -> tuple[Effect, ...]:
    """While an offer is open and nothing else is asked, the last message of a turn says that it is."""
    last = next((at for at, effect in reversed([*enumerate(effects)]) if isinstance(effect, Say)), None)
    free = conversation.asked is None or conversation.asked.name in (NAME, IDLE)
    if last is None or not free or conversation.intake.draft or at_hand(scene) is None:
        return effects
    said = effects[last]
    assert isinstance(said, Say)
    return (*effects[:last], said if said.asks else replace(said, asks=NAME), *effects[last + 1 :])


def is_asked(scene: Scene) -> bool:
    """Whether words go to the offer first: it is what pends, or nothing does."""
    name = asked_name(scene)
    return name == NAME or (not name and scene.draft is None)
