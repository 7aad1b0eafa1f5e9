"""Every action of a colleague is one function, asks for one right, and is the same at both desks.

A new action needs a line in `ACTIONS`; a new route of a chat or a new button, one in the tables of `tests/desk` and
`tests/staffbot` of the same name.
"""

from __future__ import annotations

import ast
import inspect
from dataclasses import replace
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, get_args

import pytest

import staff.actions
from dialogs.flows import staff as acts
from dialogs.playbooks.playbook import Playbook
from staff.actions.action import Action, ActionRequest, opened
from staff.actions.incidents import (
    IncidentRequest,
    confirm_incident,
    is_theirs,
    move_member,
    opened_incident,
    solve_incident,
    tell_members,
)
from staff.actions.refusals import ActionForbidden, ActionRefused, SubjectNotFound
from staff.actions.takeover import claim
from staff.actions.writing import no_files
from staff.rights import Right, may
from storage.incidents.incidents import Incident
from storage.staff.accounts import Role
from tests.staff.asking import asks
from tests.staff.conftest import Office

NOW = datetime(2026, 11, 18, tzinfo=UTC)
ROOT = Path(__file__).parents[2]
ACTIONS = {
    "takeover.claim": Right.CLAIM,
    "takeover.pull": Right.PULL,
    "takeover.assign": Right.ASSIGN,
    "takeover.transfer": Right.TRANSFER,
    "takeover.snooze": Right.SNOOZE,
    "takeover.hand_back": Right.HAND_BACK,
    "writing.reply": Right.REPLY,
    "writing.note": Right.NOTE,
    "casework.put_slot": Right.EDIT,
    "casework.set_category": Right.EDIT,
    "casework.put_on_file": Right.EDIT,
    "casework.set_priority": Right.EDIT,
    "casework.set_listed_priority": Right.EDIT,
    "casework.set_progress": Right.EDIT,
    "casework.set_tags": Right.EDIT,
    "casework.add_tag": Right.EDIT,
    "casework.reopen": Right.REOPEN,
    "casework.merge": Right.MERGE,
    "casework._link": Right.MERGE,
    "casework._link_there": Right.MERGE,
    "resolving.resolve": Right.RESOLVE,
    "resolving.resolve_only_case": Right.RESOLVE,
    "barring.mark_spam": Right.BAR,
    "barring.block": Right.BAR,
    "barring.unbar": Right.UNBAR,
    "barring.let_through": Right.LET_THROUGH,
    "dangers.deny_danger": Right.EDIT,
    "dangers.find_danger": Right.EDIT,
    "offers.make_offer": Right.OFFER,
    "offers.approve_offer": Right.APPROVE,
    "offers.withdraw_offer": Right.OFFER,
    "offers.answer_offer": Right.OFFER,
    "offers.finish_line": Right.FULFIL,
}
GIVEN: dict[str, Any] = {
    "to": "", "choice": "1h", "text": "Hello.", "files": no_files, "name": "item", "reference": "C-2611-000001",
    "value_of": lambda slot, files: "", "category": "delivery", "priority": "urgent", "state": "assessed",
    "tags": "", "tag": "late", "into": "", "other": "", "given": None, "outcome": "Done.", "cause": "courier",
    "kind": "safety", "message": "1", "n": "1", "decision": "accept", "i": "1",
}  # fmt: skip
"""Something for each argument that an action cannot do without."""
QUEUES = {acts.Lost, acts.Informed}
"""Acts of the queue's and of an incident's, which no colleague does to one chat."""
PROGRAMS = {acts.Found}
"""What only programs put down by itself; a colleague does with a resolution."""


def every_action() -> dict[str, Action[...]]:
    """Each action of `staff.actions`, by module and name."""
    found = {}
    for module in iter_modules(staff.actions.__path__):
        held = import_module(f"staff.actions.{module.name}")
        mine = {name: one for name, one in vars(held).items() if isinstance(one, Action)}
        for name, one in mine.items():
            if one.meant.__module__ == held.__name__:
                found[f"{module.name}.{name}"] = one
    return found


def test_each_action_asks_for_the_right_that_the_table_says() -> None:
    assert {name: one.right for name, one in every_action().items()} == ACTIONS


def test_there_is_an_action_for_every_right_but_to_see() -> None:
    assert {one.right for one in every_action().values()} == set(Right) - {Right.SEE}


