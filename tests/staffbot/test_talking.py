"""From a customer who asks for a person to a case that is resolved, with the agent in the staff group."""

from __future__ import annotations

from datetime import timedelta

from dialogs.flows.staff import PutOnFile
from handlers.staff_telegram.buttons import data
from handlers.staff_telegram.incoming import StaffUpdate
from storage.conversations.notes import notes_of
from storage.db.timestamps import utc_now
from storage.staff.accounts import get_staff
from storage.staff.topic_questions import Asker, TopicQuestion, put_question
from tests.staffbot.conftest import Open, Shop
from tests.telegram.groups import Group
from tests.telegram.server import TelegramServer
from tests.telegram.users import JPEG, PNG, User

STAFF = "654321:test-token-of-the-staff"


async def claimed(shop: Shop, anna: User, li: User) -> None:
    """Anna asks for a person, and Li takes her chat."""
    await anna.says(shop.bot, "My parcel is late, I want to talk to a person")
    await li.taps("Claim", shop.group)
    await shop.until(lambda: shop.thread(anna).state == "held")


async def test_a_chat_is_escalated_claimed_and_answered_both_ways(
    open_shop: Open, group: Group, anna: User, li: User
) -> None:
    async with open_shop(group) as shop:
        shop.hires("Li", li)
        await anna.says(shop.bot, "My parcel is late, I want to talk to a person")
        card = await li.sees(group, "asked for a person")
        assert card.titles == ("Claim",)
        topic = await shop.topic(anna)
        await (await li.taps("Claim", group)).answered()
        await anna.sees(shop.bot, "Li")
        await li.sees(topic, "My parcel is late")
        await li.says(topic, "Good morning Anna, I am looking into it.")
        await anna.sees(shop.bot, "I am looking into it.")
        await li.sees_reaction(topic, "👍")
        await anna.says(shop.bot, "Thank you Li")
        assert "👤" in (await li.sees(topic, "Thank you Li")).text
        await li.sees(group, "Li has it")


async def test_what_the_agent_wrote_in_the_topic_is_not_shown_there_again(
    open_shop: Open, group: Group, anna: User, li: User
) -> None:
    async with open_shop(group) as shop:
        shop.hires("Li", li)
        await claimed(shop, anna, li)
        topic = await shop.topic(anna)
        await li.says(topic, "I am looking into it.")
        await anna.says(shop.bot, "Thank you Li")
        await li.sees(topic, "Thank you Li")
        await shop.shown(anna)
        own = [m for m in li.screen(topic) if "I am looking into it." in m.text]
        assert [m.sender for m in own] == [li.id]


async def test_a_customer_s_edit_is_shown_as_another_version(
    open_shop: Open, group: Group, anna: User, li: User
) -> None:
    async with open_shop(group) as shop:
        shop.hires("Li", li)
        await claimed(shop, anna, li)
        topic = await shop.topic(anna)
        said = await anna.says(shop.bot, "It came on Mnday")
        await li.sees(topic, "It came on Mnday")
        await anna.edits(said, "It came on Monday")
        await li.sees(topic, "✎ It came on Monday")


async def test_pictures_go_both_ways(
    telegram: TelegramServer, open_shop: Open, group: Group, anna: User, li: User
) -> None:
    """What hangs behind a picture's end goes with its other metadata."""
    async with open_shop(group) as shop:
        shop.hires("Li", li)
        await claimed(shop, anna, li)
        topic = await shop.topic(anna)
        await anna.sends_photo(shop.bot, JPEG + b"hers", caption="This is how it came")
        shown = await li.sees(topic, lambda m: "photo" in m.raw)
        assert telegram.file(shown).data == JPEG
        assert any("This is how it came" in m.text for m in li.screen(topic))
        await li.sends_photo(topic, JPEG + b"his", caption="Like this one?")
        seen = await anna.sees(shop.bot, lambda m: "photo" in m.raw)
        assert telegram.file(seen).data == JPEG
        assert any("Like this one?" in m.text for m in anna.screen(shop.bot))
        await li.sends_document(topic, PNG, name="voucher.png")
        assert telegram.file(await anna.sees(shop.bot, lambda m: "photo" in m.raw)).data == PNG


