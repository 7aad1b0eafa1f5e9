"""Who has a chat: taking it, giving it to somebody, passing it on, putting it aside, giving it back to the bot."""

from __future__ import annotations

from dialogs.flows.staff import LONGEST_SNOOZE, Claimed, HandedBack, Offered, Snoozed, StaffAct, Transferred
from staff.actions.action import OpenedChat, Workplace, action
from staff.actions.refusals import ActionMalformed, InputRefused
from staff.actions.times import snooze_time
from staff.rights import Right
from staff.words import later
from storage.staff.accounts import Staff, find_staff


@action(Right.CLAIM)
async def claim(chat: OpenedChat) -> StaffAct:
    """Take the chat, unless somebody was sooner."""
    return Claimed()


@action(Right.PULL)
async def pull(chat: OpenedChat) -> StaffAct:
    """Take the chat from the bot, or from whoever has it."""
    return Claimed(pull=True)


@action(Right.ASSIGN)
async def assign(chat: OpenedChat, to: str) -> StaffAct:
    """Give the chat to the account `to`: an assignment while nobody has it, else it passes to them."""
    somebody = await colleague(chat.work, to)
    if chat.chat.is_held:
        return Transferred(to=somebody.id, name=somebody.name)
    return Offered(somebody.id, somebody.name)


@action(Right.TRANSFER)
async def transfer(chat: OpenedChat, *, to: str = "", team: str = "", note: str = "") -> StaffAct:
    """Pass the chat to an account, or into a team's queue."""
    if team:
        if team not in chat.work.playbook.file.teams:
            raise ActionMalformed
        return Transferred(team=team, note=note)
    somebody = await colleague(chat.work, to)
    return Transferred(somebody.id, somebody.name, note=note)


@action(Right.SNOOZE)
async def snooze(chat: OpenedChat, choice: str, own: str = "") -> StaffAct:
    """Put the chat aside, as in `snooze_time`, or until the customer writes."""
    now = chat.request.now
    until = snooze_time(choice, own, now, chat.request.zone)
    if until is None or not now < until <= now + LONGEST_SNOOZE:
        raise InputRefused(later("Choose a time within the next 60 days."))
    return Snoozed(until)


@action(Right.HAND_BACK)
async def hand_back(chat: OpenedChat, note: str = "") -> StaffAct:
    """The bot goes on."""
    return HandedBack(note)


async def colleague(work: Workplace, of_id: str) -> Staff:
    """The colleague whose account this is, if they are still here. Raises `ActionMalformed`, `Unavailable`."""
    found = await work.read(find_staff, of_id)
    if found is None or found.disabled:
        raise ActionMalformed
    return found
