"""`amends demo`: a folder of its own, a few cases filed by talking, and everything served on loopback."""

from __future__ import annotations

import asyncio
import shutil
import socket
from pathlib import Path

import structlog
import typer

from bot.app import App, build
from bot.clock import SystemClock
from bot.commands.scripted_customers import SCRIPTS, perform
from bot.learning.first_start import learn_first
from bot.logs import configure_logs
from bot.opening import explained, prepare
from bot.refusal import Refusal
from bot.serving import listen, urls
from bot.settings import Settings, check_safe, load_settings
from storage.staff.account_log import COMMAND_LINE
from storage.staff.accounts import NewStaff, Role, add_staff
from storage.staff.passwords import made_password
from storage.staff.tokens import TokenScope, create_token

FOLDER = Path("var/demo")
MARK = ".amends-demo"
"""Stands in a folder that a demonstration made, so that no other folder is ever cleared."""
LEARNED = "nlu"
"""The folder, in a demonstration's, of what was learned from the examples."""
STAFF = {
    "mei": ("Mei 小梅", Role.AGENT, ("zh", "en")),
    "sam": ("Sam", Role.SUPERVISOR, ("en",)),
    "ada": ("Ada", Role.ADMINISTRATOR, ("en",)),
}


def run(host: str | None, port: int | None, folder: Path | None, speed: float = 1) -> None:
    """Make the folder anew, file the scripted cases, serve. Raises `Refusal`."""
    settings = demo_settings(host, port, folder or FOLDER)
    check_safe(settings)
    configure_logs(settings.log_level, settings.log_format)
    with explained(settings):
        clear(settings)
        learn_first(settings)
        app = build(settings, SystemClock(speed), reading=False)
        app.database.claim_for_serving()
        prepare(settings, app.database)
    cases = asyncio.run(seed(app))
    token = _token(app)
    passwords = hire(app)
    # Stopping the door after the seeding is final; the server gets a new one.
    listen(build_again(app), lambda served: announce(served, cases, token, passwords))


def demo_settings(host: str | None, port: int | None, folder: Path) -> Settings:
    """Settings of a demonstration: nothing of the operator's own database or folder is touched."""
    return load_settings(
        host=host,
        port=port or free_port(host),
        data_dir=folder,
        database_url=f"sqlite:///{folder / 'amends.db'}",
        # A demonstration answers nobody but whoever started it.
        telegram_token="",
        log_level="warning",
        log_format="console",
    )


def free_port(host: str | None, first: int = 8080, most: int = 20) -> int:
    """The first port from 8080 on that nobody listens on."""
    for port in range(first, first + most):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host or "127.0.0.1", port))
            except OSError:
                continue
            return port
    raise Refusal(f"ports {first} to {first + most - 1} are all taken; choose one: amends demo --port PORT")


def clear(settings: Settings) -> None:
    """A folder with our mark, empty but for what was learned. Raises `Refusal` for one with somebody else's files, or
    one in use.
    """
    folder = settings.data_dir
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARK).exists():
            raise Refusal(f"{folder} holds other files; choose an empty folder: amends demo --data FOLDER")
        _check_unused(settings)
        for found in folder.iterdir():
            _remove(found)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).touch()


def _remove(found: Path) -> None:
    """Remove a file or a folder of an earlier demonstration; learning once is enough."""
    if not found.is_dir():
        found.unlink()
    elif found.name != LEARNED:
        shutil.rmtree(found)


def _check_unused(settings: Settings) -> None:
    from storage.db.database import open_database

    database = open_database(settings.database)
    try:
        database.claim_for_serving()
    finally:
        database.close()


async def seed(app: App) -> list[str]:
    """File the scripted complaints through the real turn; returns their references."""
    app.door.start()
    try:
        found = [await perform(app.door, script) for script in SCRIPTS]
    finally:
        await app.door.stop()
        if app.advisor:
            await app.advisor.close()
    structlog.get_logger("amends").debug("seeded", cases=len(found))
    return [reference for reference in found if reference]


def build_again(app: App) -> App:
    """The same settings and the same claimed database, with a door that has not been started."""
    from dataclasses import replace

    app.database.close()
    again = build(app.settings, app.clock)
    again.database.claim_for_serving()
    return replace(again, playbook=app.playbook)


def _token(app: App) -> str:
    with app.database.write() as connection:
        return create_token(connection, "demo", app.clock(), (TokenScope.CHAT, TokenScope.READ, TokenScope.WRITE))


def hire(app: App) -> dict[str, str]:
    """One agent, one supervisor and one administrator for the desk; returns their passwords, made for this time."""
    if app.desk is None:
        return {}
    made = {login: made_password() for login in STAFF}
    with app.database.write() as connection:
        for login, (name, role, languages) in STAFF.items():
            new = NewStaff(login, name, role, app.desk.passwords.hash(made[login]), languages=languages)
            person = add_staff(connection, new, app.clock())
            app.desk.note(connection, COMMAND_LINE, "added", person.id, login=login, role=role)
    return made


def announce(app: App, cases: list[str], token: str, passwords: dict[str, str]) -> None:
    """Everything one needs to try it, ready to be pasted."""
    at = app.settings.address
    typer.echo("Amends is ready. Nothing here is real, and the next demo begins anew.\n")
    urls(app)
    typer.echo(f"\nCases on file       {', '.join(cases)}")
    typer.echo(f"API token           {token}\n")
    if passwords:
        typer.echo("Sign in to the desk as")
        for login, password in passwords.items():
            typer.echo(f"  {STAFF[login][1]:<15}   {login}  {password}")
        typer.echo("")
    typer.echo("Say something over HTTP:")
    typer.echo(f"""  curl -s {at}/webhooks/rest/webhook -H 'Authorization: Bearer {token}' \\
    -H 'Content-Type: application/json' \\
    -d '{{"sender": "me", "message": "My parcel is five days late"}}'""")
    if cases:
        typer.echo("Read a case:")
        typer.echo(f"  curl -s {at}/api/v1/cases/{cases[0]} -H 'Authorization: Bearer {token}'")
    typer.echo("\nStop with Ctrl+C.")
