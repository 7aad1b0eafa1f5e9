"""`amends report …`: the commands for figures, as they are typed."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.refusals import or_explain

reports = typer.Typer(help="Figures over some days.", no_args_is_help=True)

First = Annotated[str, typer.Option("--from", help="The first day, as 2026-11-01; else four weeks back.")]
Last = Annotated[str, typer.Option("--to", help="The last day; else today.")]
By = Annotated[str, typer.Option(help="category, team, agent, wave, playbook or priority.")]
Csv = Annotated[bool, typer.Option("--csv", help="Print CSV.")]


@reports.command("follow-up")
def report_follow_up(first: First = "", last: Last = "", by: By = "", csv: Csv = False) -> None:
    """What customers said to resolutions, how often cases came back, and how promises were kept."""
    from bot.commands.report import follow_up
    from bot.settings import load_settings

    or_explain(lambda: typer.echo(follow_up(load_settings(), first, last, by, csv)))


@reports.command("promises")
def report_promises(first: First = "", last: Last = "", by: By = "", csv: Csv = False) -> None:
    """How promised times were kept: how many, and the working hours that took."""
    from bot.commands.report import promises
    from bot.settings import load_settings

    or_explain(lambda: typer.echo(promises(load_settings(), first, last, by, csv)))


_REMEDIES = "kind (if nothing is said), category, team, agent, playbook or currency."
_CAUSES = "cause (if nothing is said), category, team, responsible, upheld or playbook."
ByRemedy = Annotated[str, typer.Option("--by", help=_REMEDIES)]
ByCause = Annotated[str, typer.Option("--by", help=_CAUSES)]


@reports.command("remedies")
def report_remedies(first: First = "", last: Last = "", by: ByRemedy = "", csv: Csv = False) -> None:
    """What was offered to customers, what came of it, what it came to, and how long keeping it took."""
    from bot.commands.report_offers import remedies_report
    from bot.settings import load_settings

    or_explain(lambda: typer.echo(remedies_report(load_settings(), first, last, by, csv)))


@reports.command("causes")
def report_causes(first: First = "", last: Last = "", by: ByCause = "", csv: Csv = False) -> None:
    """What complaints turned out to come from, and how many were upheld."""
    from bot.commands.report_offers import causes_report
    from bot.settings import load_settings

    or_explain(lambda: typer.echo(causes_report(load_settings(), first, last, by, csv)))


BoardBy = Annotated[str, typer.Option(help="day, category, channel, team, language, playbook or priority.")]


@reports.command("board")
def report_board(first: First = "", last: Last = "", by: BoardBy = "", csv: Csv = False) -> None:
    """The figures of the board, each with how many it is made of and its 95 % interval."""
    from bot.commands.board import board_report
    from bot.settings import load_settings

    or_explain(lambda: typer.echo(board_report(load_settings(), first, last, by, csv)))
