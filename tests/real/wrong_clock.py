"""`amends serve` by a clock that is wrong by as many seconds as stand in the file named in `WRONG_BY`, at any moment.

python -m tests.real.wrong_clock serve --port PORT
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from os import environ
from pathlib import Path

import storage.db.timestamps


def wrong_now() -> datetime:
    """The present by the wrong clock."""
    said = Path(environ["WRONG_BY"]).read_text() or "0"
    return datetime.now(UTC) + timedelta(seconds=float(said))


if __name__ == "__main__":
    # Before anything else is imported: modules keep the function by its name.
    storage.db.timestamps.utc_now = wrong_now
    from bot.cli.main import main

    main()
