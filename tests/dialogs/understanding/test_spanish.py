"""Spanish is a folder: what it takes to file a complaint, to hear danger, and to find a person, by rules alone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from complaints.record import Money
from dialogs.playbooks.loading import load_playbook
from dialogs.understanding.reading import Reading, Utterance
from dialogs.understanding.rule_provider import RulesUnderstanding

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
RULES = RulesUnderstanding(load_playbook("shop"))


def read(text: str, timezone: str = "Europe/Madrid") -> Reading:
    return RULES.read([Utterance(text, NOW, timezone)])[0]


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("atrás", "back"),
        ("saltar", "skip"),
        ("cancelar por favor", "cancel"),
        ("quiero hablar con una persona", "person"),
        ("pasame con alguien porfa", "person"),
        ("páseme con alguien", "person"),
        ("como va mi reclamacion", "status"),
        ("ayuda", "help"),
        ("no lo sé", "unknown"),
        ("no lo se", "unknown"),
        ("idioma", "language"),
    ],
)
def test_commands_are_heard_with_and_without_accents(text: str, act: str) -> None:
    assert read(text).act == act


@pytest.mark.parametrize("text", ["sí", "si", "claro que sí", "está bien, gracias", "de acuerdo", "así es"])
def test_a_yes_is_a_yes(text: str) -> None:
    assert read(text).intent() == "yes" or read(text).act == "confirm"


@pytest.mark.parametrize("name", ["Dale", "Simon", "Nel", "Chino"])
def test_a_name_is_no_command(name: str) -> None:
    assert read(name).intent() not in ("yes", "no")
    assert not read(name).language_wanted


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("me cobraron 49,90 euros de más", Money(Decimal("49.90"), "EUR")),
        ("fueron 1.299 euros", Money(Decimal(1299), "EUR")),
        ("pagué 1.299,50 €", Money(Decimal("1299.50"), "EUR")),
        ("fueron 420 soles", Money(Decimal(420), "PEN")),
        ("me descontaron 80 dólares", Money(Decimal(80), "USD")),
    ],
)
def test_money_is_found(text: str, amount: Money) -> None:
    assert read(text).found("amount") == amount


@pytest.mark.parametrize(
    ("timezone", "currency"),
    [
        ("America/Mexico_City", "MXN"),
        ("America/Argentina/Buenos_Aires", "ARS"),
        ("America/Bogota", "COP"),
        ("America/Santiago", "CLP"),
    ],
)
def test_pesos_are_those_of_the_place(timezone: str, currency: str) -> None:
    assert read("son 350 pesos", timezone).found("amount").currency == currency


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("ayer", date(2026, 11, 17)),
        ("fue ayer por la tarde", date(2026, 11, 17)),
        ("hace tres días", date(2026, 11, 15)),
        ("hace 2 semanas", date(2026, 11, 4)),
        ("fue antier", date(2026, 11, 16)),
        ("el 12 de noviembre", date(2026, 11, 12)),
        ("me llegó el 3/11/2026", date(2026, 11, 3)),
    ],
)
def test_days_are_found(text: str, day: date) -> None:
    assert read(text).found("happened_at").iso[:10] == day.isoformat()


@pytest.mark.parametrize(
    ("text", "slot", "value"),
    [
        ("me llamo Lucía Fernández", "name", "Lucía Fernández"),
        ("Soy María del Carmen Núñez", "name", "María del Carmen Núñez"),
        ("pedido AM2611180042", "order_number", "AM2611180042"),
        ("mi correo es ana@example.com", "email", "ana@example.com"),
        ("prefiero por correo", "prefers", "email"),
        ("aquí en el chat", "prefers", "chat"),
    ],
)
def test_other_facts_are_found(text: str, slot: str, value: str) -> None:
    assert read(text).found(slot) == value


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("huele a gas en toda la casa", "safety"),
        ("al enchufarlo me dio la corriente", "safety"),
        ("el nene se tragó una pila", "health"),
        ("me piden el código que me llegó", "fraud_now"),
        ("ya no quiero vivir", "self_harm"),
        ("el repartidor me está amenazando", "violence"),
        ("los voy a demandar", "legal"),
    ],
)
def test_danger_is_heard(text: str, kind: str) -> None:
    assert kind in read(text).signals


@pytest.mark.parametrize(
    "text", ["la cocina de gas llegó tarde", "estos auriculares son la bomba", "no me llegó el código del cupón"]
)
def test_names_of_goods_and_figures_of_speech_are_no_danger(text: str) -> None:
    assert not read(text).signals


@pytest.mark.parametrize(
    "asks", ["español", "en español por favor", "spanish please", "说西班牙语", "do you speak spanish"]
)
def test_spanish_can_be_asked_for_in_any_language(asks: str) -> None:
    assert read(asks).language_wanted == "es"


@pytest.mark.parametrize(
    "text",
    ["my kettle is broken and nobody answers", "我的水壶坏了，没人理我", "Simon said no, it is a particular problem"],
)
def test_soy_sauce_is_nobody(text: str) -> None:
    assert not read(text).found("name")


@pytest.mark.parametrize(
    "text",
    ["my kettle is broken and nobody answers", "我的水壶坏了，没人理我", "Simon said no, it is a particular problem"],
)
def test_english_and_chinese_are_read_as_before(text: str) -> None:
    assert read(text).language in ("en", "zh")
    assert not read(text).language_wanted
