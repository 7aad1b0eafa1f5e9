"""The customer's page as a channel. Light, for every process needs it; its routes are `handlers.asgi`'s."""

from __future__ import annotations

from datetime import timedelta

from dialogs.flows.reach import Reach
from handlers.channels.base.channel import ChannelKind

WEB = "web"
PAGE = Reach(window=timedelta(days=14))
"""A page shows what we write when it is opened again in the same browser, which keeps its chat for a time: Safari for a
week after the last visit, others for longer. After two weeks without a word nobody can be expected to come by.
"""


def kind() -> ChannelKind:
    """The page: whoever reads it has its stream, so nothing is pushed."""
    return ChannelKind(WEB, PAGE)
