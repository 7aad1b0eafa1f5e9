"""Telling other systems what becomes of cases: the parts of the webhooks' sender, put together."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING

from bot.clock import SystemClock
from bot.settings import Settings
from handlers.webhooks.places import Places
from handlers.webhooks.posting import Posting
from handlers.webhooks.sending import Webhooks
from storage.db.database import Database
from storage.delivery.webhooks import PURPOSE

if TYPE_CHECKING:
    from storage.db.encryption import Seal


def sender(settings: Settings, database: Database, clock: SystemClock) -> Webhooks:
    """What sends webhooks to those who were added, if anybody was."""
    places = Places(private=settings.webhooks_private == "on")
    return Webhooks(database, cache(partial(webhook_seal, settings)), Posting(places), clock=clock)


def webhook_seal(settings: Settings) -> Seal:
    """What the receivers' secrets are kept under. Its library is loaded only where there are any."""
    from bot.keys import keyring
    from storage.db.encryption import Seal

    return Seal(keyring(settings), PURPOSE)
