"""`amends link`: links that open the bot's chat and say where a customer comes from, or which order it is about."""

from __future__ import annotations

from datetime import timedelta

from bot.doctor.finding import NotWell
from bot.doctor.telegram import username
from bot.opening import opened
from bot.refusal import Refusal
from bot.settings import NO_TOKEN, Settings
from storage.conversations.deep_links import make_link
from storage.db.timestamps import utc_now

LONGEST = 80


def create_link(settings: Settings, kind: str, subject: str, days: int) -> str:
    """Make a link for the customers' bot; returns its address."""
    subject = " ".join(subject.split())
    if not 0 < len(subject) <= LONGEST or not subject.isprintable():
        raise Refusal(f"give a name or number of 1 to {LONGEST} characters")
    if not settings.has_bot_token:
        raise Refusal(NO_TOKEN)
    try:
        bot = username(settings)
    except NotWell as error:
        raise Refusal(str(error)) from None
    with opened(settings) as database, database.write() as connection:
        token = make_link(connection, kind, subject, utc_now(), timedelta(days=days))
    return f"https://t.me/{bot}?start={token}"
