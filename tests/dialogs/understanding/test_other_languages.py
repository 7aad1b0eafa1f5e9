"""Days in languages that have no grammar of ours. Now is Saturday, 21 November 2026, 14:00."""

from __future__ import annotations

from datetime import UTC, datetime
from time import thread_time

import pytest

from dialogs.playbooks.loading import load_playbook
from dialogs.understanding.reading import Utterance
from dialogs.understanding.rule_provider import RulesUnderstanding

NOW = datetime(2026, 11, 21, 14, tzinfo=UTC)
RULES = RulesUnderstanding(load_playbook("shop"))

DAYS = [
    ("Die Lieferung kam gestern kaputt an, ich habe 49,99 Euro bezahlt", ["2026-11-20"]),
    ("Die Kaffeemaschine ist seit dem letzten Dienstag kaputt", ["2026-11-17"]),
    ("Am 3. November um 15 Uhr bestellt und nichts bekommen", ["2026-11-03"]),
    ("Das Paket kam am 12.11.2026 ohne Inhalt", ["2026-11-12"]),
    ("Ich habe die Jacke vor zwei Wochen zurückgeschickt", ["2026-11-07"]),
    ("El paquete llegó roto el 3 de noviembre y nadie contesta", ["2026-11-03"]),
    ("Hier j'ai reçu le colis complètement cassé", ["2026-11-20"]),
    ("Il pacco è arrivato rotto ieri e nessuno risponde", ["2026-11-20"]),
    ("Het pakket is gisteren kapot aangekomen", ["2026-11-20"]),
    ("11月3日に届いた商品が壊れていました", ["2026-11-03"]),
    ("昨日届いた商品が割れていました", ["2026-11-20"]),
]
NONE = [
    "Ich mag das nicht, die zweite Lieferung war auch so schlecht",
    "Das ist der 3. Versuch, Bestellung 12345678, keine Antwort",
    "je suis très déçu, mais c'est la vie et mon colis aussi",
    "me cobraron 49,99 euros dos veces y no sé por qué",
    "La lampada ha 2 anni di garanzia e non la riparate",
    "商品が壊れていて電源が入りません",
]


def days(text: str) -> list[str]:
    [reading] = RULES.read([Utterance(text, NOW, "Europe/Berlin", "DE")])
    return [span.value.iso for span in reading.slots if span.slot == "happened_at"]


@pytest.mark.parametrize(("text", "when"), DAYS)
def test_a_day_is_read(text: str, when: list[str]) -> None:
    assert days(text) == when


@pytest.mark.parametrize("text", NONE)
def test_no_day_is_read_into_words_that_only_look_like_one(text: str) -> None:
    assert days(text) == []


def test_a_long_text_costs_little() -> None:
    text = "Die Lieferung kam gestern um 3 Uhr und war kaputt. " * 100
    days(text)
    begun = thread_time()
    days(text)
    assert thread_time() - begun < 0.5
