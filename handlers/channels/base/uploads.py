"""Files in and out: taken with their limits, noted as their chat's, given back to that chat alone."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote

import anyio
from fastapi import Request, Response
from sqlalchemy import Connection
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException
from starlette.responses import FileResponse

from complaints.record import Attachment
from dialogs.flows.events import Withheld
from dialogs.playbooks.playbook import Playbook
from engine.reads import Reads
from engine.scanning.refusal_words import regretted
from handlers.channels.base import http_events
from handlers.http.blocked_networks import Bars
from handlers.http.client_networks import Sources
from handlers.http.forms import read_form
from handlers.http.limits import peer
from handlers.http.problems import Away, BadRequest, Forbidden, NotFound, RequestRefused, TooLarge, TooMany, TooSlow
from storage.db.errors import (
    ChatFull,
    EnoughForToday,
    FileEmpty,
    FileHarmful,
    FileRefused,
    FileTooLarge,
    NoSpace,
    NotHeard,
)
from storage.files.attachments import FileStore, find_attachment, remember, tidy_name
from storage.files.filetypes import SAFE_IMAGES
from storage.files.quotas import Quotas, check_chat, check_day, note_upload

MOST_INLINE = 50
"""How many files one request may hold; how many a case may have is the playbook's."""


_LATER = 60
"""Seconds after which it may be worth trying again."""
_ABSENT = {
    "kept": "This file is here again. Please try once more.",
    "held": "This file is still being looked at by the scanner. Please try again in a while.",
    "harmful": "The scanner found something harmful in this file, so nobody is given it.",
    "gone": "This file is no longer kept.",
}
_DIGEST = re.compile("[0-9a-f]{64}")


class UnsupportedFile(RequestRefused):
    """A file of a kind that is not taken."""

    status = 415
    code = "file_type"


class HarmfulFile(UnsupportedFile):
    """A file in which the scanner found something; `withheld` is for colleagues."""

    def __init__(self, message: str, withheld: Withheld) -> None:
        super().__init__(message, "file_held_back")
        self.withheld = withheld


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a message's files: those kept, what to tell the customer of the others, and which of those were
    harmful.
    """

    files: tuple[Attachment, ...] = ()
    notices: tuple[str, ...] = ()
    withheld: tuple[Withheld, ...] = ()


@dataclass(frozen=True, slots=True)
class Uploads:
    """The files of all chats. Works in threads; `slots` bounds how many are worked on at once.

    A form that is still arriving lies on the disk and holds no slot; `patience` is how many seconds it may
    take. `quotas` are the customers'.
    """

    store: FileStore
    reads: Reads
    playbook: Playbook
    clock: Callable[[], datetime]
    slots: anyio.CapacityLimiter
    patience: float
    quotas: Quotas = field(default_factory=Quotas)
    sources: Sources = field(default_factory=Sources)
    bars: Bars = field(default_factory=Bars)

    async def keep_form(self, conversation: str, request: Request) -> Attachment:
        """The one file of a multipart form, kept. Raises `RequestRefused` with words in the visitor's language."""
        language, names = preferred(request), self.sources.names(peer(request.scope))
        try:
            await self.reads.run(self._may_send, conversation, names, _declared(request))
        except FileRefused as fault:
            raise self._refusal(fault, "", language) from None
        async with _one_file(request, self.store.folder, self.patience) as file, self.slots:
            name = file.filename or ""
            try:
                return await self.reads.blocking(partial(self._keep, conversation, name, file.file, names[0]))
            except FileRefused as fault:
                raise self._refusal(fault, name, language) from None

    async def keep_inline(self, conversation: str, given: object, language: object) -> Kept:
        """Files that came as base64 beside a message; the turn notes whose they are.

        One that cannot be kept becomes a notice, never an error.
        """
        if not isinstance(given, list) or not all(isinstance(entry, dict) for entry in given):
            raise BadRequest('`metadata.attachments` must be a list of {"name": …, "data": base64}.', "bad_attachments")
        spoken = http_events.language_of(language)
        async with self.slots:
            return await self.reads.blocking(partial(self._keep_all, conversation, given[:MOST_INLINE], spoken))

    async def keep_upload(self, conversation: str, upload: UploadFile) -> Attachment:
        """A colleague's file. The customer's quotas do not bind them. Raises `FileRefused`, `Away`."""
        async with self.slots:
            name = upload.filename or ""
            return await self.reads.blocking(partial(self._keep_ours, conversation, name, upload.file))

    async def find(self, conversation: str, digests: Sequence[str]) -> tuple[Attachment, ...]:
        """The files of this chat with these digests. Raises `BadRequest` for one that is not its own."""
        if not digests:
            return ()
        found = [await self._find(conversation, digest) for digest in dict.fromkeys(digests)]
        if None in found:
            raise BadRequest("A file of this message is not here. Please upload it again.", "unknown_file")
        return tuple(file for file in found if file is not None)

    async def send(self, conversation: str, digest: str, *, only_saved: bool = False) -> Response:
        """A file as an answer; with `only_saved` a browser saves it, whatever it is.

        Raises `NotFound` for what is not there, or is another chat's: the two look alike.
        """
        file = await self._find(conversation, digest)
        if file is None:
            raise NotFound("There is no such file in this chat.")
        path = self.store.path(file.digest)
        if not await anyio.Path(path).is_file():
            raise NotFound(_ABSENT[self.store.standing(file.digest)])
        return _download(file, path, only_saved=only_saved)

    async def _find(self, conversation: str, digest: str) -> Attachment | None:
        if not _DIGEST.fullmatch(digest):
            return None
        return await self.reads.run(find_attachment, conversation, digest)

    def _may_send(self, connection: Connection, conversation: str, names: Sequence[str], size: int) -> None:
        """Whether so much may be sent, before any of it is read. Raises `FileRefused`."""
        if self.bars.holds(*names):
            raise NotHeard("nobody of this network is heard for now")
        self.store.room.check(self.store.folder, size)
        check_chat(connection, conversation, self.quotas)
        check_day(connection, names[0], self.quotas, self.clock())

    def _keep_all(self, conversation: str, given: Sequence[dict[str, Any]], language: str) -> Kept:
        files: list[Attachment] = []
        withheld: list[Withheld] = []
        notices: list[str] = []
        for entry in given:
            try:
                content = _decoded(entry)
                with self.reads.database.read() as connection:
                    size = sum(file.size for file in files) + len(content)
                    check_chat(connection, conversation, self.quotas, size, len(files) + 1)
                files.append(self._put(_name(entry), BytesIO(content)))
            except FileRefused as fault:
                notices.append(self._refusal(fault, _name(entry), language).message)
                withheld += _withheld(fault, _name(entry))
        return Kept(tuple(files), tuple(dict.fromkeys(notices)), tuple(withheld))

    def _keep(self, conversation: str, name: str, content: BinaryIO, source: str) -> Attachment:
        """Keep and note one file. The bytes come first: a note without its file would be a lie."""
        file, database = self._put(name, content), self.reads.database
        with database.write() as connection:
            note_upload(connection, database.dialect, conversation, source, file, self.quotas, self.clock())
        return file

    def _keep_ours(self, conversation: str, name: str, content: BinaryIO) -> Attachment:
        file, database = self._put(name, content), self.reads.database
        with database.write() as connection:
            remember(connection, database.dialect, conversation, file, self.clock())
        return file

    def _put(self, name: str, content: BinaryIO) -> Attachment:
        try:
            return self.store.receive(content, name)
        except OSError:
            raise Away("We cannot keep files right now. Please send it again in a moment.", retry_after=5) from None

    def _refusal(self, fault: FileRefused, name: str, language: str) -> RequestRefused:
        """The refusal in the playbook's words."""
        told = regretted(fault, tidy_name(name), self.store.largest)
        facts: dict[str, Any] = dict(told.facts)
        words = self.playbook.words(language).say(told.key, **facts)
        match fault:
            case FileTooLarge():
                return TooLarge(words, "file_too_large")
            case FileEmpty():
                return BadRequest(words, "file_empty")
            case FileHarmful():
                return HarmfulFile(words, _withheld(fault, name)[0])
            case NotHeard():
                return Forbidden(words, "closed")
            case ChatFull() | EnoughForToday():
                return TooMany(words, "files_enough", retry_after=_LATER)
            case NoSpace():
                return Away(words, "no_space", retry_after=_LATER)
        return UnsupportedFile(words)


