"""Long texts are cut where a reader would pause, and buttons lie in rows that a phone can show."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dialogs.flows.effects import Button
from handlers.channels.telegram.layout import LONGEST, parts, rows


def test_a_long_text_is_cut_after_a_sentence() -> None:
    sentence = "This sentence says how it was. "
    cut = parts(sentence * 300)
    assert len(cut) == 3
    assert all(part.endswith("was.") for part in cut)


def test_a_long_chinese_text_is_cut_after_a_sentence() -> None:
    cut = parts("包裹到现在还没有送到。" * 500)
    assert all(part.endswith("。") and len(part) <= LONGEST for part in cut)


def test_the_quotation_mark_after_a_sentence_stays_with_it() -> None:
    cut = parts("客服说：“包裹到现在还没有送到。”" * 300)
    assert len(cut) > 1
    assert all(part.endswith("。”") for part in cut)


@given(st.text(alphabet="a” 。\n😀.", max_size=400), st.integers(min_value=8, max_value=40))
def test_every_part_fits_and_no_word_is_lost(text: str, longest: int) -> None:
    cut = parts(text, longest)
    assert all(len(part.encode("utf-16-le")) // 2 <= longest for part in cut)
    assert "".join("".join(cut).split()) == "".join(text.split())


def test_short_buttons_share_a_row_and_long_ones_have_their_own() -> None:
    def laid(*titles: str) -> list[int]:
        return [len(row) for row in rows([Button("~1", title) for title in titles])]

    assert laid("Yes", "No") == [2]
    assert laid("退款", "换货", "维修", "道歉") == [3, 1]
    assert laid("Late, lost or bad delivery", "Staff or slow service") == [1, 1]
