"""Traditional or simplified characters, told by those that only one of the two has."""

from __future__ import annotations

import pytest

from dialogs.understanding.language.scripts import script_of
from dialogs.understanding.text import flatten


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("我的訂單還沒到", "Hant"),
        ("謝謝", "Hant"),
        ("唔該，我張單幾時到", "Hant"),
        ("這個手機殼不是我訂的", "Hant"),
        ("我的订单还没到", "Hans"),
        ("门铃坏了，一直没人来修", "Hans"),
        ("好的", ""),
        ("可以", ""),
        ("谢谢", ""),
        ("著名的乾隆皇后里面", ""),
        ("我叫李昇", ""),
        ("買了台手机，屏幕坏了，客服说不给换，发货单没给", "Hans"),
        ("kettle broke", ""),
        ("", ""),
    ],
)
def test_the_script_of_a_text(text: str, script: str) -> None:
    assert script_of(text) == script


def test_traditional_texts_are_read_as_simplified_ones_at_the_same_places() -> None:
    told = "訂單還沒發貨，請幫我轉真人客服，謝謝"
    assert flatten(told) == "订单还没发货,请帮我转真人客服,谢谢"
    assert len(flatten(told)) == len(told)
