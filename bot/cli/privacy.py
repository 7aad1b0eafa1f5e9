"""`amends privacy …`: the commands for what customers may ask about their data, as they are typed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.refusals import or_explain

privacy = typer.Typer(help="What customers may ask about their data. A customer is one chat.", no_args_is_help=True)
Customer = Annotated[str, typer.Argument(help="The customer's id; see: amends privacy find")]


@privacy.command("find")
def privacy_find(
    words: Annotated[str, typer.Argument(help="A mail address, a telephone number, or a chat as rest:SENDER.")],
) -> None:
    """Print the ids of the customers whose data this is."""
    from bot.commands.privacy import find
    from bot.settings import load_settings

    or_explain(lambda: typer.echo(find(load_settings(), words)))


@privacy.command("export")
def privacy_export(
    customer: Customer, to: Annotated[Path, typer.Option(help="A ZIP file that is not there yet.")]
) -> None:
    """Write everything of a customer into a ZIP file: HTML to read, JSON, their files."""
    from bot.commands.privacy import exported
    from bot.settings import load_settings

    or_explain(lambda: typer.echo(exported(load_settings(), customer, to)))


@privacy.command("erase")
def privacy_erase(
    customer: Customer,
    reason: Annotated[str, typer.Option(help="By which right, for the trail; no personal data.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase everything of a customer, for ever. The audit trail stays whole and says so."""
    from bot.commands.privacy import erased
    from bot.settings import load_settings

    if not yes:
        typer.confirm(f"Erase everything of {customer}? It cannot be brought back.", abort=True)
    or_explain(lambda: typer.echo(erased(load_settings(), customer, reason)))


@privacy.command("scrub")
def privacy_scrub() -> None:
    """Make what was erased while amends serve was running unreadable in the SQLite file too."""
    from bot.commands.privacy import scrubbed
    from bot.settings import load_settings

    or_explain(lambda: typer.echo(scrubbed(load_settings())))
