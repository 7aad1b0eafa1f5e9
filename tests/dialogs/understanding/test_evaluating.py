"""Training on labelled texts and measuring on others, with an encoder of a few lines: the real one is slow to load."""

from collections.abc import Sequence
from pathlib import Path
from zlib import crc32

import numpy as np
import pytest

from dialogs.understanding.model.dataset import Labelled, UnusableFile, fewer, read_labelled
from dialogs.understanding.model.encoder import WEIGHTS, Floats, altered_files, find_encoder
from dialogs.understanding.model.evaluating import evaluate, macro_f1, scored, trained

LETTERS = [f"where is my {thing}{end}" for thing in ("letter", "parcel", "order", "post") for end in ("", "?", " now")]
MONEY = [
    f"i want {thing} back{end}" for thing in ("my money", "the fee", "my deposit", "cash") for end in ("", "!", " now")
]
ROWS = tuple(Labelled(text, "delivery") for text in LETTERS) + tuple(Labelled(text, "refund") for text in MONEY)


class Sounds:
    """An encoder that knows a text by the words in it, each thrown into one of 64 places."""

    name = "sounds"

    def encode(self, texts: Sequence[str]) -> Floats:
        vectors = np.zeros((len(texts), 64), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in text.split():
                vectors[row, crc32(word.encode()) % 64] += 1
        return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)


@pytest.mark.parametrize("encoder", [Sounds(), None], ids=["with an encoder", "without one"])
def test_it_learns_what_it_is_shown_and_refuses_what_is_nothing_like_it(encoder: Sounds | None) -> None:
    test = (
        Labelled("where is my book", "delivery"),
        Labelled("i want the payment back", "refund"),
        Labelled("zebra quux", "oos"),
        Labelled("vortex blimp", "oos"),
    )
    found = evaluate(ROWS, test, 0.05, encoder)
    assert (found.accuracy, found.macro_f1, found.top2, found.oos_recall) == (1.0, 1.0, 1.0, 1.0)
    assert list(found.as_dict()) == [
        "accuracy", "macro_f1", "top2", "in_scope_accuracy", "oos_recall", "ms_per_message", "train_seconds",
    ]  # fmt: skip


def test_without_texts_out_of_scope_there_is_no_recall_of_them() -> None:
    assert evaluate(ROWS, ROWS[:4], 0.05, None).oos_recall is None


def test_out_of_scope_is_never_learnt_as_a_label() -> None:
    model, _ = trained((*ROWS, Labelled("zebra quux", "oos")), 0.05, None)
    assert model.labels == ("delivery", "refund")


def test_a_label_nobody_taught_counts_as_wrong() -> None:
    assert evaluate(ROWS, (*ROWS[:1], Labelled("sing me a song", "music")), 0.0, None).accuracy == 0.5


def test_refusing_nothing_refuses_nothing_that_was_learnt() -> None:
    found = evaluate(ROWS, ROWS, 0.0, Sounds())
    assert found.in_scope_accuracy == found.accuracy == 1.0


def test_a_text_is_scored_the_same_alone_and_among_others() -> None:
    model, _ = trained(ROWS, 0.05, Sounds())
    texts = [row.text for row in ROWS] * 3
    together = scored(model, texts, Sounds())
    alone = np.concatenate([scored(model, [text], Sounds()) for text in texts])
    assert np.allclose(together, alone, atol=1e-5)


def test_a_text_in_unknown_words_is_judged_by_its_neighbours_in_meaning() -> None:
    class Twins(Sounds):
        """Knows that two invented words mean two English ones."""

        def encode(self, texts: Sequence[str]) -> Floats:
            return super().encode([text.replace("wolax", "letter").replace("gelt", "money") for text in texts])

    model, _ = trained(ROWS, 0.05, Twins())
    assert [model.labels[row.argmax()] for row in scored(model, ["wolax", "gelt"], Twins())] == ["delivery", "refund"]


def test_macro_f1_is_the_mean_over_the_labels_that_occur() -> None:
    truth, said = np.array(["a", "a", "b"]), np.array(["a", "b", "b"])
    assert macro_f1(truth, said) == pytest.approx((2 / 3 + 2 / 3) / 2, abs=1e-4)


def test_too_many_rows_are_thinned_where_there_are_most() -> None:
    rows = [Labelled(f"a {at}", "much") for at in range(90)] + [Labelled(f"b {at}", "little") for at in range(10)]
    kept = fewer(rows, 40)
    assert len(kept) == 40
    assert sum(row.label == "little" for row in kept) == 10
    assert fewer(rows, 1000) == tuple(rows)


def test_a_file_may_have_a_byte_order_mark_quoted_lines_and_other_columns(tmp_path: Path) -> None:
    file = tmp_path / "texts.csv"
    file.write_bytes('\ufeffid,Text,Label\n1,"two\nlines, one text",greet\n\n2,,empty\n3,你好,greet\n'.encode())
    assert read_labelled(file) == (Labelled("two\nlines, one text", "greet"), Labelled("你好", "greet"))


@pytest.mark.parametrize(
    ("held", "says"),
    [
        (b"", "text,label"), (b"text,label\n", "holds no texts"), (b"a,b\n1,2\n", "no columns text and label"),
        (b"text,label\nhello\n", ":2: a row without a label"), (b"text,label\n\xff\xfe,x\n", "Save it as CSV UTF-8"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_says_what_to_do(tmp_path: Path, held: bytes, says: str) -> None:
    file = tmp_path / "texts.csv"
    file.write_bytes(held)
    with pytest.raises(UnusableFile, match=says):
        read_labelled(file)
    with pytest.raises(UnusableFile, match="cannot be read"):
        read_labelled(tmp_path / "none.csv")


def test_one_label_alone_cannot_be_learnt() -> None:
    with pytest.raises(UnusableFile, match="two at least"):
        trained(ROWS[:3], 0.05, None)


def test_the_encoder_is_the_one_that_was_measured() -> None:
    encoder = find_encoder()
    assert encoder is not None
    assert len(WEIGHTS) == 2
    assert altered_files() == []
    first, second, other = encoder.encode(["where is my parcel", "我的包裹在哪里", "i like jazz"])
    assert float(first @ second) > 0.6 > float(first @ other)
