"""Files to and from Telegram. What a colleague sends is fetched and kept; what cannot be had is said."""

from __future__ import annotations

import asyncio
from typing import Any

from telegram import Bot, InputFile, Message

from complaints.record import Attachment
from engine.delivery import ChannelRefused, NotSent, OutcomeUnknown, RetryAfter
from handlers.staff_telegram.api import StaffBotApi, marked
from handlers.staff_telegram.cards import CAPTION, StyledText, units
from handlers.staff_telegram.incoming import StaffFileToFetch
from staff.actions.files import file_refused
from staff.actions.refusals import InputRefused
from staff.words import later
from storage.db.errors import FileRefused, FileTooLarge, Unavailable
from storage.files.attachments import MEGABYTE, FileStore, tidy_name

LARGEST_DOWN, LARGEST_UP, LARGEST_PHOTO = 20 * MEGABYTE, 50 * MEGABYTE, 10 * MEGABYTE
"""What Telegram's own server lets a bot fetch and send, in bytes."""
PHOTOS = ("image/jpeg", "image/png")
TRIES = 3
WAIT = 0.5
_LOST = later("%(name)s could not be fetched from Telegram. Please send it again.")


class StaffFiles:
    """Fetches and sends files, one at a time."""

    def __init__(self, api: StaffBotApi, store: FileStore) -> None:
        self._api = api
        self._store = store

    async def fetch(self, wanted: StaffFileToFetch) -> Attachment:
        """Fetch and keep a file. Raises `InputRefused`, and `Unavailable` when the disk takes nothing."""
        name, largest = tidy_name(wanted.name), min(LARGEST_DOWN, self._store.largest)
        if wanted.size > LARGEST_DOWN:
            raise file_refused(FileTooLarge(), name, largest)
        content = await self._content(wanted)
        if content is None:
            raise InputRefused(_LOST, name=name)
        try:
            return await asyncio.to_thread(self._store.put, content, wanted.name)
        except FileRefused as fault:
            raise file_refused(fault, name, largest) from None
        except OSError as error:
            raise Unavailable(f"the file store takes nothing: {error.strerror}") from None

    async def _content(self, wanted: StaffFileToFetch) -> bytes | None:
        for attempt in range(TRIES):
            try:
                return await self._api.call(lambda bot: _fetched(bot, wanted.file_id))
            except RetryAfter as pause:
                await asyncio.sleep(pause.seconds)
            except ChannelRefused:
                return None
            except (NotSent, OutcomeUnknown):
                await asyncio.sleep(WAIT * 2**attempt)
        return None

    async def send(
        self, chat: int, file: Attachment, caption: StyledText, *, topic: int = 0, reply_to: int = 0
    ) -> int | None:
        """Send a file with its author's name; None when it is not here, or too large. Raises `DeliveryError`."""
        content = await asyncio.to_thread(self._store.get, file.digest)
        if content is None or len(content) > LARGEST_UP:
            return None
        told = caption if units(caption.words) <= CAPTION else StyledText("")
        where: dict[str, Any] = {
            "chat_id": chat, "caption": told.words, "caption_entities": marked(told),
            "message_thread_id": topic or None, "reply_to_message_id": reply_to or None,
            "allow_sending_without_reply": True if reply_to else None,
        }  # fmt: skip
        upload = InputFile(content, filename=file.name)

        async def leave(bot: Bot) -> Message:
            if file.media_type in PHOTOS and len(content) <= LARGEST_PHOTO:
                return await bot.send_photo(photo=upload, **where)
            return await bot.send_document(document=upload, disable_content_type_detection=True, **where)

        return (await self._api.call(leave)).message_id


async def _fetched(bot: Bot, file_id: str) -> bytes:
    file = await bot.get_file(file_id)
    return bytes(await file.download_as_bytearray())
