"""The commands that Telegram shows in its menu, in each of the playbook's languages."""

from __future__ import annotations

from collections.abc import Iterator

from aiogram.methods import SetMyCommands
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeUnion,
)

from dialogs.flows.session_update import language_for
from dialogs.playbooks.playbook import Playbook

PRIVATE = ("start", "new", "status", "human", "language", "help", "privacy")
IN_GROUPS = ("help",)
ELSEWHERE = "und"
"""Any language that the playbook does not speak."""


def menus(playbook: Playbook) -> Iterator[SetMyCommands]:
    """One call for each scope and language, and one for people whose language the playbook does not speak."""
    scopes: tuple[tuple[BotCommandScopeUnion, tuple[str, ...]], ...] = (
        (BotCommandScopeAllPrivateChats(), PRIVATE),
        (BotCommandScopeAllGroupChats(), IN_GROUPS),
    )
    for scope, names in scopes:
        for language in (*playbook.languages, ""):
            words = playbook.words(language or language_for(ELSEWHERE, playbook))
            commands = [BotCommand(command=name, description=words.say(f"telegram.command.{name}")) for name in names]
            # Telegram knows two-letter languages only.
            yield SetMyCommands(commands=commands, scope=scope, language_code=language[:2] or None)
