"""What signing in and the pages of accounts need beside the desk's common parts. Constructed by the application."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from handlers.desk.accounts.admission import Admission
from storage.staff.accounts import Role

if TYPE_CHECKING:
    from handlers.desk.accounts.issuer import Issuer


class Removal(StrEnum):
    """What came of removing somebody from the staff's group."""

    DONE = "done"
    NO_RIGHT = "no right"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Accounts:
    """`second_step_for`: who must have a second step. `issuer`: where else people sign in, if anywhere.

    `remove_from_group` takes a Telegram user out of the staff's group; None where there is no such group.
    """

    second_step_for: frozenset[Role] = frozenset()
    issuer: Issuer | None = None
    remove_from_group: Callable[[int], Awaitable[Removal]] | None = None
    admission: Admission = field(default_factory=Admission)
