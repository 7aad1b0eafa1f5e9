"""Telegram updates of whole intake dialogues. The words are those of dialogues held over the REST door before.

Sent answers are paced to thirty a second as Telegram wants it, so a customer who waited for each would measure
Telegram's limit. These speak as soon as what they said was taken, and say what was said when the answers were heard.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from bench.load import Dialogue
from bench.wire import Wire, bearer

DOOR = "/webhooks/rest/webhook"
STORIES = 12
FIRST_CHAT = 5_000_000_000
"""Real ids no longer fit in 32 bits, so ours do not either."""
A_MOMENT = 1_790_000_000
Update = dict[str, Any]


def written(number: int, chat: int, language: str, text: str) -> Update:
    """A private message, as Telegram brings it."""
    person = {"id": chat, "first_name": "Customer", "last_name": str(chat), "username": f"customer_{chat}"}
    message = {
        "message_id": number,
        "from": {**person, "is_bot": False, "language_code": language},
        "chat": {**person, "type": "private"},
        "date": A_MOMENT,
        "text": text,
    }
    return {"update_id": number, "message": message}


async def heard(port: int, token: str) -> list[tuple[str, list[str]]]:
    """Hold one dialogue over the REST door for each story; returns each one's language and words."""
    wire = Wire("127.0.0.1", port, headers=bearer(token))
    held = []
    for number in range(STORIES):
        dialogue, words = Dialogue(number, "heard"), []
        while not dialogue.over:
            message = dialogue.next_message()
            words.append(message["message"])
            dialogue.hear((await wire.post(DOOR, message))[1])
        held.append((dialogue.language, words))
    wire.close()
    return held


@dataclass
class Customers:
    """As many customers as one likes; each says the words of one dialogue in a chat of its own."""

    held: list[tuple[str, list[str]]]
    over: int = 0
    """Dialogues of which every word was taken."""
    _chats: Iterator[int] = field(default_factory=count)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def speak(self) -> Iterator[Update]:
        """One customer after the other; the next word is asked for when the one before was taken."""
        for chat in self._chats:
            language, words = self.held[chat % len(self.held)]
            for text in words:
                yield written(next(self._numbers), FIRST_CHAT + chat, language, text)
            self.over += 1
