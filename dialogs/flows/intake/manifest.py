"""Taking a complaint: from the story to a summary that the customer confirms."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from complaints.record import AnySlot, Slot
from dialogs.flows.capability import Asking, Capability, Caption, Put, Responder, Timer
from dialogs.flows.intake import draft_commands, drafting
from dialogs.flows.intake.complaint_text import hear_story
from dialogs.flows.intake.draft_reminders import fire, longest_nudge, longest_silence
from dialogs.flows.intake.draft_replies import (
    answer,
    at_summary,
    confirmed,
    correction,
    count,
    direct,
    free_text,
    part_to_change,
    refusal,
)
from dialogs.flows.intake.draft_timers import DraftTimer
from dialogs.flows.intake.late_answers import set_right
from dialogs.flows.intake.message_edits import take_up
from dialogs.flows.intake.slot_questions import put_category, put_consent, put_evidence, put_slot, put_which_case
from dialogs.flows.intake.summary import put_change_which, put_summary
from dialogs.flows.questions import let_be, put_yes_or_no
from dialogs.flows.state import NamedQuestion

_TEXTS = MappingProxyType(
    {
        "consent.thanks": "",
        "consent.declined": "",
        "nudge": "",
        "sorry.bare": "",
        "sorry.unsure": "",
        "sorry.angry": "",
        "sorry.safety": "",
        "opening.normal": "restate",
        "opening.high": "restate",
        "opening.angry": "restate",
        "opening.safety": "restate",
        "restated": "restate",
        "story.added": "",
        "edited": "",
        "go_ahead": "",
        "noted.these": "facts",
        "noted.join": "",
        "skipped": "",
        "almost": "",
        "one_at_a_time": "",
        "cancelled": "",
        "started_over": "",
        "change.none": "",
        "cancel.none": "",
        "ask.story": "",
        "ask.category": "",
        "ask.category_likely": "",
        "ask.item": "",
        "ask.order_number": "example",
        "ask.happened_at": "",
        "ask.place_or_page": "",
        "ask.amount": "",
        "ask.evidence": "",
        "ask.evidence_more": "",
        "ask.wanted": "",
        "ask.customer_type": "",
        "ask.name": "",
        "ask.contact": "",
        "ask_both.item": "example",
        "ask_both.name": "",
        "ask.consent": "",
        "ask.which_case": "",
        "ask.change_which": "",
        "ask.cancel": "",
        "ask.start_over": "",
        "bad.general": "",
        "bad.order_number": "example",
        "again.order_number": "example",
        "button.dont_have": "",
        "button.no_files": "",
        "button.done": "",
        "button.agree": "",
        "button.decline": "",
        "button.confirm": "",
        "button.change": "slot",
        "button.add_files": "",
        "button.person": "",
        "button.this_chat": "",
        "button.something_else": "",
        "button.cancel_yes": "",
        "button.cancel_no": "",
        "button.start_over_yes": "",
        "button.start_over_no": "",
        "button.status": "",
        "summary.head": "",
        "summary.line": "slot value",
        "summary.ask": "",
        "filed.normal": "reference restate by outcome_by",
        "filed.urgent": "reference restate by outcome_by",
        "filed.partial": "reference by",
        "case.change": "reference",
    }
)

_PUT: Mapping[AnySlot, Put] = {Slot.CATEGORY: put_category, Slot.EVIDENCE: put_evidence}
_TOLD = (Slot.STORY, Slot.EVIDENCE)
"""Slots of which a mere yes says that they will come."""


def _asking(slot: AnySlot) -> Asking:
    told = draft_commands.go_ahead if slot in _TOLD else None
    return Asking(slot, _PUT.get(slot) or put_slot(slot), told, drafting.skip)


_SLOTS = tuple(_asking(slot) for slot in Slot)

INTAKE = Capability(
    "intake",
    own_slots=_asking,
    responders=(
        Responder(
            "edited",
            40,
            take_up,
            "new words for an old message stand where the old ones went, whatever else they would mean by themselves",
        ),
        Responder(
            "commanded_new",
            50,
            draft_commands.commanded_new,
            "words behind /new are the first of a complaint; the command alone would lose them",
            apart={"commanded_person": "one is /new, the other /human"},
        ),
        Responder(
            "confirmed",
            125,
            confirmed,
            'a sure yes to the summary is none of the things that its words would be elsewhere: "now do something"',
            apart={"no_complaint": "one answers in a draft, the other where there is none"},
        ),
        Responder(
            "set_right",
            167,
            set_right,
            "a number that differs by a slip from the one on record is no yes to it, and no answer to anything else",
        ),
        Responder(
            "at_summary",
            170,
            at_summary,
            "a yes with anything around it confirms, and a fact corrects, though it be told as a question",
        ),
        Responder("direct", 180, direct, "the answer to what was asked, in whatever form, before any other meaning"),
        Responder("count", 190, count, '"two" is how many there are, and no yes, no name and no order number'),
        Responder(
            "part_to_change",
            230,
            part_to_change,
            "the part that was asked for is named; a refusal or a correction would be of the summary's last question",
            apart={"refusal": "which part is to change is no slot that could be refused"},
        ),
        Responder(
            "refusal",
            240,
            refusal,
            '"I don\'t have it" answers what was asked, before facts are looked for in it',
            caption=Caption.ALWAYS,
        ),
        Responder(
            "correction",
            250,
            correction,
            '"change the name to Ann" is about the name, whatever was asked',
            caption=Caption.TELLING_NOTHING,
        ),
        Responder(
            "answer",
            260,
            answer,
            "facts in a message are kept before it is taken for a question or a greeting",
            caption=Caption.TELLING_NOTHING,
        ),
        Responder(
            "free_text",
            280,
            free_text,
            "bare words are the answer only where they are nothing else",
            apart={"after_silence": "one answers in a draft, the other where there is none"},
        ),
        Responder("story", 310, hear_story, "last: what nobody else took tells what happened, or nothing"),
    ),
    commands=MappingProxyType(
        {
            "answer": draft_commands.answer,
            "skip": lambda scene, act: drafting.skip(scene, tapped=act.slot),
            "unknown": lambda scene, _: drafting.skip(scene),
            "done": draft_commands.done,
            "confirm": draft_commands.confirm,
            "change": draft_commands.change,
            "all_categories": draft_commands.all_categories,
            "new_case": draft_commands.new_case,
            "back": lambda scene, _: drafting.step_back(scene),
            "cancel": draft_commands.cancel,
            "start_over": draft_commands.start_over,
        }
    ),
    questions=(
        *_SLOTS,
        Asking(NamedQuestion.CONSENT, put_consent, draft_commands.agree, draft_commands.decline),
        Asking(NamedQuestion.CONFIRM, put_summary, draft_commands.confirm_summary, draft_commands.not_right),
        Asking(NamedQuestion.CHANGE_WHICH, put_change_which),
        Asking(NamedQuestion.WHICH_CASE, put_which_case, no=draft_commands.another),
        Asking(NamedQuestion.CANCEL, put_yes_or_no(NamedQuestion.CANCEL), draft_commands.drop, let_be),
        Asking(NamedQuestion.START_OVER, put_yes_or_no(NamedQuestion.START_OVER), draft_commands.begin_anew, let_be),
    ),
    timers=(Timer(DraftTimer.NUDGE, fire, longest_nudge), Timer(DraftTimer.STALE, fire, longest_silence)),
    state="intake",
    texts=_TEXTS,
    uses=(
        "queue.person_request",
        "status.case_changes",
        "status.cases",
    ),
)
