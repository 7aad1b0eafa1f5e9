"""The training bridge and the environment: what Rasa is given, and that nothing of ours stands in its way."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.settings import Settings
from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.text import flatten
from engine.providers.rasa import known
from tests.rasa.real import ROOT, project

RASA = ROOT / "rasa"
CONFIGS = ("diet", "logreg")


@pytest.fixture
def written(tmp_path: Path, shop: Playbook) -> Path:
    project().write_project(tmp_path, shop, "logreg")
    return tmp_path


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text("utf-8"))


def test_every_example_of_every_language_is_trained_on(written: Path, shop: Playbook) -> None:
    trained = {
        entry["intent"]: {line.removeprefix("- ") for line in entry["examples"].splitlines()}
        for entry in read(written / "data/nlu.yml")["nlu"]
        if "intent" in entry
    }
    for examples in shop.examples.values():
        for label, texts in examples.intents.items():
            assert {flatten(text) for text in texts} <= trained[label.replace("/", ".")]


def test_lookups_and_synonyms_are_kept_under_their_names(written: Path, shop: Playbook) -> None:
    entries = read(written / "data/nlu.yml")["nlu"]
    for kind, named in (("lookup", "lookups"), ("synonym", "synonyms")):
        wanted = {name for examples in shop.examples.values() for name in getattr(examples, named)}
        assert {entry[kind] for entry in entries if kind in entry} == wanted


def test_no_intent_has_a_slash_and_each_is_found_again_by_its_own_name(written: Path, shop: Playbook) -> None:
    intents = read(written / "domain.yml")["intents"]
    labels = {label for examples in shop.examples.values() for label in examples.intents}
    assert not [name for name in intents if "/" in name]
    assert set(known(dict.fromkeys(intents, 0.1), labels)) == labels


def test_one_language_may_be_trained_alone(tmp_path: Path, shop: Playbook) -> None:
    project().write_project(tmp_path, shop, "logreg", ["en"])
    assert not re.search("[一-鿿]", (tmp_path / "domain.yml").read_text("utf-8"))
    intents = [entry for entry in read(tmp_path / "data/nlu.yml")["nlu"] if "intent" in entry]
    assert not [entry for entry in intents if "快递" in entry["examples"]]


def test_the_bridge_is_run_from_anywhere(tmp_path: Path) -> None:
    command = [sys.executable, str(RASA / "project.py"), "made", "--config", "diet"]
    subprocess.run(command, cwd=tmp_path, check=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert (tmp_path / "made/config.yml").read_text() == (RASA / "diet.yml").read_text()
    assert (tmp_path / "made/data/nlu.yml").exists()


@pytest.mark.parametrize("config", CONFIGS)
def test_a_pipeline_reads_chinese_and_ranks_every_intent(config: str) -> None:
    pipeline = read(RASA / f"{config}.yml")["pipeline"]
    assert pipeline[0]["name"] == "JiebaTokenizer"
    assert pipeline[-1]["ranking_length"] == 0, "the second likeliest must be told too, whichever it is"


def test_our_folder_never_hides_the_installed_rasa(tmp_path: Path) -> None:
    """Python looks in the current folder first, but a folder that is no package yields to one that is."""
    (tmp_path / "rasa").mkdir()
    (tmp_path / "rasa" / "__init__.py").write_text("")
    found = subprocess.run(
        [sys.executable, "-c", "import rasa; print(rasa.__file__)"],
        cwd=ROOT, env={"PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert found.stdout.strip() == str(tmp_path / "rasa" / "__init__.py")
    assert not (RASA / "__init__.py").exists()


def test_the_environment_is_pinned_without_a_registry_s_address() -> None:
    lock = (RASA / "requirements.lock").read_text().splitlines()
    assert not [line for line in lock if not re.fullmatch(r"[a-z0-9._-]+==[^\s:/]+( ; .+)?", line)]
    asked = [line for line in (RASA / "requirements.in").read_text().splitlines() if not line.startswith("#")]
    assert asked == ["rasa==3.6.21", "tensorflow-cpu==2.12.0", "jieba==0.42.1"]
    assert not set(asked) - set(lock), "run: make rasa-lock"
    assert not [line for line in lock if line.startswith("tensorflow==")]


def test_the_recipe_runs_what_there_is_to_run() -> None:
    said = set(re.findall(r"make (\w[\w-]*)", (ROOT / "docs/rasa.md").read_text("utf-8")))
    assert len(said) >= 5
    for target in sorted(said):
        done = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"make {target}: {done.stderr}"


def test_without_python_3_10_it_is_said_what_to_do(tmp_path: Path) -> None:
    shutil.copytree(RASA, tmp_path / "rasa")
    (tmp_path / "Makefile").write_text("BIN := .venv/bin\nREADY := ready\nready:\ninclude rasa/rasa.mk\n")
    done = subprocess.run(["make", "rasa", "RASA_PYTHON="], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "RASA_PYTHON=/path/to/python3.10" in done.stdout


def test_rasa_is_no_dependency_of_ours() -> None:
    assert not [line for line in (ROOT / "requirements.lock").read_text().splitlines() if line.startswith("rasa")]


COMPOSE = read(ROOT / "compose.rasa.yml")["services"]


def test_the_compose_file_shows_rasa_to_amends_and_to_nobody_else() -> None:
    assert "ports" not in COMPOSE["rasa"]
    assert all(port.startswith("127.0.0.1:") for port in COMPOSE["amends"]["ports"])
    given = COMPOSE["amends"]["environment"]
    assert given["AMENDS_RASA_URL"] == "http://rasa:5005"
    assert "--enable-api" in COMPOSE["rasa"]["command"][-1]
    assert "--port 5005" in COMPOSE["rasa"]["command"][-1]
    assert ":?" in given["AMENDS_SECRET_KEY"], "no key of ours may be used by all"


def test_the_settings_in_the_compose_file_exist_and_are_accepted() -> None:
    given = COMPOSE["amends"]["environment"]
    settings = Settings(**{name.removeprefix("AMENDS_").lower(): value for name, value in given.items()})
    assert settings.model_fields_set >= {name.removeprefix("AMENDS_").lower() for name in given}


def test_what_the_compose_file_copies_and_runs_is_there() -> None:
    copied = re.findall(r"COPY (\S+) \S+", COMPOSE["rasa"]["build"]["dockerfile_inline"])
    assert copied
    assert not [name for name in copied if not (ROOT / name).exists()]
    script = COMPOSE["project"]["command"].split()[1]
    assert "COPY rasa /opt/amends/share/rasa\n" in (ROOT / "Dockerfile").read_text()
    assert (ROOT / script.removeprefix("/opt/amends/share/")).is_file()
    volumes = read(ROOT / "compose.rasa.yml")["volumes"]
    assert {mount.split(":")[0] for service in COMPOSE.values() for mount in service["volumes"]} == set(volumes)
