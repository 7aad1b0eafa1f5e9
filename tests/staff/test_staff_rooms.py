"""What is kept of the staff chat, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from dialogs.flows.staff import Claimed, Noted, Replied
from storage.db.timestamps import utc_now
from storage.staff.telegram_links import make_link, take_link
from storage.staff.topics import (
    StaffTopic,
    begin,
    behind,
    conversation_in,
    event_id,
    expect,
    look,
    post,
    receipt_shown,
    save,
    settled_receipts,
)
from tests.staff.conftest import Office

CHAT = -1001
EVER = datetime(2020, 1, 1, tzinfo=UTC)


async def test_a_chat_is_behind_until_all_of_it_was_shown(office: Office) -> None:
    await office.says("quiet", "hello")
    await office.says("a", "a person please")
    with office.database.write() as conn:
        (view,) = behind(conn, CHAT, EVER)
        assert view.room == StaffTopic(office.id_of("a"), CHAT)
        save(conn, office.database.dialect, replace(view.room, card=7, topic=8, seen=view.thread.turn))
        assert behind(conn, CHAT, EVER) == []
        assert conversation_in(conn, CHAT, 8) == office.id_of("a")
    await office.says("a", "are you there?")
    with office.database.read() as conn:
        assert [view.room.card for view in behind(conn, CHAT, EVER)] == [7]


async def test_what_was_said_comes_turn_by_turn_after_the_cursor(office: Office) -> None:
    li = await office.hires("Li")
    await office.says("a", "a person please")
    await office.acts(li, "a", Claimed())
    await office.acts(li, "a", Noted("be kind"), event_id(CHAT, 5) + ":note")
    await office.acts(li, "a", Replied("Good morning"), event_id(CHAT, 6))
    await office.acts(li, "a", Replied("From the desk"))
    with office.database.write() as conn:
        view = look(conn, CHAT, office.id_of("a"))
        assert view is not None
        assert view.holder == "Li"
        told = [(item.who, item.text, item.there) for item in view.items if item.who in ("customer", "agent", "note")]
        assert told == [
            ("customer", "a person please", False),
            ("note", "be kind", True),
            ("agent", "Good morning", True),
            ("agent", "From the desk", False),
        ]
        shown = next(item for item in view.items if item.text == "Good morning")
        save(conn, office.database.dialect, replace(view.room, turn=shown.turn, seq=shown.seq))
        later = look(conn, CHAT, office.id_of("a"))
        assert later is not None
        assert [item.text for item in later.items] == ["From the desk"]


async def test_of_two_who_begin_to_show_the_same_one_goes_on(office: Office) -> None:
    dialect, room = office.database.dialect, StaffTopic(office.id_of("a"), CHAT)
    with office.database.write() as conn:
        assert begin(conn, dialect, room, "one")
        assert not begin(conn, dialect, room, "two")
        save(conn, dialect, replace(room, turn=3))
        assert not begin(conn, dialect, room, "two")
        assert begin(conn, dialect, replace(room, turn=3), "two")


async def test_a_receipt_is_shown_once_its_fate_is_known(office: Office) -> None:
    dialect, of_id = office.database.dialect, office.id_of("a")
    with office.database.write() as conn:
        for _ in range(2):
            expect(conn, dialect, of_id, 4, CHAT, 77)
            post(conn, dialect, CHAT, 77, of_id)
        (receipt,) = settled_receipts(conn, CHAT)
        assert (receipt.message, receipt.state) == (77, "")
        receipt_shown(conn, receipt)
        assert list(settled_receipts(conn, CHAT)) == []
        assert conversation_in(conn, CHAT, 0, 77) == of_id


async def test_a_link_joins_once(office: Office) -> None:
    li = await office.hires("Li")
    with office.database.write() as conn:
        token = make_link(conn, li.id, utc_now())
        joined = take_link(conn, token, 5_000_000_000, utc_now())
        assert joined is not None
        assert joined.id == li.id
        assert take_link(conn, token, 5_000_000_001, utc_now()) is None
