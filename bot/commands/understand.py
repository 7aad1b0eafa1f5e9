"""`amends understand`: JSON lines in, JSON lines out. Whatever waits is read together; nothing waits for more."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, BinaryIO

from bot.commands.reading_json import AskedFor, BadLine, Home, asked_of, explanation_json, reading_json, utterance
from bot.learning.first_start import learn_first
from bot.logs import configure_logs
from bot.opening import load
from bot.settings import Settings
from bot.wiring.providers import understanding
from dialogs.understanding.model.explaining import Explanation
from dialogs.understanding.reading import Understanding, Utterance
from engine.providers.fallback import Explaining, FirstThatWorks

MOST_AT_ONCE = 64
"""Lines read in one batch."""


@dataclass(frozen=True, slots=True)
class InputLine:
    """A line of input: its number, from 1, and its bytes."""

    number: int
    written: bytes


def run(settings: Settings, where: str, explain: bool) -> bool:
    """Read standard input to its end and write a line for each. Returns whether every line was understood."""
    configure_logs("error", settings.log_format)  # standard output is for the answers alone
    playbook = load(where)
    learn_first(settings)
    reads = LineReader(understanding(settings, playbook), Home(playbook.file.timezone), explain)
    well = True
    try:
        for lines in batches(sys.stdin.buffer):
            answers = reads.answers(lines)
            well = well and not any("error" in answer for answer in answers)
            _write(answers)
    except BrokenPipeError:
        sys.stderr.close()  # nobody listens any more: not an error of ours
    return well


class LineReader:
    """Turns lines into answers, a batch at a time."""

    def __init__(self, reader: Understanding, home: Home, explain: bool) -> None:
        self._reader = reader
        self._home = home
        self._explain = explain

    def answers(self, lines: Sequence[InputLine]) -> list[dict[str, Any]]:
        """One answer a line, in order; `{"error": …}` for a line that cannot be read."""
        now = datetime.now(UTC)
        parsed = [_parsed(line, self._home, now) for line in lines]
        said = [one for one in parsed if isinstance(one, TextAsked)]
        answers = iter(self._answered(said))
        return [one if isinstance(one, dict) else next(answers) for one in parsed]

    def _answered(self, said: Sequence[TextAsked]) -> list[dict[str, Any]]:
        if not said:
            return []
        if not self._explain:
            readings = self._reader.read([one.utterance for one in said])
            model = model_of(self._reader)
            return [reading_json(found, one.asked, model) for one, found in zip(said, readings, strict=True)]
        found = [(one, self._explained(one.utterance)) for one in said]
        return [{**reading_json(why.reading, one.asked), "explanation": explanation_json(why)} for one, why in found]

    def _explained(self, said: Utterance) -> Explanation:
        if isinstance(self._reader, Explaining):
            return self._reader.explain(said)
        reading = self._reader.read([said])[0]
        return Explanation(reading, rules=reading.reasons)


@dataclass(frozen=True, slots=True)
class TextAsked:
    """A text, and what it answers."""

    utterance: Utterance
    asked: AskedFor


def model_of(reader: Understanding) -> str:
    """The version of the model that reads, or empty."""
    first = reader.providers[0].understanding if isinstance(reader, FirstThatWorks) else reader
    if isinstance(first, FirstThatWorks):
        return model_of(first)
    return str(getattr(first, "model_version", ""))


def _parsed(line: InputLine, home: Home, now: datetime) -> TextAsked | dict[str, Any]:
    try:
        written = line.written.decode("utf-8-sig")
        return TextAsked(utterance(written, home, now), asked_of(written))
    except UnicodeDecodeError:
        return {"error": f"line {line.number}: not UTF-8"}
    except BadLine as error:
        return {"error": f"line {line.number}: {error}"}


def batches(source: BinaryIO) -> Iterator[list[InputLine]]:
    """The lines of a stream that are not blank, as many together as have come, but never waiting for another."""
    waiting: SimpleQueue[InputLine | None] = SimpleQueue()
    Thread(target=_receive, args=(source, waiting), daemon=True).start()
    while (line := waiting.get()) is not None:
        lines = [line]
        ended = False
        while len(lines) < MOST_AT_ONCE and not ended:
            try:
                after = waiting.get_nowait()
            except Empty:
                break
            if after is None:
                ended = True
            else:
                lines.append(after)
        yield lines
        if ended:
            return


def _receive(source: BinaryIO, waiting: SimpleQueue[InputLine | None]) -> None:
    try:
        for number, written in enumerate(source, 1):
            if written.strip():
                waiting.put(InputLine(number, written))
    finally:
        waiting.put(None)


def _write(answers: Sequence[dict[str, Any]]) -> None:
    written = "".join(json.dumps(answer, ensure_ascii=False) + "\n" for answer in answers)
    sys.stdout.buffer.write(written.encode())
    sys.stdout.buffer.flush()
