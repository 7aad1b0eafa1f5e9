"""What the server keeps: accounts, messages, files, topics, and the record of what passed. Frozen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Raw = dict[str, Any]
"""An object of the Bot API as it goes over the wire."""


@dataclass(frozen=True, slots=True)
class Message:
    """One version of a message; an edit makes a new one with the same id."""

    raw: Raw
    home: int = 0
    """The bot whose private chat it is in; 0 in groups. Message ids are each bot's own."""

    @property
    def id(self) -> int:
        return int(self.raw["message_id"])

    @property
    def text(self) -> str:
        """Its text, or its caption, or nothing."""
        return str(self.raw.get("text") or self.raw.get("caption") or "")

    @property
    def sender(self) -> int:
        return int(self.raw["from"]["id"])

    @property
    def thread(self) -> int | None:
        return self.raw.get("message_thread_id") if self.raw.get("is_topic_message") else None

    @property
    def buttons(self) -> tuple[Raw, ...]:
        """Its inline buttons in reading order."""
        rows = self.raw.get("reply_markup", {}).get("inline_keyboard", ())
        return tuple(button for row in rows for button in row)

    @property
    def titles(self) -> tuple[str, ...]:
        return tuple(button["text"] for button in self.buttons)


@dataclass(frozen=True, slots=True)
class Glimpse:
    """One thing that happened on the screen of a chat, in order."""

    kind: Literal["sent", "edited", "deleted", "action", "reacted", "keyboard"]
    message: Message | None = None
    by: int = 0
    what: str = ""
    """The chat action or the emoji."""
    thread: int | None = None
    keyboard: Raw | None = None


@dataclass(frozen=True, slots=True)
class File:
    file_id: str
    kind: str
    name: str
    media_type: str
    data: bytes
    size: int
    """Bytes it claims to have; a huge file need not be there."""
    path: str

    @property
    def unique_id(self) -> str:
        return f"u{self.file_id}"


@dataclass(frozen=True, slots=True)
class Topic:
    thread: int
    name: str
    closed: bool = False
    icon_color: int = 0x6FB9F0


@dataclass(frozen=True, slots=True)
class Answer:
    """What answerCallbackQuery said."""

    text: str = ""
    alert: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """One call of a bot, as the log keeps it."""

    at: float
    """Seconds on the monotonic clock, when it had wholly come in."""
    bot: int
    method: str
    fields: Raw
    status: int
    description: str = ""
    retry_after: int | None = None
    early: bool = False
    """It came while a 429's pause was still in force."""
    result: Any = None

    @property
    def chat(self) -> int | str | None:
        return self.fields.get("chat_id")


@dataclass(frozen=True, slots=True)
class Push:
    """One attempt to deliver an update to a webhook."""

    at: float
    bot: int
    update_id: int
    lane: int
    attempt: int
    status: int
    """The answer's HTTP status; 0 when there was none."""


class Refusal(Exception):
    """Telegram's way of saying no: an HTTP status, a description, and what may help."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status, self.description, self.parameters = status, description, parameters


class BadRequest(Refusal):
    def __init__(self, description: str, **parameters: int) -> None:
        super().__init__(400, f"Bad Request: {description}", **parameters)


class Forbidden(Refusal):
    def __init__(self, description: str) -> None:
        super().__init__(403, f"Forbidden: {description}")


class Conflict(Refusal):
    def __init__(self, description: str) -> None:
        super().__init__(409, f"Conflict: {description}")


class TooManyRequests(Refusal):
    def __init__(self, retry_after: int) -> None:
        super().__init__(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)
