"""Prepared answers: what a playbook may say of them, and what is wrong with one."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from dialogs.playbooks.checking import check
from dialogs.playbooks.loading import load_playbook
from dialogs.playbooks.problems import PlaybookError

MACROS = "macros:\n  hello: {tags: [greeted], then: wait, wait: 2h}\n"
WORDS = "macro:\n  hello:\n    title: Hello\n    text: Hello {name}, this is {agent}.\n"


def with_macros(folder: Path, macros: str = MACROS, words: str = WORDS) -> Path:
    for name, more in (("playbook.yml", macros), ("words.en.yml", words), ("words.zh.yml", words)):
        with (folder / name).open("a", encoding="utf-8") as file:
            file.write(more)
    return folder


def says(folder: Path) -> list[str]:
    try:
        load_playbook(folder)
    except PlaybookError as error:
        return [problem.says for problem in error.problems]
    return [problem.says for problem in check(folder)]


def test_a_prepared_answer_is_loaded_whole(tiny: Path) -> None:
    macro = load_playbook(with_macros(tiny)).file.macros["hello"]
    assert (macro.tags, macro.then, macro.wait) == (("greeted",), "wait", timedelta(hours=2))
    assert not check(tiny)


def test_a_playbook_needs_none(tiny: Path) -> None:
    assert load_playbook(tiny).file.macros == {}


@pytest.mark.parametrize(
    ("macros", "words", "wrong"),
    [
        ("macros:\n  hello: {team: nowhere}\n", WORDS, "there is no team nowhere"),
        ("macros:\n  hello: {team: care, then: wait}\n", WORDS, "the chat cannot go two ways at once"),
        ("macros:\n  hello: {state: resolved}\n", WORDS, "macros.hello.state: there is no resolved"),
        (MACROS, "macro:\n  hello:\n    title: Hello\n", "there is no text macro.hello.text"),
        (MACROS, WORDS.replace("{name}", "{surname}"), "macro.hello.text has an unknown placeholder {surname}"),
        (MACROS, WORDS.replace("this is", "it was our fault, says"), "macro.hello.text admits liability (our fault)"),
        (MACROS, WORDS.replace("this is", "we will refund you, says"), "macro.hello.text promises money"),
    ],
)
def test_what_is_wrong_with_a_prepared_answer_is_said(tiny: Path, macros: str, words: str, wrong: str) -> None:
    assert any(wrong in each for each in says(with_macros(tiny, macros, words)))
