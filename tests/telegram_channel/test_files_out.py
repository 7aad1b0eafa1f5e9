"""Files that people at the desk send to a customer, and files that a Bot API server on this machine brings."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, update

from complaints.record import Attachment
from dialogs.flows.effects import Button
from handlers.channels.telegram import CHANNEL
from handlers.channels.telegram.pieces import LARGEST_PHOTO, TelegramPiece, pieces
from storage.conversations.conversations import conversation_id
from storage.conversations.transcript import Message, row_of
from storage.db.timestamps import to_micros, utc_now
from storage.delivery import outbox
from storage.files.attachments import FileStore
from storage.tables.core import conversations, messages
from storage.tables.core import outbox as table
from tests.telegram.server import TelegramServer
from tests.telegram.users import User
from tests.telegram_channel.conftest import Open, Shop

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(200)
PDF = b"%PDF-1.7\n" + bytes(200)
RISKY = "<b>Kind *regards* [from](us) & _all_"


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files")


async def begun(shop: Shop, telegram: TelegramServer) -> User:
    """A customer who has said hello, and was answered."""
    anna = telegram.user("Anna", language="en")
    await anna.says(shop.bot, "hello")
    await anna.sees(shop.bot)
    await shop.settled()
    return anna


def sends(shop: Shop, user: User, text: str, *files: Attachment, buttons: tuple[Button, ...] = ()) -> None:
    """An agent's message, put where the desk puts it."""
    of_id = conversation_id(CHANNEL, str(shop.bot.id), str(user.id))
    said = Message(90, "agent", text, files=files, buttons=buttons, at=utc_now())
    with shop.database.write() as conn:
        conn.execute(update(conversations).where(conversations.c.id == of_id).values(message_count=90))
        conn.execute(insert(messages), row_of(of_id, 90, said))
        conn.execute(insert(table), outbox.row_of(of_id, 90, CHANNEL, "agent", to_micros(utc_now())))
    shop.delivery.wake()


async def test_a_photo_comes_with_its_words_as_they_stand(
    shop: Shop, telegram: TelegramServer, store: FileStore
) -> None:
    anna = await begun(shop, telegram)
    sends(shop, anna, RISKY, store.put(JPEG, "refund.jpg"))
    seen = await anna.sees(shop.bot, RISKY)
    assert "photo" in seen.raw
    assert "caption_entities" not in seen.raw
    assert telegram.file(seen).data == JPEG


async def test_a_document_keeps_its_name_and_its_buttons(
    shop: Shop, telegram: TelegramServer, store: FileStore
) -> None:
    anna = await begun(shop, telegram)
    sends(shop, anna, "Your receipt", store.put(PDF, "receipt.pdf"), buttons=(Button("~1234567890ab", "Thank you"),))
    seen = await anna.sees(shop.bot, "Your receipt")
    assert seen.raw["document"]["file_name"] == "receipt.pdf"
    assert seen.titles == ("Thank you",)


async def test_several_photos_are_an_album_with_one_caption(
    shop: Shop, telegram: TelegramServer, store: FileStore
) -> None:
    anna = await begun(shop, telegram)
    sends(shop, anna, "As promised", *(store.put(JPEG + bytes([n]), f"{n}.jpg") for n in range(3)))
    first = await anna.sees(shop.bot, "As promised")
    await shop.settled()
    (call,) = telegram.calls("sendMediaGroup")
    assert len(call.fields["media"]) == 3
    assert first.raw["media_group_id"]
    assert telegram.calls("sendPhoto") == []


async def test_words_too_long_for_a_caption_follow_the_files(
    shop: Shop, telegram: TelegramServer, store: FileStore
) -> None:
    anna = await begun(shop, telegram)
    sends(shop, anna, "This is how it was. " * 100, store.put(JPEG, "a.jpg"), store.put(PDF, "b.pdf"))
    await anna.sees(shop.bot, lambda message: "photo" in message.raw)
    await anna.sees(shop.bot, lambda message: "document" in message.raw)
    await anna.sees(shop.bot, "This is how it was.")
    await shop.settled()
    assert set(shop.states()) == {"sent"}


async def test_a_photo_that_telegram_finds_too_long_goes_as_a_document(
    shop: Shop, telegram: TelegramServer, store: FileStore
) -> None:
    anna = await begun(shop, telegram)
    telegram.refuses(400, method="sendPhoto")
    sends(shop, anna, "A long receipt", store.put(JPEG, "long.jpg"))
    seen = await anna.sees(shop.bot, "A long receipt")
    assert "document" in seen.raw


async def test_a_file_that_cannot_go_is_dead_and_nothing_of_the_message_left(
    shop: Shop, telegram: TelegramServer, store: FileStore
) -> None:
    anna = await begun(shop, telegram)
    gone = Attachment("0" * 64, "gone.pdf", "application/pdf", 100)
    sends(shop, anna, "Two files", store.put(JPEG, "a.jpg"), gone)
    await shop.settled()
    assert "dead" in shop.states()
    assert telegram.calls("sendPhoto") == []


def file(name: str, media_type: str = "image/jpeg", size: int = 100) -> Attachment:
    return Attachment(name.rjust(64, "0"), name, media_type, size)


def test_photos_and_documents_never_share_an_album_and_none_has_more_than_ten() -> None:
    many = [file(f"p{n}") for n in range(12)] + [file("d", "application/pdf")] + [file("big", size=LARGEST_PHOTO + 1)]
    found = pieces("", many, has_buttons=False)
    assert [(len(piece.files), piece.photos) for piece in found] == [(10, True), (2, True), (2, False)]


def test_buttons_always_have_something_to_hang_on() -> None:
    album = [file("a"), file("b")]
    assert pieces("Look", album, has_buttons=True)[-1] == TelegramPiece("Look")
    assert pieces("", album, has_buttons=True)[-1].takes_buttons
    assert [piece.text for piece in pieces("Look", album, has_buttons=False)] == ["Look"]
    assert pieces("", [], has_buttons=False) == [TelegramPiece("…")]


def beside(telegram: TelegramServer, folder: Path) -> None:
    """Let the Bot API server behave as with `--local`: files lie on this machine, under absolute paths."""
    keep = telegram.world.keep

    def kept(*given: Any, **more: Any) -> Any:
        made = keep(*given, **more)
        place = folder / made.path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(made.data)
        telegram.world.files[made.file_id] = replace(made, path=str(place))
        return telegram.world.files[made.file_id]

    telegram.world.keep = kept  # type: ignore[method-assign]


@pytest.mark.parametrize("allowed", ["here", "elsewhere", None])
async def test_a_local_server_s_files_are_read_from_its_folder_alone(
    open_shop: Open, telegram: TelegramServer, tmp_path: Path, allowed: str | None
) -> None:
    beside(telegram, tmp_path / "here")
    async with open_shop(folder=tmp_path / allowed if allowed else None) as shop:
        anna = telegram.user("Anna", language="en")
        await anna.sends_photo(shop.bot, JPEG, caption="My blender broke")
        if allowed == "here":
            await anna.sees(shop.bot, "1 so far")
        else:
            await anna.sees(shop.bot, shop.words("en", "telegram.file_lost"))
            assert not any(message.files for message in shop.transcript(anna))
