"""Telegram as a channel. Light: its library takes seconds to load, and is loaded only where the bot is opened."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.delivery import Bucket
from handlers.channels.base.channel import ChannelKind, ChannelParts, OpenChannel
from handlers.channels.telegram import CHANNEL

RATE, BURST, PACE = 30, 8, 1.0
"""Messages a second that Telegram takes of one bot, how many at once, and the seconds between two of one chat."""
UPDATE = 1024 * 1024
"""The most bytes of an update that Telegram brings."""


@dataclass(frozen=True, slots=True)
class BotAddress:
    """Where the bot is: its token, the Bot API server (empty: Telegram's own), and where we can be reached.

    Without `public_url` updates are asked for, with it they are brought. `folder` is where a Bot API server that
    runs with `--local` on this machine puts files.
    """

    token: str
    server: str = ""
    public_url: str = ""
    folder: Path | None = None


def kind(address: BotAddress) -> ChannelKind:
    """One customers' bot. All that it is told is delivered."""

    def opened(parts: ChannelParts) -> OpenChannel:
        from handlers.channels.telegram.channel import TelegramChannel

        bot = TelegramChannel(
            address, parts.processor, parts.database, parts.playbook, parts.files, parts.quotas
        )  # fmt: skip
        channel = OpenChannel(
            CHANNEL,
            send=bot.send,
            bucket=Bucket(RATE, BURST),
            pace=PACE,
            leads=bot.leads,
            room=bot.room,
            routers=bot.routers(),
            sizes={bot.path: UPDATE},
            run=bot.run,
            typing=bot.typing,
            username=lambda: bot.username,
            close=bot.close,
        )
        bot.committed = lambda: channel.committed()
        return channel

    return ChannelKind(CHANNEL, is_pushed=lambda event: True, open=opened)
