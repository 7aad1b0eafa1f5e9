"""Keeping workers at work. A worker owns nothing: what it does next stands in the database."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog

AFTER_TROUBLE = 2.0
"""Seconds until a worker that failed begins again."""


async def unceasing(name: str, run: Callable[[], Awaitable[None]]) -> None:
    """Run a worker until cancelled. An error is logged and waited out, never its end."""
    while True:
        try:
            await run()
        except Exception:
            structlog.get_logger("amends.workers").exception("worker_failed", worker=name)
            await asyncio.sleep(AFTER_TROUBLE)


async def ended(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Cancel workers and wait until they have ended."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
