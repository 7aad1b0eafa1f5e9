"""`amends webhooks …`: the commands for the receivers of webhooks, as they are typed."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.refusals import or_explain

webhooks = typer.Typer(help="Other systems that hear what becomes of cases.", no_args_is_help=True)


@webhooks.command("add")
def webhook_add(
    url: Annotated[str, typer.Argument(help="Where to send, as: https://crm.example.com/hooks/amends")],
    kind: Annotated[list[str] | None, typer.Option(help="Some news only, as case.filed; may be repeated.")] = None,
) -> None:
    """Add a receiver and print its secret, this once."""
    from bot.commands.webhooks import add
    from bot.settings import load_settings

    or_explain(lambda: typer.echo(add(load_settings(), url, tuple(kind or ()))))


@webhooks.command("list")
def webhook_list() -> None:
    """List the receivers, and which of them want no more."""
    from bot.commands.webhooks import listed
    from bot.settings import load_settings

    or_explain(lambda: typer.echo(listed(load_settings())))


@webhooks.command("log")
def webhook_log(
    message: Annotated[str, typer.Argument(help="A message's id: shows that one whole.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many.")] = 50,
) -> None:
    """List what was sent, the newest first, with attempts."""
    from bot.commands.webhooks import logged
    from bot.settings import load_settings

    or_explain(lambda: typer.echo(logged(load_settings(), limit, message)))


@webhooks.command("resend")
def webhook_resend(message: Annotated[str, typer.Argument(help="A message's id; see: amends webhooks log")]) -> None:
    """Send a message once more, under its own id."""
    from bot.commands.webhooks import sent_again
    from bot.settings import load_settings

    or_explain(lambda: typer.echo(sent_again(load_settings(), message)))


@webhooks.command("remove")
def webhook_remove(webhook: Annotated[str, typer.Argument(help="A receiver's id; see: amends webhooks list")]) -> None:
    """Forget a receiver and its log."""
    from bot.commands.webhooks import removed
    from bot.settings import load_settings

    or_explain(lambda: typer.echo(removed(load_settings(), webhook)))
