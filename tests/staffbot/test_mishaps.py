"""What goes wrong in a staff chat, and what colleagues see of it."""

from __future__ import annotations

import asyncio

import pytest

from dialogs.flows.staff import Claimed, Replied
from handlers.staff_telegram.api import Pace
from tests.staffbot.conftest import Open
from tests.staffbot.test_talking import claimed
from tests.telegram.groups import Group
from tests.telegram.server import TelegramServer
from tests.telegram.users import User


async def test_a_topic_that_somebody_deleted_is_made_anew_and_filled_again(
    open_shop: Open, group: Group, anna: User, li: User
) -> None:
    async with open_shop(group) as shop:
        shop.hires("Li", li)
        await claimed(shop, anna, li)
        topic = await shop.topic(anna)
        await li.says(topic, "I am looking into it.")
        await anna.sees(shop.bot, "I am looking into it.")
        await shop.shown(anna)
        group.drops_topic(group.topics[0].name)
        await anna.says(shop.bot, "Are you still there?")
        await shop.until(lambda: shop.room(anna).topic not in (0, topic.thread))
        again = await shop.topic(anna)
        await li.sees(again, "My parcel is late")
        await shop.shown(anna)
        told = "\n".join(m.text for m in li.screen(again))
        assert "I am looking into it." in told
        assert "Are you still there?" in told
        await li.says(again, "Yes, I am.")
        await anna.sees(shop.bot, "Yes, I am.")


async def test_a_card_that_somebody_deleted_is_posted_anew(open_shop: Open, group: Group, anna: User, li: User) -> None:
    async with open_shop(group) as shop:
        shop.hires("Li", li)
        await anna.says(shop.bot, "I want to talk to a person")
        card = await li.sees(group, "asked for a person")
        await shop.shown(anna)
        group.room.delete(card.id, li.id)
        await li.taps("Claim", await shop.topic(anna))
        again = await li.sees(group, "Li has it")
        assert again.id != card.id


async def test_an_agent_is_told_that_the_customer_blocked_the_bot(
    open_shop: Open, group: Group, anna: User, li: User
) -> None:
    async with open_shop(group) as shop:
        shop.hires("Li", li)
        await claimed(shop, anna, li)
        topic = await shop.topic(anna)
        anna.deletes_account(shop.bot)
        said = await li.says(topic, "Good morning")
        await li.sees_reaction(topic, "👎")
        told = await li.sees(topic, "This did not reach the customer")
        assert told.raw["reply_to_message"]["message_id"] == said.id
        assert "blocked" in told.text


async def test_an_answer_of_unknown_fate_is_named_and_not_sent_again(
    telegram: TelegramServer, open_shop: Open, group: Group, anna: User, li: User
) -> None:
    async with open_shop(group) as shop:
        shop.hires("Li", li)
        await claimed(shop, anna, li)
        topic = await shop.topic(anna)
        await shop.until(lambda: set(shop.states()) <= {"sent", "dead"})
        telegram.disturbs("reset", method="sendMessage", chat=anna.id, times=1)
        await li.says(topic, "Good morning")
        await li.sees(topic, "not known whether this reached the customer")
        assert sum("Good morning" in m.text for m in anna.screen(shop.bot)) == 1


async def test_telegram_that_asks_to_wait_is_waited_for_and_nothing_is_lost(
    telegram: TelegramServer, open_shop: Open, group: Group, anna: User, li: User
) -> None:
    async with open_shop(group) as shop:
        shop.hires("Li", li)
        telegram.refuses(429, method="sendMessage", chat=group.id, retry_after=1, times=2)
        telegram.refuses(429, method="createForumTopic", retry_after=1, times=1)
        await claimed(shop, anna, li)
        topic = await shop.topic(anna, within=15)
        await li.sees(topic, "My parcel is late")
        assert telegram.early == []
        # By the time it may be sent, the card says already who has the chat.
        assert sum(m.thread is None for m in li.screen(group)) == 1


async def test_an_unanswered_call_is_shown_again_with_a_mark(
    telegram: TelegramServer, open_shop: Open, group: Group, anna: User, li: User
) -> None:
    """Whether it arrived cannot be known: colleagues rather read something twice than miss it."""
    async with open_shop(group) as shop:
        shop.hires("Li", li)
        await claimed(shop, anna, li)
        topic = await shop.topic(anna)
        await shop.shown(anna)
        telegram.disturbs("reset", method="sendMessage", chat=group.id, times=1)
        await anna.says(shop.bot, "Are you there?")
        again = await li.sees(topic, "Perhaps for the second time")
        assert "Are you there?" in again.text
        await shop.shown(anna)
        seen = [m.text for m in li.screen(topic) if "Are you there?" in m.text]
        assert len(seen) == 2


