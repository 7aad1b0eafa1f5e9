"""One call of one bot: what it asks, of whom, and the questions every method puts to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.telegram.room import Room
from tests.telegram.schema import Upload
from tests.telegram.things import BadRequest, File, Message
from tests.telegram.world import Bot, World

PHOTO_LIMIT, UP_LIMIT = 10 << 20, 50 << 20


@dataclass(frozen=True, slots=True)
class Call:
    world: World
    bot: Bot
    fields: Mapping[str, Any]
    uploads: Mapping[str, Upload]

    @property
    def room(self) -> Room:
        return self.world.room(self.bot, self.fields["chat_id"])

    @property
    def thread(self) -> int | None:
        """The topic that is meant, which must be there."""
        thread = self.fields.get("message_thread_id")
        if thread is not None and self.room.forum and thread not in self.room.topics:
            raise BadRequest("message thread not found")
        return thread if self.room.forum else None

    def message(self, missing: str) -> Message:
        found = self.room.messages.get(self.fields["message_id"])
        if found is None:
            raise BadRequest(missing)
        return found

    def own_message(self, missing: str, not_own: str = "message can't be edited") -> Message:
        found = self.message(missing)
        if found.sender != self.bot.id:
            raise BadRequest(not_own)
        return found

    def file(self, kind: str, given: Upload | str) -> File:
        """A new upload, a file known by its id, or one at an address (which is not fetched)."""
        if isinstance(given, str) and given.startswith("attach://"):
            given = self._attached(given.removeprefix("attach://"))
        if isinstance(given, Upload):
            if len(given.data) > (PHOTO_LIMIT if kind == "photo" else UP_LIMIT):
                raise BadRequest("file is too big")
            if not given.data:
                raise BadRequest("file must be non-empty")
            return self.world.keep(kind, given)
        if given.startswith(("http://", "https://")):
            return self.world.keep(kind, Upload(given.rpartition("/")[2], "application/octet-stream", b"fetched"))
        if found := self.world.files.get(given):
            return found
        raise BadRequest("wrong file identifier/HTTP URL specified")

    def _attached(self, name: str) -> Upload:
        if name not in self.uploads:
            raise BadRequest(f"there is no file {name} in the request")
        return self.uploads[name]


Act = Callable[[Call], Any]
