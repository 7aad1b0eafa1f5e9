"""New versions of messages: which message an edit belongs to, and what it said until now.

Nothing that was said is ever changed in the transcript. A new version is one message more, which
names the number of the first.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from dialogs.flows.events import Said
from engine.turn.admission import Arrival
from engine.turn.outcome import Outcome
from storage.conversations.transcript import Author, Message, versions

Seen = dict[tuple[str, str], Outcome]


@dataclass(frozen=True, slots=True)
class Edited:
    """The first version of a message, and the newest."""

    first: Message
    newest: Message

    def is_changed_by(self, said: Said) -> bool:
        """Whether this is another version at all. Telegram reports an edit when a preview was loaded, too."""
        files = {file.digest for file in said.files}
        return said.text != self.newest.text or files != {file.digest for file in self.newest.files}


def edited_by(conn: Connection, seen: Seen, arrival: Arrival) -> Edited | None:
    """The message that this event is a new version of; None where it is none, or of one that we never saw.

    `seen` are the events that this batch took, whose messages are not written yet.
    """
    body = arrival.event.body
    if not isinstance(body, Said) or not body.edits:
        return None
    stored = versions(conn, arrival.conversation_id, body.edits)
    here = [message for key, taken in seen.items() if key[0] == arrival.conversation_id for message in taken.messages]
    before = seen.get((arrival.conversation_id, body.edits))
    first = stored[0] if stored else _own(before)
    if first is None:
        return None
    later = [message for message in (*stored, *here) if message.edits == first.seq]
    return Edited(first, max(later, key=lambda message: message.seq, default=first))


def _own(taken: Outcome | None) -> Message | None:
    """The customer's own message of a turn."""
    found = taken.messages if taken else ()
    return next((message for message in found if message.author == Author.CUSTOMER), None)
