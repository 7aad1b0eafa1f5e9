"""`amends quarantine`: what turns were set aside. The list shows no word of a customer's; one turn is shown whole."""

from __future__ import annotations

from bot.opening import opened
from bot.refusal import Refusal
from bot.settings import Settings
from storage.delivery.dead_letters import SetAside, find_set_aside, set_aside_turns

MOST_LISTED = 200


def list_set_aside(settings: Settings) -> str:
    """Turns set aside, the newest first, one a line: when, which event, which chat, what kind of error."""
    with opened(settings) as database, database.read() as connection:
        found = set_aside_turns(connection, MOST_LISTED)
    return "\n".join(map(_line, found)) or "Nothing was set aside."


def show_set_aside(settings: Settings, event_id: str) -> str:
    """One event whole, with the customer's words and what it raised. Raises `Refusal` where there is none."""
    with opened(settings) as database, database.read() as connection:
        found = find_set_aside(connection, event_id)
    if not found:
        raise Refusal(f"no event {plain(event_id)} was set aside; see: amends quarantine list")
    return "\n\n".join(f"{_line(one)}\n{plain(one.event)}\n{plain(one.error.rstrip())}" for one in found)


def _line(one: SetAside) -> str:
    return f"{one.at:%Y-%m-%d %H:%M:%S}  {plain(one.event_id)}  chat {one.conversation_id}  {one.kind}"


def plain(text: str) -> str:
    """The text without anything that would make a terminal do more than show it."""
    return "".join(
        letter if letter.isprintable() or letter == "\n" else letter.encode("unicode_escape").decode()
        for letter in text
    )
