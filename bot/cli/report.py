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


BoardBy = Annotated[str, typer.Option(help="day, category, channel, team, language, playbook or priority.")]


@reports.command("board")
def report_board(first: First = "", last: Last = "", by: BoardBy = "", csv: Csv = False) -> None:
    """The figures of the board, each with how many it is made of and its 95 % interval."""
    from bot.commands.board import board_report
    from bot.settings import load_settings

    or_explain(lambda: typer.echo(board_report(load_settings(), first, last, by, csv)))
