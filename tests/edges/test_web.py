"""The page's calls: a chat belongs to its token, and what is sent is answered with what was stored."""

from __future__ import annotations

import msgspec
import pytest

from handlers.channels.base.message_json import messages_json
from storage.db.errors import Unavailable
from tests.edges.scenery import BUTTON, House, Visitor

MESSAGE_FIELDS = {"seq", "author", "text", "buttons", "files", "asks", "case", "at"}


def test_a_message_is_answered_with_the_customer_s_own_and_the_bot_s(visitor: Visitor) -> None:
    own, answer = visitor.say("hello")
    assert (own["seq"], own["author"], own["text"]) == (1, "customer", "hello")
    assert (answer["seq"], answer["author"], answer["text"]) == (2, "bot", "1 hello")
    assert set(own) == MESSAGE_FIELDS
    assert answer["at"].endswith("Z")


def test_a_resent_message_gets_the_same_answer(visitor: Visitor) -> None:
    first = visitor.say("hello", id="m-1")
    assert visitor.say("hello", id="m-1") == first
    assert visitor.say("again")[-1]["text"] == "2 again"


def test_a_button_is_tapped_by_its_id(visitor: Visitor) -> None:
    shown = visitor.say("offer")[-1]["buttons"]
    assert shown == [{"id": BUTTON, "title": "好的"}]
    own, answer = visitor.post(button=BUTTON).json()["messages"]
    assert (own["text"], answer["text"]) == ("好的", f"2 tapped {BUTTON}")


def test_a_forged_button_does_nothing_but_is_answered(visitor: Visitor) -> None:
    assert visitor.post(button="<script>").json()["messages"][-1]["text"] == "1 tapped <script>"


def test_two_visitors_never_meet(house: House) -> None:
    ann, bob = house.visitor(), house.visitor()
    ann.say("my secret", id="same")
    assert bob.say("hello", id="same")[-1]["text"] == "1 hello"


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer short", "Basic " + "x" * 43, "Bearer " + "x" * 42 + "!"]
)
def test_without_a_token_nothing_is_told(house: House, header: str | None) -> None:
    with house.client(headers={} if header is None else {"Authorization": header}) as http:
        answers = [
            http.post("/chat/messages", json={"id": "1", "text": "hi"}),
            http.post("/chat/files", files={"file": ("a.txt", b"hi")}),
            http.get("/chat/files/" + "0" * 64),
            http.get("/chat/stream"),
        ]
    assert [answer.status_code for answer in answers] == [401] * 4
    assert all(answer.json()["error"]["code"] == "bad_token" for answer in answers)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b'"hi"', b"{}", b'{"id": ""}', b'{"id": "1"}', b'{"id": "1", "text": "  "}', b'{"id": {}}',
        b'{"id": "1", "text": 5}', b'{"id": "1", "text": "hi", "files": "x"}', b'{"id": "1", "files": ["unknown"]}',
    ],
)  # fmt: skip
def test_a_malformed_message_is_told_what_is_wrong(visitor: Visitor, body: bytes) -> None:
    answer = visitor.http.post("/chat/messages", content=body, headers=visitor.headers)
    assert answer.status_code == 400
    assert len(answer.json()["error"]["message"]) > 15
    assert visitor.say("still here")[-1]["text"] == "1 still here"


def test_away_is_503_and_the_same_message_arrives_later(
    house: House, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(_: object) -> None:
        raise Unavailable("the database is away")

    with monkeypatch.context() as patched:
        patched.setattr(house.door, "take", away)
        answer = visitor.post(text="hello", id="m-1")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert visitor.say("hello", id="m-1")[-1]["text"] == "1 hello"


@pytest.mark.parametrize(
    ("asked", "language"), [("zh", "zh"), ("zh-Hans-CN", "zh"), ("en-GB", "en"), ("zh-TW", "zh-Hant"), ("../..", "zh")]
)
def test_words_come_in_the_nearest_language(house: House, asked: str, language: str) -> None:
    with house.client() as http:
        words = http.get("/chat/words", params={"lang": asked}).json()
    assert (words["language"], words["dir"]) == (language, "ltr")
    assert {"zh", "zh-Hant", "en"} <= set(words["languages"])


def test_the_answer_says_in_which_language_the_chat_is_held() -> None:
    assert msgspec.json.decode(messages_json((), "zh-Hant")) == {"messages": [], "language": "zh-Hant"}


def test_words_follow_the_browser_when_none_are_asked_for(house: House) -> None:
    with house.client(headers={"Accept-Language": "en-US,en;q=0.9,zh;q=0.5"}) as http:
        assert http.get("/chat/words").json()["language"] == "en"


def test_the_front_door_leads_to_the_chat(house: House) -> None:
    with house.client() as http:
        answer = http.get("/")
        assert answer.status_code == 307
        assert http.get(answer.headers["location"]).headers["content-type"].startswith("text/html")


def test_every_file_that_the_page_names_is_served_for_good(house: House) -> None:
    with house.client() as http:
        page = http.get("/chat").text
        named = {part.split('"')[0] for part in page.split('="')[1:] if part.startswith("static/")}
        assert named
        for name in named:
            answer = http.get(f"/{name}")
            assert answer.status_code == 200, name
            assert "immutable" in answer.headers["cache-control"]


def test_a_file_is_small_on_the_wire_and_not_sent_twice(house: House) -> None:
    with house.client() as http:
        page = http.get("/chat", headers={"Accept-Encoding": "gzip"})
        assert page.headers["content-encoding"] == "gzip"
        again = http.get("/chat", headers={"If-None-Match": page.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "path", ["/static/../../pyproject.toml", "/static/%2e%2e/asgi.py", "/static/none.js", "/static/"]
)
def test_nothing_but_the_page_s_files_is_served(house: House, path: str) -> None:
    with house.client() as http:
        assert http.get(path).status_code == 404


def test_the_widget_s_loader_is_one_small_script(house: House) -> None:
    with house.client() as http:
        answer = http.get("/widget.js")
    assert answer.headers["content-type"].startswith(("text/javascript", "application/javascript"))
