"""What a conversation remembers between turns: frozen, small, and readable back for ever.

What to ask next is never stored; it is derived from the draft and the playbook. What *was* asked is a
fact and is stored, so that a late answer lands under the question it answered.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec

from complaints.record import Record
from dialogs.flows.effects import Say

SHAPE = 1
"""The version of the saved form. Raise it with an upgrade in `_UPGRADES` when a change cannot be read."""


@dataclass(frozen=True, slots=True)
class Act:
    """What a button or a crisp command means: a verb, and the slot and value it is about."""

    name: str
    slot: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """A button that was shown: its opaque id, its words, its meaning."""

    id: str
    title: str
    act: Act


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked last: a slot's name, or one of `consent`, `confirm`, `which_case`, …

    `times` counts the turns in which it was put, one after another.
    """

    name: str
    offers: tuple[Offer, ...] = ()
    turn: int = 0
    times: int = 1


@dataclass(frozen=True)
class Draft:
    """A complaint being taken, not yet confirmed.

    `skipped` are slots the customer left out; `pressed` required ones they declined once; `passed`
    those they answered with something else, once for each time; `guesses` the likeliest categories while
    we are unsure; `editing` a slot being answered anew; `undecided` while we ask whether this belongs to a case
    already on file; `chosen` says that somebody chose the category, rather than that it was read from words.
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
    looked at next.
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


@dataclass(frozen=True, slots=True)
class Surveying:
    """Where the last survey of this chat stands: whose case it is about, which part was asked, and its buttons.

    They work until the survey ends, whatever else was talked about meanwhile. `guess` is what we read and have
    asked back; `missed` how often we did not understand; `at` when it was asked; `put_off` that they had no time.
    """

    reference: str
    part: str
    offers: tuple[Offer, ...] = ()
    guess: str = ""
    missed: int = 0
    at: datetime | None = None
    put_off: bool = False


@dataclass(frozen=True, slots=True)
class OtherChat:
    """A chat that this customer has carried over to this one: its id, and its channel."""

    conversation: str
    channel: str


@dataclass(frozen=True)
class Conversation:
    """One chat, between two turns.

    `controller` is `bot`, `queue` or `agent`; `consent` is empty, `told` or `given`; `turn` counts
    the events taken; `last_at` is when the customer last did something; `left` says that they cannot be
    reached here; `held` is an answer that waits for the rest of an album. `holding` says who of our people
    has the chat or was offered it, and how far the queue has got. `campaign` says what brought the customer
    here, and `order` which order their next complaint is about, as links told.
    `word_at` is when a person, or we of our own accord, last told them something about a case. `survey` is what
    is asked after a resolution, `no_surveys` that the customer never wants to be asked again, and `unasked` how
    many messages we have sent of our own accord since they last wrote. `other_chats` are those that they came
    from, the last one first.
    """

    shape: int = SHAPE
    turn: int = 0
    controller: str = "bot"
    language: str = ""
    language_pinned: bool = False
    timezone: str = ""
    consent: str = ""
    draft: Draft | None = None
    asked: Question | None = None
    focus: str = ""
    misses: int = 0
    person_reason: str = ""
    person_by: datetime | None = None
    nudged: int = 0
    nudge_due: datetime | None = None
    last_at: datetime | None = None
    cases: int = 0
    left: bool = False
    held: Held | None = None
    holding: Holding | None = None
    tags: tuple[str, ...] = ()
    campaign: str = ""
    order: str = ""
    word_at: datetime | None = None
    survey: Surveying | None = None
    no_surveys: bool = False
    unasked: int = 0
    other_chats: tuple[OtherChat, ...] = ()


_ENCODE = msgspec.json.Encoder()
_DECODE = msgspec.json.Decoder(Conversation)


def to_json(conversation: Conversation) -> str:
    """The saved form of a conversation."""
    return _ENCODE.encode(conversation).decode()


def from_json(saved: str | bytes) -> Conversation:
    """A conversation from its saved form, of this version or any earlier one."""
    return _DECODE.decode(saved)
