"""Whatever happens to a playbook's files, loading and checking answer with problems and never crash."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialogs.playbooks.checking import check
from dialogs.playbooks.loading import load_playbook
from dialogs.playbooks.problems import PlaybookError, Problem
from tests.dialogs.playbooks.tiny import write_tiny

FILES = ("playbook.yml", "words.en.yml", "words.zh.yml", "examples.en.yml", "examples.zh.yml")
SPOILERS = st.one_of(
    st.sampled_from(
        ["", "- ", ": ", "null", "true", "[]", "{}", "5", "a: b", "&a *a", "*a", "? ", "\t", "|", "!!set", "%", "@"]
    ),
    st.text(max_size=12),
)


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny(tmp_path_factory.mktemp("spoilt"))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(FILES), line=st.integers(0, 300), keep=st.integers(0, 30), spoiler=SPOILERS)
def test_a_spoilt_line_is_a_problem_or_harmless(spoilt: Path, name: str, line: int, keep: int, spoiler: str) -> None:
    path = spoilt / name
    whole = path.read_bytes()
    lines = whole.decode().split("\n")
    at = line % len(lines)
    lines[at] = lines[at][:keep] + spoiler
    try:
        path.write_bytes("\n".join(lines).encode("utf-8", "surrogatepass"))
        found, fatal = check(spoilt), refusals(spoilt)
    finally:
        path.write_bytes(whole)
    assert fatal <= set(found)
    assert all(problem.line >= 1 and problem.remedy for problem in found)


def refusals(folder: Path) -> set[Problem]:
    """The problems for which a playbook is refused; empty when it loads."""
    try:
        load_playbook(folder)
    except PlaybookError as error:
        return set(error.problems)
    return set()
