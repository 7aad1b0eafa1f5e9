"""Spam and blocks in the staff group: opened by one button, done by a second, undone by a supervisor."""

from __future__ import annotations

from storage.staff.accounts import Role
from tests.staffbot.conftest import Open
from tests.telegram.groups import Group
from tests.telegram.users import User


async def test_a_chat_is_marked_as_spam_and_a_supervisor_undoes_it(
    open_shop: Open, group: Group, anna: User, li: User, wang: User
) -> None:
    async with open_shop(group) as shop:
        shop.hires("Li", li)
        shop.hires("Wang", wang, Role.SUPERVISOR)
        await anna.says(shop.bot, "I want to talk to a person")
        topic = await shop.topic(anna)
        await li.taps("Spam…", topic)
        await (await li.taps("Mark as spam, without a case", topic)).answered()
        await shop.until(lambda: shop.thread(anna).state == "spam")
        await anna.says(shop.bot, "hello?")
        await anna.sees(shop.bot, "closed by a colleague")
        said = len(shop.transcript(anna))
        await anna.says(shop.bot, "are you there?")
        await shop.until(lambda: len(shop.transcript(anna)) == said + 1)
        assert not any("there?" in message.text for message in shop.group.room.messages.values())
        await (await li.taps("No spam, not blocked", topic)).answered()
        assert shop.thread(anna).state == "spam"
        await (await wang.taps("No spam, not blocked", topic)).answered()
        await shop.until(lambda: shop.thread(anna).state != "spam")
