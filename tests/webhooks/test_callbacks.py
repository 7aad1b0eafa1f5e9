"""What the bot starts in an HTTP chat is signed, so that nobody else can say it to the shop's program."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from bot.keys import callback_secrets
from handlers.channels.rest.callback import Callback
from handlers.webhooks.signing import signature
from storage.conversations.transcript import Message
from storage.delivery.outbox import Outgoing
from storage.security.keys import Keyring

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("ring", [Keyring(b"new"), Keyring(b"new", (b"old",))])
async def test_a_callback_is_signed_as_webhooks_are_with_every_key(ring: Keyring) -> None:
    seen: list[httpx.Request] = []

    def receives(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200)

    clock = iter((NOW, NOW + timedelta(minutes=5)))
    async with httpx.AsyncClient(transport=httpx.MockTransport(receives)) as client:
        callback = Callback("https://shop.example/bot", client, callback_secrets(ring), lambda: next(clock))
        for attempt in (1, 2):
            message = Message(7, "bot", "还好吗？")
            await callback.send(Outgoing("c" * 32, "rest", "shop", "ann", message, "lease", attempt))
    assert {request.headers["webhook-id"] for request in seen} == {"c" * 32 + "-7"}, "sent again it is the same message"
    for request, at in zip(seen, (NOW, NOW + timedelta(minutes=5)), strict=True):
        assert request.headers["webhook-timestamp"] == str(int(at.timestamp()))
        signed = request.headers["webhook-signature"].split()
        secrets = callback_secrets(ring)
        assert signed == [signature(one, request.headers["webhook-id"], at, request.content) for one in secrets]
        assert b'"account":"shop"' in request.content


def test_each_key_has_a_secret_of_its_own_that_is_not_the_key() -> None:
    (first,), (second,) = callback_secrets(Keyring(b"a key")), callback_secrets(Keyring(b"another"))
    assert first != second
    assert first.startswith("whsec_")
