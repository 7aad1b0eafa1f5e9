"""What `doctor` says of the readers."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.doctor.readers import look_at_readers
from bot.settings import Settings
from bot.wiring.local_provider import versions_of
from dialogs.playbooks.loading import load_playbook
from dialogs.understanding.model.encoder import find_encoder
from dialogs.understanding.model.training_run import LabelledText, examples_of, learn


def _settings(folder: Path, **given: object) -> Settings:
    return Settings.model_validate({"data_dir": folder, "readers": 2, "train_at_start": "on", **given})


def test_doctor_says_how_many_read_and_that_a_model_is_still_to_be_trained(tmp_path: Path) -> None:
    assert look_at_readers(_settings(tmp_path)).startswith("2 at work and one spare; no model yet: serve trains")
    assert "amends nlu train" in look_at_readers(_settings(tmp_path, train_at_start="off"))


def test_doctor_says_when_nothing_ends_a_reading(tmp_path: Path) -> None:
    says = look_at_readers(_settings(tmp_path, readers=0, understanding="rules"))
    assert says.startswith("none: the server reads by itself, and nothing ends a reading")
    assert says.endswith("no model: AMENDS_UNDERSTANDING is rules")


def test_doctor_says_which_model_is_in_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings, playbook, seen = _settings(tmp_path), load_playbook("shop"), dict[str, list[LabelledText]]()
    for example in examples_of(playbook):
        seen.setdefault(example.label, []).append(example)
    few = [example for examples in seen.values() for example in examples[:2]]
    model, versions = learn(few, find_encoder(), None, "2026-11-21T06:00:00"), versions_of(settings, playbook)
    versions.keep(model)
    assert "no model yet" in look_at_readers(settings), "it is not in use"
    versions.promote(model.about.version)
    with monkeypatch.context() as without:
        without.setattr("dialogs.understanding.learned.HEADS", tmp_path / "gone.npz")
        assert "heads or tagger are lacking" in look_at_readers(settings)
    assert f"model {model.about.version}, of 2026-11-21" in look_at_readers(settings)
    assert "should it fail model" in look_at_readers(_settings(tmp_path, understanding="rasa"))
