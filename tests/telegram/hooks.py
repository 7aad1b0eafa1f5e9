"""setWebhook, deleteWebhook, getWebhookInfo: a bot's way of receiving, either polled or pushed, never both."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from tests.telegram.things import BadRequest, Raw
from tests.telegram.webhook import CONNECTIONS, Backoff, Hook, Pusher, Record, Reply
from tests.telegram.world import Bot

SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
MOST_CONNECTIONS = 100
ENDED = "terminated by setWebhook request"


class Hooks:
    """The pushers of all bots that have a webhook."""

    def __init__(self, backoff: Callable[[], Backoff], record: Record, reply: Reply) -> None:
        self._pushers: dict[int, Pusher] = {}
        self._backoff, self._record, self._reply = backoff, record, reply

    async def set(self, bot: Bot, fields: Mapping[str, Any]) -> bool:
        if not fields["url"]:
            return await self.delete(bot, fields)
        hook = _hook(fields)
        await self._stop(bot)
        if fields.get("drop_pending_updates"):
            bot.updates.drop()
        bot.updates.allow(fields.get("allowed_updates"))
        bot.updates.webhook_active = True
        bot.updates.end_polls(ENDED)
        self._start(bot, hook)
        return True

    async def delete(self, bot: Bot, fields: Mapping[str, Any]) -> bool:
        await self._stop(bot)
        if fields.get("drop_pending_updates"):
            bot.updates.drop()
        return True

    def info(self, bot: Bot) -> Raw:
        waiting = {"has_custom_certificate": False, "pending_update_count": len(bot.updates.waiting)}
        allowed = {"allowed_updates": sorted(bot.updates.allowed)} if bot.updates.allowed else {}
        if bot.id not in self._pushers:
            return {"url": ""} | waiting | allowed
        hook = self._pushers[bot.id].hook
        failed = {"last_error_date": hook.error_date, "last_error_message": hook.error} if hook.error else {}
        return {"url": hook.url, "max_connections": hook.connections} | waiting | allowed | failed

    async def stop(self) -> None:
        for pusher in self._pushers.values():
            await pusher.stop()
        self._pushers.clear()

    def _start(self, bot: Bot, hook: Hook) -> None:
        pusher = self._pushers[bot.id] = Pusher(bot, hook, self._backoff, self._record, self._reply)
        bot.put_webhook = pusher.put
        for waiting in bot.updates.waiting.values():
            pusher.put(waiting)

    async def _stop(self, bot: Bot) -> None:
        bot.put_webhook = lambda waiting: None
        bot.updates.webhook_active = False
        if pusher := self._pushers.pop(bot.id, None):
            await pusher.stop()


def _hook(fields: Mapping[str, Any]) -> Hook:
    secret, connections = fields.get("secret_token", ""), fields.get("max_connections", CONNECTIONS)
    if secret and not SECRET.fullmatch(secret):
        raise BadRequest("secret token contains unallowed characters")
    if not fields["url"].startswith(("https://", "http://127.", "http://localhost")):
        raise BadRequest("bad webhook: An HTTPS URL must be provided for webhook")
    if not 1 <= connections <= MOST_CONNECTIONS:
        raise BadRequest("bad webhook: max_connections must be 1 to 100")
    return Hook(fields["url"], secret, connections)
