"""The chat itself: opening and leaving it, its language, help, commands in words, and small talk."""

from __future__ import annotations

from types import MappingProxyType

from dialogs.flows.capability import Asking, Capability, Caption, Responder
from dialogs.flows.events import Called, Left, Started, WentOver
from dialogs.flows.session.digressions import digression
from dialogs.flows.session.groups import show_the_way
from dialogs.flows.session.language_choice import choose_language, put_language
from dialogs.flows.session.opening import go_over, start
from dialogs.flows.session.question_answers import answer_question
from dialogs.flows.session.silent_events import leave
from dialogs.flows.session.typed_commands import (
    button_by_words,
    commanded,
    crisp,
    nothing_written,
    tell_help,
    yes_or_no,
)
from dialogs.flows.state import NamedQuestion

_TEXTS = MappingProxyType(
    {
        "language.name": "",
        "language.set": "",
        "greeting.first": "",
        "greeting.back": "",
        "notice.privacy": "",
        "help": "",
        "thanks": "",
        "link.resumed": "",
        "link.went_over": "",
        "link.worthless": "",
        "link.engaged": "",
        "link.order": "number",
        "telegram.private_only": "",
        "ask.language": "",
        "answer.other": "",
        "question.with_complaint": "",
        "question.with_case": "reference",
    }
)

SESSION = Capability(
    "session",
    responders=(
        Responder(
            "commanded", 70, commanded, "a command at the head of a message was chosen; the words behind it were not"
        ),
        Responder(
            "nothing_written",
            110,
            nothing_written,
            "no words: nothing that follows has anything to read",
            apart={"button_by_words": "no button is without words"},
        ),
        Responder(
            "button_by_words",
            120,
            button_by_words,
            "the words on a button do what the button does, whatever they mean elsewhere",
            caption=Caption.ALWAYS,
        ),
        Responder(
            "question",
            172,
            answer_question,
            "who asks something answers nothing: its words would be taken for a name, a day or more of the story",
        ),
        Responder("crisp", 150, crisp, "a command that is the whole message", caption=Caption.ALWAYS),
        Responder("yes_or_no", 200, yes_or_no, "a plain yes or no answers the question, and names nothing"),
        Responder(
            "digression",
            270,
            digression,
            "a question or a greeting is answered before its words are taken for a name, an article or a place",
        ),
    ),
    commands=MappingProxyType({"language": choose_language, "help": tell_help}),
    questions=(Asking(NamedQuestion.LANGUAGE, put_language),),
    events=MappingProxyType({Started: start, Left: leave, WentOver: go_over, Called: show_the_way}),
    state="session",
    texts=_TEXTS,
    uses=(
        "files.media_groups",
        "intake.case_creation",
        "intake.complaint_text",
        "intake.draft_timers",
        "intake.drafting",
        "queue.handoff_queue",
        "queue.person_request",
        "status.case_changes",
        "status.cases",
        "survey.kind_words",
    ),
)