async def test_only_the_holder_s_words_leave(open_shop: Open, group: Group, anna: User, li: User, wang: User) -> None:
    async with open_shop(group) as shop:
        shop.hires("Li", li)
        shop.hires("Wang", wang)
        await claimed(shop, anna, li)
        topic = await shop.topic(anna)
        await wang.says(topic, "She was rude last week")
        await li.says(topic, "/note be patient with her")
        await li.says(topic, "/refund 100")
        await li.sees(topic, "There is no such command")
        await li.says(topic, "Good morning")
        await anna.sees(shop.bot, "Good morning")
        with shop.database.read() as conn:
            assert [(n.name, n.text) for n in notes_of(conn, shop.id_of(anna))] == [
                ("Wang", "She was rude last week"),
                ("Li", "be patient with her"),
            ]
        assert not any("rude" in m.text or "patient" in m.text or "refund" in m.text for m in anna.screen(shop.bot))


async def test_all_pictures_of_a_note_stay_inside_and_so_does_what_a_chinese_slash_begins(
    open_shop: Open, group: Group, anna: User, li: User
) -> None:
    """Only the first picture of an album has its words: the others went to the customer."""
    async with open_shop(group) as shop:
        shop.hires("Li", li)
        await claimed(shop, anna, li)
        topic = await shop.topic(anna)
        for _ in range(2):
            await li.sends_album(topic, [JPEG + bytes([n]) for n in range(3)], "／note ours")
        await li.says(topic, "Good morning")
        await anna.sees(shop.bot, "Good morning")
        with shop.database.read() as conn:
            kept = notes_of(conn, shop.id_of(anna))
        assert [len(note.files) for note in kept] == [1] * 6
        assert not any(message.files for message in shop.transcript(anna))


async def test_the_rest_of_a_note_s_pictures_stay_inside_over_a_restart(
    open_shop: Open, group: Group, anna: User, li: User
) -> None:
    """Which album was a note was known in memory alone: what came after a restart went to the customer."""
    async with open_shop(group) as shop:
        shop.hires("Li", li)
        await claimed(shop, anna, li)
        topic = await shop.topic(anna)
        await li.sends_file(topic, "photo", JPEG, caption="/note ours", album="9")
        await li.sees_reaction(topic, "✍")
    await li.sends_file(topic, "photo", JPEG + b"2", album="9")
    await li.says(topic, "Good morning")
    async with open_shop(group) as shop:
        await anna.sees(shop.bot, "Good morning")
        assert not any(message.files for message in shop.transcript(anna))
        with shop.database.read() as conn:
            assert len(notes_of(conn, shop.id_of(anna))) == 2


async def test_words_in_a_chat_that_nobody_claimed_are_a_note_and_their_author_is_told(
    open_shop: Open, group: Group, anna: User, li: User
) -> None:
    async with open_shop(group) as shop:
        shop.hires("Li", li)
        await anna.says(shop.bot, "I want to talk to a person")
        topic = await shop.topic(anna)
        await li.says(topic, "Hello?")
        await li.sees(topic, "Nobody has claimed this chat")
        assert not any("Hello?" in m.text for m in shop.transcript(anna))


async def test_of_two_who_claim_at_once_one_has_it_and_the_other_is_told_who(
    open_shop: Open, group: Group, anna: User, li: User, wang: User
) -> None:
    async with open_shop(group) as shop:
        people = {"Li": li, "Wang": wang}
        for name, user in people.items():
            shop.hires(name, user)
        await anna.says(shop.bot, "I want to talk to a person")
        card = await li.sees(group, "asked for a person")
        data = card.buttons[0]["callback_data"]
        taps = {name: user.presses(card, data) for name, user in people.items()}
        answers = {name: await tap.answered() for name, tap in taps.items()}
        await shop.until(lambda: shop.thread(anna).state == "held")
        with shop.database.read() as conn:
            winner = get_staff(conn, shop.thread(anna).agent).name
        loser = next(name for name in people if name != winner)
        assert answers[winner].text == "This chat is yours."
        assert not answers[winner].alert
        assert answers[loser].text == f"{winner} has this chat already."
        assert answers[loser].alert


