"""`amends playbook compare`: whether a change of the playbook helped, from the cases that ran under both versions."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, select

from bot.commands.report import as_table
from bot.opening import load, looked_at
from bot.refusal import Refusal
from bot.settings import Settings
from complaints.statistics import ChangeVerdict, Difference, Interval, compare
from staff.spreadsheets import Cell
from storage.analytics.board import MORE_IS_BETTER, shares
from storage.analytics.figures import FigureScope
from storage.db.timestamps import from_micros, utc_now
from storage.tables.core import playbook_versions

COLUMNS = ("figure", "before", "of", "after", "of", "change", "95 % interval", "at every look", "verdict")


def compare_playbooks(settings: Settings, old: str, new: str) -> str:
    """Each share under both versions: the difference, its intervals, and what may be said of it."""
    with looked_at(settings) as database, database.read() as conn:
        versions = [version_named(conn, name) for name in (old, new)]
        scope = FigureScope(from_micros(0), _end())
        rows = [_row(conn, scope, name, versions[0], versions[1]) for name in MORE_IS_BETTER]
    note = "Adjusted for the mix of categories. The verdict is by the interval that holds at every look."
    return f"{versions[0]} -> {versions[1]}\n{as_table(COLUMNS, rows)}\n{note}"


def version_named(conn: Connection, name: str) -> str:
    """The version that is meant: its first digits, or the name or folder of a playbook as it is now."""
    known: list[str] = list(conn.scalars(select(playbook_versions.c.version)))
    found = [version for version in known if name and version.startswith(name)]
    if len(found) == 1:
        return found[0]
    if found:
        raise Refusal(f"several versions begin with {name}: {', '.join(sorted(found))}; write more digits")
    if (Path(name) / "playbook.yml").is_file() or not set(name) <= set("0123456789abcdef"):
        return load(name).version
    raise Refusal(f"no version begins with {name}; these were in use: {', '.join(sorted(known)) or 'none'}")


def _end() -> datetime:
    now = utc_now()
    return now.replace(year=now.year + 1, day=1)


def _row(conn: Connection, scope: FigureScope, name: str, old: str, new: str) -> list[Cell]:
    before, after = shares(conn, scope, name, old), shares(conn, scope, name, new)
    found = compare(before, after, more_is_better=MORE_IS_BETTER[name])
    counted: list[Cell] = []
    for side in (before, after):
        part, n = sum(one.part for one in side.values()), sum(one.n for one in side.values())
        counted += [f"{part / n:.1%}" if n else None, n]
    if found is None:
        return [name, *counted, None, None, None, f"{ChangeVerdict.TOO_EARLY}: no category has cases of both"]
    return [name, *counted, f"{found.value:+.1%}", _said(found.once), _said(found.always), _verdict(found)]


def _said(interval: Interval) -> str:
    return f"{interval[0]:+.1%} to {interval[1]:+.1%}"


def _verdict(found: Difference) -> str:
    return (
        f"{found.verdict}, needs {found.more} more cases" if found.verdict is ChangeVerdict.TOO_EARLY else found.verdict
    )
