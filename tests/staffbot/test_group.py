"""A plain group without topics, the other buttons, and joining an account to Telegram."""

from __future__ import annotations

from datetime import timedelta

import pytest

from complaints.record import Slot
from dialogs.flows.staff import HandedBack, PutOnFile, SlotPut
from storage.cases.cases import find_case
from storage.db.timestamps import utc_now
from storage.staff.accounts import Role, Staff, StaffPresence, find_telegram, get_staff, set_presence
from storage.staff.telegram_links import GOOD_FOR, deep_link, make_link, take_link
from tests.staffbot.conftest import STAFF, Open, Shop
from tests.telegram.groups import Group
from tests.telegram.screen import Place
from tests.telegram.server import TelegramServer
from tests.telegram.users import User


@pytest.fixture
def plain(telegram: TelegramServer, open_shop: Open, li: User, wang: User) -> Group:
    """A group without topics. Its bot is an administrator, as it must be to hear everything."""
    return telegram.group("Staff", li, wang, telegram.world.bots[STAFF])


async def test_a_plain_group_works_by_replying_to_cards(open_shop: Open, plain: Group, anna: User, li: User) -> None:
    async with open_shop(plain) as shop:
        shop.hires("Li", li)
        await anna.says(shop.bot, "My parcel is late, I want to talk to a person")
        card = await li.sees(plain, "asked for a person")
        await li.taps("Claim", plain)
        await li.sees(plain, "Li has it")
        await li.says(plain, "Shall we have lunch?")
        said = await li.says(plain, "Good morning Anna", reply_to=card)
        await anna.sees(shop.bot, "Good morning Anna")
        assert (await li.sees_reaction(plain, "👍")).id == said.id
        await anna.says(shop.bot, "Hello Li")
        hers = await li.sees(plain, "Hello Li")
        assert hers.raw["reply_to_message"]["message_id"] == card.id
        await li.says(plain, "It comes tomorrow", reply_to=hers)
        await anna.sees(shop.bot, "It comes tomorrow")
        assert not any("lunch" in m.text for m in shop.transcript(anna))


async def test_after_a_claim_no_message_of_the_bot_leaves_until_the_chat_is_handed_back(
    open_shop: Open, group: Group, anna: User, li: User
) -> None:
    async with open_shop(group) as shop:
        staff = shop.hires("Li", li)
        await anna.says(shop.bot, "I want to talk to a person")
        await li.taps("Claim", group)
        await shop.until(lambda: shop.thread(anna).state == "held")
        held = len(shop.transcript(anna))
        for n in range(5):
            await anna.says(shop.bot, f"My blender broke {n}")
        await shop.until(lambda: len(shop.transcript(anna)) == held + 5)
        assert {m.author for m in shop.transcript(anna)[held:]} == {"customer"}
        await (await li.taps("Hand back", await shop.topic(anna))).answered()
        await shop.until(lambda: shop.thread(anna).state != "held")
        assert shop.transcript(anna)[-1].author == "bot"
        assert staff.id not in {shop.thread(anna).agent}


async def test_a_chat_is_passed_on_and_put_aside_by_buttons(
    open_shop: Open, group: Group, anna: User, li: User, wang: User
) -> None:
    async with open_shop(group) as shop:
        shop.hires("Li", li)
        other = shop.hires("Wang", wang)
        with shop.database.write() as conn:
            set_presence(conn, other.id, StaffPresence.AVAILABLE, utc_now())
        await shop.web_says("a", "I want to talk to a person")
        topic = await shop.topic("a")
        await li.taps("Claim", topic)
        await li.taps("Snooze", topic)
        assert "Put aside until" in (await (await li.taps("1 hour", topic)).answered()).text
        await shop.until(lambda: shop.thread("a").state == "snoozed")
        await shop.shown("a")
        await li.taps("Transfer", topic)
        await (await li.taps("Wang", topic)).answered()
        await shop.until(lambda: shop.thread("a").agent == other.id)
        await li.sees(topic, "Wang has it")
        await wang.taps("Transfer", topic)
        await wang.taps("‹ Back", topic)
        await wang.taps("Transfer", topic)
        await (await wang.taps("Queue: Privacy", topic)).answered()
        await shop.until(lambda: shop.thread("a").state == "waiting")
        assert shop.thread("a").team == "privacy"


