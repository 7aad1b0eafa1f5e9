"""The customers' bot and the staff's: whether Telegram takes their tokens, and what they may do."""

from __future__ import annotations

import json
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import urlopen

from bot.doctor.finding import NotWell
from bot.settings import NO_STAFF_TOKEN, NO_TOKEN, Settings, is_token


def look_at_bot(settings: Settings) -> str:
    """What the bot answers to; the token is looked at, and asked about, but never shown."""
    if not settings.telegram:
        return "off: AMENDS_TELEGRAM_TOKEN is not set"
    if not settings.has_bot_token:
        raise NotWell(NO_TOKEN)
    if settings.public_url and not settings.telegram_api_url and not settings.public_url.startswith("https://"):
        raise NotWell("Telegram brings updates to https only; make AMENDS_PUBLIC_URL begin with https://, or unset it")
    by = _brought(settings) if settings.public_url else "updates are polled for"
    return f"@{username(settings)}; {by}"


def _brought(settings: Settings) -> str:
    """How bringing updates goes, which only Telegram knows; raises `NotWell` where they wait for an error."""
    info = _asked(settings, settings.telegram, "AMENDS_TELEGRAM_TOKEN", "getWebhookInfo")
    waiting, failed = info.get("pending_update_count", 0), info.get("last_error_message", "")
    if waiting and failed:
        raise NotWell(f"Telegram cannot bring updates to AMENDS_PUBLIC_URL, and {waiting} wait: {failed}")
    return "updates are brought to AMENDS_PUBLIC_URL"


def username(settings: Settings) -> str:
    """The bot's name; raises `NotWell`."""
    return str(_asked(settings, settings.telegram, "AMENDS_TELEGRAM_TOKEN", "getMe").get("username", ""))


def look_at_staff_bot(settings: Settings) -> str:
    """Whether the staff bot can do its work: its token, its group, and what it may do there."""
    if not settings.staff:
        return "off: AMENDS_STAFF_TOKEN is not set"
    if not is_token(settings.staff):
        raise NotWell(NO_STAFF_TOKEN)
    if settings.staff == settings.telegram:
        raise NotWell("AMENDS_STAFF_TOKEN is the customers' bot; make another one at BotFather")
    me = _asked_staff(settings, "getMe")
    if not settings.staff_chat:
        raise NotWell("AMENDS_STAFF_CHAT is not set; put the bot into your group, say /id there, and set it to that")
    chat = _asked_staff(settings, "getChat", chat_id=settings.staff_chat)
    mine = _asked_staff(settings, "getChatMember", chat_id=settings.staff_chat, user_id=me["id"])
    if mine.get("status") != "administrator":
        raise NotWell("the staff bot is not an administrator of its group, so it does not hear everything; make it one")
    wanted = {"can_manage_topics": "manage topics", "can_pin_messages": "pin messages"} if chat.get("is_forum") else {}
    if lacking := [says for right, says in wanted.items() if not mine.get(right)]:
        raise NotWell(f"the staff bot may not {' or '.join(lacking)} in its group; give it that right")
    kind = "with topics" if chat.get("is_forum") else "without topics, so agents reply to cards"
    return f"@{me.get('username', '')} in {chat.get('title', settings.staff_chat)!r}, {kind}"


def _asked_staff(settings: Settings, method: str, **asked: int) -> dict[str, Any]:
    return _asked(settings, settings.staff, "AMENDS_STAFF_TOKEN", method, **asked)


def _asked(settings: Settings, token: str, name: str, method: str, **asked: int) -> dict[str, Any]:
    """What a Bot API server answers. Nothing that could log the address is used, for the token is part of it."""
    server = (settings.telegram_api_url or "https://api.telegram.org").rstrip("/")
    if not server.startswith(("http://", "https://")):
        raise NotWell("AMENDS_TELEGRAM_API_URL must begin with http:// or https://")
    try:
        with urlopen(f"{server}/bot{token}/{method}?{urlencode(asked)}", timeout=5) as answer:  # noqa: S310 - checked
            found: dict[str, Any] = json.load(answer)["result"]
            return found
    except HTTPError as error:
        if error.code == 400:
            raise NotWell(f"AMENDS_STAFF_CHAT={settings.staff_chat} is no group that this bot is in") from None
        raise NotWell(f"{server} refuses {name} (status {error.code})") from None
    except (OSError, ValueError, KeyError) as error:
        raise NotWell(f"{server} does not answer as a Bot API server does ({type(error).__name__})") from None
