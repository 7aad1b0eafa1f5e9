"""A tiny playbook to break."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dialogs.playbooks.tiny import write_tiny


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    return write_tiny(tmp_path / "tiny")