def test_there_is_an_action_for_every_act_that_a_step_of_the_conversation_knows() -> None:
    source = "".join(path.read_text("utf-8") for path in (ROOT / "staff/actions").glob("*.py"))
    calls = (node.func for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    made = {called.id for called in calls if isinstance(called, ast.Name)}
    known = {one.__name__ for one in set(get_args(acts.StaffAct)) - QUEUES - PROGRAMS}
    assert not known - made


def given(does: Action[...]) -> dict[str, Any]:
    """What an action cannot do without."""
    asked = list(inspect.signature(does.meant).parameters.values())[1:]
    return {one.name: GIVEN[one.name] for one in asked if one.default is one.empty}


async def test_whoever_may_not_is_refused_before_anything_is_read_or_done(office: Office) -> None:
    """Somebody of another team, and whoever must first choose a password of their own."""
    stranger = await office.hires("Cora", Role.SUPERVISOR, teams=("privacy",))
    fresh = replace(await office.hires("Fresh", Role.ADMINISTRATOR), must_change=True)
    await office.says("a", "My parcel AM2611180042 is late")
    await office.says("a", "a person please")
    before = office.thread("a")
    for does in every_action().values():
        for somebody in (stranger, fresh):
            with pytest.raises(ActionForbidden):
                await does(asks(office, somebody, "a"), **given(does))
    assert office.thread("a") == before


async def test_a_chat_is_opened_for_whoever_the_table_of_rights_lets_in(office: Office) -> None:
    """The one check that there is agrees with the table, for a chat that waits and for one that somebody has."""
    await office.says("a", "My parcel AM2611180042 is late")
    await office.says("a", "a person please")
    people = [
        await office.hires(f"{role}-{place}", role, teams=teams)
        for role in Role
        for place, teams in (("all", ()), ("in", (office.thread("a").team,)), ("out", ("privacy",)))
    ]
    for holder in (None, people[1]):
        if holder:
            await claim(asks(office, holder, "a"))
        team, owner = office.thread("a").team, holder.id if holder else ""
        for somebody in people:
            # Who comes too late with a claim is told by the turn who was sooner.
            let_in = {right for right in Right if await _opens(asks(office, somebody, "a"), right)} - {Right.CLAIM}
            assert let_in == {right for right in Right if may(somebody, right, team, owner)} - {Right.CLAIM}
            assert await _opens(asks(office, somebody, "a"), Right.CLAIM) is may(somebody, Right.SEE, team, owner)


async def _opens(request: ActionRequest, right: Right) -> bool:
    try:
        await opened(request, right)
    except ActionForbidden:
        return False
    return True


async def test_a_chat_that_there_is_not_is_not_found_for_anybody(office: Office) -> None:
    somebody = await office.hires("Mei", Role.ADMINISTRATOR)
    with pytest.raises(SubjectNotFound):
        await opened(asks(office, somebody, "nobody"))


INCIDENT = Incident("i1", "suspected", "", frozenset(), "payment", {}, NOW, NOW)
"""Of a category that a team of the shop is in charge of."""


async def test_every_action_with_an_incident_is_for_supervisors_and_of_one_that_there_is(office: Office) -> None:
    mei, sam = await office.hires("Mei"), await office.hires("Sam", Role.SUPERVISOR)
    for somebody, refused in ((mei, ActionForbidden), (sam, SubjectNotFound)):
        request = IncidentRequest(asks(office, somebody, "a").work, somebody, "nothing")
        for asked in (
            confirm_incident(request, "", {}), tell_members(request), solve_incident(request, {}, ""),
            move_member(request, "a/0"), opened_incident(request),
        ):  # fmt: skip
            with pytest.raises(refused):
                await asked


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(("teams", "theirs"), [((), True), (("payments",), True), (("privacy",), False)])
async def test_an_incident_is_theirs_who_lead_its_team(
    office: Office, shop: Playbook, role: Role, teams: tuple[str, ...], theirs: bool
) -> None:
    somebody = await office.hires("Sam", role, teams=teams)
    assert is_theirs(somebody, INCIDENT, shop) is (theirs and role is not Role.AGENT)
    assert not is_theirs(replace(somebody, must_change=True), INCIDENT, shop)


def test_every_refusal_says_something_to_whoever_reads_it() -> None:
    kinds = [ActionRefused, *ActionRefused.__subclasses__()]
    assert len(kinds) == 6
    assert all(kind().text for kind in kinds)