async def test_a_supervisor_does_for_a_holder_what_they_could_and_takes_the_chat_over(
    open_shop: Open, group: Group, li: User, wang: User
) -> None:
    """They were told that they may, and then that the chat was not theirs."""
    async with open_shop(group) as shop:
        shop.hires("Li", li)
        boss = shop.hires("Wang", wang, Role.SUPERVISOR)
        await shop.web_says("a", "I want to talk to a person")
        topic = await shop.topic("a")
        await (await li.taps("Claim", topic)).answered()
        await shop.shown("a")
        await wang.taps("Transfer", topic)
        await (await wang.taps("Wang", topic)).answered()
        await shop.until(lambda: shop.thread("a").agent == boss.id)
        await shop.shown("a")
        await wang.says(topic, "Good morning")
        await wang.sees_reaction(topic, "👍")
        assert (await (await li.taps("Hand back", topic)).answered()).text == "Wang has this chat."
        assert (await (await wang.taps("Hand back", topic)).answered()).text == "The bot goes on."


async def test_a_prepared_answer_is_read_then_sent_once_and_does_what_belongs_to_it(
    open_shop: Open, group: Group, anna: User, li: User, wang: User
) -> None:
    async with open_shop(group) as shop:
        shop.hires("Li", li)
        shop.hires("Wang", wang)
        await anna.says(shop.bot, "My parcel AM2611180042 is late, I want to talk to a person")
        topic = await shop.topic(anna)
        await li.taps("Claim", topic)
        await li.taps("Prepared answers", topic)
        await li.taps("Asked the courier", topic)
        offer = await li.sees(topic, "I've asked the courier about order AM2611180042")
        assert "courier" not in shop.transcript(anna)[-1].text
        assert (await (await wang.taps("Send", topic)).answered()).text == "Li has this chat."
        send = offer.buttons[0]["callback_data"]
        for tap in [li.presses(offer, send), li.presses(offer, send)]:
            await tap.answered()
        await anna.sees(shop.bot, "I've asked the courier about order AM2611180042")
        await shop.until(lambda: shop.thread(anna).state == "snoozed")
        assert shop.thread(anna).tags == ("courier",)
        assert [m.author for m in shop.transcript(anna)].count("agent") == 1


async def held(shop: Shop, anna: User, li: User) -> Place:
    """Li has Anna's chat, and knows what she bought."""
    staff = shop.hires("Li", li)
    await anna.says(shop.bot, "My blender broke after two days, a person please")
    topic = await shop.topic(anna)
    await li.taps("Claim", topic)
    await shop.until(lambda: shop.thread(anna).state == "held")
    for slot, value in ((Slot.CATEGORY, "product_quality"), (Slot.ITEM, "blender"), (Slot.NAME, "Anna Berg")):
        await shop.acts(staff, anna, SlotPut(slot, value))
    return topic


async def test_a_prepared_answer_shows_what_it_does_besides_and_says_what_could_not_be_done(
    open_shop: Open, group: Group, anna: User, li: User
) -> None:
    """There is no case yet that an offer could be made in."""
    async with open_shop(group) as shop:
        topic = await held(shop, anna, li)
        await li.taps("Prepared answers", topic)
        await li.taps("Offer an exchange", topic)
        offer = await li.sees(topic, "tells how far it is: a solution has been offered")
        assert "puts aside until they write, 72 hours at most" in offer.text
        answer = await (await li.taps("Send", topic)).answered()
        assert answer.text == "Sent. But not all that belongs to it was done: There is no such case in this chat."
        assert "tells how far" not in (await anna.sees(shop.bot, "We can exchange the blender for you")).text
        assert (shop.thread(anna).state, shop.thread(anna).tags) == ("snoozed", ("exchange",))


def _account(shop: Shop, user: User) -> Staff:
    with shop.database.read() as conn:
        found = find_telegram(conn, user.id)
    assert found
    return found


async def test_a_prepared_answer_moves_the_case_on_and_the_customer_hears(
    open_shop: Open, group: Group, anna: User, li: User
) -> None:
    async with open_shop(group) as shop:
        topic = await held(shop, anna, li)
        await li.taps("Prepared answers", topic)
        await shop.acts(_account(shop, li), anna, PutOnFile())
        await li.taps("Offer an exchange", topic)
        await (await li.taps("Send", topic)).answered()
        await anna.sees(shop.bot, "We've made you an offer")
        with shop.database.read() as conn:
            filed = find_case(conn, shop.thread(anna).reference)
        assert filed
        assert filed.case.state == "remedy_offered"


async def test_a_prepared_answer_with_a_gap_is_not_sent_as_it_is(
    open_shop: Open, group: Group, anna: User, li: User
) -> None:
    async with open_shop(group) as shop:
        shop.hires("Li", li)
        await anna.says(shop.bot, "I want to talk to a person")
        topic = await shop.topic(anna)
        await li.taps("Claim", topic)
        await li.taps("Prepared answers", topic)
        await li.taps("Asked the courier", topic)
        offer = await li.sees(topic, "Fill in {order_number}")
        assert not offer.buttons


