"""Numbers of payment cards are kept nowhere, and shops' own numbers stay as they are."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from complaints.cards import ISSUERS, mask, passes_luhn
from dialogs.flows.effects import Effect
from dialogs.flows.events import Event, Said
from dialogs.flows.setting import Setting
from dialogs.flows.staff import Acted, Claimed, Noted, Replied, Resolved
from dialogs.flows.state import Conversation
from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.local_provider import LocalUnderstanding
from dialogs.understanding.reading import Utterance
from engine.turn.processor import Hopeless, TurnProcessor
from storage.db.database import open_database
from storage.files.attachments import FileStore
from storage.migrations.upgrade import bring_up_to_date
from storage.tables.core import metadata
from tests.attack.conftest import Tried
from tests.conftest import sized
from tests.step import step

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
_WIDE = str.maketrans("0123456789- ", "０１２３４５６７８９－\u3000")
_SAYING = (
    "{card}", "my card is {card}", "you charged {card} twice, the mug came broken", "卡号{card}，扣了两次钱",
    "用{card}付的",
    "visa {card} exp 12/27 cvv 123", "I paid with {card}, 09/28, 737.", "我的银行卡是{card}安全码是123",
    "it is not my order, it is my credit card: {card}",
)  # fmt: skip
_ORDERED = (
    "order {number}", "my order number is {number}", "{number} is my order", "订单号：{number}",
    "快递单号{number}还没到",
    "the parcel {number} never came", "运单 {number}", "tracking {number} says delivered", "ref: {number}",
)  # fmt: skip


def a_card(chance: random.Random) -> str:
    """A number as some issuer gives them out, with its check digit."""
    _, ranges, lengths = chance.choice(ISSUERS)
    low, high = chance.choice(ranges)
    return a_number(chance, chance.choice(sorted(lengths)), str(chance.randint(low, high)))


def a_number(chance: random.Random, length: int, prefix: str = "", checked: bool = True) -> str:
    body = prefix + "".join(chance.choices("0123456789", k=length - len(prefix) - 1))
    return next(body + last for last in "0123456789" if passes_luhn(body + last) or not checked)


def written(chance: random.Random, card: str) -> str:
    """As people write it: whole, in fours, with dashes, in full-width digits."""
    fours = [card[at : at + 4] for at in range(0, len(card), 4)]
    amex = [card[:4], card[4:10], card[10:]]
    shape = chance.choice([card, " ".join(fours), "-".join(fours), " ".join(amex), " - ".join(fours)[: 5 * 19]])
    shape = shape.replace(" - ", "- ")
    return shape.translate(_WIDE) if chance.random() < 0.2 else shape


def digits_of(text: str) -> str:
    """A text with all between digits taken out that people put there."""
    plain = "".join(str(int(char)) if char.isdecimal() else char for char in text)
    return re.sub(r"(?<=\d)[\s\u3000.\-－]+(?=\d)", "", plain)


@pytest.mark.prove
def test_a_card_of_any_issuer_is_masked_however_it_is_written(tried: Tried) -> None:
    """Card numbers of ten issuers in messages: whole, in groups, in full-width digits."""
    chance, most = random.Random(11), sized(3_000, 200_000)
    for _ in range(most):
        card = a_card(chance)
        said = chance.choice(_SAYING).format(card=written(chance, card))
        found = mask(said)
        assert card not in digits_of(found.text), said
        assert card[-4:] in found.last, said
    tried(most)


@pytest.mark.prove
def test_order_numbers_that_pass_for_cards_stay(tried: Tried) -> None:
    """Order numbers with an issuer's prefix and a right check digit, asked for or called so."""
    chance, most = random.Random(12), sized(3_000, 100_000)
    for _ in range(most):
        number = a_card(chance)
        asked = chance.random() < 0.5
        said = number if asked else chance.choice(_ORDERED).format(number=number)
        assert mask(said, order_asked=asked).text == said
    tried(most)


def test_of_any_long_numbers_few_are_mistaken_for_cards() -> None:
    """A number without a word beside it and not asked for: one in ten has the check digit, few a prefix as well."""
    chance, most = random.Random(13), 20_000
    numbers = ("".join(chance.choices("0123456789", k=chance.randint(13, 19))) for _ in range(most))
    assert sum(bool(mask(number).last) for number in numbers) / most < 0.02


@pytest.mark.parametrize(
    ("said", "masked"),
    [
        ("cvv: 123", "cvv: •••"),
        ("the cvc code is 1234", "the cvc code is ••••"[:-1]),
        ("安全码是123", "安全码是•••"),
        ("123 is my cvv", "••• is my cvv"),
        ("4111 1111 1111 1111 12/27 123", "•••• 1111 •••/••• •••"),
    ],
)
def test_a_security_code_is_masked_beside_its_name_or_a_card(said: str, masked: str) -> None:
    assert mask(said).text == masked


@pytest.mark.parametrize(
    "said",
    [
        "I ordered 3 and paid 4111 yuan on 2026-11-03",
        "call me on +86 138 0013 8000 or 0044 7700 900123",
        "the door code 1234 does not work",
        "AM2611180042 and AM4111111111111111",
        "尺码123，2026年11月18日下午3点，1234元",
        "13800138000 13900139000 4001234567",
    ],
)
def test_other_figures_are_left_alone(said: str) -> None:
    assert mask(said).text == said


