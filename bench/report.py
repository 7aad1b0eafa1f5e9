"""The figures of a run as a table, each beside its goal."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from typing import Any

GOALS = {"SQLite": 800.0, "PostgreSQL": 500.0}
Line = tuple[str, str, str, str]


def table(results: dict[str, dict[str, Any]]) -> str:
    """Markdown; the last column says `ok` or `short`."""
    lines = ["| what | measured | goal | |", "|---|---|---|---|"]
    for database, figures in results.items():
        lines += [f"| {' | '.join(line)} |" for line in _lines(database, figures)]
    return "\n".join(lines)


def _lines(database: str, figures: dict[str, Any]) -> Iterator[Line]:
    full, half, bare = figures["full"], figures["half"], figures["bare"]
    rate, goal = full["turns_per_second"], GOALS[database]
    yield _line(f"{database}: turns/s, 64 dialogues at once", f"{rate:,.0f}", f"≥ {goal:,.0f}", rate >= goal)
    yield f"{database}: p50 / p99 then", f"{full['p50']:.0f} / {full['p99']:.0f} ms", "", ""
    filed = full["filed"] == full["dialogues"] and full["dialogues"] > 0 and full["refused"] == 0
    yield _line(f"{database}: dialogues that ended on file", f"{full['filed']} of {full['dialogues']}", "all", filed)
    share = rate / bare["turns_per_second"]
    yield f"{database}: bare FastAPI endpoint, messages/s", f"{bare['turns_per_second']:,.0f}", "", ""
    yield _line(f"{database}: turns as a share of bare", f"{share:.2f}", "≥ 0.15", share >= 0.15)
    barest = figures["barest"]["turns_per_second"]
    yield f"{database}: the same without a framework", f"{barest:,.0f}, share {rate / barest:.2f}", "", ""
    name = f"{database}: p50 / p99 at half load ({half['turns_per_second']:,.0f}/s)"
    yield _line(name, f"{half['p50']:.1f} / {half['p99']:.1f} ms", "p99 < 100 ms", half["p99"] < 100)
    yield from _telegram(database, figures)
    if "much" in figures:
        little, much = figures["little"]["p50"], figures["much"]["p50"]
        words = f"{much:.2f} ms / {little:.2f} ms = {much / little:.2f}"
        yield _line(f"{database}: p50 with much / little history", words, "≤ 1.3", much <= 1.3 * little)
    memory, ready = figures["memory"], median(figures["starts"])
    yield _line(f"{database}: memory", f"{memory:.0f} MB", "< 250 MB", memory < 250)
    yield _line(f"{database}: seconds to ready (median)", f"{ready:.2f}", "< 3", ready < 3)


def _telegram(database: str, figures: dict[str, Any]) -> Iterator[Line]:
    """Updates through the Telegram door, beside the REST door and beside aiogram alone, all of the same run."""
    rest, alone = figures["full"]["turns_per_second"], figures["aiogram"]["updates_per_second"]
    yield f"{database}: aiogram's feed_raw_update with an empty handler, updates/s", f"{alone:,.0f}", "", ""
    for way in ("webhook", "polling"):
        ours = figures[way]
        rate = ours["updates_per_second"]
        name = f"{database}: Telegram by {way}, updates/s and share of REST"
        yield _line(name, f"{rate:,.0f}, {rate / rest:.2f}", "≥ 0.8", rate >= 0.8 * rest)
        yield _line(f"{database}: the same beside aiogram alone", f"{rate / alone:.2f}", "≥ 0.10", rate >= 0.1 * alone)
        yield f"{database}: p50 / p99 then", f"{ours['p50']:.0f} / {ours['p99']:.0f} ms", "", ""
        filed = ours["filed"] >= ours["dialogues"] > 0 and ours["refused"] == 0
        yield _line(f"{database}: dialogues on file by then", f"{ours['filed']} of {ours['dialogues']}", "all", filed)


def _line(what: str, measured: str, goal: str, met: bool) -> Line:
    return what, measured, goal, "ok" if met else "short"
