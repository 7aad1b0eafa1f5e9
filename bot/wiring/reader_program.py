"""Readers, from the settings: the program that reads, and how a server has it started.

`python -m bot.wiring.reader_program SOCKET` is that program. It is given what reading takes and nothing
else: no key, no database, and of tokens Rasa's alone.
"""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from pydantic import SecretStr

from bot.settings import Settings
from bot.wiring.providers import at_home
from engine.readers.reader import BACKSTOP
from engine.readers.template_client import Program

if TYPE_CHECKING:
    from dialogs.understanding.reading import Understanding
    from engine.readers.template import LoadedReader

TAKEN_ALONG = (
    "data_dir", "playbook", "understanding", "rasa_url", "rasa_token", "rasa_deadline", "log_level", "log_format",
)  # fmt: skip
"""The settings that reading takes."""

WARMING = (
    "Hello, my parcel AM2611180042 should have come last Monday, I paid 12.50 EUR, +49 30 901820",
    "快递上周一没到",
)
"""Read once before any reader is forked, so that what loads at the first text is loaded for all. Nobody's words."""


def program(settings: Settings) -> Program:
    """The program that reads as these settings say."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AMENDS_")}
    home = at_home(settings)
    own = {f"AMENDS_{name.upper()}": _text(getattr(home, name)) for name in TAKEN_ALONG}
    # What Rasa is waited for is time by the wall, and none of the processor's.
    backstop = BACKSTOP + (settings.rasa_deadline if settings.understanding == "rasa" else 0)
    return Program([sys.executable, "-m", "bot.wiring.reader_program"], clean | own, backstop)


def _text(value: object) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


def main() -> None:
    """Load what reads, and fork readers for whoever is at the other end of the socket."""
    from bot.logs import configure_logs
    from engine.readers.template import run

    settings = Settings(_env_file=None, _secrets_dir=None)
    configure_logs(settings.log_level, settings.log_format)
    run(socket.socket(fileno=int(sys.argv[1])), partial(loaded, settings))


def loaded(settings: Settings) -> LoadedReader:
    """What reads as these settings say, with its model, warm."""
    from bot.opening import load
    from bot.wiring.providers import understanding
    from dialogs.understanding.reading import Utterance
    from engine.readers.template import LoadedReader
    from storage.db.timestamps import utc_now

    playbook = load(settings.playbook)
    chain = understanding(settings, playbook)
    for reads in _at_home(chain):
        reads.read([Utterance(text, utc_now(), playbook.file.timezone) for text in WARMING])
    models = (getattr(reads, "model_version", "") for reads in _at_home(chain))
    return LoadedReader(chain, next(filter(None, models), ""))


def _at_home(understanding: Understanding) -> Iterator[Understanding]:
    """The providers that need no network: connections are no matter for a process that is forked."""
    from engine.providers.fallback import FirstThatWorks
    from engine.providers.rasa import RasaUnderstanding

    if isinstance(understanding, FirstThatWorks):
        for provider in understanding.providers:
            yield from _at_home(provider.understanding)
    elif not isinstance(understanding, RasaUnderstanding):
        yield understanding


if __name__ == "__main__":
    main()
