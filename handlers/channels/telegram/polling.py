"""Asking Telegram for a customer bot's updates. The polling itself is `handlers/channels/base/polling.py`."""

from __future__ import annotations

from typing import Any

import structlog
from aiogram.exceptions import (
    AiogramError,
    TelegramConflictError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.methods import TelegramMethod

from engine.delivery import NotSent, RetryAfter
from handlers.channels.base.polling import LONGEST_REST
from handlers.channels.telegram.api import BotApi, said
from handlers.channels.telegram.incoming import WANTED_UPDATES

GRACE = 15
"""Seconds more than a call is held that the answer may take on its way."""
AT_ONCE = 100
NO_BOT = "set AMENDS_TELEGRAM_TOKEN to the token that BotFather shows"

_log = structlog.get_logger("amends.telegram")


class RawUpdates(TelegramMethod[list[dict[str, Any]]]):
    """`getUpdates` without reading them: one update that nobody can read must not hide the others."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int | None = None
    limit: int = AT_ONCE
    timeout: int
    allowed_updates: list[str] | None = None


async def updates(api: BotApi, offset: int | None, wait: int) -> list[dict[str, Any]]:
    """What waits from `offset` on, as it came; the call is held for `wait` seconds. Raises `DeliveryError`."""
    method = RawUpdates(offset=offset, timeout=wait, allowed_updates=list(WANTED_UPDATES))
    try:
        return await api.bot(method, request_timeout=wait + GRACE)
    except (AiogramError, TimeoutError) as error:
        raise _meaning(error) from None


def _meaning(error: AiogramError | TimeoutError) -> RetryAfter | NotSent:
    """How long to rest. What an operator must put right is said."""
    match error:
        case TelegramRetryAfter(retry_after=seconds):
            return RetryAfter(float(seconds))
        case TelegramConflictError():
            _log.warning("another_poller", remedy="stop the other program that uses this bot, or its webhook")
        case TelegramUnauthorizedError():
            _log.error("token_refused", remedy=NO_BOT)
            return RetryAfter(LONGEST_REST)
        case TelegramNetworkError() | TimeoutError():
            _log.warning("telegram_away", error=type(error.__cause__ or error).__name__)
        case AiogramError():
            _log.warning("telegram_refuses", error=type(error).__name__, reason=said(error))
    return NotSent(type(error).__name__)
