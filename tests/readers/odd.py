"""A reader for tests, which does what a text tells it: `python -m tests.readers.odd SOCKET`.

`hang`, `hang in C` (as a pattern does, holding the interpreter), `sleep`, `die`, `raise`, `burn SECONDS`; any other
text is read at once. With ODD_INNER=rules those are read by the shop's rules.
"""

from __future__ import annotations

import os
import re
import socket
import sys
import time
from collections.abc import Mapping, Sequence

from dialogs.understanding.model.explaining import Explanation
from dialogs.understanding.reading import Reading, Understanding, Utterance
from engine.readers.template import LoadedReader, run
from engine.readers.template_client import Program


class Odd:
    def __init__(self, inner: Understanding | None = None) -> None:
        self.inner = inner
        self.texts = 0

    def read(self, utterances: Sequence[Utterance]) -> list[Reading]:
        for said in utterances:
            _do(said.text)
        self.texts += len(utterances)
        return self.inner.read(utterances) if self.inner else [Reading(said.text, "en") for said in utterances]

    def explain(self, said: Utterance) -> Explanation:
        return Explanation(self.read([said])[0], rules=("odd: indeed",))

    def counters(self) -> Mapping[str, float]:
        return {"odd_texts_total": float(self.texts)}


def _do(text: str) -> None:
    match text.split(maxsplit=2):
        case ["hang", "in", *_]:
            re.match(r"(a+)+$", "a" * 60 + "!")
        case ["hang", *_]:
            while True:
                pass
        case ["sleep", *_]:
            time.sleep(60)
        case ["die", *_]:
            os._exit(1)
        case ["raise", *_]:
            raise ValueError(text)
        case ["burn", seconds, *_]:
            begun = time.process_time()
            while time.process_time() - begun < float(seconds):
                pass


def odd(inner: str = "", model: str = "odd-1", backstop: float = 30.0) -> Program:
    """The program that is this module."""
    environment = {**os.environ, "ODD_INNER": inner, "ODD_MODEL": model}
    return Program([sys.executable, "-m", "tests.readers.odd"], environment, backstop)


def _loaded() -> LoadedReader:
    if not os.environ["ODD_INNER"]:
        return LoadedReader(Odd(), os.environ["ODD_MODEL"])
    from dialogs.playbooks.loading import load_playbook
    from dialogs.understanding.rule_provider import RulesUnderstanding

    return LoadedReader(Odd(RulesUnderstanding(load_playbook("shop"))), os.environ["ODD_MODEL"])


if __name__ == "__main__":
    run(socket.socket(fileno=int(sys.argv[1])), _loaded)
