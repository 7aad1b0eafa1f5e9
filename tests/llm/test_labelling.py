"""`amends nlu label`: the model proposes, a person decides, and training finds it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from bot.learning.corrections import in_files
from bot.learning.labelled_corrections import NotKept, add
from bot.learning.labelling import NoTexts, label
from bot.settings import Settings, load_settings
from tests.llm import stand_in as moods
from tests.llm.stand_in import KEY, MODEL, StandIn


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """The command sets how loud logs are; tests in the same process go on as they were."""
    before, root = structlog.get_config(), logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    structlog.configure(**before)
    root.handlers[:], root.level = handlers, level


TEXTS = (
    "that gizmo you sold me conked out the other week",
    "the chap who came round was a right so and so",
    "now then what of my bits and bobs from Tuesday",
    "这个玩意儿用了两天就不灵光了",
)


@pytest.fixture
def settings(stand_in: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.chdir(tmp_path)
    return load_settings(data_dir=tmp_path / "data", llm_url=stand_in.url, llm_model=MODEL, llm_key=KEY)


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    file = tmp_path / "texts.txt"
    file.write_text("\n".join([*TEXTS, "", TEXTS[0], "poor quality"]), "utf-8")
    return file


def typing(*lines: str) -> Callable[[str], str]:
    """A person who types these lines, and then ends the input."""
    left = iter(lines)

    def ask(_prompt: str) -> str:
        try:
            return next(left)
        except StopIteration:
            raise EOFError from None

    return ask


def kept(settings: Settings) -> dict[str, Any]:
    return {code: dict(found) for code, found in in_files(settings.data_dir / "nlu/shop", ("en", "zh")).items()}


def test_what_a_person_confirms_is_where_training_looks_for_it(settings: Settings, texts: Path, capsys: Any) -> None:
    said = label(settings, texts, typing("", "complain/staff_service", "nonsense", "s", ""))
    assert said.startswith("3 of 4 kept")
    assert kept(settings) == {
        "en": {"complain/product_quality": (TEXTS[0],), "complain/staff_service": (TEXTS[1],)},
        "zh": {"complain/product_quality": (TEXTS[3],)},
    }
    shown = capsys.readouterr().out
    assert "1) complain/product_quality" in shown
    assert "there is no label nonsense" in shown


def test_a_model_that_does_not_answer_leaves_the_local_reading_to_be_confirmed(
    settings: Settings, texts: Path, stand_in: StandIn, capsys: Any
) -> None:
    stand_in.mood = moods.refusing(500)
    label(settings, texts, typing("complain/other", "q"))
    assert kept(settings) == {"en": {"complain/other": (TEXTS[0],)}}
    assert "the language model was not heard" in capsys.readouterr().out


def test_nothing_is_kept_that_nobody_confirmed(settings: Settings, texts: Path) -> None:
    label(settings, texts, typing())
    assert kept(settings) == {}


def test_a_file_without_texts_says_what_to_write(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "none.txt").write_text("\n poor quality \n")
    with pytest.raises(NoTexts, match="write one a line"):
        label(settings, tmp_path / "none.txt", typing())
    with pytest.raises(NoTexts, match="cannot be read"):
        label(settings, tmp_path / "missing.txt", typing())


def test_what_stands_in_the_file_stays_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "corrections.en.yml"
    file.write_text(
        '# mine\nversion: "3.1"\nnlu:\n  - intent: praise\n    examples: |\n        - lovely lot\n\n'
        "  # and these\n  - intent: complain/other\n    examples: |\n      - what a mess\n"
    )
    add(file, "praise", "top notch")
    add(file, "no", "nope not a bit")
    add(file, "complain/other", "a right old mess: see #3 'quoted'")
    add(file, "praise", "top notch")
    found = in_files(tmp_path, ("en",))["en"]
    assert found == {
        "praise": ("lovely lot", "top notch"),
        "complain/other": ("what a mess", "a right old mess: see #3 'quoted'"),
        "no": ("nope not a bit",),
    }
    assert "# mine" in file.read_text()
    assert "# and these" in file.read_text()


def test_what_the_form_cannot_hold_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "corrections.en.yml"
    add(file, "praise", "top notch")
    before = file.read_bytes()
    with pytest.raises(NotKept, match="by hand"):
        add(file, "praise", "my [kettle](item) is lovely")
    file.write_text("nlu: 3\n")
    with pytest.raises(NotKept):
        add(file, "praise", "lovely")
    file.write_bytes(before)
    assert in_files(tmp_path, ("en",))["en"] == {"praise": ("top notch",)}


@given(st.lists(st.text(min_size=1, max_size=40), max_size=6))
def test_each_text_is_kept_word_for_word_or_refused(texts: list[str]) -> None:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        file, kept = Path(folder) / "corrections.en.yml", []
        for text in texts:
            try:
                add(file, "praise", text)
            except NotKept:
                continue
            kept.append(" ".join(text.split()))
        found = in_files(Path(folder), ("en",)).get("en", {}).get("praise", ())
    assert found == tuple(dict.fromkeys(kept))