def _withheld(fault: FileRefused, name: str) -> tuple[Withheld, ...]:
    """What colleagues are to know of a file that was refused."""
    return (Withheld(tidy_name(name), fault.finding),) if isinstance(fault, FileHarmful) else ()


def _declared(request: Request) -> int:
    """How long the body says that it is; the size guard has refused what is no number."""
    return int(request.headers.get("content-length", "0"))


def preferred(request: Request) -> str:
    """The language that the browser asks for first, or empty."""
    first = request.headers.get("accept-language", "").partition(",")[0].partition(";")[0].strip()
    return http_events.language_of(first)


@asynccontextmanager
async def _one_file(request: Request, folder: Path, patience: float) -> AsyncIterator[UploadFile]:
    """The file of a multipart form with one field `file`; it lies on the disk below `folder` until the end."""
    form = await _form(request, folder, patience)
    try:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise BadRequest("The form has no file. Send it in a field named `file`.", "no_file")
        yield file
    finally:
        await form.close()


async def _form(request: Request, folder: Path, patience: float) -> FormData:
    """The whole form. Raises `TooSlow` when it takes longer than `patience` seconds to arrive."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise BadRequest("Send the file as multipart/form-data, in a field named `file`.", "not_multipart")
    try:
        with anyio.fail_after(patience):
            return await read_form(request, folder, files=1, fields=4, largest_field=4096)
    except TimeoutError:
        raise TooSlow("The file took too long to arrive. Please try again on a better line.") from None
    except (MultiPartException, KeyError, UnicodeDecodeError):
        raise BadRequest("This form could not be read; send one file, named `file`.", "bad_form") from None
    except OSError:
        raise Away("We cannot keep files right now. Please send it again in a moment.", retry_after=5) from None


def _name(entry: dict[str, Any]) -> str:
    name = entry.get("name")
    return name if isinstance(name, str) else ""


def _decoded(entry: dict[str, Any]) -> bytes:
    data = entry.get("data")
    if not isinstance(data, str):
        raise FileEmpty("the data is not base64")
    try:
        return b64decode(data.partition("base64,")[2] if data.startswith("data:") else data, validate=True)
    except (binascii.Error, ValueError):
        raise FileEmpty("the data is not base64") from None


def _download(file: Attachment, path: Path, *, only_saved: bool) -> Response:
    """Pictures may be shown in place; anything else is only ever saved. Neither can run anything."""
    shown = "inline" if file.media_type in SAFE_IMAGES and not only_saved else "attachment"
    headers = {
        "Content-Disposition": f"{shown}; filename*=UTF-8''{quote(file.name, safe='')}",
        "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
        "Cache-Control": "private, no-store",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    return FileResponse(path, headers=headers, media_type=file.media_type)
