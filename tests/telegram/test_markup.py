"""Marked text, as strict as Telegram."""

from __future__ import annotations

import html

import pytest
from aiogram.utils.text_decorations import html_decoration, markdown_decoration
from hypothesis import given
from hypothesis import strategies as st

from tests.telegram.markup import parsed
from tests.telegram.things import BadRequest


@pytest.mark.parametrize(
    ("said", "text", "entities"),
    [
        ("<b>bold</b> &lt;3", "bold <3", [("bold", 0, 4)]),
        ("😀 <i>a<b>b</b></i>", "😀 ab", [("italic", 3, 2), ("bold", 4, 1)]),
        ("  <code>x</code> ", "x", [("code", 0, 1)]),
        ("<blockquote expandable>a</blockquote>", "a", [("expandable_blockquote", 0, 1)]),
        ('<a href="https://example.org?a=1&amp;b=2">link</a>', "link", [("text_link", 0, 4)]),
        ("nothing & nobody > somebody", "nothing & nobody > somebody", []),
    ],
)
def test_html_is_read(said: str, text: str, entities: list[tuple[str, int, int]]) -> None:
    plain, found = parsed(said, "HTML", None)
    assert plain == text
    assert [(each["type"], each["offset"], each["length"]) for each in found] == entities


@pytest.mark.parametrize(
    ("said", "text", "entities"),
    [
        ("*bold* \\<3", "bold <3", [("bold", 0, 4)]),
        ("_a*b*_", "ab", [("italic", 0, 2), ("bold", 1, 1)]),
        ("__u__ ~s~ ||x||", "u s x", [("underline", 0, 1), ("strikethrough", 2, 1), ("spoiler", 4, 1)]),
        ("[link](https://example\\.org)", "link", [("text_link", 0, 4)]),
        ("`a.b` ```\nc_d```", "a.b \nc_d", [("code", 0, 3), ("pre", 4, 4)]),
    ],
)
def test_markdown_is_read(said: str, text: str, entities: list[tuple[str, int, int]]) -> None:
    plain, found = parsed(said, "MarkdownV2", None)
    assert plain == text
    assert [(each["type"], each["offset"], each["length"]) for each in found] == entities


@pytest.mark.parametrize(
    "said", ["a < b", "<b>", "</b>", "<b><i></b></i>", "<script>x</script>", "<p>x</p>", "<", "<span>x</span>"]
)
def test_broken_html_is_refused(said: str) -> None:
    with pytest.raises(BadRequest, match="can't parse entities"):
        parsed(said, "HTML", None)


@pytest.mark.parametrize("said", ["a.b", "*a", "a_b", "[a]", "(a)", "a!", "*a_b*c_", "1 - 2", "a | b", "{", "="])
def test_broken_markdown_is_refused(said: str) -> None:
    with pytest.raises(BadRequest, match="can't parse entities"):
        parsed(said, "MarkdownV2", None)


@given(st.text(st.characters(codec="utf-8"), min_size=1))
def test_text_escaped_by_a_library_comes_back_as_it_was(text: str) -> None:
    assert parsed(f"<b>{html_decoration.quote(text)}</b>.", "HTML", None)[0] == f"{text}.".strip()
    assert parsed(f"<b>{html.escape(text)}</b>.", "HTML", None)[0].replace("&#x27;", "'") == f"{text}.".strip()
    assert parsed(f"*{markdown_decoration.quote(text)}*\\.", "MarkdownV2", None)[0] == f"{text}.".strip()
