"""An update read without aiogram says the same as one that aiogram read."""

from __future__ import annotations

from typing import Any

import pytest
from aiogram.types import Update
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from handlers.channels.telegram.incoming import incoming
from handlers.channels.telegram.reading import plain, read

ids = st.integers(min_value=1, max_value=2**52)
names = st.text(max_size=12)
people = st.fixed_dictionaries(
    {"id": ids, "is_bot": st.booleans(), "first_name": names},
    optional={"last_name": names, "username": names, "language_code": names, "is_premium": st.just(True)},
)
chats = st.fixed_dictionaries(
    {"id": ids, "type": st.sampled_from(["private", "group", "supergroup", "channel"]), "title": names},
) | st.fixed_dictionaries(
    {"id": ids, "type": st.just("private")}, optional={"first_name": names, "last_name": names, "username": names}
)
texts = st.text(min_size=1, max_size=40) | st.sampled_from(["/start", "/start c4mp", "/help@amends_bot", "@amends_bot"])
bodies = st.fixed_dictionaries(
    {"message_id": ids, "from": people, "chat": chats, "date": st.integers(1, 2**31), "text": texts},
    optional={
        "entities": st.just([{"type": "url", "offset": 0, "length": 1}]),
        "reply_to_message": st.none(),
        "media_group_id": names,
        "edit_date": st.integers(1, 2**31),
    },
)
updates = st.fixed_dictionaries({"update_id": ids, "message": bodies}) | st.fixed_dictionaries(
    {"update_id": ids, "edited_message": bodies}
)


@given(updates)
def test_both_ways_of_reading_say_the_same(raw: dict[str, Any]) -> None:
    assert read(raw, "amends_bot") == incoming(Update.model_validate(raw), "amends_bot")


def message(**more: Any) -> dict[str, Any]:
    anna = {"id": 77, "first_name": "Anna"}
    known = {"message_id": 5, "date": 1795000000, "text": "My parcel is late"}
    chat, sender = {**anna, "type": "private"}, {**anna, "is_bot": False, "language_code": "en"}
    return {"update_id": 9, "message": {**known, "chat": chat, "from": sender, **more}}


def test_plain_words_need_no_aiogram() -> None:
    found = plain(message())
    assert found is not None
    assert (found.number, found.chat, found.language, found.text) == (9, 77, "en", "My parcel is late")


@pytest.mark.parametrize(
    "more",
    [
        {"text": "/start"},
        {"text": ""},
        {"text": 7},
        {"photo": []},
        {"chat": {"id": -1, "type": "group", "title": "Neighbours"}},
        {"what_telegram_thinks_of_next": True},
    ],
)
def test_whatever_else_there_is_is_left_to_aiogram(more: dict[str, Any]) -> None:
    assert plain(message(**more)) is None


@pytest.mark.parametrize("raw", [None, 7, [], {"update_id": "x"}, {"message": {}}])
def test_what_is_no_update_is_refused_as_aiogram_does(raw: Any) -> None:
    with pytest.raises(ValidationError):
        read(raw)
