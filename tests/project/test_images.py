"""The images: built from what is there, run by nobody in particular, with nothing to write but what must be written."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.settings import Settings

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
SERVICES = [
    (name, service)
    for file in ("compose.yml", "compose.rasa.yml")
    for name, service in yaml.safe_load((ROOT / file).read_text())["services"].items()
]


def _instructions(text: str) -> list[tuple[str, str]]:
    """Each instruction with what it is given, lines that go on joined."""
    joined = re.sub(r"\\\n\s*", " ", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE))
    return [(line.split(None, 1)[0], line.split(None, 1)[1]) for line in joined.splitlines() if line.strip()]


def test_what_the_image_copies_is_there() -> None:
    given = [
        words.split()[:-1] for what, words in _instructions(DOCKERFILE) if what == "COPY" and "--from" not in words
    ]
    names = [name for each in given for name in each]
    assert not [name for name in names if not (ROOT / name).exists()]
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]["find"]["include"]
    assert {name.rstrip("*") for name in packages} <= set(names), "every package of ours"


def test_every_instruction_is_one() -> None:
    known = {
        "FROM",
        "ARG",
        "ENV",
        "WORKDIR",
        "RUN",
        "COPY",
        "USER",
        "VOLUME",
        "EXPOSE",
        "STOPSIGNAL",
        "HEALTHCHECK",
        "CMD",
    }
    assert {what for what, _ in _instructions(DOCKERFILE)} <= known


def test_the_image_is_run_by_no_root() -> None:
    last = [words for what, words in _instructions(DOCKERFILE) if what in ("FROM", "USER")][-1]
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", last), "a number, which an orchestrator can check"


def test_the_image_installs_the_locked_versions_with_their_hashes() -> None:
    assert "--constraints requirements.lock" in DOCKERFILE
    makefile = (ROOT / "Makefile").read_text()
    pinned = re.search(r"^UV := uv==(\S+)$", makefile, re.MULTILINE)
    assert pinned
    assert f"ARG UV={pinned[1]}\n" in DOCKERFILE


def test_the_settings_of_the_image_exist_and_are_accepted() -> None:
    given = dict(re.findall(r"(AMENDS_[A-Z_]+)=(\S+)", DOCKERFILE))
    Settings(**{name.removeprefix("AMENDS_").lower(): value for name, value in given.items()})
    assert not [name for name in given if name.removeprefix("AMENDS_").lower() not in Settings.model_fields]


@pytest.mark.parametrize(("name", "service"), SERVICES, ids=lambda each: each if isinstance(each, str) else "")
def test_no_container_may_write_or_do_more_than_it_must(name: str, service: dict[str, Any]) -> None:
    assert service["read_only"] is True, name
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service.get("user", "10001") != "root"
    assert "privileged" not in service
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))
