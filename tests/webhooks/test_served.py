"""A running Amends tells a receiver what becomes of a case: from the customer's yes to the receiver's door."""

from __future__ import annotations

import asyncio
from pathlib import Path

from standardwebhooks import Webhook

from bot.app import build, running
from bot.commands.webhooks import add
from bot.opening import prepare
from bot.settings import load_settings
from dialogs.flows.events import Event, Said
from storage.db.timestamps import utc_now
from tests.webhooks.receiver import Receiver


async def test_a_case_that_a_customer_files_is_told_signed(tmp_path: Path) -> None:
    receiver = Receiver()
    settings = load_settings(data_dir=tmp_path, understanding="rules", desk="off", webhooks_private="on")
    secret = add(settings, receiver.url, ()).splitlines()[-1]
    app = build(settings)
    prepare(settings, app.database)
    async with running(app):
        for n, text in enumerate(["The blender I bought stopped working", *["skip"] * 12, "yes"]):
            await app.door.take(Event(str(n), "rest", "rest", "ann", utc_now(), Said(text), "en", "Europe/London"))
            if n and app.door.tally.cases:
                break
        for _ in range(500):
            await asyncio.sleep(0 if receiver.got else 0.02)
    receiver.close()
    told = Webhook(secret).verify(receiver.got[0].body, receiver.got[0].headers)
    assert told["type"] == "case.filed"
    assert told["data"]["state"] == "received"
