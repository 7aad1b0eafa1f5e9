"""What customers do on Telegram, and what of it reaches the conversation."""

from __future__ import annotations

from typing import Any

import pytest
from aiogram.types import Update

from handlers.channels.telegram.incoming import CustomerUpdate, FileToFetch, incoming

ANNA = {"id": 77, "is_bot": False, "first_name": "Anna", "language_code": "zh-hans"}
PRIVATE = {"id": 77, "type": "private", "first_name": "Anna"}
GROUP = {"id": -100, "type": "supergroup", "title": "Neighbours"}


def message(chat: dict[str, Any] = PRIVATE, **body: Any) -> dict[str, Any]:
    return {"message_id": 5, "date": 1795000000, "chat": chat, "from": ANNA, **body}


def read(kind: str = "message", number: int = 9, chat: dict[str, Any] = PRIVATE, **body: Any) -> CustomerUpdate | None:
    raw = {"update_id": number, kind: message(chat, **body)}
    return incoming(Update.model_validate(raw), "amends_bot")


def heard(**body: Any) -> CustomerUpdate:
    found = read(**body)
    assert found is not None
    return found


def file(name: str, size: int = 100) -> dict[str, Any]:
    return {"file_id": name, "file_unique_id": f"u{name}", "file_size": size}


def test_words_come_with_the_number_the_chat_and_the_language() -> None:
    assert heard(text="快递丢了") == CustomerUpdate(9, 77, "zh-hans", "快递丢了", message=5)
    assert heard(text="hi", number=9).id == heard(text="hi", number=10).id


@pytest.mark.parametrize(
    ("written", "act"),
    [("/new", "new_case"), ("/status", "status"), ("/human", "person"), ("/language", "language"), ("/help", "help")],
)
def test_a_command_is_read_without_a_model(written: str, act: str) -> None:
    reading = heard(text=f"{written}@amends_bot").reading
    assert reading is not None
    assert reading.act == act


@pytest.mark.parametrize(
    ("written", "act"),
    [("/new my kettle is broken", "new_case"), ("/NEW@amends_bot 水壶坏了", "new_case"), ("/human 等了三天", "person")],
)
def test_words_behind_a_command_are_left_to_be_understood(written: str, act: str) -> None:
    found = heard(text=written)
    assert (found.text, found.act, found.reading) == (written, act, None)


@pytest.mark.parametrize("written", ["/new ", "/status C-2611-000001", "new my kettle is broken", "/newer kettle"])
def test_not_everything_behind_a_slash_is_a_story(written: str) -> None:
    assert heard(text=written).act == ""


def test_a_start_brings_the_token_of_its_link() -> None:
    assert heard(text="/start c4mp41gn").start == "c4mp41gn"
    assert heard(text="/start@amends_bot").start == ""
    assert heard(text="/started").start is None


def test_privacy_is_a_question_the_playbook_answers() -> None:
    reading = heard(text="/privacy").reading
    assert reading is not None
    assert reading.question == "privacy"


def test_an_unknown_command_is_read_like_any_words() -> None:
    assert heard(text="/frobnicate").reading is None


def test_of_a_photo_the_largest_size_is_wanted_with_its_caption() -> None:
    sizes = [file("small") | {"width": 90, "height": 60}, file("big", 5000) | {"width": 1280, "height": 960}]
    found = heard(photo=sizes, caption="看，坏了")
    assert found.wanted == (FileToFetch("big", "photo.jpg", 5000),)
    assert found.text == "看，坏了"


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ({"document": file("d") | {"file_name": "bill.pdf"}}, "bill.pdf"),
        ({"voice": file("v") | {"duration": 3}}, "voice.ogg"),
        ({"video_note": file("n") | {"duration": 3, "length": 240}}, "video.mp4"),
        ({"video": file("w") | {"duration": 3, "width": 1, "height": 1}}, "video.mp4"),
        ({"audio": file("a") | {"duration": 3, "file_name": "call.mp3"}}, "call.mp3"),
    ],
)
def test_every_kind_of_file_is_wanted(body: dict[str, Any], name: str) -> None:
    assert [wanted.name for wanted in heard(**body).wanted] == [name]


