"""`amends talk`: the terminal as a channel. The turn runs in this process, on the configured database."""

from __future__ import annotations

import asyncio
import getpass
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import typer

from bot.app import App, build
from bot.learning.first_start import learn_first
from bot.logs import configure_logs
from bot.opening import explained, prepare
from bot.settings import Settings
from dialogs.flows.effects import Button
from dialogs.flows.events import Event, Said, Tapped
from storage.conversations.conversations import conversation_id
from storage.conversations.transcript import Author, Message, last_messages
from storage.db.errors import FileRefused, Unavailable
from storage.db.timestamps import utc_now
from storage.files.attachments import remember

CHANNEL = "terminal"
ACCOUNT = "default"
SHOWN_AGAIN = 6
"""How many messages of an earlier chat are shown when it goes on."""


@dataclass(frozen=True, slots=True)
class Seat:
    """Who sits at the terminal: the operating system's user, and the language to begin in."""

    chat: str
    language: str

    @property
    def conversation(self) -> str:
        return conversation_id(CHANNEL, ACCOUNT, self.chat)


def run(settings: Settings, language: str) -> None:
    """Chat until `/quit` or the end of input. Raises `Refusal` where the database is being served."""
    configure_logs("error", "console")
    learn_first(settings)
    app = build(settings, reading=False)
    with explained(settings):
        app.database.claim_for_serving()
        prepare(settings, app.database)
    try:
        asyncio.run(_chat(app, Seat(getpass.getuser(), language)))
    except (KeyboardInterrupt, EOFError):
        typer.echo()
    finally:
        app.database.close()


async def _chat(app: App, seat: Seat) -> None:
    app.door.start()
    typer.echo("Type your message. A number taps a button; /file PATH sends a file; /quit leaves.\n")
    buttons = _resume(app, seat)
    try:
        while (line := await _read()) is not None:
            if line.strip():
                buttons = await _say(app, seat, line.strip(), buttons)
    finally:
        await app.door.stop()
        if app.advisor:
            await app.advisor.close()


async def _read() -> str | None:
    """A line, or None at the end of the input or at `/quit`."""
    typer.echo("> ", nl=False)
    line = await asyncio.to_thread(sys.stdin.readline)
    return None if not line or line.strip() == "/quit" else line


def _resume(app: App, seat: Seat) -> tuple[Button, ...]:
    with app.database.read() as connection:
        said = last_messages(connection, seat.conversation, SHOWN_AGAIN)
    return _show(said)


async def _say(app: App, seat: Seat, line: str, buttons: tuple[Button, ...]) -> tuple[Button, ...]:
    """One turn; returns the buttons that may be tapped now."""
    try:
        body = await asyncio.to_thread(_body, app, seat, line, buttons)
        event = Event(uuid4().hex, CHANNEL, ACCOUNT, seat.chat, utc_now(), body, seat.language)
        outcome = await app.door.take(event)
    except (OSError, FileRefused, Unavailable) as error:
        typer.echo(f"  ({error})\n")
        return buttons
    return _show(outcome.answers)


def _body(app: App, seat: Seat, line: str, buttons: tuple[Button, ...]) -> Said | Tapped:
    if line.startswith("/file "):
        return _file(app, seat, Path(line.removeprefix("/file ").strip()).expanduser())
    if line.isdecimal() and 0 < int(line) <= len(buttons):
        return Tapped(buttons[int(line) - 1].id)
    return Said(line)


def _file(app: App, seat: Seat, path: Path) -> Said:
    """Keep the file and say that it is this chat's."""
    kept = app.files.put(path.read_bytes(), path.name)
    with app.database.write() as connection:
        remember(connection, app.database.dialect, seat.conversation, kept, utc_now())
    return Said(files=(kept,))


def _show(messages: Iterable[Message]) -> tuple[Button, ...]:
    """Print messages; returns the last one's buttons."""
    buttons: tuple[Button, ...] = ()
    for message in messages:
        mark = "> " if message.author == Author.CUSTOMER else "  "
        typer.echo(mark + message.text.replace("\n", "\n  "))
        for file in message.files:
            typer.echo(f"  [{file.name}, {file.size:,} bytes]")
        buttons = message.buttons
    for number, button in enumerate(buttons, 1):
        typer.echo(f"  {number}) {button.title}")
    typer.echo()
    return buttons
