"""A case on file for which something is offered."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from complaints.case import Case
from complaints.offers.negotiation import OfferTerms
from complaints.offers.offer import Line, Offer, RemedyKind
from complaints.record import Money
from dialogs.flows.effects import Refused
from dialogs.flows.events import Said
from dialogs.flows.staff import OfferMade
from dialogs.flows.state import changed
from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.reading import Reading
from dialogs.understanding.rule_provider import RulesUnderstanding
from tests.dialogs.flows.settled import DAY, file
from tests.dialogs.talk import Talk

LANGUAGES = ("en", "zh")
YES = {"en": "Yes, I accept", "zh": "接受"}


def filed_in(language: str, shop: Playbook, rules: RulesUnderstanding) -> Talk:
    opened = Talk(shop, rules, language, "Asia/Shanghai")
    file(opened)
    opened.conversation = changed(opened.conversation, language=language)
    return opened


def lines(*amounts: str, kind: RemedyKind = RemedyKind.REFUND) -> tuple[Line, ...]:
    return tuple(Line(kind, Money(Decimal(one), "CNY")) for one in amounts)


def offer(talk: Talk, *amounts: str, who: str = "li", role: str = "agent", stands: timedelta = 7 * DAY) -> str:
    """A colleague makes an offer; what the customer hears."""
    told = len(talk.told)
    terms = OfferTerms(lines(*(amounts or ("50",))), talk.now + stands)
    talk.acts(OfferMade(case(talk).reference, terms, role), who)
    return "\n".join(text for _, text in talk.told[told:])


def case(talk: Talk) -> Case:
    return next(iter(talk.cases.values()))


def newest(talk: Talk) -> Offer:
    return case(talk).offers[-1]


def asks(talk: Talk) -> str | None:
    """What the last message of the last turn asks for."""
    said = [one for one in talk.effects if hasattr(one, "asks")]
    return said[-1].asks if said else None


def refused(talk: Talk) -> Refused | None:
    return next((one for one in talk.effects if isinstance(one, Refused)), None)


def heard(talk: Talk, text: str, **learned: float) -> str:
    """The customer writes, and a head has learned that it may mean this."""
    return talk.takes(Said(text, reading=Reading(text, replies={"offer": learned})))