def test_a_masked_card_is_no_fact(local: LocalUnderstanding) -> None:
    chance = random.Random(14)
    for _ in range(300):
        said = mask(f"they charged my card {written(chance, a_card(chance))} 12/27 123").text
        reading = local.read([Utterance(said, NOW, "Europe/London", "GB")])[0]
        assert not reading.slots, (said, reading.slots)


def _poisoned(state: Conversation, event: Event, setting: Setting) -> tuple[Conversation, tuple[Effect, ...]]:
    if isinstance(event.body, Said) and "poison" in event.body.text:
        raise ValueError(f"cannot digest {event.body.text}")
    return step(state, event, setting)


@pytest.mark.prove
async def test_a_card_is_nowhere_in_the_database_or_the_data_folder(
    tmp_path: Path, shop: Playbook, local: LocalUnderstanding, tried: Tried
) -> None:
    """Cards in messages, edits, long texts, poison, files' names, colleagues' words: the stored bytes are searched."""
    database = open_database(f"sqlite:///{tmp_path / 'amends.db'}")
    bring_up_to_date(database)
    door = TurnProcessor(
        database,
        _without_orders(shop),
        local,
        step=_poisoned,
        clock=lambda: NOW,
        files=FileStore(tmp_path / "files"),
        audit_key=b"k" * 32,
    )
    door.start()
    chance, cards = random.Random(15), []
    try:
        for n in range(sized(12, 300)):
            for at, body in enumerate(_bodies(chance, cards, f"{n}")):
                event = Event(f"e{n}.{at}", "web", "shop", f"chat{n}", NOW, body)
                await door.take(event)
            brought = {"message": {"text": f"my card {_new(chance, cards)}"}}
            lost = Event(f"lost{n}", "web", "shop", f"chat{n}", NOW, Said(f"poison {_new(chance, cards)}"))
            await door.set_aside(lost, Hopeless(ValueError(f"bad {_new(chance, cards)}"), brought))
    finally:
        await door.stop()
    assert door.tally.quarantined
    with database.read() as conn:
        rows = [
            str(value) for table in metadata.tables.values() for row in conn.execute(table.select()) for value in row
        ]
    database.close()
    kept = "\n".join(digits_of(row) for row in rows)
    raw = _stored(tmp_path)
    for card, as_written in cards:
        assert card not in kept
        assert not any(said.encode() in content for content in raw for said in (card, as_written))
    assert "•••• " + cards[0][0][-4:] in "\n".join(rows)
    tried(len(cards))


def _without_orders(shop: Playbook) -> Playbook:
    """The shop, if it never asked for an order number: a number that was asked for is no card."""
    changed = {
        name: category.model_copy(update={"ask": tuple(slot for slot in category.ask if slot != "order_number")})
        for name, category in shop.file.categories.items()
    }
    return replace(shop, file=shop.file.model_copy(update={"categories": changed}))


def _stored(folder: Path) -> list[bytes]:
    return [file.read_bytes() for file in folder.rglob("*") if file.is_file()]


def _new(chance: random.Random, cards: list[tuple[str, str]]) -> str:
    card = a_card(chance)
    cards.append((card, written(chance, card)))
    return cards[-1][1]


def _bodies(chance: random.Random, cards: list[tuple[str, str]], n: str) -> list[Said | Acted]:
    def new() -> str:
        return _new(chance, cards)

    return [
        Said(f"my kettle broke, you charged my card {new()}"),
        Said(f"my kettle broke, and the card is {new()}", edits=f"e{n}.0"),
        Said(f"card {new()} " + "it broke. " * 700 + f"and card {new()} as well"),
        Said(f"poison {new()}"),
        Said(new()),
        Acted("a1", "Ann", Claimed(pull=True)),
        Said(f"here: {new()}"),
        Acted("a1", "Ann", Replied(f"is it {new()}?")),
        Acted("a1", "Ann", Noted(f"their card {new()}")),
        Acted("a1", "Ann", Resolved("C-2611-000001", f"refunded to {new()}", f"charged {new()}")),
    ]


async def test_what_was_asked_for_as_an_order_number_is_kept(
    tmp_path: Path, shop: Playbook, local: LocalUnderstanding
) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'amends.db'}")
    bring_up_to_date(database)
    door = TurnProcessor(
        database, shop, local, step=step, clock=lambda: NOW, files=FileStore(tmp_path / "files"), audit_key=b"k" * 32
    )
    door.start()
    number, at = "4111111111111111", Event("e0", "web", "shop", "ann", NOW, Said("my parcel never arrived"))
    try:
        asked = await door.take(at)
        answered = await door.take(replace(at, id="e1", body=Said(number)))
        card = await door.take(
            replace(at, id="e2", chat="bob", body=Said(f"you charged {number} twice for a broken mug"))
        )
    finally:
        await door.stop()
        database.close()
    assert asked.messages[-1].asks == "order_number"
    assert answered.messages[0].text == number
    assert number not in card.messages[0].text
    told = " ".join(message.text for message in card.answers)
    assert "card number" in told
    assert "(1111)" in told
