"""Why somebody is needed and why something is pressing, in words. English; translated where it is shown."""

from __future__ import annotations

from collections.abc import Mapping

from staff.words import later

CAUSES: Mapping[str, str] = {
    "asked": later("they want a person"),
    "misses": later("the bot did not understand"),
    "unread": later("a message could not be read in time"),
    "offered": later("it was assigned"),
    "transferred": later("it was passed on"),
    "reassigned": later("the colleague who had it is away"),
    "repeat": later("it was complained of before"),
    "no_danger": later("a danger was heard that proved to be none"),
    "urgent": later("it is urgent"),
    "anger": later("they are very angry"),
    "customer_left": later("they cannot be reached here"),
    "waiting": later("they want a person"),
    "promise": later("a promise comes close"),
    "nobody_free": later("nobody took the chat"),
    "nobody_asked": later("nobody had been asked"),
    "not_done": later("whoever had the chat did not get to it"),
    "reopened": later("it was not put right"),
    "offer_approval": later("an offer waits for approval"),
    "offer_question": later("they ask something about an offer"),
    "offer_condition": later("they would accept an offer on a condition"),
    "offer_rung": later("they want to talk about an offer"),
    "offer_declined": later("they declined an offer"),
    "offer_countered": later("they would have something else than was offered"),
    "offer_expired": later("an offer has lapsed"),
    "offer_withdrawn": later("an offer was taken back"),
    "offer_due": later("what was agreed on is due soon"),
    "offer_late": later("what was agreed on is overdue"),
    "privacy": later("they ask for a right over their data"),
    "opted_out": later("they do not want to be asked"),
    "unreachable": later("no channel reaches them"),
    "busy": later("the chat never came to rest"),
    "quarantined": later("a message could not be processed"),
    "impact_low": later("little harm"),
    "impact_medium": later("some harm"),
    "impact_high": later("grave harm"),
    "urgency_low": later("not pressing"),
    "urgency_medium": later("fairly pressing"),
    "urgency_high": later("pressing"),
    "safety": later("danger to somebody"),
    "health": later("danger to health"),
    "self_harm": later("danger of self-harm"),
    "legal": later("lawyers or authorities"),
    "media": later("press or social media"),
    "threat": later("a threat"),
    "vulnerable": later("somebody vulnerable"),
    "long": later("the complaint took many messages"),
    "fraud_now": later("money or codes may be leaving now"),
    "violence": later("somebody threatens or harms them"),
    "privacy_breach": later("personal data on show"),
    "deadline": later("something is lost within days"),
}


def cause_of(key: str) -> str:
    """The words for a reason; a reason that nobody gave words to is shown as it is."""
    return CAUSES.get(key, key.replace("_", " "))
