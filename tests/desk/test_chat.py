"""What is done in a chat, and what is refused, by plain forms over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import pytest

from dialogs.playbooks.playbook import Playbook
from storage.cases.cases import ADD, find_case, row_of
from storage.conversations.notes import corrections_since, notes_of
from storage.db.timestamps import to_micros
from storage.staff.accounts import Role, find_login
from tests.desk.scenery import Browser, Office, office
from tests.desk.shop import BROKEN, act, filed, heard, id_of, shown, taken, told, waiting
from tests.edges.scenery import JPEG, PROGRAM

MANY = 1000


@pytest.fixture(scope="module")
def place(playbook: Playbook, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office(tmp_path_factory.mktemp("office"), playbook) as opened:
        for login, role in (("mei", Role.AGENT), ("wang", Role.AGENT), ("sam", Role.SUPERVISOR)):
            opened.hire(login, role, capacity=MANY)
        opened.hire("lena", teams=("logistics",), capacity=MANY)
        yield opened


@pytest.fixture(scope="module")
def mei(place: Office) -> Browser:
    return place.at_work("mei")


@pytest.fixture(scope="module")
def wang(place: Office) -> Browser:
    return place.at_work("wang")


@pytest.fixture(scope="module")
def sam(place: Office) -> Browser:
    return place.at_work("sam")


def name_id(place: Office, login: str) -> str:
    return str(place.rows(find_login, login).id)


def test_the_page_shows_the_story_the_record_and_who_has_the_chat(place: Office, mei: Browser) -> None:
    _, page = waiting(place)
    words = shown(mei.get(page))
    for part in ("The teapot I ordered", "Nobody has this chat yet.", "they want a person", "AM2611180042", "Refund"):
        assert part in words
    assert "Send to the customer" not in words


def test_a_chat_that_needs_nobody_has_no_page(place: Office, mei: Browser) -> None:
    visitor = place.house.visitor()
    visitor.say("hello")
    assert mei.get(f"/desk/chats/{id_of(visitor)}").status_code == 404


def test_a_claimed_chat_is_answered_by_name(place: Office, mei: Browser) -> None:
    customer, page = taken(place, mei)
    act(mei, page, "reply", text="Good morning, I am looking into it.")
    assert heard(customer)[-1] == ("Mei", "Good morning, I am looking into it.")
    words = shown(mei.get(page))
    assert "You have this chat." in words
    assert "Mei took the chat" in words


def test_who_comes_second_is_told_who_was_first(place: Office, mei: Browser, wang: Browser) -> None:
    _, page = taken(place, wang)
    assert told(mei, act(mei, page, "claim")) == "Wang has this chat already."


def test_only_the_holder_writes_to_the_customer(place: Office, mei: Browser, wang: Browser, sam: Browser) -> None:
    customer, page = taken(place, wang)
    for browser in (mei, sam):
        answer = act(browser, page, "reply", text="from me too")
        assert answer.status_code == 403
        assert "Wang has this chat." in shown(answer)
    assert ("from me too") not in [text for _, text in heard(customer)]


def test_a_form_that_is_sent_twice_is_done_once(place: Office, mei: Browser) -> None:
    customer, page = taken(place, mei)
    form = uuid4().hex
    for _ in range(3):
        act(mei, page, "reply", form, text="only once")
    assert [text for _, text in heard(customer)].count("only once") == 1


def test_a_form_without_an_id_of_its_own_is_refused(place: Office, mei: Browser) -> None:
    _, page = waiting(place)
    assert act(mei, page, "claim", "not-an-id").status_code == 400


def test_a_note_never_reaches_the_customer(place: Office, mei: Browser, wang: Browser) -> None:
    customer, page = taken(place, wang)
    act(mei, page, "note", text="They called twice already.")
    assert "They called twice already." in shown(wang.get(page))
    assert all("called twice" not in text for _, text in heard(customer))


def test_nothing_is_sent_while_a_placeholder_is_unfilled_and_the_words_are_kept(place: Office, mei: Browser) -> None:
    customer, page = taken(place, mei)
    assert told(mei, act(mei, page, "reply", text="Hello {name}, soon.")) == "Fill in {name} first."
    assert "Hello {name}, soon." in shown(mei.get(page))
    assert all("soon." not in text for _, text in heard(customer))


def test_an_empty_reply_is_not_sent(place: Office, mei: Browser) -> None:
    _, page = taken(place, mei)
    assert told(mei, act(mei, page, "reply", text="  ")) == "There is nothing to send yet."


def test_what_was_begun_is_there_on_another_screen_and_only_for_its_writer(
    place: Office, mei: Browser, wang: Browser
) -> None:
    _, page = taken(place, mei)
    mei.post(f"{page}/unsent", {"kind": "note", "text": "half a thou"}, page)
    assert "half a thou" in shown(place.at_work("mei").get(page))
    assert "half a thou" not in shown(wang.get(page))
    act(mei, page, "note", text="half a thought")
    assert "half a thou<" not in mei.get(page).text


def test_files_go_both_ways_and_are_only_ever_saved(place: Office, mei: Browser) -> None:
    customer, page = taken(place, mei)
    digest = customer.upload("photo.jpg", JPEG).json()["digest"]
    customer.say("here is a photo", files=[digest])
    got = mei.get(f"{page}/files/{digest}")
    assert got.content == JPEG
    assert got.headers["content-disposition"].startswith("attachment")
    data = {"act": uuid4().hex, "csrf": mei.token(page), "text": "and here is mine"}
    files = {"file": ("label.jpg", JPEG + b"1")}
    mei.http.post(f"{page}/reply", data=data, files=files, headers={"Origin": place.house.address})
    with customer.following() as stream:
        sent = next(
            e["data"] for e in stream if e.get("event") == "message" and e["data"]["text"] == "and here is mine"
        )
    assert sent["files"][0]["name"] == "label.jpg"
    assert customer.http.get(f"/chat/files/{sent['files'][0]['digest']}", headers=customer.headers).status_code == 200


def test_a_file_that_is_not_taken_stops_the_message(place: Office, mei: Browser) -> None:
    customer, page = taken(place, mei)
    data = {"act": uuid4().hex, "csrf": mei.token(page), "text": "with a program"}
    files = {"file": ("photo.jpg", PROGRAM)}
    answer = mei.http.post(f"{page}/reply", data=data, files=files, headers={"Origin": place.house.address})
    assert "photo.jpg" in told(mei, answer)
    assert "with a program" not in [text for _, text in heard(customer)]


def test_a_file_of_another_chat_is_not_given_out(place: Office, mei: Browser) -> None:
    customer, _ = waiting(place)
    digest = customer.upload("photo.jpg", JPEG + b"mine").json()["digest"]
    _, other = waiting(place)
    assert mei.get(f"{other}/files/{digest}").status_code == 404


def test_a_chat_is_passed_to_somebody_with_a_note(place: Office, mei: Browser, wang: Browser) -> None:
    customer, page = taken(place, mei)
    to = f"staff:{name_id(place, 'wang')}"
    assert told(mei, act(mei, page, "transfer", to=to, note="Speaks about customs.")) == "Passed to Wang."
    words = shown(wang.get(page))
    assert "You have this chat." in words
    assert "Speaks about customs." in words
    assert "passed the chat to Wang" in words
    assert "Wang" in heard(customer)[-1][1]


def test_a_chat_is_passed_to_a_team(place: Office, mei: Browser) -> None:
    _, page = taken(place, mei)
    assert told(mei, act(mei, page, "transfer", to="team:payments")) == "Passed to the team Payments."
    assert "Nobody has this chat yet." in shown(mei.get(page))


def test_a_team_that_there_is_not_is_refused(place: Office, mei: Browser) -> None:
    _, page = taken(place, mei)
    assert act(mei, page, "transfer", to="team:nowhere").status_code == 400


def test_a_chat_put_aside_comes_back_when_the_customer_writes(place: Office, mei: Browser) -> None:
    customer, page = taken(place, mei)
    act(mei, page, "snooze", until="tomorrow")
    assert "Put aside until" in shown(mei.get(page))
    customer.say("one more thing")
    assert "Put aside until" not in shown(mei.get(page))


@pytest.mark.parametrize("own", ["", "nonsense", "2020-01-01T09:00", "9999-12-31T23:59"])
def test_a_chat_is_not_put_aside_to_a_time_that_cannot_be(place: Office, mei: Browser, own: str) -> None:
    _, page = taken(place, mei)
    said = told(mei, act(mei, page, "snooze", until="own", own=own))
    assert said == "Choose a time within the next 60 days."


def test_after_a_hand_back_the_bot_goes_on(place: Office, mei: Browser) -> None:
    customer, page = taken(place, mei)
    assert customer.say("are you there?")[1:] == []
    assert told(mei, act(mei, page, "hand-back")) == "The bot has the chat again."
    assert any(message["author"] == "bot" for message in customer.say("What happens next?"))


def test_a_supervisor_pulls_a_chat_and_an_agent_does_not(
    place: Office, mei: Browser, wang: Browser, sam: Browser
) -> None:
    _, page = taken(place, wang)
    assert act(mei, page, "pull").status_code == 403
    assert "The chat is yours." in told(sam, act(sam, page, "pull"))
    assert "Sam has this chat." in shown(wang.get(page))


def test_a_supervisor_gives_a_chat_away_whoever_has_it(place: Office, wang: Browser, sam: Browser) -> None:
    _, page = waiting(place)
    assert told(sam, act(sam, page, "assign", to=f"staff:{name_id(place, 'mei')}")) == "Given to Mei."
    assert "Offered to Mei." in shown(sam.get(page))
    _, held = taken(place, wang)
    act(sam, held, "assign", to=f"staff:{name_id(place, 'mei')}")
    assert "Mei has this chat." in shown(sam.get(held))


def test_a_supervisor_gives_a_holders_chat_back_to_the_bot(place: Office, wang: Browser, sam: Browser) -> None:
    _, page = taken(place, wang)
    assert told(sam, act(sam, page, "hand-back")) == "The bot has the chat again."


def test_somebody_who_has_no_room_is_told_so(place: Office) -> None:
    place.hire("full", capacity=0)
    full = place.at_work("full")
    _, page = waiting(place)
    assert "no room" in told(full, act(full, page, "claim"))


def test_a_slot_set_right_is_kept_with_what_it_was(place: Office, mei: Browser) -> None:
    _, page = taken(place, mei)
    assert told(mei, act(mei, page, "slot", slot="order_number", value="AM2611180043")) == "Changed."
    words = shown(mei.get(page))
    assert "Order number: AM2611180042 → AM2611180043" in words
    assert "changed by Mei" in words


SLOTS = {
    "category": ({"value": "delivery"}, "Late, lost or bad delivery"),
    "story": ({"value": "It never came."}, "It never came."),
    "item": ({"value": "blue teapot"}, "blue teapot"),
    "order_number": ({"value": "am2611180099"}, "am2611180099"),
    "happened_at": ({"day": "2027-01-12", "clock": "15:00"}, "Tue 12 Jan, 15:00"),
    "place_or_page": ({"value": "the app"}, "the app"),
    "amount": ({"amount": "1,249.90", "currency": "gbp"}, "£1,249.90"),
    "wanted": ({"wanted": ["exchange", "apology"]}, "Exchange, An apology"),
    "customer_type": ({"value": "organisation"}, "An organisation"),
    "name": ({"value": "Lin Fang"}, "Lin Fang"),
    "contact": ({"email": "Fang@Example.ORG", "phone": "139 1234 5678"}, "Fang@example.org, +8613912345678"),
}


@pytest.mark.parametrize("slot", SLOTS)
def test_every_slot_can_be_set_right(place: Office, mei: Browser, slot: str) -> None:
    fields, becomes = SLOTS[slot]
    _, page = taken(place, mei)
    assert told(mei, act(mei, page, "slot", slot=slot, **fields)) == "Changed."
    assert becomes in shown(mei.get(page))


WRONG = [
    ("category", {"value": "nothing_of_ours"}), ("story", {"value": ""}), ("order_number", {"value": "42"}),
    ("happened_at", {"day": "2026-02-30"}), ("happened_at", {"clock": "15:00"}),
    ("happened_at", {"day": "2026-11-18", "until": "2026-11-17"}), ("amount", {"amount": "much"}),
    ("amount", {"amount": "NaN"}), ("amount", {"amount": "5", "currency": "E1"}), ("amount", {"amount": "-3"}),
    ("wanted", {"wanted": "the moon"}), ("contact", {"email": "nobody"}), ("contact", {"phone": "12"}),
    ("customer_type", {"value": "alien"}),
]  # fmt: skip


@pytest.mark.parametrize(("slot", "fields"), WRONG)
def test_a_value_that_cannot_be_changes_nothing(place: Office, mei: Browser, slot: str, fields: dict[str, str]) -> None:
    customer, page = taken(place, mei)
    assert told(mei, act(mei, page, "slot", slot=slot, **fields)) != "Changed."
    assert place.rows(notes_of, id_of(customer)) == []


def test_a_category_set_right_is_kept_to_learn_from(place: Office, mei: Browser) -> None:
    _, page = taken(place, mei)
    act(mei, page, "slot", slot="category", value="counterfeit")
    assert (BROKEN, "counterfeit") in [(c.text, c.now) for c in place.rows(corrections_since)]


def test_a_draft_is_put_on_file_and_the_customer_hears_its_reference(place: Office, mei: Browser) -> None:
    customer, page, reference = filed(place, mei)
    assert reference in heard(customer)[-1][1]
    assert "not confirmed" in shown(mei.get(page))


def test_a_priority_is_changed_with_its_reason_in_the_timeline(place: Office, mei: Browser) -> None:
    _, page, reference = filed(place, mei)
    act(mei, page, "priority", reference=reference, priority="urgent", why="a child was hurt")
    assert f"set the priority of {reference} from normal to urgent (a child was hurt)" in shown(mei.get(page))


def test_a_case_is_resolved_with_cause_and_remedy_and_the_customer_hears_only_the_outcome(
    place: Office, mei: Browser
) -> None:
    customer, page, reference = filed(place, mei)
    done = {"outcome": "A new teapot is on its way.", "cause": "packed badly", "remedy": "exchange"}
    assert told(mei, act(mei, page, "resolve", reference=reference, **done)).startswith("Resolved.")
    said = heard(customer)[-1][1]
    assert "A new teapot is on its way." in said
    assert "packed badly" not in said
    words = shown(mei.get(page))
    assert "packed badly" in words
    assert "The bot has this chat." in words
    assert (
        told(mei, act(mei, page, "reopen", reference=reference, why="came broken again")) == "The case is open again."
    )


def test_a_case_is_not_resolved_without_saying_what_was_done(place: Office, mei: Browser) -> None:
    _, page, reference = filed(place, mei)
    answer = act(mei, page, "resolve", reference=reference, outcome="", cause="packed badly")
    assert told(mei, answer) == "Say what was done and why it had happened."


def test_a_case_cannot_be_resolved_twice(place: Office, mei: Browser) -> None:
    _, page, reference = filed(place, mei)
    done = {"reference": reference, "outcome": "Done.", "cause": "courier"}
    act(mei, page, "resolve", **done)
    act(mei, page, "claim")
    assert told(mei, act(mei, page, "resolve", **done)) == "That cannot be done as things stand now."


def test_cases_are_linked_and_unknown_ones_are_not(place: Office, mei: Browser) -> None:
    _, there, other = filed(place, mei)
    _, page, reference = filed(place, mei)
    assert told(mei, act(mei, page, "link", reference=reference, other=other)) == "Linked."
    assert f"linked {reference} to {other}" in shown(mei.get(page))
    assert f"linked {other} to {reference}" in shown(mei.get(there)), "whoever opens the other one knows it, too"
    assert f'<a href="/desk/inbox?view=all&amp;query={reference}">' in mei.get(there).text
    said = told(mei, act(mei, page, "link", reference=reference, other="C-0001-000001"))
    assert said == "There is no other case with this reference."


def test_two_cases_of_a_chat_become_one(place: Office, mei: Browser) -> None:
    customer, page, first = filed(place, mei)
    second = "C-2611-900001"
    case = place.rows(find_case, first).case
    with place.database.write() as conn:
        conn.execute(ADD, row_of(id_of(customer), replace(case, reference=second), to_micros(case.opened_at)))
    assert second in shown(mei.get(page))
    assert told(mei, act(mei, page, "merge", reference=second, into=first)).startswith("Merged.")
    assert f"merged {second} into {first}" in shown(mei.get(page))
    assert told(mei, act(mei, page, "merge", reference=first, into=first)) == "There is no such case in this chat."


def test_tags_are_set_all_at_once(place: Office, mei: Browser) -> None:
    _, page = taken(place, mei)
    act(mei, page, "tags", tags="courier, 退款，courier,, second  time ")
    words = shown(mei.get(page))
    assert "set the tags: courier,退款,second time" in words


def test_a_colleague_of_another_team_does_not_see_the_chat(place: Office, mei: Browser) -> None:
    _, page, _ = filed(place, mei)
    lena = place.at_work("lena")
    for path in (page, f"{page}/side", f"{page}/events", f"{page}/files/{'0' * 64}"):
        assert lena.begin(path).status_code == 403, path
    for what in ("claim", "note", "reply", "slot", "file", "tags", "priority", "reopen", "link", "merge", "unsent"):
        assert act(lena, page, what, text="x", kind="note").status_code == 403, what


def test_the_page_speaks_chinese(place: Office, mei: Browser) -> None:
    _, page = waiting(place)
    words = shown(mei.get(page, **{"Accept-Language": "zh-CN"}))
    assert "还没有人接这个对话" in words
