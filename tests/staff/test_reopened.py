"""A case that the customer opened again goes to somebody else; one that came back twice, to a supervisor."""

from __future__ import annotations

from dialogs.flows.staff import Claimed, Resolved
from storage.cases.cases import list_cases
from storage.staff.accounts import Role, Staff
from tests.staff.conftest import Office

CHAT = "anna"


async def filed(office: Office) -> None:
    await office.says(CHAT, "My kettle stopped working after a week, order AM2611130042")
    while not references(office):
        await office.says(CHAT, "skip")
        await office.says(CHAT, "yes, send it")


def references(office: Office) -> list[str]:
    with office.database.read() as conn:
        return [filed.case.reference for filed in list_cases(conn)]


async def comes_back(office: Office, who: Staff) -> None:
    """Somebody resolves it, and the customer says that it is broken still."""
    await office.acts(who, CHAT, Claimed())
    await office.acts(who, CHAT, Resolved(references(office)[0], "A new one was sent.", "faulty"))
    await office.says(CHAT, "it broke again")
    await office.says(CHAT, "yes")


async def test_it_is_offered_to_somebody_who_has_not_had_it(office: Office) -> None:
    li, wang = await office.hires("Li"), await office.hires("Wang")
    await filed(office)
    await comes_back(office, li)
    assert await office.giving_out().give_out() == 1
    assert (office.thread(CHAT).state, office.thread(CHAT).agent) == ("offered", wang.id)
    assert office.thread(CHAT).reason == "reopened"


async def test_where_there_is_nobody_else_it_waits_for_them_to_come_or_for_the_lead(office: Office) -> None:
    li = await office.hires("Li")
    await filed(office)
    await comes_back(office, li)
    assert await office.giving_out().give_out() == 0
    outcome = await office.acts(li, CHAT, Claimed())
    assert outcome.refused is None, "nobody else is here, and whoever had it may take it by hand"


async def test_the_second_time_it_is_a_supervisors(office: Office) -> None:
    li, _ = await office.hires("Li"), await office.hires("Wang")
    await filed(office)
    await comes_back(office, li)
    await comes_back(office, li)
    assert await office.giving_out().give_out() == 0, "it is for nobody else, though they are free"
    boss = await office.hires("Sam", Role.SUPERVISOR)
    await office.giving_out().give_out()
    assert (office.thread(CHAT).agent, office.thread(CHAT).level) == (boss.id, 2)
