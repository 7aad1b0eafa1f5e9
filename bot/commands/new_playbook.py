"""`amends playbook new`: the folder of a playbook for another trade, small and whole, to go on from."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from bot.refusal import Refusal
from dialogs.playbooks.draft import HERE

BLANK = HERE / "blank"
_NAME = re.compile("[a-z][a-z0-9_]{0,40}")


class NotBegun(Refusal):
    """No playbook could be written."""


def new_playbook(name: str, parent: Path) -> str:
    """Write the folder `parent/name`; returns what to do next. Raises `NotBegun`; nothing that is there is touched."""
    if not _NAME.fullmatch(name):
        raise NotBegun(f"{name} is no name for a playbook; use small letters, digits and underscores, like bank")
    if (HERE / name).exists():
        raise NotBegun(f"there is a playbook {name} already; choose another name")
    folder = parent / name
    if folder.exists():
        raise NotBegun(f"{folder} is there already; choose another name, or move it away")
    _write(name, folder)
    next_steps = f"Check it: amends playbook check {folder}. Talk to it: AMENDS_PLAYBOOK={folder} amends talk"
    return f"{folder} is written. {next_steps}"


def _write(name: str, folder: Path) -> None:
    try:
        shutil.copytree(BLANK, folder)
        file = folder / "playbook.yml"
        text = file.read_text("utf-8").replace("name: blank\n", f"name: {name}\n", 1)
        file.write_text(
            text.replace("title: Complaints\n", f"title: {name.replace('_', ' ').capitalize()}\n", 1), "utf-8"
        )
    except OSError as error:
        raise NotBegun(f"{folder} cannot be written: {error.strerror}") from None
