"""Taking somebody out of the staff's group: banned and at once forgiven, so that a new invitation lets them in."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import structlog

from engine.delivery import ChannelRefused, DeliveryError, NotSent, OutcomeUnknown, RetryAfter
from handlers.staff_telegram.api import Misplaced, StaffBotApi, explained

TRIES = 3
LONGEST_PAUSE = 5.0
"""Seconds that Telegram may ask us to wait while an administrator does."""
_log = structlog.get_logger("amends.staff_chat")


class NoRight(Exception):
    """The bot may not ban members of the group, or they are above it (its owner, an administrator)."""


async def remove(api: StaffBotApi, chat: int, user: int) -> None:
    """Take a user out of a group; whoever is not in it is no mistake. Raises `NoRight`, `DeliveryError`."""
    try:
        await _patiently(api, chat, user)
    except (NotSent, OutcomeUnknown, RetryAfter):
        raise
    except DeliveryError as error:
        _log.warning("not_removed_from_group", user=user, **explained(error))
        if _is_gone(error):
            return
        raise NoRight(str(error)) from None


async def _patiently(api: StaffBotApi, chat: int, user: int) -> None:
    for again in range(TRIES):
        try:
            await api.call(lambda bot: bot.ban_chat_member(chat, user))
            await _forgiven(api, chat, user)
            return
        except (NotSent, OutcomeUnknown, RetryAfter) as error:
            pause = error.seconds if isinstance(error, RetryAfter) else 0.5
            if again == TRIES - 1 or pause > LONGEST_PAUSE:
                raise
            await asyncio.sleep(pause)


async def _forgiven(api: StaffBotApi, chat: int, user: int) -> None:
    """A small group knows no bans: whoever is out of it may come back, and the call is refused."""
    with suppress(ChannelRefused):
        await api.call(lambda bot: bot.unban_chat_member(chat, user, only_if_banned=True))


def _is_gone(error: DeliveryError) -> bool:
    """Whether there is nobody to remove."""
    words = str(error).upper()
    return not isinstance(error, Misplaced) and any(
        one in words for one in ("USER_NOT_PARTICIPANT", "PARTICIPANT_ID_INVALID", "USER NOT FOUND")
    )
