"""`amends serve` whose readers do what a text tells them: `python -m tests.readers.served serve --port PORT`."""

from __future__ import annotations

import bot.wiring.readers
from bot.cli.main import main
from tests.readers.odd import odd

if __name__ == "__main__":
    vars(bot.wiring.readers)["program"] = lambda _settings: odd("rules")
    main()