def test_a_file_over_twenty_megabytes_is_refused_in_the_playbook_s_words() -> None:
    found = heard(document=file("d", 21 * 1024 * 1024) | {"file_name": "film.mp4"})
    assert not found.wanted
    assert found.troubles[0].key == "files.refused_size"
    assert dict(found.troubles[0].facts) == {"name": "film.mp4", "largest": "20"}


def test_a_shared_contact_becomes_a_number_in_e164() -> None:
    assert heard(contact={"phone_number": "86 138-0013-8000", "first_name": "Anna"}).text == "+8613800138000"


def test_a_place_becomes_words() -> None:
    place = {"latitude": 31.2304, "longitude": 121.4737}
    said = heard(location=place)
    assert said.text == "📍 31.23040, 121.47370"
    assert said.reading is not None
    assert said.reading.found("place_or_page") == said.text
    assert heard(location=place, venue={"location": place, "title": "Shop", "address": "1 Road"}).text == "Shop, 1 Road"


def test_stickers_and_the_rest_get_an_answer_and_notices_of_telegram_s_none() -> None:
    sticker = file("s") | {"type": "regular", "width": 1, "height": 1, "is_animated": False, "is_video": False}
    assert heard(sticker=sticker).troubles[0].key == "telegram.sticker"
    assert heard(dice={"emoji": "🎲", "value": 3}).troubles[0].key == "telegram.cannot_read"
    assert heard(something_new={"a": 1}).troubles[0].key == "telegram.cannot_read"
    assert read(message_auto_delete_timer_changed={"message_auto_delete_time": 60}) is None


def test_an_edit_names_the_message_it_is_a_new_version_of_and_each_edit_is_an_event() -> None:
    first, second = (heard(kind="edited_message", number=number, text="订单号是 AM1") for number in (10, 11))
    assert first.edits == second.edits == heard(text="订单号是 AM2").id
    assert first.id != second.id
    assert first.text == "订单号是 AM1"


def test_a_place_that_moves_on_is_no_edit() -> None:
    assert read(kind="edited_message", location={"latitude": 31.2, "longitude": 121.4}) is None


def test_a_tap_brings_the_opaque_id_and_the_query_to_answer() -> None:
    raw = {"id": "q1", "from": ANNA, "chat_instance": "1", "data": "~0123456789ab", "message": message(text="?")}
    found = incoming(Update.model_validate({"update_id": 3, "callback_query": raw}))
    assert found == CustomerUpdate(3, 77, "zh-hans", button="~0123456789ab", query="q1")


def test_a_group_is_only_shown_the_way_to_a_private_chat() -> None:
    found = read(chat=GROUP, text="/start@amends_bot my parcel")
    assert found == CustomerUpdate(9, -100, "zh-hans", elsewhere=True)
    assert read(chat=GROUP, text="ask @Amends_Bot then") is not None


def test_what_a_group_says_among_itself_is_none_of_our_business() -> None:
    assert read(chat=GROUP, text="my parcel is late") is None
    assert read(chat=GROUP, text="/help@another_bot") is None
    assert read(chat=GROUP, text="/weather tomorrow") is None


def test_a_forum_s_topic_is_where_it_is_answered_and_a_thread_of_replies_is_none() -> None:
    called = read(chat=GROUP, text="/help", message_thread_id=7, is_topic_message=True)
    assert called is not None
    assert called.place == "-100/7"
    replied = read(chat=GROUP, text="/help", message_thread_id=7)
    assert replied is not None
    assert replied.place == "-100"


def test_blocking_the_bot_is_heard() -> None:
    member = {"status": "kicked", "user": {"id": 1, "is_bot": True, "first_name": "b"}, "until_date": 0}
    was = {"status": "member", "user": member["user"]}
    raw = {"chat": PRIVATE, "from": ANNA, "date": 1, "old_chat_member": was, "new_chat_member": member}
    found = incoming(Update.model_validate({"update_id": 3, "my_chat_member": raw}))
    assert found is not None
    assert found.left


def test_a_picture_names_the_album_it_is_of() -> None:
    sizes = [file("a") | {"width": 9, "height": 9}]
    assert heard(photo=sizes, media_group_id="g").album == "g"
    assert heard(photo=sizes).album == ""
