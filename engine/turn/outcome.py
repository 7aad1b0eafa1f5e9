"""What comes of a turn, and the counts kept of turns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from storage.conversations.transcript import Author

if TYPE_CHECKING:
    from dialogs.flows.effects import Refused
    from storage.conversations.transcript import Message


@dataclass(frozen=True)
class Outcome:
    """What an event led to. `messages` holds the customer's own message and the answers, in order.

    `repeated` marks an event that was taken before: the messages are those of the first time.
    `quarantined` marks one that failed and was set aside; the only answer is an apology. `refused` says why
    what a colleague wanted could not be done. `beside` are other conversations that something was said in.
    `language` is the one that the chat is held in by now, empty where the event changed nothing.
    """

    conversation_id: str
    turn: int
    messages: tuple[Message, ...]
    repeated: bool = False
    quarantined: bool = False
    refused: Refused | None = None
    beside: tuple[str, ...] = ()
    language: str = ""

    @property
    def answers(self) -> tuple[Message, ...]:
        """The messages that are not the customer's own."""
        return tuple(message for message in self.messages if message.author != Author.CUSTOMER)


@dataclass(slots=True)
class Tally:
    """Counts since the start, and seconds spent in each phase: `read`, `load`, `step`, `write`, `commit`."""

    turns: int = 0
    repeated: int = 0
    batches: int = 0
    largest_batch: int = 0
    quarantined: int = 0
    unavailable: int = 0
    retried: int = 0
    cases: int = 0
    seconds: dict[str, float] = field(
        default_factory=lambda: dict.fromkeys(("read", "load", "step", "write", "commit"), 0.0)
    )
