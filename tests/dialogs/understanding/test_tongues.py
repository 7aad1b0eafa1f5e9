"""Which language a text is in, by name, without a network."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest

from dialogs.playbooks.loading import load_playbook
from dialogs.understanding.language.language_id import Tongues
from dialogs.understanding.pipeline import english_words
from dialogs.understanding.text import flatten

KNOWN = english_words(load_playbook("shop"))
TONGUES = Tongues()

TEXTS = [
    ("Die Kaffeemaschine ist kaputt und ich will mein Geld zurück", "de"),
    ("Lieferung AM2611180042 fehlt, bitte melden", "de"),
    ("Ma commande n'est jamais arrivée", "fr"),
    ("El paquete llegó roto y nadie contesta", "es"),
    ("Il pacco è arrivato rotto", "it"),
    ("Het pakket is kapot aangekomen", "nl"),
    ("Đơn hàng của tôi bị vỡ", "vi"),
    ("注文した商品が届きません", "ja"),
    ("주문한 상품이 안 와요", "ko"),
    ("Где мой заказ?", "ru"),
    ("Де моє замовлення?", "uk"),
    ("أين طلبي", "ar"),
    ("我的快递一直没到", "zh"),
    ("my parcel never came", "en"),
    ("i havent recieved my parcel yet", "en"),
    ("wtf is this", "en"),
    ("kettle broke", "en"),
    ("ok", ""),
    ("Xiaomi Redmi", ""),
    ("13800138000", ""),
]


@pytest.mark.parametrize(("text", "language"), TEXTS)
def test_a_language_is_named(text: str, language: str) -> None:
    assert TONGUES.language_of(flatten(text), KNOWN) == language


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert Tongues().language_of("der wasserkocher ist kaputt", KNOWN) == "de"


def test_the_model_is_not_loaded_for_what_is_plainly_chinese_or_english() -> None:
    code = (
        "import sys; from dialogs.understanding.language.language_id import Tongues; t = Tongues();"
        "t.language_of('我的快递没到', ()); t.language_of('my order is late', {'my', 'order', 'is', 'late'});"
        "sys.exit('fasttext' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