async def test_a_stranger_is_refused_and_nothing_of_theirs_is_kept(
    telegram: TelegramServer, open_shop: Open, group: Group, anna: User, li: User
) -> None:
    stranger = telegram.user("Mallory")
    group.add(stranger.id)
    async with open_shop(group) as shop:
        shop.hires("Li", li)
        await anna.says(shop.bot, "I want to talk to a person")
        topic = await shop.topic(anna)
        answer = await (await stranger.taps("Claim", topic)).answered()
        assert "I do not know you yet" in answer.text
        assert answer.alert
        await stranger.says(topic, "Give me her address")
        await stranger.sees(topic, "I do not know you yet")
        assert shop.thread(anna).state == "waiting"
        await claimed_by(shop, anna, li)
        await stranger.says(topic, "Send the money to me")
        await li.says(topic, "Good morning")
        await anna.sees(shop.bot, "Good morning")
        assert not any("money" in m.text or "address" in m.text for m in shop.transcript(anna))


async def claimed_by(shop: Shop, anna: User, li: User) -> None:
    await li.taps("Claim", shop.group)
    await shop.until(lambda: shop.thread(anna).state == "held")


async def test_a_forged_button_does_nothing_its_presser_may_not(
    open_shop: Open, group: Group, anna: User, li: User, wang: User
) -> None:
    async with open_shop(group) as shop:
        shop.hires("Li", li)
        shop.hires("Wang", wang)
        await claimed(shop, anna, li)
        card = li.screen(group)[0]
        of_id = shop.id_of(anna)
        for forged in (data("back", of_id), data("until", of_id, "hour"), data("team", of_id, "care"), "claim:x", "🙃"):
            assert (await wang.presses(card, forged).answered()).alert
        assert shop.thread(anna).state == "held"


async def test_a_case_is_resolved_by_two_answers_and_its_topic_is_closed(
    open_shop: Open, group: Group, anna: User, li: User
) -> None:
    async with open_shop(group) as shop:
        reference = await filed(shop, anna, li)
        topic = await shop.topic(anna)
        await shop.until(lambda: group.topics[0].name.startswith(reference))
        await li.taps("Resolve", topic)
        question = await li.sees(topic, "What was done?")
        await li.says(topic, "Refunded in full today", reply_to=question)
        question = await li.sees(topic, "Why had it happened?")
        assert "Refunded in full today" in question.text
        await li.says(topic, "The warehouse missed it", reply_to=question)
        await anna.sees(shop.bot, "Refunded in full today")
        await li.sees(topic, f"{reference} is resolved.")
        await shop.until(lambda: group.topics[0].closed)
        assert not any("warehouse" in m.text for m in shop.transcript(anna))
        await anna.says(shop.bot, "One thing more: the box was open")
        await shop.until(lambda: not group.topics[0].closed)
        await li.sees(topic, "One thing more")


async def test_what_is_written_after_a_question_answers_it_though_it_is_no_reply(
    open_shop: Open, group: Group, anna: User, li: User
) -> None:
    """The cause, which only we read, went to the customer: Telegram opens a reply for whoever is named, and named was
    nobody.
    """
    async with open_shop(group) as shop:
        reference = await filed(shop, anna, li)
        topic = await shop.topic(anna)
        await li.taps("Resolve", topic)
        question = await li.sees(topic, "What was done?")
        assert [one["user"]["id"] for one in question.raw["entities"] if one["type"] == "text_mention"] == [li.id]
        await li.says(topic, "/note I ask the warehouse first")
        await li.says(topic, "/cancel")
        await li.sees(topic, "Nothing is resolved.")
        await li.says(topic, "One moment please")
        await anna.sees(shop.bot, "One moment please")
        await li.taps("Resolve", topic)
        await li.sees(topic, "What was done?")
        await li.says(topic, "Refunded in full today")
        await li.sees(topic, "Why had it happened?")
        await li.says(topic, "The warehouse missed it")
        await li.sees(topic, f"{reference} is resolved.")
        await anna.sees(shop.bot, "Refunded in full today")
        assert not any("warehouse" in m.text for m in shop.transcript(anna))


