"""A tiny flow and a stand-in playbook, so that these tests promise things about turns and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from complaints.case import Case, Promise
from complaints.lifecycle import State
from complaints.priority import Priority
from complaints.record import Contact, Money, Record
from dialogs.flows.effects import (
    AskForPerson,
    Button,
    CancelTimer,
    ChangeCase,
    Effect,
    OpenCase,
    Recorded,
    Say,
    SetTimer,
)
from dialogs.flows.events import Event, Fired, Said, Tapped
from dialogs.flows.setting import Setting
from dialogs.flows.state import Act, Conversation, Question, ShownButton, changed
from dialogs.understanding.reading import Reading, Utterance

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
KEY = b"a key for tests only"


@dataclass(frozen=True)
class File:
    timezone: str = "Asia/Shanghai"
    region: str = "CN"
    partial_team: str = "care"
    like_cards: frozenset[str] = frozenset()

    def model_dump_json(self) -> str:
        return "{}"


@dataclass(frozen=True)
class Words:
    def say(self, key: str, variant: int = 0, **facts: object) -> str:
        return {"notice.quarantined": "抱歉，这条消息我们没能处理。"}[key]


@dataclass(frozen=True)
class StandIn:
    """As much of a playbook as a turn looks at."""

    name: str = "test"
    version: str = "0123456789ab"
    file: File = File()

    def words(self, language: str) -> Words:
        return Words()


class Literal:
    """An understanding that reads nothing into a text."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def read(self, utterances: Any) -> list[Reading]:
        self.asked.append(len(utterances))
        return [Reading(utterance.text) for utterance in utterances if isinstance(utterance, Utterance)]


def event(chat: str, name: str, body: Said | Tapped | Fired | str, channel: str = "test") -> Event:
    said = Said(body) if isinstance(body, str) else body
    return Event(name, channel, "shop", chat, NOON, said)


def a_case(reference: str, story: str = "坏了") -> Case:
    record = Record("product_quality", story, amount=Money(Decimal("3.50"), "CNY"), contact=Contact("a@example.org"))
    promise = Promise(NOON + timedelta(hours=1), NOON + timedelta(days=3))
    return Case(
        reference,
        State.RECEIVED,
        Priority.HIGH,
        ("impact_high",),
        record,
        promise,
        "quality",
        "zh",
        "0123456789ab",
        NOON,
    )


def step(conversation: Conversation, event: Event, setting: Setting) -> tuple[Conversation, tuple[Effect, ...]]:
    """Count and echo; a few words do more: `file`, `change`, `person`, `ask`, `wake`, `hush`, `agent`, `poison`."""
    state = replace(conversation, turn=conversation.turn + 1)
    match event.body:
        case Tapped(button):
            return replace(state, asked=None), (Say(f"{state.turn} tapped {button}"),)
        case Fired(kind, subject):
            return state, (Say(f"{state.turn} fired {kind} {subject}"),)
        case Said(text):
            return _said(state, text, event, setting)


def _said(state: Conversation, text: str, event: Event, setting: Setting) -> tuple[Conversation, tuple[Effect, ...]]:
    echo = Say(f"{state.turn} {text}", asks="story")
    word = text.split(" ")[0] if text else ""
    match word:
        case "file":
            case = a_case(setting.reference, text)
            return changed(state, cases=state.status.cases + 1), (
                OpenCase(case),
                Say(f"filed {case.reference}", case=case.reference),
            )
        case "change":
            moved = setting.cases[-1].moved(State.WITHDRAWN)
            return state, (ChangeCase(moved, "withdrawn", {"why": "asked"}), echo)
        case "person":
            by = setting.now + timedelta(hours=1)
            state = changed(state, controller="queue", person_reason="wanted", person_by=by)
            return state, (AskForPerson("wanted", by), echo)
        case "agent":
            return replace(state, controller="agent"), ()
        case "ask":
            offer = ShownButton("b1", "好的", Act("yes"))
            asked = Question("consent", (offer,), state.turn)
            return replace(state, asked=asked), (Say("ok?", (Button("b1", "好的"),), asks="consent"),)
        case "wake":
            return state, (SetTimer("nudge", "draft", event.at + timedelta(minutes=5)), echo)
        case "hush":
            return state, (CancelTimer("nudge", "draft"), echo)
        case "consent":
            return state, (Recorded("consented", {"how": "tapped"}), echo)
        case "poison":
            raise ValueError("no flow can digest this")
        case _:
            return state, (echo,)
