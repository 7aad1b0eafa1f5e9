"""What a conversation remembers between turns: frozen, small, and readable back for ever.

What to ask next is never stored; it is derived from the draft and the playbook. What *was* asked is a
fact and is stored, so that a late answer lands under the question it answered.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from complaints.copies import altered
from complaints.record import Record
from dialogs.flows.effects import Say
from dialogs.flows.state_upgrades import upgraded

SHAPE = 2
"""The version of the saved form. Raise it with an upgrade in `state_upgrades.py` when a change cannot be read."""


class Controller(StrEnum):
    """Who answers in a chat: the bot, nobody yet while it waits for a person, or an agent."""

    BOT = "bot"
    QUEUE = "queue"
    AGENT = "agent"


@dataclass(frozen=True, slots=True)
class Act:
    """What a button or a crisp command means: a verb, and the slot and value it is about."""

    name: str
    slot: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class ShownButton:
    """A button that was shown: its opaque id, its words, its meaning."""

    id: str
    title: str
    act: Act


class NamedQuestion(StrEnum):
    """A question that asks for no slot. Others are named by the `NAME` of the capability that asks."""

    CONSENT = "consent"
    CONFIRM = "confirm"
    CHANGE_WHICH = "change_which"
    WHICH_CASE = "which_case"
    CANCEL = "cancel"
    START_OVER = "start_over"
    WITHDRAW = "withdraw"
    WITHDRAW_WHICH = "withdraw_which"
    LANGUAGE = "language"
    SURVEY = "survey"


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked last: a slot's name, a `NamedQuestion`, or the `NAME` of a capability.

    `times` counts the turns in which it was put, one after another; `also` are further slots asked for in the
    same breath.
    """

    name: str
    offers: tuple[ShownButton, ...] = ()
    turn: int = 0
    times: int = 1
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Draft:
    """A complaint being taken, not yet confirmed.

    `skipped` are slots the customer left out; `pressed` required ones they declined once; `passed` those that were
    asked for while they were still telling, which counts for nothing, once; `guesses` the likeliest categories while
    we are unsure; `editing` a slot being answered anew; `undecided` while we ask whether this belongs to a case
    already on file; `chosen` says that somebody chose the category, rather than that it was read from words.
    `put` names the slots that were asked for, once for each time; `told` counts the customer's messages since the
    complaint was begun, and `unclear` those that answered the summary neither way.
    """

    record: Record
    begun_at: datetime
    playbook: str
    skipped: tuple[str, ...] = ()
    signals: tuple[str, ...] = ()
    severity: str = "normal"
    anger: int = 0
    acknowledged: bool = False
    editing: str = ""
    guesses: tuple[str, ...] = ()
    pressed: tuple[str, ...] = ()
    passed: tuple[str, ...] = ()
    undecided: bool = False
    chosen: bool = False
    put: tuple[str, ...] = ()
    told: int = 0
    unclear: int = 0


@dataclass(frozen=True, slots=True)
class Held:
    """An answer to an album that is still coming in, held back until `due`.

    `before` is what was asked before the album; `lost` says that the complaint had no room for all of it.
    """

    album: str
    due: datetime
    says: tuple[Say, ...] = ()
    before: Question | None = None
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Holding:
    """A chat in the hands of people, or on its way to them.

    `agent` (an account's id) holds the chat when the controller is `agent`, and was offered it when that is
    `queue`; `name` is theirs. `team` and `level` say whose queue it is in; `since` when it got there;
    `priority` is the chat's when it was asked for; `passed` who let it lie; `alarm_due` when the queue is
    looked at next. `aside`: too many rang from the same network, so this one rings for nobody yet.
    """

    agent: str = ""
    name: str = ""
    team: str = ""
    level: int = 0
    since: datetime | None = None
    priority: str = ""
    passed: tuple[str, ...] = ()
    alarm_due: datetime | None = None
    snoozed_until: datetime | None = None
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Surveying:
    """Where the last survey of this chat stands: whose case it is about, which part was asked, and its buttons.

    They work until the survey ends, whatever else was talked about meanwhile. `guess` is what we read and have
    asked back; `missed` how often we did not understand; `at` when it was asked; `put_off` that they had no time.
    """

    reference: str
    part: str
    offers: tuple[ShownButton, ...] = ()
    guess: str = ""
    missed: int = 0
    at: datetime | None = None
    put_off: bool = False


@dataclass(frozen=True, slots=True)
class Offering:
    """The offer that was put last: of which case, its number, and its buttons, which work for as long as it is open.

    `part` is what was asked of it: nothing more than whether they take it, the `terms` once more, or what `instead`.
    """

    reference: str
    n: int
    part: str = ""
    offers: tuple[ShownButton, ...] = ()


@dataclass(frozen=True, slots=True)
class OtherChat:
    """A chat that this customer has carried over to this one: its id, and its channel."""

    conversation: str
    channel: str


class Consent(StrEnum):
    """Whether the customer was told what is kept of them, or has agreed to it; empty before either."""

    NONE = ""
    TOLD = "told"
    GIVEN = "given"