async def test_what_answers_a_question_asked_before_a_restart_does_not_go_to_the_customer(
    open_shop: Open, group: Group, anna: User, li: User
) -> None:
    """What was asked was known in memory alone: after a restart the cause went out as an answer."""
    async with open_shop(group) as shop:
        reference = await filed(shop, anna, li)
        topic = await shop.topic(anna)
        await li.taps("Resolve", topic)
        await li.sees(topic, "What was done?")
    await li.says(topic, "Refunded in full today")
    async with open_shop(group) as shop:
        await li.sees(topic, "Why had it happened?")
        assert not any("Refunded" in m.text for m in shop.transcript(anna))
    await li.says(topic, "The warehouse missed it")
    async with open_shop(group) as shop:
        await li.sees(topic, f"{reference} is resolved.")
        await anna.sees(shop.bot, "Refunded in full today")
        assert not any("warehouse" in m.text for m in (*shop.transcript(anna), *anna.screen(shop.bot)))


async def test_an_answer_that_telegram_brings_again_is_the_answer_to_the_same_question(
    open_shop: Open, group: Group, anna: User, li: User
) -> None:
    """We were killed before it was confirmed: the outcome came again, and was taken for the cause."""
    async with open_shop(group) as shop:
        reference = await filed(shop, anna, li)
        topic = await shop.topic(anna)
        await li.taps("Resolve", topic)
        await li.sees(topic, "What was done?")
        said = await li.says(topic, "Refunded in full today")
        await li.sees(topic, "Why had it happened?")
        await shop.hears_again(said, li, topic)
        assert shop.thread(anna).state == "held"
        said = await li.says(topic, "The warehouse missed it")
        await li.sees(topic, f"{reference} is resolved.")
        await shop.hears_again(said, li, topic)
        await li.says(topic, "Let us tell the warehouse")
        await li.sees_reaction(topic, "✍")
        assert not any("arehouse" in m.text for m in shop.transcript(anna))
        with shop.database.read() as conn:
            assert [note.text for note in notes_of(conn, shop.id_of(anna))] == ["Let us tell the warehouse"]


async def test_what_is_written_long_after_a_question_is_for_the_customer_though_it_came_while_we_were_away(
    open_shop: Open, group: Group, anna: User, li: User
) -> None:
    """What counts is when it was written, not when we came back to hear of it."""
    async with open_shop(group) as shop:
        reference = await filed(shop, anna, li)
        topic = await shop.topic(anna)
        hour_ago = utc_now() - timedelta(hours=1)
        asker = Asker(group.id, topic.thread or 0, li.id)
        with shop.database.write() as conn:
            put_question(conn, shop.database.dialect, asker, TopicQuestion(reference, hour_ago))
        soon = StaffUpdate(
            0, group.id, li.id, 9000, topic=asker.topic, text="Refunded", at=hour_ago + timedelta(minutes=5)
        )
        await shop.channel.reception().take(soon)
        await li.sees(topic, "Why had it happened?")
        with shop.database.write() as conn:
            put_question(conn, shop.database.dialect, asker, TopicQuestion(reference, hour_ago))
        await li.says(topic, "Good morning Anna")
        await anna.sees(shop.bot, "Good morning Anna")


async def test_an_unfinished_complaint_is_put_on_file_when_it_is_resolved(
    open_shop: Open, group: Group, anna: User, li: User
) -> None:
    async with open_shop(group) as shop:
        shop.hires("Li", li)
        await anna.says(shop.bot, "My blender broke after two days, order AM2611180042")
        await anna.sees(shop.bot, "faulty")
        await claimed(shop, anna, li)
        topic = await shop.topic(anna)
        await li.taps("Resolve", topic)
        await anna.sees(shop.bot, "is on file now as")
        assert shop.thread(anna).reference
        await li.sees(topic, "What was done?")


async def filed(shop: Shop, anna: User, li: User) -> str:
    """Anna complains, Li takes her chat and puts what she told on file; gives the case's reference."""
    staff = shop.hires("Li", li)
    await anna.says(shop.bot, "My blender broke after two days, order AM2611180042")
    await anna.sees(shop.bot, "faulty")
    await claimed(shop, anna, li)
    await shop.acts(staff, anna, PutOnFile())
    await shop.until(lambda: bool(shop.thread(anna).reference))
    return shop.thread(anna).reference
