"""`make bench-nlu`: how well and how fast texts are understood, beside the goals.

python -m bench.nlu [--data FOLDER-OF-PUBLIC-SETS] [--only clinc150 banking77 nlupp xsid categories families cost whole]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.nlu import sets
from bench.nlu.cost import with_heads_and_tagger
from bench.nlu.families import families
from bench.nlu.sets import Line
from dialogs.playbooks.loading import load_playbook
from dialogs.understanding.local_provider import LocalUnderstanding
from dialogs.understanding.model.encoder import find_encoder
from dialogs.understanding.model.model_files import Versions
from dialogs.understanding.model.training_run import examples_of, learn

ROOT = Path(__file__).parents[2]
DATA = ROOT / "var" / "nlu"
BLIND = ROOT / "tests" / "blind"
NEEDED = {"clinc150": "clinc150_train.csv", "banking77": "banking77_train.csv", "nlupp": "nlupp_banking.jsonl",
          "xsid": "xsid_en_train_sample.csv"}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.nlu")
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--only", nargs="+", choices=[*NEEDED, "categories", "families", "cost", "whole"])
    parser.add_argument("--every", type=int, default=1, help="families: every so many messages of `categories`")
    chosen = parser.parse_args()
    print("| what | measured | goal | |", "|---|---|---|---|", sep="\n", flush=True)
    for name, measure in _measures(chosen.data, chosen.every).items():
        if chosen.only and name not in chosen.only:
            continue
        for line in measure():
            mark = "" if line.met is None else "ok" if line.met else "short"
            print(f"| {line.what} | {line.measured} | {line.goal} | {mark} |", flush=True)


def _measures(data: Path, every: int) -> dict[str, Callable[[], Iterator[Line]]]:
    encoder = find_encoder()
    on_sets = {name: getattr(sets, name) for name in NEEDED}
    return {
        name: (lambda measure=measure: measure(data, encoder)) if (data / NEEDED[name]).exists() else _absent(name)
        for name, measure in on_sets.items()
    } | {"categories": _categories, "families": lambda: _families(every), "cost": _cost, "whole": _whole}


def _absent(name: str) -> Callable[[], Iterator[Line]]:
    return lambda: iter([Line(f"{name}: not found, so skipped (give its folder with --data)", "")])


def _trained(folder: Path) -> None:
    playbook, encoder = load_playbook("shop"), find_encoder()
    model = learn(examples_of(playbook, {}), encoder, None, "2026-01-01T00:00:00")
    Versions(folder).keep(model)
    Versions(folder).promote(model.about.version)


def _categories() -> Iterator[Line]:
    with TemporaryDirectory() as folder:
        _trained(Path(folder))
        model = Versions(Path(folder)).current()
        yield from sets.categories(BLIND, LocalUnderstanding(load_playbook("shop"), model, find_encoder()))


def _families(every: int) -> Iterator[Line]:
    """By all that reads: model, heads and tagger."""
    encoder = find_encoder()
    with TemporaryDirectory() as folder:
        _trained(Path(folder))
        reader = LocalUnderstanding(load_playbook("shop"), Versions(Path(folder)).current(), encoder)
    with_heads_and_tagger(reader, encoder)
    yield from families(BLIND, reader, every)


def _whole() -> Iterator[Line]:
    """What a message costs with heads and tagger, as it is served."""
    found = _costs("whole")
    yield Line("with heads and tagger: one message alone, p50 / p95", f"{found['p50']:.1f} / {found['p95']:.1f} ms")
    yield Line("with heads and tagger: a message in batches of 16", f"{found['batched']:.2f} ms")
    yield Line("with heads and tagger: memory of a process that reads", f"{found['memory']:.0f} MB")


def _costs(*whole: str) -> dict[str, float]:
    with TemporaryDirectory() as folder:
        _trained(Path(folder))
        command = [sys.executable, "-m", "bench.nlu.cost", folder, str(BLIND / "categories.en.csv"), *whole]
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _cost() -> Iterator[Line]:
    found = _costs()
    times = f"{found['p50']:.1f} / {found['p95']:.1f} ms"
    yield Line("one message alone, p50 / p95", times, "p95 ≤ 15 ms", found["p95"] <= 15)
    yield Line("a message in batches of 16", f"{found['batched']:.2f} ms")
    yield Line("memory of a process that reads", f"{found['memory']:.0f} MB", "≤ 250 MB", found["memory"] <= 250)
    yield Line("seconds until it reads, encoder loaded", f"{found['start']:.2f}", "< 5", found["start"] < 5)


if __name__ == "__main__":
    main()
