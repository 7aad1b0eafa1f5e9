"""The same done to several chats at once, by plain forms: to each that it may be done to, and told of the others."""

from __future__ import annotations

from collections.abc import Iterator
from gettext import NullTranslations

import httpx
import pytest

from complaints.case import Case
from dialogs.playbooks.playbook import Playbook
from handlers.desk.lists.bulk_actions import told
from storage.cases.cases import cases_in
from storage.conversations.threads import Thread, find_thread
from storage.staff.accounts import Role
from tests.desk.scenery import Browser, Office, office, said
from tests.desk.shop import act, filed, heard, id_of, shown, taken
from tests.desk.test_inbox import asks, together
from tests.edges.scenery import Visitor

OUTCOME = "The payment page was down on Friday. Your order has gone through now."
CAUSE = "an outage of the provider"


@pytest.fixture(scope="module")
def place(playbook: Playbook, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office(tmp_path_factory.mktemp("office"), playbook) as opened:
        opened.hire("mei", capacity=100)
        opened.hire("sam", Role.SUPERVISOR, capacity=100)
        opened.hire("lena", teams=("privacy",))
        opened.hire("cora", Role.SUPERVISOR, teams=("privacy",))
        yield opened


@pytest.fixture(scope="module")
def mei(place: Office) -> Browser:
    return place.at_work("mei")


def outage(browser: Browser, *chats: str, **more: str) -> httpx.Response:
    return together(browser, "resolve", *chats, **{"outcome": OUTCOME, "cause": CAUSE, **more})


def thread(place: Office, chat: str) -> Thread:
    found = place.rows(find_thread, chat)
    assert isinstance(found, Thread)
    return found


def case(place: Office, chat: str) -> Case:
    """The only case of a chat."""
    (one,) = place.rows(cases_in, chat)
    assert isinstance(one, Case)
    return one


def two(place: Office, mei: Browser) -> list[tuple[Visitor, str, str]]:
    """Two complaints on file, in chats that mei has: customer, conversation, reference."""
    found = [filed(place, mei) for _ in range(2)]
    return [(visitor, id_of(visitor), reference) for visitor, _page, reference in found]


def test_chats_are_put_aside_together_and_whoever_has_not_the_chat_is_told_which(place: Office, mei: Browser) -> None:
    visitor, _ = taken(place, mei)
    mine, (_, theirs, reference) = id_of(visitor), two(place, place.at_work("sam"))[0]
    answer = together(mei, "snooze", mine, theirs, until="tomorrow")
    assert said(answer) == f"Done for 1 chat. {reference}: This is not yours to do. Ask a supervisor."
    assert [thread(place, chat).state for chat in (mine, theirs)] == ["snoozed", "held"]


def test_several_complaints_become_more_pressing_together(place: Office, mei: Browser) -> None:
    chats = [chat for _, chat, _ in two(place, mei)]
    unfiled = asks(place)
    answer = together(mei, "priority", *chats, unfiled, priority="urgent")
    assert "Done for 2 chats." in said(answer)
    assert "There is no open complaint on file in this chat." in said(answer)
    assert [case(place, chat).priority for chat in chats] == ["urgent", "urgent"]
    assert "set the priority of" in shown(mei.get(f"/desk/chats/{chats[0]}"))


def test_the_kind_of_several_complaints_is_set_right_on_file_or_not(place: Office, mei: Browser) -> None:
    (_, chat, _), unfiled = two(place, mei)[0], asks(place)
    assert "Done for 2 chats." in said(together(mei, "category", chat, unfiled, category="payment"))
    assert case(place, chat).record.category == "payment"
    assert [thread(place, one).team for one in (chat, unfiled)] == ["payments", "payments"]


def test_an_outage_is_resolved_for_all_and_each_customer_is_told(place: Office, mei: Browser) -> None:
    found = two(place, mei)
    assert said(outage(mei, *(chat for _, chat, _ in found))) == "Done for 2 chats."
    for visitor, chat, reference in found:
        one = case(place, chat)
        assert (one.state, one.resolution and one.resolution.cause) == ("resolved", CAUSE)
        (said_of_it,) = (text for _, text in heard(visitor) if OUTCOME in text)
        assert reference in said_of_it
        assert CAUSE not in said_of_it


def test_the_same_form_sent_again_is_done_once_and_answered_alike(place: Office, mei: Browser) -> None:
    ((visitor, chat, _), (_, other, _)) = two(place, mei)
    for _again in range(2):
        assert said(outage(mei, chat)) == "Done for 1 chat."
    assert sum(OUTCOME in text for _, text in heard(visitor)) == 1
    assert said(outage(mei, chat, other)) == "Done for 2 chats."


def test_nothing_is_resolved_without_an_outcome_and_a_cause(place: Office, mei: Browser) -> None:
    ((_, chat, _), _) = two(place, mei)
    assert said(outage(mei, chat, cause=" ")) == "Say what was done and why it had happened."
    assert case(place, chat).state != "resolved"


def test_where_it_is_not_plain_what_the_outcome_is_about_nothing_is_resolved(place: Office, mei: Browser) -> None:
    """A chat with two open complaints, and one with none on file."""
    visitor, page, _ = filed(place, mei)
    act(mei, page, "hand-back")
    for words in ("A new complaint: my parcel AM2611180099 never came", "a person please"):
        visitor.say(words)
    act(mei, page, "claim")
    act(mei, page, "slot", slot="category", value="logistics")
    act(mei, page, "file")
    assert len(place.rows(cases_in, id_of(visitor))) == 2
    nothing, _ = taken(place, mei)
    answer = said(outage(mei, id_of(visitor), id_of(nothing)))
    assert "Done for 0 chats." in answer
    assert "There are several open complaints in this chat" in answer
    assert "There is no open complaint on file in this chat." in answer
    assert all(one.is_open for one in place.rows(cases_in, id_of(visitor)))


@pytest.mark.parametrize(
    ("do", "fields"),
    [
        ("snooze", {"until": "tomorrow"}),
        ("priority", {"priority": "urgent"}),
        ("category", {"category": "payment"}),
        ("resolve", {"outcome": OUTCOME, "cause": CAUSE}),
    ],
)
def test_nobody_does_to_many_what_they_may_not_do_to_one(
    place: Office, mei: Browser, do: str, fields: dict[str, str]
) -> None:
    ((_, chat, reference), _) = two(place, mei)
    before = thread(place, chat)
    for login in ("lena", "cora"):
        told_them = said(together(place.at_work(login), do, chat, **fields))
        assert "A chat is not there any more." in told_them, login
        assert reference not in told_them, "they may not see it, so nothing names it"
    assert thread(place, chat) == before
    assert "Done for 1 chat." in said(together(place.at_work("sam"), do, chat, **fields))


@pytest.mark.parametrize(
    ("do", "fields"),
    [("snooze", {"until": "never"}), ("priority", {"priority": "most"}), ("category", {}), ("assign", {"to": "x"})],
)
def test_a_choice_that_there_is_not_is_a_bad_request(
    place: Office, mei: Browser, do: str, fields: dict[str, str]
) -> None:
    form = {"do": do, "chat": asks(place), "act": "x", **fields}
    assert mei.post("/desk/inbox/together", form, "/desk/inbox").status_code == 400


@pytest.mark.parametrize("reasons", [1, 4, 100])
def test_who_is_left_out_is_named_as_far_as_there_is_room_and_counted_beyond(reasons: int) -> None:
    """What is said comes back in a cookie, and browsers take 4 KB, in which each byte takes a third more."""
    names = ["王" * 24] * (100 // reasons)
    said = list(told(NullTranslations(), {f"{n} 有这个对话" * 2: names for n in range(reasons)}))
    assert len(" ".join(said).encode()) < 2500
    assert said[0].startswith("王")
    listed = sum(one.count("王" * 24) for one in said)
    assert said[-1] == f"And {100 - listed} more."
