"""What actions give and refuse, whichever desk asks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from gettext import NullTranslations
from zoneinfo import ZoneInfo

import pytest

from dialogs.flows.events import Event, Said
from dialogs.playbooks.playbook import Playbook
from staff.actions import barring, takeover, writing
from staff.actions.files import file_refused
from staff.actions.refusals import ActionForbidden, ActionMalformed, InputRefused, NotPossible
from staff.actions.times import SNOOZES, snooze_time, zone_of_staff
from storage.db.errors import FileEmpty, FileHarmful, FileRefused, FileTooLarge, FileTypeRefused, NoSpace
from storage.files.attachments import MEGABYTE
from storage.security.blocked_networks import blocked_networks
from storage.staff.accounts import Role
from tests.staff.asking import asks
from tests.staff.conftest import Office

ENGLISH = NullTranslations()
NOW = datetime(2026, 11, 18, 22, tzinfo=UTC)
"""A Wednesday evening in London, and already Thursday in Shanghai."""
TIMES = {
    ("1h", "Europe/London"): datetime(2026, 11, 18, 23, tzinfo=UTC),
    ("4h", "Asia/Shanghai"): datetime(2026, 11, 19, 2, tzinfo=UTC),
    ("tomorrow", "Europe/London"): datetime(2026, 11, 19, 9, tzinfo=UTC),
    ("tomorrow", "Asia/Shanghai"): datetime(2026, 11, 20, 1, tzinfo=UTC),
    ("monday", "Europe/London"): datetime(2026, 11, 23, 9, tzinfo=UTC),
    ("monday", "Asia/Shanghai"): datetime(2026, 11, 23, 1, tzinfo=UTC),
}


@pytest.mark.parametrize(("choice", "zone"), TIMES)
def test_a_time_of_day_is_one_of_the_choosers_own_clock(choice: str, zone: str) -> None:
    assert snooze_time(choice, "", NOW, ZoneInfo(zone)) == TIMES[choice, zone]
    assert {choice for choice, _ in TIMES} == set(SNOOZES)


def test_tomorrow_is_a_day_of_the_calendar_also_when_clocks_are_put_forward() -> None:
    night = datetime(2027, 3, 27, 12, tzinfo=UTC)
    assert snooze_time("tomorrow", "", night, ZoneInfo("Europe/London")) == datetime(2027, 3, 28, 8, tzinfo=UTC)


async def test_the_choosers_clock_is_their_accounts_then_their_browsers_then_the_businesses(
    office: Office, shop: Playbook
) -> None:
    somebody = await office.hires("Mei")
    away = replace(somebody, timezone="America/New_York")
    assert zone_of_staff(away, shop, "Europe/London").key == "America/New_York"
    assert zone_of_staff(somebody, shop, "Europe/London").key == "Europe/London"
    assert zone_of_staff(somebody, shop).key == zone_of_staff(somebody, shop, "Mars/Olympus").key
    assert zone_of_staff(somebody, shop).key == shop.file.timezone


async def waits(office: Office, chat: str = "a") -> None:
    await office.says(chat, "My parcel AM2611180042 is late")
    await office.says(chat, "a person please")


async def test_an_action_that_comes_again_after_its_right_is_gone_was_done_before(office: Office) -> None:
    mei = await office.hires("Mei")
    await waits(office)
    await takeover.claim(asks(office, mei, "a"))
    asked = asks(office, mei, "a", "form 1")
    assert not (await takeover.hand_back(asked)).before
    assert (await takeover.hand_back(asked)).before
    with pytest.raises(ActionForbidden):
        await takeover.hand_back(asks(office, mei, "a", "form 2"))


async def test_an_action_without_a_name_is_not_done(office: Office) -> None:
    mei = await office.hires("Mei")
    await waits(office)
    with pytest.raises(ActionMalformed):
        await takeover.claim(replace(asks(office, mei, "a"), name=""))
    assert office.thread("a").state == "waiting"


async def test_who_has_not_the_chat_is_told_who_has_it_or_to_take_it_first(office: Office) -> None:
    mei, wang = await office.hires("Mei"), await office.hires("Wang")
    await waits(office)
    for held, said in ((False, "Take the chat first."), (True, "Wang has this chat.")):
        if held:
            await takeover.claim(asks(office, wang, "a"))
        with pytest.raises(ActionForbidden) as refused:
            await writing.reply(asks(office, mei, "a"), "Hello.")
        assert refused.value.said(ENGLISH) == said
    with pytest.raises(ActionForbidden) as refused:
        await barring.unbar(asks(office, wang, "a"))
    assert refused.value.said(ENGLISH) == "This is not yours to do. Ask a supervisor."


async def test_what_the_turn_refuses_names_who_was_sooner_and_whose_hands_are_full(office: Office) -> None:
    mei, wang, full = await office.hires("Mei"), await office.hires("Wang"), await office.hires("Lin", capacity=0)
    await waits(office)
    with pytest.raises(NotPossible, match="There is no room for another chat") as own:
        await takeover.claim(asks(office, full, "a"))
    assert own.value.reason == "full"
    await takeover.claim(asks(office, wang, "a"))
    with pytest.raises(NotPossible) as late:
        await takeover.claim(asks(office, mei, "a"))
    assert late.value.said(ENGLISH) == "Wang has this chat already."
    with pytest.raises(NotPossible, match="They have no room"):
        await takeover.transfer(asks(office, wang, "a"), to=full.id)


@pytest.mark.parametrize("text", ["", "Dear {name}, soon."])
async def test_nothing_is_sent_that_is_empty_or_has_a_gap_and_no_file_is_kept_for_whoever_may_not(
    office: Office, text: str
) -> None:
    mei, wang = await office.hires("Mei"), await office.hires("Wang")
    await waits(office)
    await takeover.claim(asks(office, mei, "a"))
    kept: list[str] = []

    async def keep(conversation: str) -> tuple[()]:
        kept.append(conversation)
        return ()

    with pytest.raises(ActionForbidden):
        await writing.reply(asks(office, wang, "a"), text, keep)
    assert not kept
    with pytest.raises(InputRefused):
        await writing.reply(asks(office, mei, "a"), text, keep)
    assert office.thread("a").speaker == "customer"


async def test_who_lifts_a_block_lifts_that_of_the_network_whichever_desk_they_are_at(office: Office) -> None:
    """The group on Telegram lifted the visitor's alone."""
    sam, mei = await office.hires("Sam", Role.SUPERVISOR), await office.hires("Mei")
    said = Said("a person please")
    event = Event("m", "web", "default", "a", office.now, said, "en", source="a network")
    await office.door.take(event)
    with pytest.raises(ActionForbidden):
        await barring.block(asks(office, mei, "a"), "24")
    assert not networks(office), "only a supervisor blocks more than the visitor"
    await barring.block(asks(office, sam, "a"), "24")
    assert (office.thread("a").state, networks(office)) == ("blocked", {"a network"})
    await barring.unbar(asks(office, sam, "a"))
    assert (office.thread("a").state == "blocked", networks(office)) == (False, set())


