"""`amends user …`: the commands for the accounts of the staff, as they are typed."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from bot.cli.refusals import or_explain
from bot.refusal import Refusal

users = typer.Typer(help="Accounts of the staff who work at the desk.", no_args_is_help=True)

Login = Annotated[str, typer.Argument(help="The login, as: mei or mei@shop.example")]
FromStdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")]
Asked = Annotated[str, typer.Option(help="agent, supervisor or administrator.")]


@users.command("add")
def user_add(
    login: Login,
    name: Annotated[str, typer.Option(help="What customers and colleagues see; else the login.")] = "",
    role: Asked = "agent",
    team: Annotated[list[str] | None, typer.Option(help="A team; may be repeated. Without: all teams.")] = None,
    language: Annotated[list[str] | None, typer.Option(help="A language they write in; may be repeated.")] = None,
    skill: Annotated[list[str] | None, typer.Option(help="A skill; may be repeated.")] = None,
    capacity: Annotated[int, typer.Option(help="How many chats at a time.")] = 8,
    password_stdin: FromStdin = False,
) -> None:
    """Make an account. The password is asked for, twice."""
    from bot.commands.users import WantedAccount, add_user
    from bot.settings import load_settings

    wanted = WantedAccount(name or login, role, tuple(team or ()), tuple(language or ()), tuple(skill or ()), capacity)
    or_explain(lambda: typer.echo(add_user(load_settings(), login, wanted, _password(password_stdin))))


@users.command("list")
def user_list() -> None:
    """List the accounts: login, name, role, teams, and which are disabled."""
    from bot.commands.users import list_users
    from bot.settings import load_settings

    or_explain(lambda: typer.echo(list_users(load_settings())))


@users.command("disable")
def user_disable(login: Login) -> None:
    """Close an account and sign it out everywhere."""
    from bot.commands.users import disable_user
    from bot.settings import load_settings

    or_explain(lambda: typer.echo(disable_user(load_settings(), login)))


@users.command("enable")
def user_enable(login: Login) -> None:
    """Open a closed account again."""
    from bot.commands.users import enable_user
    from bot.settings import load_settings

    or_explain(lambda: typer.echo(enable_user(load_settings(), login)))


@users.command("password")
def user_password(
    login: Login,
    password_stdin: FromStdin = False,
    drop_second_step: Annotated[
        bool, typer.Option("--drop-second-step", help="Also take second step and passkeys away, for a lost phone.")
    ] = False,
) -> None:
    """Set another password and sign the account out everywhere."""
    from bot.commands.users import set_password
    from bot.settings import load_settings

    or_explain(lambda: typer.echo(set_password(load_settings(), login, _password(password_stdin), drop_second_step)))


@users.command("role")
def user_role(login: Login, role: Annotated[str, typer.Argument(help="agent, supervisor or administrator.")]) -> None:
    """Give an account another role."""
    from bot.commands.users import set_role
    from bot.settings import load_settings

    or_explain(lambda: typer.echo(set_role(load_settings(), login, role)))


@users.command("revoke")
def user_revoke(login: Login) -> None:
    """Sign an account out everywhere."""
    from bot.commands.users import revoke_user
    from bot.settings import load_settings

    or_explain(lambda: typer.echo(revoke_user(load_settings(), login)))


def _password(from_stdin: bool) -> str:
    """The password, never shown. Raises `Refusal` where nobody can be asked."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise Refusal("nobody can be asked for a password here; pass it on standard input with --password-stdin")
    given: str = typer.prompt("Password", hide_input=True, confirmation_prompt="The same again")
    return given
