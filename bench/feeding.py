"""What aiogram itself does with an update: `Dispatcher.feed_raw_update`, one message handler that does nothing.

python -m bench.feeding --seconds 4            prints JSON
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from itertools import count

from aiogram import Bot, Dispatcher
from aiogram.types import Message

from bench.answers import STORIES
from bench.updates import written

TOKEN = "123:bench"
AT_A_TIME = 500


async def main(seconds: float) -> None:
    """Feed updates one after the other; they are made between the timed stretches."""
    bot, dispatcher = Bot(TOKEN), Dispatcher()

    @dispatcher.message()
    async def nothing(message: Message) -> None:
        pass

    fed, spent, numbers = 0, 0.0, count(1)
    while spent < seconds:
        updates = [written(next(numbers), chat, "en", STORIES["en"][chat % 6]) for chat in range(AT_A_TIME)]
        begun = time.perf_counter()
        for update in updates:
            await dispatcher.feed_raw_update(bot, update)
        spent, fed = spent + time.perf_counter() - begun, fed + AT_A_TIME
    json.dump({"updates_per_second": fed / spent}, sys.stdout)


if __name__ == "__main__":
    import uvloop

    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=4)
    uvloop.run(main(parser.parse_args().seconds))
