"""Who waits is offered to whoever is there; whose holder is gone waits anew."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from dialogs.flows.staff import Claimed, Replied
from storage.staff.accounts import Role, StaffPresence, get_staff, note_seen, set_presence
from tests.staff.conftest import Office


async def test_who_waits_is_offered_to_whoever_is_there_with_the_least_to_do(office: Office) -> None:
    li, wang = await office.hires("Li"), await office.hires("Wang")
    for chat in ("a", "b", "c", "d"):
        await office.says(chat, "a person please")
    assert await office.giving_out().give_out() == 4
    assert sorted(office.thread(chat).agent for chat in "abcd") == sorted([li.id, li.id, wang.id, wang.id])
    assert {office.thread(chat).state for chat in "abcd"} == {"offered"}


async def test_four_processes_that_give_out_at_once_give_each_chat_once(office: Office) -> None:
    people = {(await office.hires(f"P{n}", capacity=2)).id for n in range(3)}
    for n in range(9):
        await office.says(f"c{n}", "a person please")
    await asyncio.gather(*(office.giving_out().give_out() for _ in range(4)))
    held = [office.thread(f"c{n}").agent for n in range(9)]
    assert all(held.count(somebody) == 2 for somebody in people)
    assert held.count("") == 3


async def test_nobody_is_offered_what_is_not_their_teams(office: Office) -> None:
    await office.hires("Li", teams=("privacy",))
    await office.says("a", "My parcel AM2611180042 is late, a person please")
    assert await office.giving_out().give_out() == 0


async def test_what_takes_a_skill_is_offered_to_whoever_has_it(office: Office) -> None:
    await office.hires("Li")
    wang = await office.hires("Wang", skills=("customs",))
    for chat in "ab":
        await office.says(chat, "My parcel AM2611180042 is late, a person please")
    giving_out = replace(office.giving_out(), skills={office.thread("a").category: "customs"})
    assert await giving_out.give_out() == 2
    assert {office.thread(chat).agent for chat in "ab"} == {wang.id}


async def test_whoever_was_not_seen_for_long_is_away_and_their_waiting_chats_go_to_others(office: Office) -> None:
    li = await office.hires("Li")
    for chat in ("waiting", "answered"):
        await office.says(chat, "a person please")
        await office.acts(li, chat, Claimed())
    await office.acts(li, "answered", Replied("Which parcel is it?"))
    office.waits(minutes=11)
    giving_out = office.giving_out()
    await giving_out.give_out()
    with office.database.read() as conn:
        assert get_staff(conn, li.id).presence is StaffPresence.AWAY
    office.waits(minutes=11)
    wang = await office.hires("Wang")
    await giving_out.give_out()
    await giving_out.give_out()
    assert (office.thread("waiting").agent, office.thread("answered").agent) == (wang.id, li.id)


async def test_whoever_is_at_work_loses_nothing_for_having_called_themselves_away(office: Office) -> None:
    li = await office.hires("Li")
    with office.database.write() as conn:
        set_presence(conn, li.id, StaffPresence.AWAY, office.now)
    await office.says("a", "a person please")
    await office.acts(li, "a", Claimed())
    office.waits(minutes=11)
    with office.database.write() as conn:
        note_seen(conn, li.id, office.now)
    await office.giving_out().give_out()
    assert office.thread("a").agent == li.id


async def test_a_busy_colleague_is_given_nothing_new(office: Office) -> None:
    li = await office.hires("Li", Role.SUPERVISOR)
    with office.database.write() as conn:
        set_presence(conn, li.id, StaffPresence.BUSY, office.now)
    await office.says("a", "a person please")
    assert await office.giving_out().give_out() == 0