async def test_the_group_s_limit_is_kept_and_what_waits_is_shown_together(
    telegram: TelegramServer, open_shop: Open, group: Group, anna: User, li: User
) -> None:
    from tests.telegram.limits import Limits

    telegram.limits(Limits())
    async with open_shop(group, pace=Pace()) as shop:
        staff = shop.hires("Li", li)
        await shop.web_says("w", "I want to talk to a person")
        await shop.acts(staff, "w", Claimed())
        for n in range(30):
            await shop.web_says("w", f"word {n}")
        await shop.shown("w", within=20)
        told = "\n".join(m.text for m in li.screen(group))
        assert [n for n in range(30) if told.count(f"word {n}\n") + told.endswith(f"word {n}") != 1] == []
        asked = [r for r in telegram.log if r.chat == group.id and r.method.startswith(("send", "edit"))]
        assert len(asked) <= 16
        assert [r.status for r in asked] == [200] * len(asked)


async def test_an_agent_s_words_from_the_desk_are_shown_in_the_topic_with_their_fate(
    open_shop: Open, group: Group, anna: User, li: User
) -> None:
    async with open_shop(group) as shop:
        staff = shop.hires("Li", li)
        await claimed(shop, anna, li)
        topic = await shop.topic(anna)
        await shop.acts(staff, anna, Replied("Written at the desk"))
        shop.channel.committed()
        shown = await li.sees(topic, "Written at the desk")
        assert "🧑‍💼 Li" in shown.text
        assert (await li.sees_reaction(topic, "👍")).id == shown.id


async def test_an_edited_answer_can_be_sent_as_a_correction_once(
    open_shop: Open, group: Group, anna: User, li: User
) -> None:
    async with open_shop(group) as shop:
        shop.hires("Li", li)
        await claimed(shop, anna, li)
        topic = await shop.topic(anna)
        said = await li.says(topic, "It comes on Mnday")
        await li.sees_reaction(topic, "👍")
        await li.edits(said, "It comes on Monday")
        offer = await li.sees(topic, "The customer already has the first version")
        assert not any("Monday" in m.text for m in anna.screen(shop.bot))
        data = offer.buttons[0]["callback_data"]
        for _ in range(2):
            await li.presses(offer, data).answered()
        await anna.sees(shop.bot, "It comes on Monday")
        await asyncio.sleep(0.3)
        assert sum("It comes on Monday" in m.text for m in anna.screen(shop.bot)) == 1


async def test_after_a_restart_the_chat_goes_on_where_it_was(
    open_shop: Open, group: Group, anna: User, li: User
) -> None:
    async with open_shop(group) as shop:
        shop.hires("Li", li)
        await claimed(shop, anna, li)
        topic = await shop.topic(anna)
        await shop.shown(anna)
    await anna.says(shop.bot, "Said while you were away")
    await li.says(topic, "Written while you were away")
    async with open_shop(group) as shop:
        await li.sees(topic, "Said while you were away")
        await anna.sees(shop.bot, "Written while you were away")
        await shop.shown(anna)
        told = [m.text for m in li.screen(topic)]
        assert sum("Said while you were away" in text for text in told) == 1
        assert sum("My parcel is late" in text for text in told) == 1


@pytest.mark.parametrize("kind", ["sticker", "service"])
async def test_what_cannot_be_passed_on_is_said_and_telegram_s_own_notices_are_not_relayed(
    open_shop: Open, group: Group, anna: User, li: User, wang: User, kind: str
) -> None:
    async with open_shop(group) as shop:
        shop.hires("Li", li)
        await claimed(shop, anna, li)
        topic = await shop.topic(anna)
        before = len(shop.transcript(anna))
        if kind == "sticker":
            await li.sends_sticker(topic)
            await li.sees(topic, "cannot be passed on")
        else:
            li.closes_topic(topic)
            wang.joins(group)
            await shop.until(lambda: not shop.staff_bot.updates.waiting)
        assert len(shop.transcript(anna)) == before
