"""`amends serve` that takes its time to understand, so that whoever kills it finds turns half done.

python -m tests.crash.slowly serve --port PORT
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass

import bot.wiring.providers
from bot.cli.main import main
from bot.settings import Settings
from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.reading import Reading, Understanding, Utterance
from engine.providers.fallback import FirstThatWorks, Provider

THINKING = 0.6
"""Seconds for each batch of turns."""


@dataclass(frozen=True, slots=True)
class Slow:
    """Understands as the other does, later."""

    inner: Understanding

    def read(self, utterances: Sequence[Utterance]) -> list[Reading]:
        time.sleep(THINKING)
        return list(self.inner.read(utterances))


def slowed() -> None:
    """From here on every application that is built here is slow to understand."""
    os.environ["AMENDS_READERS"] = "0"  # readers are another program, which knows nothing of this
    usual = bot.wiring.providers.understanding

    def slow(settings: Settings, playbook: Playbook) -> FirstThatWorks:
        return FirstThatWorks([Provider("slow", Slow(usual(settings, playbook)))])

    bot.wiring.providers.understanding = slow


if __name__ == "__main__":
    slowed()
    main()
