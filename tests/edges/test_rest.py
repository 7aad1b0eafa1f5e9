"""Rasa's REST channel: its clients work unchanged, and nothing that is sent to it breaks it."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from dialogs.flows.events import Tapped
from engine.turn.processor import TurnProcessor
from handlers.http.limits import Limits
from storage.conversations.conversations import conversation_id
from storage.conversations.transcript import last_messages
from storage.db.errors import Unavailable
from storage.db.timestamps import utc_now
from tests.edges.conftest import OpenHouse
from tests.edges.scenery import BUTTON, JPEG, PROGRAM, House, base64_of

Say = Callable[..., Any]
WEBHOOK = "/webhooks/rest/webhook"
CUSTOM = {"asks": None, "case": None, "also": [], "person": None, "dangers": []}


def test_an_answer_has_rasa_s_shape(say: Say, sender: str) -> None:
    assert say("hello").json() == [
        {"recipient_id": sender, "text": "1 hello", "buttons": [], "custom": CUSTOM | {"asks": "story"}}
    ]


def test_only_the_last_message_of_a_turn_says_what_is_asked(say: Say) -> None:
    first, last = say("offer").json()
    assert first["custom"] == CUSTOM
    assert last["custom"]["asks"] == "consent"
    assert last["buttons"] == [{"title": "好的", "payload": BUTTON}]


def test_a_payload_sent_back_is_a_tap(say: Say) -> None:
    payload = say("offer").json()[-1]["buttons"][0]["payload"]
    assert say(payload).json()[0]["text"] == f"2 tapped {BUTTON}"


def test_a_title_sent_back_is_words_for_the_flow_to_resolve(say: Say) -> None:
    title = say("offer").json()[-1]["buttons"][0]["title"]
    assert say(title).json()[0]["text"] == "2 好的"


@pytest.mark.parametrize("forged", ["~zzzzzzzzzz", "~00000000", "~0123456789abcdef"])
def test_a_forged_payload_reaches_the_flow_as_a_tap_and_is_answered(say: Say, forged: str) -> None:
    assert say(forged).json()[0]["text"] == f"1 tapped {forged}"


@pytest.mark.parametrize("words", ["~hi", "~ABCDEFGHIJ", "~01234567890123456789", " ~0123456789"])
def test_words_that_only_resemble_a_payload_stay_words(say: Say, words: str) -> None:
    assert "tapped" not in say(words).json()[0]["text"]


def test_the_reference_stands_on_the_message_that_speaks_of_it(say: Say) -> None:
    (filed,) = say("file a complaint").json()
    assert filed["custom"]["case"]
    assert filed["custom"]["case"] in filed["text"]


def test_a_repeated_message_id_gets_the_same_answer_and_changes_nothing(say: Say) -> None:
    first = say("hello", message_id="m-1").json()
    assert say("hello", message_id="m-1").json() == first
    assert say("hello", message_id="m-2").json()[0]["text"] == "2 hello"


def test_a_hundred_copies_at_once_are_one_message(say: Say) -> None:
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: say("hello", message_id=7).text, range(100)))
    assert len(set(answers)) == 1
    assert say("after").json()[0]["text"] == "2 after"


def test_one_sender_s_message_id_means_nothing_for_another(say: Say) -> None:
    say("secret", sender="ann", message_id="m-1")
    assert say("hello", sender="bob", message_id="m-1").json()[0]["text"] == "1 hello"


def test_language_and_timezone_travel_with_the_event(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = watched(house.door, monkeypatch)
    about = {"language": "zh-CN", "timezone": "Asia/Shanghai"}
    with house.program() as http:
        http.post(WEBHOOK, json={"sender": "lee", "message": "hi", "metadata": about})
        http.post(WEBHOOK, json={"sender": "lee", "message": "hi", "metadata": {"language": 5, "timezone": "../etc"}})
    assert [(event.language, event.timezone) for event in seen] == [("zh-CN", "Asia/Shanghai"), ("", "")]


@pytest.mark.parametrize("metadata", ["words", 5, [1], None, {"input_channel": "rest", "anything": {"deep": []}}])
def test_metadata_of_other_bots_is_let_pass(house: House, metadata: object) -> None:
    with house.program() as http:
        assert http.post(WEBHOOK, json={"sender": "lee", "message": "hi", "metadata": metadata}).status_code == 200


BROKEN = {
    "nothing": b"",
    "not JSON": b"sender=lee&message=hi",
    "cut short": b'{"sender": "lee", "message": "he',
    "not UTF-8": b'{"sender": "lee", "message": "\xff\xfe"}',
    "a list": b"[]",
    "no sender": b'{"message": "hi"}',
    "an empty sender": b'{"sender": "", "message": "hi"}',
    "a blank sender": b'{"sender": "  ", "message": "hi"}',
    "a sender that is a number": b'{"sender": 5, "message": "hi"}',
    "an endless sender": b'{"sender": "%s", "message": "hi"}' % (b"x" * 300),
    "no message": b'{"sender": "lee"}',
    "a message that is null": b'{"sender": "lee", "message": null}',
    "a message that is an object": b'{"sender": "lee", "message": {}}',
    "an empty message": b'{"sender": "lee", "message": " "}',
    "a message_id that is a list": b'{"sender": "lee", "message": "hi", "metadata": {"message_id": []}}',
    "attachments that are words": b'{"sender": "lee", "message": "hi", "metadata": {"attachments": "x"}}',
    "depth without end": b'{"sender": "lee", "message": "hi", "metadata": ' + b"[" * 100_000,
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN.keys())
def test_a_malformed_request_is_told_what_is_wrong(house: House, body: bytes) -> None:
    with house.program() as http:
        answer = http.post(WEBHOOK, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert set(answer.json()["error"]) == {"code", "message"}
    assert len(answer.json()["error"]["message"]) > 15


ODD = {
    "emoji": "😡👨‍👩‍👧‍👦🇨🇳",
    "right to left": "الطلب لم يصل \u202eمرحبا",
    "zero width": "or\u200bder\u200d\ufeff",
    "combining": "é" * 3 + "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A",
    "astral": "𠮷野家",
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
def test_odd_text_comes_back_whole(say: Say, text: str) -> None:
    assert say(text).json()[0]["text"] == f"1 {text}"


def test_a_nul_and_half_an_emoji_are_answered(house: House) -> None:
    with house.program() as http:
        nul = http.post(WEBHOOK, content=rb'{"sender": "lee", "message": "a\u0000b"}')
        half = http.post(WEBHOOK, content=rb'{"sender": "lee", "message": "cut \ud83d"}')
        name = http.post(WEBHOOK, content=rb'{"sender": "a\u0000\ud83d", "message": "hi"}')
    assert [nul.status_code, half.status_code, name.status_code] == [200, 200, 200]
    assert "a" in nul.json()[0]["text"]
    assert "cut" in half.json()[0]["text"]


def test_a_message_of_a_megabyte_is_taken_and_kept_whole(house: House, say: Say, sender: str) -> None:
    story = "很长的故事。" * 60_000
    assert len(story.encode()) > 1_000_000
    assert say(story).status_code == 200
    with house.database.read() as connection:
        said = last_messages(connection, conversation_id("rest", "default", sender))[0]
    assert sum(file.size for file in said.files) >= len(story.encode())


def test_more_than_two_megabytes_are_refused_unread(house: House) -> None:
    with house.program() as http:
        declared = http.post(WEBHOOK, content=b'{"sender": "lee", "message": "' + b"x" * 2_200_000)
        chunked = http.post(WEBHOOK, content=(b"x" * 65536 for _ in range(40)))
        assert (declared.status_code, chunked.status_code) == (413, 413)
        assert declared.json()["error"]["code"] == chunked.json()["error"]["code"] == "too_large"


def test_attachments_are_kept_and_a_program_named_jpg_is_refused_in_words(house: House, say: Say, sender: str) -> None:
    files = [{"name": "box.jpg", "data": base64_of(JPEG)}, {"name": "virus.jpg", "data": base64_of(PROGRAM)}]
    refusal, answer = say("look", attachments=files, language="zh").json()
    assert "virus.jpg" in refusal["text"]
    assert refusal["custom"] == CUSTOM
    assert answer["text"] == "1 look"
    assert answer["custom"]["asks"] == "story"
    with house.database.read() as connection:
        said = last_messages(connection, conversation_id("rest", "default", sender))[0]
    assert [(file.name, file.media_type) for file in said.files] == [("box.jpg", "image/jpeg")]


def test_a_message_of_nothing_but_refused_files_is_still_answered(say: Say) -> None:
    (refusal,) = say("", attachments=[{"name": "a.exe", "data": base64_of(PROGRAM)}]).json()
    assert "a.exe" in refusal["text"]
    assert say("hello").json()[0]["text"] == "1 hello"


def test_forty_attachments_all_reach_the_flow(house: House, say: Say, sender: str) -> None:
    files = [{"name": f"{n}.jpg", "data": base64_of(JPEG + bytes([n]))} for n in range(40)]
    assert say("look", attachments=files).status_code == 200
    with house.database.read() as connection:
        assert len(last_messages(connection, conversation_id("rest", "default", sender))[0].files) == 40


@pytest.mark.parametrize("data", ["%%%", 5, None])
def test_an_attachment_that_is_not_base64_loses_nothing_of_the_text(say: Say, data: object) -> None:
    refusal, answer = say("look", attachments=[{"name": "a.jpg", "data": data}]).json()
    assert "a.jpg" in refusal["text"]
    assert answer["text"] == "1 look"


def test_a_database_that_went_away_is_told_and_the_message_arrives_on_the_second_try(
    house: House, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = house.door.take

    async def away(_: object) -> None:
        raise Unavailable("the database is away")

    monkeypatch.setattr(house.door, "take", away)
    refused = say("hello", message_id="m-1")
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "1")
    assert refused.json()["error"]["code"] == "unavailable"
    monkeypatch.setattr(house.door, "take", take)
    assert say("hello", message_id="m-1").json()[0]["text"] == "1 hello"


def test_a_poisoned_turn_is_answered_with_an_apology(say: Say) -> None:
    (apology,) = say("poison").json()
    assert apology["text"]
    assert apology["custom"]["asks"] is None
    assert say("hello").json()[0]["text"].endswith("hello")


def test_a_sender_in_a_hurry_is_slowed_down_and_nobody_else_is(open_house: OpenHouse) -> None:
    house = open_house(limits=Limits(burst=5, rate=1))
    with house.program() as http:

        def say(sender: str) -> Any:
            return http.post(WEBHOOK, json={"sender": sender, "message": "hi"})

        answers = [say("hasty") for _ in range(7)]
        assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
        assert int(answers[-1].headers["Retry-After"]) >= 1
        assert say("calm").status_code == 200
        time.sleep(1.1)
        assert say("hasty").status_code == 200


@pytest.mark.parametrize("opened", [True, False])
def test_an_operator_can_switch_the_door_off(open_house: OpenHouse, opened: bool) -> None:
    with open_house(rest_open=opened).program() as http:
        answer = http.post(WEBHOOK, json={"sender": "lee", "message": "hi"})
    assert answer.status_code == (200 if opened else 403)
    assert opened or "AMENDS_REST" in answer.json()["error"]["message"]


def test_being_on_this_machine_opens_nothing(house: House) -> None:
    with house.client() as http:
        answer = http.post(WEBHOOK, json={"sender": "lee", "message": "hi"})
        assert http.get("/metrics").status_code == 401
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert "amends token create" in answer.json()["error"]["message"]


def test_each_program_has_customers_of_its_own(house: House) -> None:
    with house.program(name="shop") as shop, house.program(name="bank") as bank:
        for http, words in ((shop, "secret"), (bank, "hello")):
            (reply,) = http.post(WEBHOOK, json={"sender": "ann", "message": words}).json()
            assert (reply["recipient_id"], reply["text"]) == ("ann", f"1 {words}")


def test_a_token_named_default_goes_on_with_the_chats_from_before_there_were_tokens(house: House) -> None:
    from handlers.channels.base.http_events import event

    with house.database.read() as connection:
        assert event("rest", "ann", "1", Tapped(BUTTON), utc_now()).account == "default"
    with house.program(name="default") as http:
        http.post(WEBHOOK, json={"sender": "of-before", "message": "hi"})
    with house.database.read() as connection:
        assert last_messages(connection, conversation_id("rest", "default", "of-before"))


def test_the_channel_s_health_answers_as_rasa_s_does(house: House) -> None:
    with house.program() as http:
        assert http.get("/webhooks/rest/").json() == {"status": "ok"}


def watched(door: TurnProcessor, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The events that go through a door."""
    seen: list[Any] = []
    take = door.take

    async def noting(event: Any) -> Any:
        seen.append(event)
        return await take(event)

    monkeypatch.setattr(door, "take", noting)
    return seen


def test_a_stale_button_is_a_tap_like_any_other(house: House, say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = watched(house.door, monkeypatch)
    say("offer")
    say("never mind")
    say(BUTTON)
    assert seen[-1].body == Tapped(BUTTON)
