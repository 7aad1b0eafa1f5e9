"""`make bench-nlu-rasa`: a real Rasa beside the local provider, in one run, on messages neither was trained on.

python -m bench.nlu_rasa [--config diet|logreg] [--seconds 10] [--folder var/bench-rasa]

Messages are those of tests/blind/categories.<lang>.csv, written apart from the examples. Without them every fifth
example is held back from both. A model that is in the folder already is served as it is; training DIET takes minutes.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as `amends serve` does, before numpy is loaded

from dialogs.playbooks.loading import load_playbook
from dialogs.playbooks.playbook import Examples, Playbook
from dialogs.understanding.local_provider import LocalUnderstanding
from dialogs.understanding.model.encoder import find_encoder
from dialogs.understanding.model.training_run import examples_of, learn
from dialogs.understanding.reading import Understanding, Utterance
from dialogs.understanding.rule_provider import COMPLAIN, RulesUnderstanding
from dialogs.understanding.text import flatten
from engine.providers.rasa import RasaUnderstanding, known
from engine.providers.rasa_server import RasaServer
from engine.turn.processor import MOST_TOGETHER
from tests.rasa.real import RealRasa

ROOT = Path(__file__).parents[1]
BLIND = ROOT / "tests" / "blind"
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
PLENTY = 600.0
ROUNDS = 3
TIMES = 5.0
"""How many messages the local provider should read while Rasa reads one."""


@dataclass(frozen=True, slots=True)
class Message:
    """A text and the category that its writer had in mind."""

    text: str
    category: str


Messages = Mapping[str, Sequence[Message]]
Guesses = Callable[[Sequence[str]], list[str]]


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--config", default="diet")
    asked.add_argument("--seconds", type=float, default=10.0, help="of each round of each speed")
    asked.add_argument("--folder", type=Path, default=ROOT / "var" / "bench-rasa")
    given = asked.parse_args()
    playbook, messages, source = _material(load_playbook("shop"))
    rasa = RealRasa((given.folder / given.config).resolve())
    trained = _trained(rasa, given.config, playbook, source)
    try:
        rasa.start()
        figures = {"config": given.config, "messages": source, "train_seconds": trained}
        figures |= measure(playbook, messages, rasa, given.seconds)
    finally:
        rasa.kill()
    print(table(figures))
    results = ROOT / "bench" / "results"
    results.mkdir(parents=True, exist_ok=True)
    (results / "nlu_rasa.json").write_text(json.dumps(figures, indent=2))


def measure(playbook: Playbook, messages: Messages, rasa: RealRasa, seconds: float) -> dict[str, object]:
    """Accuracy by language and provider, and messages a second of the server and of the local provider, by turns.

    The local one reads with its model, trained here on what Rasa was trained on.
    """
    server = RasaServer(rasa.url, "", PLENTY)
    encoder = find_encoder()
    model = learn(examples_of(playbook), encoder, None, NOON.isoformat())
    local = LocalUnderstanding(playbook, model, encoder)
    ours = RasaUnderstanding(playbook, server, RulesUnderstanding(playbook))
    ways: dict[str, Guesses] = {
        "local": lambda texts: _categories(local, texts),
        "rasa alone": lambda texts: _ranked(playbook, server, texts),
        "rasa with rules first": lambda texts: _categories(ours, texts),
    }
    accuracy = {way: {code: _accuracy(guess, said) for code, said in messages.items()} for way, guess in ways.items()}
    texts = [message.text for said in messages.values() for message in said]
    speeds: dict[str, list[float]] = {"rasa": [], "local": []}
    for _ in range(ROUNDS):
        speeds["rasa"].append(_speed(lambda batch: server.parse(batch), texts, seconds))
        speeds["local"].append(_speed(lambda batch: local.read(_said(batch)), texts, seconds))
    memory = rasa.memory()
    server.close()
    return {"accuracy": accuracy, "per_second": {name: median(all_) for name, all_ in speeds.items()}, "memory": memory}


def table(figures: Mapping[str, object]) -> str:
    """Markdown: each figure beside its goal."""
    accuracy: Mapping[str, Mapping[str, float]] = figures["accuracy"]  # type: ignore[assignment]
    speed: Mapping[str, float] = figures["per_second"]  # type: ignore[assignment]
    lines = [f"Rasa 3.6.21, {figures['config']}; messages: {figures['messages']}", "", "| what | measured | goal | |"]
    lines.append("|---|---|---|---|")
    for way, scores in accuracy.items():
        lines += [f"| {way}, accuracy {code} | {score:.1%} | | |" for code, score in scores.items()]
    for code, score in accuracy["local"].items():
        goal = accuracy["rasa alone"][code]
        lines.append(
            f"| local beside Rasa, {code} | {score - goal:+.1%} | ≥ 0 | {'ok' if score >= goal else 'short'} |"
        )
    times = speed["local"] / speed["rasa"]
    lines.append(f"| messages/s, Rasa / local | {speed['rasa']:,.0f} / {speed['local']:,.0f} | | |")
    lines.append(f"| local as often as Rasa | {times:.1f} | ≥ {TIMES:.0f} | {'ok' if times >= TIMES else 'short'} |")
    lines.append(f"| Rasa's memory | {figures['memory']:.0f} MB | | |")
    return "\n".join(lines)


def _material(playbook: Playbook) -> tuple[Playbook, Messages, str]:
    """What to train on, what to be judged by, and where that is from."""
    files = {code: BLIND / f"categories.{code}.csv" for code in playbook.languages}
    if all(path.exists() for path in files.values()):
        return playbook, {code: list(_read(path)) for code, path in files.items()}, "blind"
    kept = {code: _without_fifths(said) for code, said in playbook.examples.items()}
    held = {code: list(_fifths(said)) for code, said in playbook.examples.items()}
    return replace(playbook, examples=kept), held, "held back from the examples"


def _read(path: Path) -> Iterator[Message]:
    with path.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            yield Message(row["text"], row["category"])


def _fifths(said: Examples) -> Iterator[Message]:
    for label, texts in said.intents.items():
        if label.startswith(COMPLAIN):
            yield from (Message(text, label.removeprefix(COMPLAIN)) for text in texts[::5])


def _without_fifths(said: Examples) -> Examples:
    kept = {label: tuple(text for at, text in enumerate(texts) if at % 5) for label, texts in said.intents.items()}
    return replace(said, intents=kept)


def _trained(rasa: RealRasa, config: str, playbook: Playbook, source: str) -> float:
    """Train, unless there is a model from the same messages already; returns the seconds, 0 for none."""
    mark = rasa.folder / "trained-on"
    trained_on = f"{playbook.version} {source}"
    if mark.exists() and mark.read_text() == trained_on:
        return 0.0
    seconds = rasa.train(config, playbook)
    mark.write_text(trained_on)
    return seconds


def _accuracy(guesses: Guesses, messages: Sequence[Message]) -> float:
    found = guesses([message.text for message in messages])
    right = sum(message.category == category for message, category in zip(messages, found, strict=True))
    return right / len(messages)


def _categories(understanding: Understanding, texts: Sequence[str]) -> list[str]:
    return [reading.category.name if reading.category else "" for reading in understanding.read(_said(texts))]


def _ranked(playbook: Playbook, server: RasaServer, texts: Sequence[str]) -> list[str]:
    """The category of Rasa's first choice for the whole text; none where that is another intent."""
    labels = {label for said in playbook.examples.values() for label in said.intents}
    rankings = [known(ranking or {}, labels) for ranking in server.parse([flatten(text) for text in texts])]
    first = [max(ranking, key=ranking.__getitem__, default="") for ranking in rankings]
    return [label.removeprefix(COMPLAIN) if label.startswith(COMPLAIN) else "" for label in first]


def _said(texts: Sequence[str]) -> list[Utterance]:
    return [Utterance(text, NOON) for text in texts]


def _speed(read: Callable[[Sequence[str]], object], texts: Sequence[str], seconds: float) -> float:
    """Messages a second, in batches as large as a turn's."""
    begun, done = time.perf_counter(), 0
    while time.perf_counter() - begun < seconds:
        batch = [texts[(done + at) % len(texts)] for at in range(MOST_TOGETHER)]
        read(batch)
        done += len(batch)
    return done / (time.perf_counter() - begun)


if __name__ == "__main__":
    main()
