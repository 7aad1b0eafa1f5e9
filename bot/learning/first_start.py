"""Before the first message is taken: what is lacking is learned, so that none is read by less than what was measured.

`python -m bot.learning.first_start PARENT` is the program that learns. It is a process of its own, for what training
loads would stay with a server for good.
"""

from __future__ import annotations

import os
import subprocess
import sys

from bot.learning.stamp import is_learned
from bot.refusal import Refusal
from bot.settings import Settings

_TAKEN_ALONG = ("data_dir", "playbook")


class NotLearned(Refusal):
    """What is needed to understand customers could not be learned."""


def learn_first(settings: Settings) -> None:
    """Return when all that reads has learned. Raises `NotLearned`.

    Where another process is learning in the same data folder, it is waited for, and taken over from if it is killed.
    """
    if settings.understanding == "rules" or settings.train_at_start == "off" or is_learned(settings):
        return
    own = {f"AMENDS_{name.upper()}": str(getattr(settings, name)) for name in _TAKEN_ALONG}
    own["AMENDS_DATABASE_URL"] = settings.database
    command = [sys.executable, "-m", "bot.learning.first_start", str(os.getpid())]
    process = subprocess.Popen(command, env=os.environ | own, stdin=subprocess.DEVNULL)  # noqa: S603 - our own program
    try:
        if process.wait():
            raise NotLearned(
                "what is needed to understand customers could not be learned; the reason stands above. Try it by "
                "itself: amends nlu train. To serve by rules alone meanwhile: AMENDS_TRAIN_AT_START=off"
            )
    finally:
        process.kill()
        process.wait()


def main() -> None:
    """Learn what is lacking, for the process that waits for it."""
    from engine.readers.parent_death import end_with

    end_with(int(sys.argv[1]))
    from bot.cli.refusals import or_explain
    from bot.learning.training import train
    from bot.logs import configure_logs
    from bot.settings import load_settings

    settings = load_settings()
    configure_logs(settings.log_level, settings.log_format)
    or_explain(lambda: train(settings))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(1)