async def test_a_chat_of_another_team_is_not_claimed(open_shop: Open, group: Group, li: User) -> None:
    async with open_shop(group) as shop:
        shop.hires("Li", li, teams=("privacy",))
        await shop.web_says("a", "My parcel AM2611180042 is late, a person please")
        answer = await (await li.taps("Claim", await shop.topic("a"))).answered()
        assert answer.text == "This is not yours to do. Ask a supervisor."
        assert shop.thread("a").state == "waiting"


async def test_the_staff_chat_speaks_the_staff_s_language(open_shop: Open, group: Group, li: User) -> None:
    async with open_shop(group, language="zh", desk_url="https://help.example.com/") as shop:
        shop.hires("Li", li)
        await shop.web_says("a", "My blender broke after two days, order AM2611180042")
        await shop.web_says("a", "a person please")
        card = await li.sees(group, "转人工原因：要求人工服务")
        assert card.titles == ("认领", "在工作台打开")
        assert card.buttons[1]["url"] == f"https://help.example.com/desk/chats/{shop.id_of('a')}"
        await shop.topic("a")
        assert group.topics[0].name.endswith("质量问题")


async def test_an_account_is_joined_by_a_link_from_the_desk_once(
    open_shop: Open, group: Group, li: User, wang: User
) -> None:
    async with open_shop(group) as shop:
        staff = shop.hires("Li")
        with shop.database.write() as conn:
            link = deep_link(shop.staff_bot.username, make_link(conn, staff.id, utc_now()))
        await li.opens(link)
        await li.sees(shop.staff_bot, "Welcome, Li")
        await wang.opens(link)
        await wang.sees(shop.staff_bot, "This link is not good")
        with shop.database.read() as conn:
            joined = find_telegram(conn, li.id)
            assert joined is not None
            assert joined.id == staff.id
            assert find_telegram(conn, wang.id) is None
        await wang.says(shop.staff_bot, "hello")
        await wang.sees(shop.staff_bot, "I work in the staff chat")


async def test_a_link_is_good_for_a_quarter_of_an_hour_and_not_for_a_closed_account(
    open_shop: Open, group: Group
) -> None:
    from storage.staff.accounts import disable_staff

    async with open_shop(group) as shop:
        staff, now = shop.hires("Li"), utc_now()
        with shop.database.write() as conn:
            late = make_link(conn, staff.id, now)
            assert take_link(conn, late, 7, now + GOOD_FOR + timedelta(seconds=1)) is None
            first, second = make_link(conn, staff.id, now), make_link(conn, staff.id, now)
            assert take_link(conn, first, 7, now) is None
            assert take_link(conn, second, 7, now) is not None
            third = make_link(conn, staff.id, now)
            disable_staff(conn, staff.id, now)
            assert take_link(conn, third, 7, now) is None


async def test_whoever_acts_in_the_staff_chat_is_there(open_shop: Open, group: Group, li: User) -> None:
    """Else the queue would take their chats from them at once."""
    async with open_shop(group) as shop:
        staff = shop.hires("Li", li)
        assert staff.presence is StaffPresence.AWAY
        await shop.web_says("a", "I want to talk to a person")
        await (await li.taps("Claim", await shop.topic("a"))).answered()
        with shop.database.read() as conn:
            assert get_staff(conn, staff.id).presence is StaffPresence.BUSY


async def test_what_is_done_at_the_desk_is_seen_in_the_staff_chat(open_shop: Open, group: Group, li: User) -> None:
    from dialogs.flows.staff import Claimed, Noted

    async with open_shop(group) as shop:
        boss = shop.hires("Mei", role=Role.SUPERVISOR)
        await shop.web_says("a", "I want to talk to a person")
        topic = await shop.topic("a")
        await shop.acts(boss, "a", Claimed())
        await li.sees(group, "Mei has it")
        await shop.acts(boss, "a", Noted("Third time this month"))
        assert "🔒 Note of Mei" in (await li.sees(topic, "Third time this month")).text
        await shop.acts(boss, "a", HandedBack())
        await li.sees(group, "Done")
        await shop.until(lambda: group.topics[0].closed)


async def test_another_group_is_told_its_number_when_it_asks(
    telegram: TelegramServer, open_shop: Open, group: Group, li: User
) -> None:
    other = telegram.group("Elsewhere", li, telegram.world.bots[STAFF])
    async with open_shop(group):
        await li.says(other, "I want to talk to a person")
        await li.says(other, "/id")
        assert str(other.id) in (await li.sees(other, "AMENDS_STAFF_CHAT")).text
        assert len([m for m in li.screen(other) if m.sender != li.id]) == 1
