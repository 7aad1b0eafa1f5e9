"""Who may do what to a chat: every act × role × team × owner."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from staff.rights import Right, may
from storage.staff.accounts import Role, Staff, StaffPresence

NOW = datetime(2026, 11, 22, tzinfo=UTC)
ME, SOMEBODY = "m" * 32, "s" * 32
TEAM = {Right.SEE, Right.NOTE, Right.EDIT, Right.REOPEN, Right.MERGE, Right.BAR, Right.FULFIL}
OWNER = {Right.REPLY, Right.TRANSFER, Right.SNOOZE, Right.HAND_BACK, Right.RESOLVE, Right.OFFER}
SUPERVISOR = TEAM | {
    Right.ASSIGN, Right.PULL, Right.UNBAR, Right.LET_THROUGH, Right.TRANSFER, Right.SNOOZE, Right.HAND_BACK,
    Right.RESOLVE, Right.OFFER, Right.APPROVE,
}  # fmt: skip

TABLE = {
    # (role, team of the chat, who has it): what is allowed; this person is in the team "web".
    (Role.AGENT, "web", ""): TEAM | {Right.CLAIM},
    (Role.AGENT, "", ""): TEAM | {Right.CLAIM},
    (Role.AGENT, "web", ME): TEAM | OWNER,
    (Role.AGENT, "web", SOMEBODY): TEAM,
    (Role.AGENT, "care", ""): set(),
    (Role.AGENT, "care", ME): TEAM | OWNER,
    (Role.AGENT, "care", SOMEBODY): set(),
    (Role.SUPERVISOR, "web", ""): SUPERVISOR | {Right.CLAIM},
    (Role.SUPERVISOR, "web", ME): SUPERVISOR | OWNER,
    (Role.SUPERVISOR, "web", SOMEBODY): SUPERVISOR,
    (Role.SUPERVISOR, "care", ""): set(),
    (Role.SUPERVISOR, "care", SOMEBODY): set(),
    (Role.ADMINISTRATOR, "web", SOMEBODY): SUPERVISOR,
    (Role.ADMINISTRATOR, "web", ME): SUPERVISOR | OWNER,
    (Role.ADMINISTRATOR, "care", ""): set(),
}


def person(role: Role, *teams: str) -> Staff:
    return Staff(ME, "mei", "Mei", role, teams, (), (), 8, StaffPresence.AVAILABLE, NOW, NOW, NOW)


def allowed(staff: Staff, team: str, owner: str) -> set[Right]:
    return {act for act in Right if may(staff, act, team, owner)}


@pytest.mark.parametrize(("role", "team", "owner"), TABLE)
def test_each_may_do_what_the_table_says_and_nothing_else(role: Role, team: str, owner: str) -> None:
    assert allowed(person(role, "web"), team, owner) == TABLE[role, team, owner]


@pytest.mark.parametrize("role", Role)
def test_without_a_team_one_serves_them_all(role: Role) -> None:
    for owner in ("", ME, SOMEBODY):
        assert allowed(person(role), "care", owner) == allowed(person(role, "care"), "care", owner)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("owner", ["", ME, SOMEBODY])
def test_a_closed_account_and_a_borrowed_password_may_nothing(role: Role, owner: str) -> None:
    assert not allowed(replace(person(role, "web"), disabled_at=NOW), "web", owner)
    assert not allowed(replace(person(role, "web"), must_change=True), "web", owner)


def test_a_higher_role_never_may_less() -> None:
    for team in ("", "web", "care"):
        for owner in ("", ME, SOMEBODY):
            may_do = [allowed(person(role, "web"), team, owner) for role in Role]
            assert may_do[0] <= may_do[1] <= may_do[2]
