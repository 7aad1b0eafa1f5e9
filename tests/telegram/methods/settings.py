"""Methods about the bot itself: who it is, its commands and words; and fetching files."""

from __future__ import annotations

import json
import re

from tests.telegram import making
from tests.telegram.methods.call import Act, Call
from tests.telegram.things import BadRequest, Raw
from tests.telegram.world import DOWN_LIMIT

COMMAND = re.compile(r"[a-z0-9_]{1,32}")
TWO_LETTERS = re.compile(r"[a-z]{2}")
COMMANDS_LIMIT, DESCRIPTION_LIMIT = 100, 256
WORDS = {"Name": 64, "Description": 512, "ShortDescription": 120}
"""The bot's own words that can be set, and how many characters each may have."""


def get_me(call: Call) -> Raw:
    return call.bot.raw


def set_my_commands(call: Call) -> bool:
    commands = call.fields["commands"]
    if len(commands) > COMMANDS_LIMIT:
        raise BadRequest("BOT_COMMANDS_TOO_MUCH")
    for each in commands:
        if not COMMAND.fullmatch(each["command"]):
            raise BadRequest("BOT_COMMAND_INVALID")
        if not 1 <= len(each["description"]) <= DESCRIPTION_LIMIT:
            raise BadRequest("BOT_COMMAND_DESCRIPTION_INVALID")
    call.bot.commands[_scope(call), _language(call)] = commands
    return True


def get_my_commands(call: Call) -> list[Raw]:
    return call.bot.commands.get((_scope(call), _language(call)), [])


def delete_my_commands(call: Call) -> bool:
    call.bot.commands.pop((_scope(call), _language(call)), None)
    return True


def set_words(kind: str) -> Act:
    field = _field(kind)

    def set_(call: Call) -> bool:
        said = call.fields.get(field, "")
        if len(said) > WORDS[kind]:
            raise BadRequest(f"{field} is too long")
        call.bot.words[kind, _language(call)] = said
        return True

    return set_


def get_words(kind: str) -> Act:
    field = _field(kind)

    def get(call: Call) -> Raw:
        known = call.bot.words
        said = known.get((kind, _language(call))) or known.get((kind, ""))
        return {field: said or (call.bot.raw["first_name"] if kind == "Name" else "")}

    return get


def get_file(call: Call) -> Raw:
    found = call.world.files.get(call.fields["file_id"].removesuffix("-s"))
    if found is None:
        raise BadRequest("wrong file_id or the file is temporarily unavailable")
    if found.size > DOWN_LIMIT:
        raise BadRequest("file is too big")
    return making.file(found)


def granted(call: Call) -> bool:
    """For what the tests need only to succeed."""
    return True


def menu_button(call: Call) -> Raw:
    return {"type": "default"}


def _scope(call: Call) -> str:
    return json.dumps(call.fields.get("scope") or {"type": "default"}, sort_keys=True)


def _language(call: Call) -> str:
    language: str = call.fields.get("language_code") or ""
    if language and not TWO_LETTERS.fullmatch(language):
        raise BadRequest("invalid language code specified: it has two letters")
    return language


def _field(kind: str) -> str:
    return "short_description" if kind == "ShortDescription" else kind.lower()


METHODS: dict[str, Act] = (
    {
        "getMe": get_me,
        "setMyCommands": set_my_commands,
        "getMyCommands": get_my_commands,
        "deleteMyCommands": delete_my_commands,
        "getFile": get_file,
        "setChatMenuButton": granted,
        "getChatMenuButton": menu_button,
        "setMyDefaultAdministratorRights": granted,
        "logOut": granted,
        "close": granted,
    }
    | {f"setMy{kind}": set_words(kind) for kind in WORDS}
    | {f"getMy{kind}": get_words(kind) for kind in WORDS}
)
