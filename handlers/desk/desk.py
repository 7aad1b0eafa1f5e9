"""What all pages of the desk share. Constructed once, by the application."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

import anyio
from sqlalchemy import Connection

from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.model.explaining import Explanation
from dialogs.understanding.reading import Reading, Utterance
from engine.reads import Reads
from engine.security_log import SecurityLog
from handlers.channels.base.event_stream import Closing
from handlers.channels.base.uploads import Uploads
from handlers.desk.accounts.accounts import Accounts
from handlers.desk.bell import Bell
from handlers.desk.csrf import Cookies, Marks
from handlers.desk.pages import Screens, read_screens
from staff.actions import Acting
from staff.actions.action import Workplace
from staff.presence import Company
from storage.db.database import Database
from storage.db.encryption import Seal, derived
from storage.db.timestamps import utc_now
from storage.files.attachments import FileStore
from storage.security.keys import AnyKey, ring_of
from storage.staff.account_log import AccountEntry, note
from storage.staff.passwords import Passwords
from storage.staff.sessions import Lifetime

if TYPE_CHECKING:
    from engine.turn.processor import TurnProcessor

T = TypeVar("T")
P = ParamSpec("P")
THREADS = 4
PATIENCE = 120.0
"""Seconds that a file may take to arrive."""
UPLOADS_AT_ONCE = 4
HASHING_THREADS = 3
"""Checking a password takes a core for some tens of milliseconds, and 64 MB: two known browsers', and a stranger's."""


def _unexplained(said: Utterance) -> Explanation:
    """Where nothing reads words."""
    return Explanation(Reading(said.text))


@dataclass(frozen=True, slots=True)
class Desk:
    """The desk's parts. `key` (or a ring of it and older ones) seals the log of accounts; `public_url` may be empty.

    `closing` is the server's: when it begins, streams end. `company` is shared with the customers' page.
    `typing` shows, by channel, an account's chat that somebody is writing, where that is not what a page of ours does.
    `explain` says why a text is read as it is; it may take some milliseconds. `staff_bot` gives the name of the
    staff's bot in Telegram, empty where there is none or it is not known yet.
    """

    database: Database
    door: TurnProcessor
    playbook: Playbook
    key: AnyKey
    files: FileStore
    public_url: str = ""
    lifetime: Lifetime = field(default_factory=Lifetime)
    clock: Callable[[], datetime] = utc_now
    closing: Closing = field(default_factory=Closing)
    company: Company = field(default_factory=Company)
    staff_bot: Callable[[], str] = lambda: ""
    typing: Mapping[str, Callable[[str, str], None]] = field(default_factory=dict)
    explain: Callable[[Utterance], Explanation] = _unexplained
    security: SecurityLog | None = None
    accounts: Accounts = field(default_factory=Accounts)
    screens: Screens = field(default_factory=read_screens)
    passwords: Passwords = field(default_factory=Passwords)
    tally: Counter[str] = field(default_factory=Counter)
    streams: Counter[str] = field(default_factory=Counter)
    bell: Bell = field(default_factory=Bell)
    reads: Reads = field(init=False)
    work: Workplace = field(init=False)
    uploads: Uploads = field(init=False)
    cookies: Cookies = field(init=False)
    marks: Marks = field(init=False)
    seal: Seal = field(init=False)
    hashing: anyio.CapacityLimiter = field(init=False)

    def __post_init__(self) -> None:
        reads = Reads(self.database, anyio.CapacityLimiter(THREADS))
        slots = anyio.CapacityLimiter(UPLOADS_AT_ONCE)
        made = {
            "reads": reads,
            "work": Workplace(Acting(self.door, reads, self.clock), reads, self.playbook, self.clock),
            "uploads": Uploads(self.files, reads, self.playbook, self.clock, slots, PATIENCE),
            "cookies": Cookies(self.public_url.startswith("https://")),
            "marks": Marks(tuple(derived(key, "desk marks") for key in ring_of(self.key).every)),
            "seal": Seal(self.key, "second steps"),
            "hashing": anyio.CapacityLimiter(HASHING_THREADS),
        }
        for name, part in made.items():
            object.__setattr__(self, name, part)

    async def read(self, look_up: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`look_up(connection, …)` in a thread. Raises `Unavailable`."""
        return await self.reads.run(look_up, *args, **kwargs)

    async def write(self, act: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`act(connection, …)` in a thread, in one transaction, rolled back if it raises. Raises `Unavailable`."""

        def writing() -> T:
            with self.database.write() as connection:
                return act(connection, *args, **kwargs)

        return await self.reads.blocking(writing)

    async def hashed(self, password: str) -> str:
        """The hash to keep of a password."""
        return await anyio.to_thread.run_sync(self.passwords.hash, password, limiter=self.hashing)

    async def matches(self, kept: str | None, password: str) -> bool:
        """Whether this is the password; it takes as long where there is no account."""
        return await anyio.to_thread.run_sync(self.passwords.matches, kept, password, limiter=self.hashing)

    def note(self, connection: Connection, actor: str, action: str, subject: str, **detail: str) -> None:
        """Put something that was done to an account into its log, in the transaction that does it."""
        note(
            connection,
            self.database.dialect,
            ring_of(self.key).current,
            AccountEntry(self.clock(), actor, action, subject, detail),
        )

    @property
    def teams(self) -> frozenset[str]:
        """The teams that the playbook names."""
        return self.playbook.file.teams

    def counters(self) -> dict[str, float]:
        """For `/metrics`."""
        names = ("sign_ins", "sign_ins_failed", "sign_ins_locked")
        return {f"desk_{name}_total": float(self.tally[name]) for name in names}
