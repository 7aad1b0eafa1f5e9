"""`python -m bench.incidents [--data FOLDER]`: how soon bursts are found, who belongs to them, and what is a repeat.

Measured on the sets in `tests/incidents` that nobody tuned to (`*_apart.jsonl`), and on `bursts*.jsonl`,
`near_misses*.jsonl` and `repeats*.jsonl` of a folder, where it is given. What is not there is left out and said so.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

from bench.bursts import DAYS, WRITTEN, World, rows_of
from bench.nlu.sets import Line
from complaints.incidents.belonging import Gathering, belongs, gathered
from complaints.incidents.detection import SPAN, suspicion
from complaints.incidents.repeats import Told, repeats_of
from complaints.incidents.stories import Story
from complaints.incidents.usual import Usual
from dialogs.understanding.heads.features import plain
from dialogs.understanding.model.encoder import Encoder, find_encoder
from dialogs.understanding.repeats.features import Text
from dialogs.understanding.repeats.scorer import shipped

FIRST_DAY, LAST_DAY, TIMES = 45, 58, 6
"""The day until which the usual is learned, the last one before the high season; how often each burst happens."""
SOON, PACES = 5, (2, 6, 12)
"""By which message a burst should be found; minutes between two of its messages, on the average."""
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class BurstSeen:
    """What became of a burst: at which message it was found (0: never), who was taken for a member, who is one."""

    at: int
    taken: frozenset[str]
    own: frozenset[str]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.incidents")
    parser.add_argument("--data", type=Path, help="a folder with sets of the same kind")
    folder = parser.parse_args().data
    print("| what | measured | goal | |", "|---|---|---|---|", sep="\n", flush=True)
    for line in measured(folder):
        mark = "" if line.met is None else "ok" if line.met else "short"
        print(f"| {line.what} | {line.measured} | {line.goal} | {mark} |", flush=True)


def measured(folder: Path | None) -> Iterator[Line]:
    """Every line of the table."""
    encoder = find_encoder()
    if encoder is None:
        yield Line("incidents: the encoder is not installed, so skipped", "")
        return
    world = World(encoder)
    usual = world.usual(FIRST_DAY)
    yield from false_alarms(world)
    for name, bursts, near in _burst_sets(folder):
        yield from found_bursts(world, usual, name, rows_of(bursts), rows_of(near) if near else [])
    for name, file in _repeat_sets(folder):
        yield repeats(encoder, name, rows_of(file))


def _burst_sets(folder: Path | None) -> Iterator[tuple[str, Path, Path | None]]:
    yield "apart", WRITTEN / "bursts_apart.jsonl", WRITTEN / "near_misses_apart.jsonl"
    for file in sorted(folder.glob("bursts*.jsonl")) if folder else ():
        near = file.with_name(file.name.replace("bursts", "near_misses"))
        yield file.stem, file, near if near.exists() else None


def _repeat_sets(folder: Path | None) -> Iterator[tuple[str, Path]]:
    yield "apart", WRITTEN / "repeats_apart.jsonl"
    for file in sorted(folder.glob("repeats*.jsonl")) if folder else ():
        yield file.stem, file


def false_alarms(world: World) -> Iterator[Line]:
    """What traffic without a burst gives rise to, and how long a story takes."""
    alarms, spent, count = 0, 0.0, 0
    for day in range(7, DAYS):
        usual, taken = world.usual(day), set[str]()
        for one in world.days[day]:
            near = [other for other in world.before(one.at) if other.id != one.id and other.id not in taken]
            began = perf_counter()
            suspected = suspicion(one, near, usual)
            spent, count = spent + perf_counter() - began, count + 1
            alarms += suspected is not None
            taken |= {story.id for story in suspected.stories} if suspected else set()
    a_month = alarms * 28 / (DAYS - 7)
    yield Line("false alarms in four weeks, 40 complaints a day", f"{a_month:.2f}", "≤ 0.5", a_month <= 0.5)
    yield Line("time for a story", f"{1000 * spent / count:.1f} ms", "< 5 ms", spent / count < 0.005)


def found_bursts(world: World, usual: Usual, name: str, bursts: Sequence[Any], near: Sequence[Any]) -> Iterator[Line]:
    """How many are found soon, at each pace; and the members where near misses come in between."""
    told = [world.told([said["text"] for said in burst["messages"]]) for burst in bursts]
    like = [world.told([one["text"] for one in near if one.get("resembles") == burst["id"]]) for burst in bursts]
    for pace in PACES:
        seen = [_happens(world, usual, some, [], pace) for some in told for _ in range(TIMES)]
        share = sum(0 < one.at <= SOON for one in seen) / len(seen)
        yield Line(
            f"{name}: bursts found by message {SOON}, one in {pace} minutes", f"{share:.2f}", "≥ 0.95", share >= 0.95
        )
    seen = [_happens(world, usual, some, others, PACES[1]) for some, others in zip(told, like, strict=True)]
    right = sum(len(one.taken & one.own) for one in seen if one.at)
    precision = right / max(1, sum(len(one.taken) for one in seen))
    recall = right / max(1, sum(len(one.own) for one in seen if one.at))
    yield Line(
        f"{name}: members, precision and recall, near misses in between", f"{precision:.2f} / {recall:.2f}",
        "≥ 0.95 / 0.90", precision >= 0.95 and recall >= 0.9,
    )  # fmt: skip


def _happens(world: World, usual: Usual, told: Sequence[Story], like: Sequence[Story], pace: float) -> BurstSeen:
    """A burst, with what merely resembles it, on some day after what is usual was learned."""
    stories = list(world.burst([*told, *like], world.rng.randrange(FIRST_DAY + 1, LAST_DAY), pace))
    own = {one.id for one in stories if any(one.vector is other.vector for other in told)}
    begun = stories[0].at - SPAN
    around = [one for one in world.before(stories[-1].at) if one.at >= begun]
    members, heard, at, said = dict[str, Story](), list[Story](), 0, 0
    for one in sorted([*stories, *around], key=lambda story: story.at):
        heard.append(one)
        said += one.id in own
        if members:
            if belongs(one, Gathering(list(members.values())), usual):
                members[one.id] = one
        elif one.at >= stories[0].at and (found := suspicion(one, heard[:-1], usual)):
            if 2 * sum(story.id in own for story in found.stories) < len(found.stories):
                continue
            at, members = said, {story.id: story for story in gathered(found, heard, usual)}
    return BurstSeen(at, frozenset(members), frozenset(own))


def repeats(encoder: Encoder, name: str, rows: Sequence[Any]) -> Line:
    """How well it is told whether the later of two texts is about the same."""
    scorer = shipped()
    firsts, seconds = (encoder.encode([plain(row[key]) for row in rows]) for key in ("first", "second"))
    right = found = there = 0
    for row, first, second in zip(rows, firsts, seconds, strict=True):
        earlier = Told("C-1", NOON, "", first, row["first"])
        later = Told("C-2", NOON + timedelta(days=row["days_between"]), "", second, row["second"])
        likely = None
        if scorer is not None:
            chance = scorer.likely(Text(row["first"], first), Text(row["second"], second))
            likely = lambda _, __, chance=chance: chance  # noqa: E731 - known already
        said = bool(repeats_of(later, [earlier, later], likely))
        right, found, there = right + (said and row["same"]), found + said, there + row["same"]
    share = 2 * right / max(1, found + there)
    return Line(f"{name}: repeats, F1 of {len(rows)} pairs", f"{share:.2f}", "≥ 0.92", share >= 0.92)


if __name__ == "__main__":
    main()
