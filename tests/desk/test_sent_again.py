"""A form whose answer was lost is sent again: it is done once, and whoever sent it hears the truth."""

from __future__ import annotations

from storage.staff.accounts import find_login
from tests.desk.scenery import Browser, Office
from tests.desk.shop import act, heard, taken, told


def test_a_form_sent_again_is_told_that_it_was_done_even_by_somebody_who_may_not_any_more(
    place: Office, mei: Browser
) -> None:
    colleague = place.hire("wang")
    wang = place.at_work("wang")
    visitor, page = taken(place, mei)
    form, other = "a" * 32, "b" * 32
    assert act(mei, page, "reply", form, text="Good morning.").status_code == 303
    passing = {"to": f"staff:{colleague.id}", "note": ""}
    assert act(mei, page, "transfer", other, **passing).status_code == 303
    for what, name, fields in (("reply", form, {"text": "Good morning."}), ("transfer", other, passing)):
        again = act(mei, page, what, name, **fields)
        assert (again.status_code, told(mei, again)) == (303, "This was done when it was first sent.")
    assert act(mei, page, "reply", text="One more thing").status_code == 403
    assert act(wang, page, "reply", form, text="as Mei").status_code == 303, "a form's id is one's own"
    assert [words for by, words in heard(visitor) if by in ("Mei", "Wang")] == ["Good morning.", "as Mei"]


def test_a_chat_passed_to_whoever_has_it_says_nothing_to_the_customer(place: Office, mei: Browser) -> None:
    visitor, page = taken(place, mei)
    before = heard(visitor)
    assert act(mei, page, "transfer", to=f"staff:{place.rows(find_login, 'mei').id}", note="").status_code == 303
    assert heard(visitor) == before
