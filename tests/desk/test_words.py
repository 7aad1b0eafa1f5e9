"""The desk speaks each of its languages throughout, and serves only what it says it serves."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes
from jinja2.ext import InternationalizationExtension

from handlers.desk import vendoring
from handlers.desk.collect_words import FOLDER, collected
from handlers.desk.translations import brief, browser_name, moment
from staff.words import LOCALE, read_words

TEMPLATES = sorted((FOLDER / "templates").glob("*.html"))
LANGUAGES = sorted(LOCALE.glob("*/LC_MESSAGES/desk.po"))
ATTRIBUTE = re.compile(r'\b(?:aria-label|title|placeholder|alt|data-(?:light|dark|failed))="([^"{]+)"')
SAME_EVERYWHERE = {"Amends", "j", "k", "x", "·", ":", "zh, en", "· Amends"}


@pytest.mark.parametrize("file", LANGUAGES, ids=lambda file: file.parents[1].name)
def test_no_text_is_untranslated_and_none_is_left_over(file: Path) -> None:
    with file.open("rb") as source:
        catalog = read_po(source, locale=file.parents[1].name)
    wanted, kept = {message.id for message in collected() if message.id}, {m.id for m in catalog if m.id}
    assert not wanted ^ kept, "run: make desk-words"
    waiting = [m.id for m in catalog if m.id and not (all(m.string) if isinstance(m.string, tuple) else m.string)]
    assert not waiting, "translate these"


@pytest.mark.parametrize("file", LANGUAGES, ids=lambda file: file.parents[1].name)
def test_a_translation_fills_in_the_same_names(file: Path) -> None:
    with file.open("rb") as source:
        for message in read_po(source, locale=file.parents[1].name):
            if message.id:
                ids = message.id if isinstance(message.id, tuple) else (message.id,)
                strings = message.string if isinstance(message.string, tuple) else (message.string,)
                names = {name for text in ids for name in re.findall(r"%\(\w+\)s", text)}
                assert {name for text in strings for name in re.findall(r"%\(\w+\)s", text)} == names, message.id


def hard_coded(source: str) -> list[str]:
    """Words in a template that nobody can translate: between tags, and in attributes that people read."""
    tree = Environment(extensions=[InternationalizationExtension], autoescape=True).parse(source)
    # What templates put out is a blank here, so that the words around it stay.
    text = "".join(node.data if isinstance(node, nodes.TemplateData) else "\x00" for node in _flat(tree))
    found = ATTRIBUTE.findall(text)
    plain = re.sub(r"<(script|style)\b.*?</\1>|<!--.*?-->|<[^>]*>", "\x01", text, flags=re.DOTALL)
    return [word for word in map(str.strip, [*found, *re.split("[\x00\x01]", plain)]) if re.search(r"\w", word)]


def _flat(tree: nodes.Template) -> list[nodes.Node]:
    return [each for output in tree.find_all(nodes.Output) for each in output.nodes]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda file: file.name)
def test_no_template_shows_words_that_cannot_be_translated(template: Path) -> None:
    assert not set(hard_coded(template.read_text("utf-8"))) - SAME_EVERYWHERE


def test_the_test_knows_such_words_when_it_sees_them() -> None:
    page = '<p title="tip">{{ _("fine") }} and <b>bold</b></p>{% if x %}<i aria-label="{{ x }}">seen</i>{% endif %}'
    assert hard_coded(page) == ["tip", "and", "bold", "seen"]


def test_chinese_is_read_without_compiling_anything() -> None:
    words = read_words()
    assert next(iter(words)) == "en"
    assert words["zh"].gettext("Sign in") == "登录"
    one = "It takes your password and a code. One recovery code is left."
    many = "It takes your password and a code. %(num)s recovery codes are left."
    assert "还剩 %(num)s 个" in words["zh"].ngettext(one, many, 3)


@pytest.mark.parametrize(
    ("itself", "name"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64) AppleWebKit/537 (KHTML) Chrome/140.0 Safari/537 Edg/140.0",
            "Edge, Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605 Version/19.0 Safari/604",
            "Safari, iPhone",
        ),
        ("Mozilla/5.0 (Linux; Android 16) AppleWebKit/537 Chrome/140.0 Mobile Safari/537", "Chrome, Android"),
        ("curl/8", "curl/8"),
        ("", ""),
    ],
)
def test_a_browser_is_called_what_people_call_it(itself: str, name: str) -> None:
    assert browser_name(itself) == name


def test_the_vendored_files_are_what_the_lock_says() -> None:
    assert vendoring.changed() == [], "run: make vendor"


def test_a_vendored_file_that_was_touched_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for file in vendoring.FOLDER.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    monkeypatch.setattr(vendoring, "FOLDER", tmp_path)
    monkeypatch.setattr(vendoring, "LOCK", tmp_path / "vendor.lock")
    (tmp_path / "htmx.min.js").write_bytes(b"alert(1)")
    (tmp_path / "stray.js").write_bytes(b"")
    (tmp_path / "LICENSE-pico").unlink()
    assert vendoring.changed() == ["LICENSE-pico", "htmx.min.js", "stray.js"]


@pytest.mark.parametrize(
    ("language", "at", "whole", "short"),
    [
        ("en", datetime(2026, 11, 12, 15, tzinfo=UTC), "12 Nov 2026, 23:00", "12 Nov, 23:00"),
        ("en", datetime(2025, 11, 12, 15, tzinfo=UTC), "12 Nov 2025, 23:00", "12 Nov 2025, 23:00"),
        ("en", datetime(2026, 11, 22, 1, tzinfo=UTC), "22 Nov 2026, 09:00", "09:00"),
        ("zh", datetime(2026, 11, 12, 15, tzinfo=UTC), "2026年11月12日 23:00", "11月12日 23:00"),
    ],
)
def test_a_day_is_one_day_wherever_english_is_read(language: str, at: datetime, whole: str, short: str) -> None:
    """It said 11/12/26, 11:00 PM: the eleventh of December to half of those who read it."""
    now, zone = datetime(2026, 11, 22, 8, tzinfo=UTC), ZoneInfo("Asia/Shanghai")
    assert (moment(at, language, zone), brief(at, now, language, zone)) == (whole, short)
