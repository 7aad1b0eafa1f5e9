"""Files that customers send: fetched from Telegram and kept, or regretted in the playbook's words."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path
from shutil import copyfileobj
from typing import BinaryIO

import structlog
from aiogram.methods import GetFile
from aiohttp import ClientError

from complaints.record import Attachment
from dialogs.flows.events import Trouble
from engine.delivery import ChannelRefused, NotSent, OutcomeUnknown, RetryAfter
from engine.scanning.refusal_words import regretted
from handlers.channels.telegram.api import BotApi
from handlers.channels.telegram.incoming import LARGEST_MB, MEGABYTE, FileToFetch, too_large
from storage.db.database import Database
from storage.db.errors import FileRefused, NoSpace, Unavailable
from storage.files.attachments import FileStore, tidy_name
from storage.files.quotas import Quotas, check_chat
from storage.files.room import FULL
from storage.files.spooling import IN_MEMORY, spooled

TRIES = 3
WAIT = 0.5
"""Seconds before the second try; each later one waits twice as long."""
AT_ONCE = 4
NO_QUOTAS = Quotas()

_log = structlog.get_logger("amends.telegram")


@dataclass(frozen=True, slots=True)
class Fetched:
    """What became of a message's files."""

    files: tuple[Attachment, ...] = ()
    troubles: tuple[Trouble, ...] = ()


class CustomerFiles:
    """Fetches a few files at a time, so that a flood of them does not fill the memory."""

    def __init__(
        self, api: BotApi, store: FileStore, database: Database | None = None, quotas: Quotas = NO_QUOTAS,
        *, folder: Path | None = None, wait: float = WAIT,
    ) -> None:  # fmt: skip
        """`folder` is where a Bot API server on this machine puts files, if there is one. The database tells how many
        files a chat has.
        """
        self._database = database
        self._quotas = quotas
        self._api = api
        self._store = store
        self._folder = folder
        self._wait = wait
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def fetch(self, wanted: tuple[FileToFetch, ...], conversation: str = "") -> Fetched:
        """Fetch and keep all of them, in their order, for this chat. Raises `Unavailable` when the disk fails."""
        if not wanted:
            return Fetched()
        if full := await asyncio.to_thread(self._is_full, conversation, len(wanted)):
            return Fetched((), tuple(regretted(full, tidy_name(one.name), self._store.largest) for one in wanted))
        found = await asyncio.gather(*(self._one(file) for file in wanted))
        kept = tuple(one for one in found if isinstance(one, Attachment))
        return Fetched(kept, tuple(one for one in found if isinstance(one, Trouble)))

    def _is_full(self, conversation: str, more: int) -> FileRefused | None:
        """Why nothing can be kept, before anything is fetched."""
        try:
            self._store.room.check(self._store.folder, 0)
            if self._database:
                with self._database.read() as conn:
                    check_chat(conn, conversation, self._quotas, more=more)
        except FileRefused as fault:
            return fault
        return None

    async def _one(self, wanted: FileToFetch) -> Attachment | Trouble:
        async with self._slots:
            with spooled(self._store.folder) as content:
                return await self._content(wanted, content) or await self._kept(content, wanted.name)

    async def _content(self, wanted: FileToFetch, content: BinaryIO) -> Trouble | None:
        """Write what Telegram has. A file that cannot be had is regretted: a chat must not hang on it for ever."""
        for attempt in range(TRIES):
            try:
                return await self._fetched(wanted, content)
            except RetryAfter as pause:
                await asyncio.sleep(pause.seconds)
            except ChannelRefused as error:
                return too_large(wanted.name) if "too big" in str(error) else Trouble("telegram.file_lost")
            except (NotSent, OutcomeUnknown, ClientError, TimeoutError) as error:
                # The address of a file holds the token, so of the error only its kind is told.
                _log.warning("file_not_fetched", error=type(error).__name__, attempt=attempt + 1)
                await asyncio.sleep(self._wait * 2**attempt)
        return Trouble("telegram.file_lost")

    async def _fetched(self, wanted: FileToFetch, content: BinaryIO) -> Trouble | None:
        content.seek(0)
        content.truncate()
        file = await self._api.call(GetFile(file_id=wanted.file_id))
        if not file.file_path:
            return Trouble("telegram.file_lost")
        if file.file_path.startswith("/"):
            return await asyncio.to_thread(self._beside, Path(file.file_path), wanted, content)
        try:
            whole = await self._api.fetch(file.file_path, LARGEST_MB * MEGABYTE, content)
        except OSError as error:
            return self._unwritten(error, wanted.name)
        return None if whole else too_large(wanted.name)

    def _beside(self, path: Path, wanted: FileToFetch, content: BinaryIO) -> Trouble | None:
        """A file that a Bot API server put onto this machine. What lies outside of its folder is never read."""
        folder = self._folder.resolve() if self._folder else None
        if folder is None or not path.resolve().is_relative_to(folder):
            _log.error("file_not_reachable", remedy="set AMENDS_TELEGRAM_FILES_DIR to the folder of the Bot API server")
            return Trouble("telegram.file_lost")
        try:
            if path.stat().st_size > LARGEST_MB * MEGABYTE:
                return too_large(wanted.name)
            with open(path, "rb") as lying:
                copyfileobj(lying, content, IN_MEMORY)
        except OSError as error:
            _log.warning("file_not_fetched", error=type(error).__name__)
            return Trouble("telegram.file_lost")
        return None

    async def _kept(self, content: BinaryIO, name: str) -> Attachment | Trouble:
        try:
            return await asyncio.to_thread(self._store.receive, content, name)
        except FileRefused as fault:
            return regretted(fault, tidy_name(name), self._store.largest)
        except OSError as error:
            raise Unavailable(f"the file store takes nothing: {error.strerror}") from None

    def _unwritten(self, error: OSError, name: str) -> Trouble:
        """What arrived could not be written. Raises the error if the disk is not just full."""
        if error.errno not in FULL:
            raise error
        return regretted(NoSpace("the disk is full"), tidy_name(name), self._store.largest)


def tidied(trouble: Trouble) -> Trouble:
    """The trouble with a file name that is safe to show."""
    facts = tuple((key, tidy_name(value) if key == "name" else value) for key, value in trouble.facts)
    return replace(trouble, facts=facts)
