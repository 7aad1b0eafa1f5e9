"""The cases of a chat: where each stands, which one is meant, more facts for one, and taking one back."""

from __future__ import annotations

from types import MappingProxyType

from dialogs.flows.capability import Asking, Capability, Responder
from dialogs.flows.questions import let_be, put_yes_or_no
from dialogs.flows.state import NamedQuestion
from dialogs.flows.status.cases import (
    ask_withdraw,
    choice_by_words,
    choose_case,
    put_withdraw_which,
    tell_status,
    withdraw,
)

_TEXTS = MappingProxyType(
    {
        "ask.withdraw_which": "",
        "ask.withdraw": "reference",
        "button.case": "reference title",
        "button.withdraw_yes": "",
        "button.withdraw_no": "",
        "status.head": "",
        "status.none": "",
        "status.draft": "",
        "status.draft_only": "",
        "case.facts_added": "reference",
        "case.files_added": "reference",
        "case.raised": "by",
        "withdraw.none": "",
        "withdraw.done": "reference",
    }
)

STATUS = Capability(
    "status",
    responders=(
        Responder(
            "choice_by_words",
            210,
            choice_by_words,
            "which case is meant was asked; a story of something broken would not name one",
        ),
    ),
    commands=MappingProxyType(
        {
            "case": choose_case,
            "status": lambda scene, _: tell_status(scene),
            "withdraw": lambda scene, _: ask_withdraw(scene),
        }
    ),
    questions=(
        Asking(NamedQuestion.WITHDRAW_WHICH, put_withdraw_which),
        Asking(NamedQuestion.WITHDRAW, put_yes_or_no(NamedQuestion.WITHDRAW), withdraw, let_be),
    ),
    state="status",
    texts=_TEXTS,
)
