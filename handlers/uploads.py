"""Files in and out: taken with their limits, noted as their chat's, given back to that chat alone."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import anyio
from fastapi import Request, Response
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.responses import FileResponse

from complaints.record import Attachment
from dialogs.playbooks.playbook import Playbook
from handlers import envelope
from handlers.limits import MEGABYTE
from handlers.problems import Away, BadRequest, NotFound, Refused, TooLarge, TooSlow
from handlers.taking import Reads
from storage.attachments import FileStore, find_attachment, remember, tidy_name
from storage.errors import FileEmpty, FileRefused, FileTooLarge
from storage.filetypes import SAFE_IMAGES

MOST_INLINE = 50
"""How many files one request may hold; how many a case may have is the playbook's."""


_DIGEST = re.compile("[0-9a-f]{64}")


class UnsupportedFile(Refused):
    """A file of a kind that is not taken."""

    status = 415
    code = "file_type"


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a message's files: those kept, and what to tell the customer of the others."""

    files: tuple[Attachment, ...] = ()
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Uploads:
    """The files of all chats. Works in threads; `slots` bounds how many are in memory at once.

    A form that is still arriving lies in a temporary file and holds no slot; `patience` is how many
    seconds it may take.
    """

    store: FileStore
    reads: Reads
    playbook: Playbook
    clock: Callable[[], datetime]
    slots: anyio.CapacityLimiter
    patience: float

    async def keep_form(self, conversation: str, request: Request) -> Attachment:
        """The one file of a multipart form, kept. Raises `Refused` with words in the visitor's language."""
        language = preferred(request)
        async with _one_file(request, self.patience) as file, self.slots:
            name, content = file.filename or "", await file.read()
            try:
                return await self.reads.blocking(partial(self._keep, conversation, name, content))
            except FileRefused as fault:
                raise self._refusal(fault, name, language) from None

    async def keep_inline(self, given: object, language: object) -> Kept:
        """Files that came as base64 beside a message; the turn notes whose they are.

        One that cannot be kept becomes a notice, never an error.
        """
        if not isinstance(given, list) or not all(isinstance(entry, dict) for entry in given):
            raise BadRequest('`metadata.attachments` must be a list of {"name": …, "data": base64}.', "bad_attachments")
        spoken = envelope.language_of(language)
        async with self.slots:
            return await self.reads.blocking(partial(self._keep_all, given[:MOST_INLINE], spoken))

    async def keep_uploads(self, conversation: str, given: Sequence[UploadFile], language: str) -> Kept:
        """Files of a form that has been read; one that cannot be kept becomes a notice."""
        files: list[Attachment] = []
        notices: list[str] = []
        async with self.slots:
            for upload in given:
                name, content = upload.filename or "", await upload.read()
                try:
                    files.append(await self.reads.blocking(partial(self._keep, conversation, name, content)))
                except FileRefused as fault:
                    notices.append(self._refusal(fault, name, language).message)
        return Kept(tuple(files), tuple(dict.fromkeys(notices)))

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
            raise NotFound("This file is no longer kept.")
        return _download(file, path, only_saved=only_saved)

    async def _find(self, conversation: str, digest: str) -> Attachment | None:
        if not _DIGEST.fullmatch(digest):
            return None
        return await self.reads.run(find_attachment, conversation, digest)

    def _keep_all(self, given: Sequence[dict[str, Any]], language: str) -> Kept:
        files: list[Attachment] = []
        notices: list[str] = []
        for entry in given:
            try:
                files.append(self._put(_name(entry), _decoded(entry)))
            except FileRefused as fault:
                notices.append(self._refusal(fault, _name(entry), language).message)
        return Kept(tuple(files), tuple(dict.fromkeys(notices)))

    def _keep(self, conversation: str, name: str, content: bytes) -> Attachment:
        """Keep and note one file. The bytes come first: a note without its file would be a lie."""
        file, database = self._put(name, content), self.reads.database
        with database.write() as connection:
            remember(connection, database.dialect, conversation, file, self.clock())
        return file

    def _put(self, name: str, content: bytes) -> Attachment:
        try:
            return self.store.put(content, name)
        except OSError:
            raise Away("We cannot keep files right now. Please send it again in a moment.", retry_after=5) from None

    def _refusal(self, fault: FileRefused, name: str, language: str) -> Refused:
        """The refusal in the playbook's words."""
        say, shown = self.playbook.words(language).say, tidy_name(name)
        match fault:
            case FileTooLarge():
                largest = self.store.largest // MEGABYTE
                return TooLarge(say("files.refused_size", name=shown, largest=largest), "file_too_large")
            case FileEmpty():
                return BadRequest(say("files.refused_empty", name=shown), "file_empty")
            case _:
                return UnsupportedFile(say("files.refused_type", name=shown))


def preferred(request: Request) -> str:
    """The language that the browser asks for first, or empty."""
    first = request.headers.get("accept-language", "").partition(",")[0].partition(";")[0].strip()
    return envelope.language_of(first)


@asynccontextmanager
async def _one_file(request: Request, patience: float) -> AsyncIterator[UploadFile]:
    """The file of a multipart form with one field `file`; what is large lies in a temporary file until the end."""
    form = await _form(request, patience)
    try:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise BadRequest("The form has no file. Send it in a field named `file`.", "no_file")
        yield file
    finally:
        await form.close()


async def _form(request: Request, patience: float) -> FormData:
    """The whole form. Raises `TooSlow` when it takes longer than `patience` seconds to arrive."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise BadRequest("Send the file as multipart/form-data, in a field named `file`.", "not_multipart")
    try:
        with anyio.fail_after(patience):
            async with aclosing(request.stream()) as stream:
                return await MultiPartParser(
                    request.headers, stream, max_files=1, max_fields=4, max_part_size=4096
                ).parse()
    except TimeoutError:
        raise TooSlow("The file took too long to arrive. Please try again on a better line.") from None
    except (MultiPartException, KeyError, UnicodeDecodeError):
        raise BadRequest("This form could not be read; send one file, named `file`.", "bad_form") from None


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
