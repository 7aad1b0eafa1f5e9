"""Each button and each kind of message in the staff chat asks once for the right of an action of `staff.actions`."""

from __future__ import annotations

import ast
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from handlers.staff_telegram import callbacks
from handlers.staff_telegram.buttons import account, data
from staff.actions import action
from staff.actions.refusals import ActionForbidden
from staff.actions.times import snooze_time
from staff.chat import Chat
from staff.rights import Right
from storage.conversations.notes import notes_of
from storage.db.timestamps import utc_now
from storage.staff.accounts import Staff, change_staff
from tests.staffbot.conftest import Open, Shop
from tests.staffbot.test_talking import claimed, filed
from tests.telegram.groups import Group
from tests.telegram.users import User

BUTTONS = {
    "claim": Right.CLAIM, "back": Right.HAND_BACK, "to": Right.TRANSFER, "team": Right.TRANSFER, "until": Right.SNOOZE,
    "resolve": Right.RESOLVE, "correct": Right.REPLY, "can": Right.REPLY, "send": Right.REPLY, "spam": Right.BAR,
    "block": Right.BAR, "unbar": Right.UNBAR, "transfer": Right.TRANSFER, "snooze": Right.SNOOZE,
    "canned": Right.REPLY, "bar": Right.BAR, "less": Right.SEE,
}  # fmt: skip


class Asked(list[Right]):
    """The rights that were asked for; nobody has any of them."""

    def __call__(self, staff: Staff, chat: Chat, right: Right) -> ActionForbidden | None:
        self.append(right)
        return ActionForbidden()


def verbs() -> set[str]:
    """What a button may ask for: the names in the match of taps, and those in its tables."""
    tree = ast.parse(Path(callbacks.__file__).read_text("utf-8"))
    cases = [node.value for node in ast.walk(tree) if isinstance(node, ast.MatchValue)]
    named = {one.value for one in cases if isinstance(one, ast.Constant) and isinstance(one.value, str)}
    return named | callbacks.MENUS.keys() | callbacks.AT_ONCE.keys()


def test_the_table_has_every_button() -> None:
    assert verbs() == BUTTONS.keys()


async def test_each_button_asks_once_for_its_right_and_does_nothing_without_it(
    open_shop: Open, group: Group, anna: User, li: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_shop(group) as shop:
        staff = shop.hires("Li", li)
        await claimed(shop, anna, li)
        await shop.topic(anna)
        await shop.shown(anna)
        about = {"until": "1h", "team": "privacy", "to": account(staff.id), "can": "courier", "send": "courier"}
        card, of_id, before = li.screen(group)[0], shop.id_of(anna), shop.thread(anna)
        monkeypatch.setattr(action, "forbidden", asked := Asked())
        for verb, right in BUTTONS.items():
            asked.clear()
            answer = await li.presses(card, data(verb, of_id, about.get(verb, ""))).answered()
            assert (answer.text, answer.alert) == ("This is not yours to do. Ask a supervisor.", True), verb
            assert asked == [right], verb
        assert shop.thread(anna) == before


async def test_so_does_each_kind_of_message(
    open_shop: Open, group: Group, anna: User, li: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_shop(group) as shop:
        await filed(shop, anna, li)
        topic = await shop.topic(anna)
        before, said = shop.thread(anna), len(shop.transcript(anna))
        await li.taps("Resolve", topic)
        question = await li.sees(topic, "What was done?")
        monkeypatch.setattr(action, "forbidden", asked := Asked())
        await li.says(topic, "Refunded", reply_to=question)
        await li.sees(topic, "This is not yours to do")
        assert asked == [Right.RESOLVE]
        await li.says(topic, "/cancel")
        await li.sees(topic, "Nothing is resolved.")
        for words, rights in (("/note ours", [Right.NOTE]), ("Good morning", [Right.REPLY, Right.NOTE])):
            asked.clear()
            await li.says(topic, words)
            await shop.until(lambda rights=rights: asked == rights)
        assert (shop.thread(anna), len(shop.transcript(anna))) == (before, said)
        assert not _notes(shop, anna)


def _notes(shop: Shop, anna: User) -> list[str]:
    with shop.database.read() as conn:
        return [note.text for note in notes_of(conn, shop.id_of(anna))]


@pytest.mark.parametrize("zone", ["America/New_York", ""])
async def test_tomorrow_at_nine_is_on_the_clock_of_whoever_says_so_as_at_the_desk(
    open_shop: Open, group: Group, anna: User, li: User, zone: str
) -> None:
    """It was the business's here, and the colleague's own on the page."""
    async with open_shop(group) as shop:
        staff = shop.hires("Li", li)
        with shop.database.write() as conn:
            change_staff(conn, staff.id, {"timezone": zone})
        await claimed(shop, anna, li)
        topic = await shop.topic(anna)
        there, before = ZoneInfo(zone or shop.playbook.file.timezone), utc_now()
        await li.taps("Snooze", topic)
        answer = await (await li.taps("Tomorrow at 9", topic)).answered()
        assert "09:00, or until the customer writes" in answer.text
        expected = {snooze_time("tomorrow", "", at, there) for at in (before, utc_now() + timedelta(seconds=1))}
        assert shop.thread(anna).snoozed_until in expected


@pytest.mark.parametrize("called", ["hour", "hours", "tomorrow"])
async def test_a_button_that_stood_in_the_group_before_still_puts_aside(
    open_shop: Open, group: Group, anna: User, li: User, called: str
) -> None:
    async with open_shop(group) as shop:
        shop.hires("Li", li)
        await claimed(shop, anna, li)
        await shop.shown(anna)
        answer = await li.presses(li.screen(group)[0], data("until", shop.id_of(anna), called)).answered()
        assert "Put aside until" in answer.text
        assert shop.thread(anna).state == "snoozed"


async def test_nothing_with_a_gap_in_it_leaves_from_the_group_either(
    open_shop: Open, group: Group, anna: User, li: User
) -> None:
    async with open_shop(group) as shop:
        shop.hires("Li", li)
        await claimed(shop, anna, li)
        topic = await shop.topic(anna)
        await li.says(topic, "Dear {name}, it comes tomorrow")
        await li.sees(topic, "Fill in {name} first.")
        assert not any("it comes tomorrow" in message.text for message in shop.transcript(anna))