@dataclass(frozen=True)
class SessionState:
    """What is known of the customer and of their way here.

    `last_at` is when they last did something; `left` says that they cannot be
    reached here. `source` is a digest of the network they wrote from last, or empty; `campaign` says what brought them
    here, as a link told; `other_chats` are those that they came from, the last one first. `lacking` is the language
    that we lack and of which they were told so last.
    """

    language: str = ""
    language_pinned: bool = False
    timezone: str = ""
    consent: Consent = Consent.NONE
    last_at: datetime | None = None
    left: bool = False
    source: str = ""
    campaign: str = ""
    other_chats: tuple[OtherChat, ...] = ()
    lacking: str = ""


@dataclass(frozen=True)
class IntakeState:
    """The complaint being taken, if there is one.

    `prelude` is what was told before it was clear that somebody complains; `order` which order their next complaint is
    about, as a link told; `misses` counts what was not understood; `nudged` the reminders, of which the next one is due
    at `nudge_due`.
    """

    draft: Draft | None = None
    prelude: Record | None = None
    order: str = ""
    misses: int = 0
    nudged: int = 0
    nudge_due: datetime | None = None


@dataclass(frozen=True)
class StatusState:
    """The cases of this chat: how many, and the reference of the one that is spoken of."""

    cases: int = 0
    focus: str = ""


@dataclass(frozen=True)
class QueueState:
    """Who of our people has the chat or was offered it, how far the queue has got (`holding`), and why and by when a
    person was promised.
    """

    holding: Holding | None = None
    person_reason: str = ""
    person_by: datetime | None = None


class Barred(StrEnum):
    """Why a customer is not heard; empty where they are."""

    NONE = ""
    BLOCKED = "blocked"
    SPAM = "spam"


@dataclass(frozen=True)
class HandoffState:
    """Whether the customer is heard; `barred_told` says that they know."""

    barred: Barred = Barred.NONE
    barred_told: bool = False


@dataclass(frozen=True)
class SurveyState:
    """What is asked after a resolution.

    `no_surveys` says that the customer never wants to be asked again, and `unasked` how many messages we have sent of
    our own accord since they last wrote.
    """

    survey: Surveying | None = None
    no_surveys: bool = False
    unasked: int = 0


@dataclass(frozen=True)
class OffersState:
    """`offering` is the offer that the customer was asked about last, while it is open."""

    offering: Offering | None = None


@dataclass(frozen=True)
class FilesState:
    """`held` is an answer that waits for the rest of an album."""

    held: Held | None = None


@dataclass(frozen=True)
class PromisesState:
    """`word_at` is when a person, or we of our own accord, last told them something about a case."""

    word_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class HeardDanger:
    """A kind of danger, and the id of the event whose message told of it."""

    kind: str
    event: str


@dataclass(frozen=True)
class PrivacyState:
    """The right that was heard and is not confirmed yet."""

    right_asked: str = ""


@dataclass(frozen=True)
class SafetyState:
    """The kinds of danger heard in this chat so far, and in which messages; of many messages the last."""

    dangers: tuple[str, ...] = ()
    heard_in: tuple[HeardDanger, ...] = ()


@dataclass(frozen=True)
class Conversation:
    """One chat, between two turns: what belongs to all, and a part for each capability that remembers something.

    `turn` counts the events taken; `asked` is the question that pends; `tags` are for colleagues.
    """

    shape: int = SHAPE
    turn: int = 0
    controller: Controller = Controller.BOT
    asked: Question | None = None
    tags: tuple[str, ...] = ()
    session: SessionState = SessionState()
    intake: IntakeState = IntakeState()
    status: StatusState = StatusState()
    queue: QueueState = QueueState()
    handoff: HandoffState = HandoffState()
    surveys: SurveyState = SurveyState()
    offers: OffersState = OffersState()
    files: FilesState = FilesState()
    promises: PromisesState = PromisesState()
    safety: SafetyState = SafetyState()
    privacy: PrivacyState = PrivacyState()


PARTS = {
    one.name: tuple(each.name for each in fields(one.default))
    for one in fields(Conversation)
    if is_dataclass(one.default)
}
"""The parts of a conversation, and the names of what each holds. No name stands in two."""
_PART_OF = {name: part for part, names in PARTS.items() for name in names}


def changed(conversation: Conversation, **changes: Any) -> Conversation:
    """The conversation with these fields changed, each in the part it belongs to. Raises TypeError for one that it does
    not have.
    """
    whole: dict[str, Any] = {}
    parts: dict[str, dict[str, Any]] = {}
    for name, value in changes.items():
        part = _PART_OF.get(name)
        (parts.setdefault(part, {}) if part else whole)[name] = value
    for part, values in parts.items():
        whole[part] = altered(getattr(conversation, part), **values)
    return altered(conversation, **whole)


def offer_tapped(conversation: Conversation, button: str) -> ShownButton | None:
    """The offer a button stands for just now, if it is live."""
    shown = (
        conversation.asked,
        conversation.files.held.before if conversation.files.held else None,
        conversation.surveys.survey,
        conversation.offers.offering,
    )
    return next((offer for asked in shown if asked for offer in asked.offers if offer.id == button), None)


_ENCODE = msgspec.json.Encoder()
_DECODE = msgspec.json.Decoder(Conversation)


def to_json(conversation: Conversation) -> str:
    """The saved form of a conversation."""
    return _ENCODE.encode(conversation).decode()


def from_json(saved: str | bytes) -> Conversation:
    """A conversation from its saved form, of this version or any earlier one."""
    return _DECODE.decode(upgraded(saved, SHAPE))
