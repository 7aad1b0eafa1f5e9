"""No command, option or setting without a word about it, and no word about one that does not exist."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest
from typer.main import get_command

from bot.cli.main import app
from bot.settings import Settings

ROOT = Path(__file__).parents[2]
DOCS = [*sorted((ROOT / "docs").rglob("*.md")), ROOT / "README.md", ROOT / "README.zh-Hans.md"]
RUNNABLE = {"playbook", "doctor", "audit", "token", "migrate", "quarantine", "--version"}
"""First words of commands that a test may run from the docs: they end by themselves and need no network."""


def commands() -> dict[str, click.Command]:
    """Every command by its whole name, as `token create`."""

    def walk(command: click.Command, name: str) -> dict[str, click.Command]:
        inner = getattr(command, "commands", None)
        if inner is None:
            return {name: command}
        return {key: value for sub, one in inner.items() for key, value in walk(one, f"{name} {sub}".strip()).items()}

    return walk(get_command(app), "")


def test_every_command_and_option_is_in_docs_commands() -> None:
    page = (ROOT / "docs/commands.md").read_text()
    missing = [name for name in commands() if f"amends {name}" not in page]
    for name, command in commands().items():
        options = [one.opts[0] for one in command.params if one.param_type_name == "option" and one.name != "help"]
        missing += [f"{name} {option}" for option in options if option not in page]
    assert not missing


def test_every_command_says_what_it_does() -> None:
    assert not [name for name, command in commands().items() if not command.help]


def test_every_setting_is_described_and_in_docs_settings() -> None:
    page = (ROOT / "docs/settings.md").read_text()
    fields = Settings.model_fields
    assert not [name for name, field in fields.items() if not field.description]
    assert not [name for name in fields if f"`AMENDS_{name.upper()}`" not in page]


@pytest.mark.parametrize("page", DOCS, ids=lambda path: path.name)
def test_no_page_speaks_of_a_setting_that_does_not_exist(page: Path) -> None:
    known = {f"AMENDS_{name.upper()}" for name in Settings.model_fields} | {
        "AMENDS_SECRETS_DIR",
        "AMENDS_TOKEN",
        "AMENDS_TEST_POSTGRES",
    }
    assert not set(re.findall(r"AMENDS_[A-Z_]*[A-Z]", page.read_text())) - known


@pytest.mark.parametrize("page", DOCS, ids=lambda path: path.name)
def test_no_page_speaks_of_a_command_that_does_not_exist(page: Path) -> None:
    said = re.findall(r"(?:^|`|\$ )(?:\.venv/bin/)?amends ([a-z]+(?: [a-z]+)?)", page.read_text(), re.MULTILINE)
    known = [*commands(), *(name.split()[0] for name in commands())]
    assert not [words for words in said if words not in known and words.split()[0] not in known]


@pytest.mark.parametrize("page", DOCS, ids=lambda path: path.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    prose = re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)  # marked examples look like links
    links = re.findall(r"\]\(([^)#:]+?)(?:#[^)]*)?\)", prose)
    assert not [link for link in links if not (page.parent / link).exists()]


def console_lines() -> list[str]:
    """The commands in `console` blocks of the docs that a test may run, in order."""
    blocks = [block for page in DOCS for block in re.findall(r"```console\n(.*?)```", page.read_text(), re.DOTALL)]
    lines = [line.removeprefix("$ ") for block in blocks for line in block.splitlines() if line.startswith("$ amends ")]
    return list(dict.fromkeys(line for line in lines if shlex.split(line)[1] in RUNNABLE))


def test_the_commands_in_the_docs_run(tmp_path: Path) -> None:
    lines = console_lines()
    assert lines, "no command in a console block"
    environment = {"PATH": "/usr/bin:/bin", "AMENDS_DATA_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    for line in ["amends migrate", *lines]:
        command = [sys.executable, "-m", "bot", *shlex.split(line.split(" > ")[0])[1:]]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
