"""The registry of channels: one line each, from the settings to what the channel declares."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from bot.keys import callback_secrets, keyring
from bot.refusal import Refusal
from bot.settings import NO_TOKEN, Settings
from handlers.channels.base.channel import ChannelKind
from handlers.channels.rest import manifest as rest
from handlers.channels.telegram import manifest as telegram
from handlers.channels.web import manifest as web
from storage.db.timestamps import utc_now


def kinds(settings: Settings, clock: Callable[[], datetime] = utc_now) -> dict[str, ChannelKind]:
    """All channels of a process, by name. Raises `Refusal`."""
    return {kind.name: kind for kind in _declared(settings, clock)}


def _declared(settings: Settings, clock: Callable[[], datetime]) -> Iterator[ChannelKind]:
    yield web.kind()
    yield rest.kind(settings.rest_callback_url, _secrets(settings), clock)
    if settings.telegram:
        yield telegram.kind(_bot(settings))


def _secrets(settings: Settings) -> tuple[str, ...]:
    return callback_secrets(keyring(settings)) if settings.rest_callback_url else ()


def _bot(settings: Settings) -> telegram.BotAddress:
    if not settings.has_bot_token:
        raise Refusal(NO_TOKEN)
    return telegram.BotAddress(
        settings.telegram, settings.telegram_api_url, settings.public_url, settings.telegram_files_dir
    )
