"""How fast the test server is: `python -m tests.telegram.speed`. The bot is bare, so it is mostly the server."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import aiohttp
import msgspec
from aiohttp import web

from tests.telegram.remote import Remote, telegram_process

TOKEN = "123:abc"
USERS = 500


async def polled(url: str, updates: int, answer: bool) -> float:
    """Seconds to poll so many updates, and to answer each when asked to."""
    offset, got, begun = 0, 0, time.perf_counter()
    async with aiohttp.ClientSession(f"{url}/bot{TOKEN}/", connector=aiohttp.TCPConnector(limit=16)) as session:

        async def call(method: str, **fields: Any) -> Any:
            async with session.post(method, data=fields) as answered:
                return msgspec.json.decode(await answered.read())["result"]

        while got < updates:
            batch = await call("getUpdates", offset=offset, timeout=5)
            offset, got = batch[-1]["update_id"] + 1, got + len(batch)
            if answer:
                chats = [update["message"]["chat"]["id"] for update in batch]
                await asyncio.gather(*(call("sendMessage", chat_id=chat, text="ok") for chat in chats))
        await call("getUpdates", offset=offset)
    return time.perf_counter() - begun


async def pushed(telegram: Remote, each: int) -> float:
    """Seconds until a webhook has so many updates of each user."""
    came, whole = 0, asyncio.Event()

    async def take(request: web.Request) -> web.Response:
        nonlocal came
        await request.read()
        came += 1
        if came == USERS * each:
            whole.set()
        return web.Response()

    app = web.Application()
    app.router.add_post("/hook", take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    hook = {"url": f"http://127.0.0.1:{runner.addresses[0][1]}/hook", "max_connections": 100}
    async with aiohttp.ClientSession() as session, session.post(f"{telegram.url}/bot{TOKEN}/setWebhook", json=hook):
        begun = time.perf_counter()
        await asyncio.to_thread(telegram.do, "flood", users=USERS, each=each)
        await whole.wait()
    await runner.cleanup()
    return time.perf_counter() - begun


def main() -> None:
    with telegram_process(TOKEN) as telegram:
        begun = time.perf_counter()
        telegram.do("flood", users=USERS, each=20)
        print(f"made and checked     {USERS * 20 / (time.perf_counter() - begun):9,.0f} a second")
        print(f"polled               {USERS * 20 / asyncio.run(polled(telegram.url, USERS * 20, False)):9,.0f}")
        telegram.do("flood", users=USERS, each=6)
        print(f"polled and answered  {USERS * 6 / asyncio.run(polled(telegram.url, USERS * 6, True)):9,.0f}")
        print(f"pushed to a webhook  {USERS * 10 / asyncio.run(pushed(telegram, 10)):9,.0f}")


if __name__ == "__main__":
    main()
