"""What became of offers and findings, as the desk tells it. English; translated where it is shown."""

from __future__ import annotations

from collections.abc import Mapping

from staff.words import later

OFFERS: Mapping[str, str] = {
    "found": later("put down what was found out about %(case)s"),
    "offer_made": later("made offer %(offer)s in %(case)s"),
    "offer_approved": later("approved offer %(offer)s in %(case)s"),
    "offer_withdrawn": later("took offer %(offer)s in %(case)s back"),
    "offer_accepted": later("accepted offer %(offer)s in %(case)s"),
    "offer_declined": later("declined offer %(offer)s in %(case)s"),
    "offer_countered": later("would have something else than offer %(offer)s in %(case)s"),
    "offer_condition": later("named a condition for offer %(offer)s in %(case)s"),
    "offer_question": later("asked something about offer %(offer)s in %(case)s"),
    "offer_rung": later("wants to talk about offer %(offer)s in %(case)s"),
    "offer_unclear": later("answered offer %(offer)s in %(case)s unclearly"),
    "offer_reminded": later("reminded of offer %(offer)s in %(case)s"),
    "offer_expired": later("let offer %(offer)s in %(case)s lapse"),
    "offer_line_done": later("did a part of offer %(offer)s in %(case)s"),
    "offer_fulfilled": later("did the last of offer %(offer)s in %(case)s"),
    "offer_warned": later("warned that offer %(offer)s in %(case)s is due"),
    "offer_missed": later("found offer %(offer)s in %(case)s overdue"),
}
"""By the trail's action."""
