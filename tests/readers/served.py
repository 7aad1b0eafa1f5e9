"""`amends serve` whose readers do what a text tells them: `python -m tests.readers.served serve --port PORT`."""

from __future__ import annotations

import bot.readers
from bot.cli import main
from tests.readers.odd import odd

if __name__ == "__main__":
    vars(bot.readers)["program"] = lambda _settings: odd("rules")
    main()
