"""`amends playbook simulate`: what a playbook would have made of the cases of some days."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import ValidationError
from sqlalchemy import Connection, select

from bot.commands.report import days_of
from bot.opening import load, looked_at
from bot.settings import Settings
from complaints.case import Case
from dialogs.playbooks.schema import PlaybookFile
from dialogs.playbooks.simulation import Simulation, simulate
from storage.analytics.figures import FigureScope
from storage.cases.cases import decode_case
from storage.db.timestamps import to_micros
from storage.tables.core import cases, playbook_versions


def simulate_playbook(settings: Settings, new: str, first: str, last: str) -> str:
    """How the cases that were filed in these days would have been treated, where that differs."""
    span, playbook = days_of(settings, first, last), load(new)
    with looked_at(settings) as database, database.read() as conn:
        found = simulate(_filed(conn, span.scope()), _files(conn), playbook.file)
    return f"{span.first} to {span.last} under {playbook.name} {playbook.version}\n{_said(found)}"


def _filed(conn: Connection, scope: FigureScope) -> list[Case]:
    within = cases.c.opened_at >= to_micros(scope.since), cases.c.opened_at < to_micros(scope.until)
    query = select(cases.c.body).where(*within, cases.c.partial.is_(False)).order_by(cases.c.opened_at)
    return [case for case in map(decode_case, conn.scalars(query)) if not case.spam]


def _files(conn: Connection) -> Mapping[str, PlaybookFile]:
    """The playbooks that cases ran under. One of an older form, that cannot be read any more, is left out."""
    found = {}
    for row in conn.execute(select(playbook_versions.c.version, playbook_versions.c.content)):
        try:
            found[row.version] = PlaybookFile.model_validate_json(row.content)
        except ValidationError:
            continue
    return found


def _said(found: Simulation) -> str:
    known = found.cases - found.unknown
    lines = [f"cases: {found.cases}, of which cannot be compared, for their category or version: {found.unknown}"]
    for what, changes in (("team", found.teams), ("priority", found.priorities)):
        lines += [f"{what}: {n} would have gone from {old} to {new}" for (old, new), n in sorted(changes.items())]
        lines += [] if changes else [f"{what}: none would have differed"]
    lines += [f"outcome promised sooner: {found.sooner}; later: {found.later}; of {known}"]
    before, after = found.questions
    change = f" ({after / before - 1:+.0%})" if before else ""
    return "\n".join([*lines, f"questions at most: {before} before, {after} after{change}"])