def networks(office: Office) -> set[str]:
    """Those that are not heard."""
    with office.database.read() as conn:
        return set(blocked_networks(conn, office.now))


FAULTS = {
    FileTooLarge(): "100% of it.exe is too large; up to 20 MB are taken.",
    FileEmpty(): "100% of it.exe is of a kind that is not taken, or empty.",
    FileTypeRefused(): "100% of it.exe is of a kind that is not taken, or empty.",
    FileHarmful("Eicar"): "The scanner found something harmful in 100% of it.exe, so it was not passed on.",
    NoSpace(): "100% of it.exe could not be kept: there is no space for files just now. Words go on.",
}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: type(fault).__name__)
def test_why_a_file_was_not_taken_is_said_in_the_staffs_own_words(fault: FileRefused) -> None:
    """The page said it in those of the customers' playbook, and the group in others."""
    assert file_refused(fault, "100% of it.exe", 20 * MEGABYTE).said(ENGLISH) == FAULTS[fault]


def test_words_with_any_sign_in_them_are_said_as_they_are() -> None:
    assert InputRefused("100% of 报告%s.pdf is too large").said(ENGLISH) == "100% of 报告%s.pdf is too large"


async def test_a_name_is_put_in_and_never_read(office: Office) -> None:
    odd = await office.hires("100%(x)s")
    mei = await office.hires("Mei")
    await waits(office)
    await takeover.claim(asks(office, odd, "a"))
    with pytest.raises(ActionForbidden) as refused:
        await takeover.hand_back(asks(office, mei, "a"))
    assert refused.value.said(ENGLISH) == "100%(x)s has this chat."
