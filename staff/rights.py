"""What a page asks of its visitor, and who may do what to a chat. Pure: no request, no database."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from storage.staff.accounts import Role, Staff


@dataclass(frozen=True, slots=True)
class Permission:
    """What a route asks: at least a role, or nothing at all.

    `unsettled`: open too for somebody who has something to set up first, as a password of their own.
    `fresh`: it touches an account, so whoever does it shows again that it is them.
    """

    role: Role | None
    unsettled: bool = False
    fresh: bool = False


ANYBODY = Permission(None, unsettled=True)
"""Open without signing in."""


def needs(role: Role, *, unsettled: bool = False, fresh: bool = False) -> Permission:
    """Open for this role and those above it."""
    return Permission(role, unsettled, fresh)


class Right(StrEnum):
    """What can be done to a chat and its cases."""

    SEE = "see"
    NOTE = "note"
    EDIT = "edit"
    CLAIM = "claim"
    REPLY = "reply"
    TRANSFER = "transfer"
    SNOOZE = "snooze"
    HAND_BACK = "hand back"
    RESOLVE = "resolve"
    REOPEN = "reopen"
    MERGE = "merge"
    ASSIGN = "assign"
    PULL = "pull"
    BAR = "bar"
    UNBAR = "unbar"
    LET_THROUGH = "let through"
    OFFER = "offer"
    APPROVE = "approve"
    FULFIL = "fulfil"


OF_THE_TEAM = frozenset({Right.SEE, Right.NOTE, Right.EDIT, Right.REOPEN, Right.MERGE, Right.BAR, Right.FULFIL})
"""Open for everyone who serves the chat's team."""
OF_THE_OWNER = frozenset({Right.REPLY, Right.TRANSFER, Right.SNOOZE, Right.HAND_BACK, Right.RESOLVE, Right.OFFER})
"""For whoever has the chat: customers hear one voice."""
OF_SUPERVISORS = frozenset({Right.ASSIGN, Right.PULL, Right.UNBAR, Right.LET_THROUGH, Right.APPROVE})
"""Giving a chat to somebody, taking it from the bot or from somebody; hearing again who was not heard, letting a chat
ring that waits aside, and letting an offer go out that is over somebody's limit.
"""
ALSO_OF_SUPERVISORS = OF_THE_OWNER - {Right.REPLY}
"""What a supervisor does for an owner who is not there. To reply, they pull the chat first."""


def may(staff: Staff, act: Right, team: str, owner: str) -> bool:
    """Whether somebody may do this to a chat of `team` (empty: none) that `owner` has (a staff id; empty: nobody).

    Whoever has a chat may see and answer it whatever its team, for it may have been passed to them.
    """
    if staff.disabled or staff.must_change:
        return False
    mine = bool(owner) and owner == staff.id
    if act in OF_THE_OWNER and mine:
        return True
    if not mine and not staff.serves(team):
        return False
    if act is Right.CLAIM:
        return not owner
    if act in OF_SUPERVISORS or act in ALSO_OF_SUPERVISORS:
        return staff.at_least(Role.SUPERVISOR)
    return act in OF_THE_TEAM
