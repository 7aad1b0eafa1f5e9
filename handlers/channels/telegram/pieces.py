"""What a message of the outbox is on Telegram: texts in parts, files one by one or as an album. Pure.

A photo over 10 MB or of another kind goes as a document; documents and photos never share an album. A
caption holds 1,024 characters: a longer text is a message of its own, after the files. Buttons hang on
the last piece, and an album can have none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from aiogram.methods import SendDocument, SendMediaGroup, SendMessage, SendPhoto
from aiogram.types import FSInputFile, InputMediaDocument, InputMediaPhoto, LinkPreviewOptions

from complaints.record import Attachment
from handlers.channels.telegram.layout import parts, units

MEGABYTE = 1024 * 1024
LARGEST_PHOTO, LARGEST_FILE = 10 * MEGABYTE, 50 * MEGABYTE
"""Bytes that a bot may send."""
LONGEST_CAPTION = 1024
MOST_IN_AN_ALBUM = 10
PHOTOS = ("image/jpeg", "image/png")

Method = SendMessage | SendPhoto | SendDocument | SendMediaGroup


@dataclass(frozen=True, slots=True)
class TelegramPiece:
    """One call: a text, or up to ten files of one kind with a caption below the first."""

    text: str = ""
    files: tuple[Attachment, ...] = ()
    photos: bool = False

    @property
    def takes_buttons(self) -> bool:
        return len(self.files) < 2

    def as_documents(self) -> TelegramPiece:
        """The same files unchanged by Telegram, which may refuse a photo for its shape."""
        return replace(self, photos=False)

    def method(self, chat: int, path: Callable[[str], Path]) -> Method:
        """The call. `path` finds a file by its digest."""
        # No parse mode anywhere: what people write is shown as it stands, whatever signs are in it.
        if not self.files:
            quiet = LinkPreviewOptions(is_disabled=True)
            return SendMessage(chat_id=chat, text=self.text, parse_mode=None, link_preview_options=quiet)
        inputs = [FSInputFile(path(file.digest), file.name) for file in self.files]
        caption = self.text or None
        if len(inputs) == 1 and self.photos:
            return SendPhoto(chat_id=chat, photo=inputs[0], caption=caption, parse_mode=None)
        if len(inputs) == 1:
            return SendDocument(chat_id=chat, document=inputs[0], caption=caption, parse_mode=None)
        kind = InputMediaPhoto if self.photos else InputMediaDocument
        captions = [caption, *[None] * (len(inputs) - 1)]
        media = [kind(media=file, caption=said, parse_mode=None) for file, said in zip(inputs, captions, strict=True)]
        return SendMediaGroup(chat_id=chat, media=list(media))


def pieces(text: str, files: Sequence[Attachment], *, has_buttons: bool) -> list[TelegramPiece]:
    """The calls that a message takes, in their order; at least one."""
    batches = _batches(files)
    fits = units(text) <= LONGEST_CAPTION
    if len(batches) == 1 and fits and (batches[0].takes_buttons or not has_buttons):
        return [replace(batches[0], text=text)]
    said = [TelegramPiece(part) for part in parts(text)]
    if has_buttons and not said and not (batches and batches[-1].takes_buttons):
        said = [TelegramPiece("…")]
    return [*batches, *said] or [TelegramPiece("…")]


def _batches(files: Sequence[Attachment]) -> list[TelegramPiece]:
    """Neighbours of one kind together, at most ten."""
    found = []
    for photos, group in groupby(files, key=_is_photo):
        alike = tuple(group)
        for start in range(0, len(alike), MOST_IN_AN_ALBUM):
            found.append(TelegramPiece(files=alike[start : start + MOST_IN_AN_ALBUM], photos=photos))
    return found


def _is_photo(file: Attachment) -> bool:
    return file.media_type in PHOTOS and file.size <= LARGEST_PHOTO
