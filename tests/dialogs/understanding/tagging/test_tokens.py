"""Pieces stand where their words stand in the customer's own text, whatever was folded on the way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.understanding.model.encoder import find_encoder
from dialogs.understanding.tagging.tokens import MOST_PIECES, folded, whole_words
from dialogs.understanding.tagging.vectors import WIDTH, TokenEncoder

sentences = find_encoder()
needs_encoder = pytest.mark.skipif(sentences is None, reason="the sentence encoder is not installed")


@pytest.fixture(scope="module")
def encoder() -> TokenEncoder:
    assert sentences is not None
    return TokenEncoder(sentences)


@needs_encoder
@pytest.mark.parametrize(
    "text",
    [
        "My [X] tartan throw (order 30-558-2217) cost £64.50",
        "在你们店里买的豆浆机，用了没几天 就打不碎豆子了",
        "單號 298 374，ＡＢＣ…ok 🙂",
        "  two  gaps\nand a line ",
    ],
)
def test_every_piece_shows_its_own_words(encoder: TokenEncoder, text: str) -> None:
    pieces = encoder.split(text)
    said = "".join(text[start:end] for start, end in pieces.places)
    assert "".join(said.split()) == "".join(text.split())


@needs_encoder
@given(st.text(max_size=80))
def test_any_text_is_split_and_seen(encoder: TokenEncoder, text: str) -> None:
    pieces = encoder.split(text)
    (seen,) = encoder.vectors([pieces])
    assert seen.shape == (len(pieces.ids), WIDTH)
    assert all(0 <= start <= end <= len(text) for start, end in pieces.places)


@needs_encoder
def test_a_text_is_seen_alike_whatever_stands_beside_it(encoder: TokenEncoder) -> None:
    one, other = encoder.split("my kettle broke"), encoder.split("电饭煲插上没反应")
    alone, together = encoder.vectors([one])[0], encoder.vectors([other, one, other])[1]
    assert abs(alone - together).max() < 1e-4


@needs_encoder
def test_of_a_long_text_the_beginning_is_read(encoder: TokenEncoder) -> None:
    assert len(encoder.split("word " * 2_000).ids) <= MOST_PIECES
    assert encoder.vectors([]) == []


@given(st.text(max_size=60))
def test_folding_keeps_every_letter_in_its_place(text: str) -> None:
    assert len(folded(text)) == len(text)


@pytest.mark.parametrize(
    ("text", "start", "end", "words"),
    [
        ("a tartan throw.", 2, 6, "tartan"), ("(order 30)", 7, 10, "30"), ("£64.50!", 0, 7, "£64.50"),
        ("我的，茶壶", 2, 5, "茶壶"), (" , ", 0, 3, ""),
    ],
)  # fmt: skip
def test_what_is_found_is_whole_words_without_their_marks(text: str, start: int, end: int, words: str) -> None:
    first, last = whole_words(text, start, end)
    assert text[first:last] == words
