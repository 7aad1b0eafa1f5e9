"""Every route of the desk × every role: whoever may not, cannot; and nobody is made to do what they did not choose.

A new route needs a line in `TABLE`: the least role that it opens for, or why it is open.
"""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from fastapi.routing import APIRoute, APIRouter

from dialogs.playbooks.playbook import Playbook
from handlers.desk.routing import Guarded
from storage.staff.accounts import Role
from tests.desk.scenery import Browser, Office, office

ANYBODY = None
AGENT, SUPERVISOR, ADMINISTRATOR = Role.AGENT, Role.SUPERVISOR, Role.ADMINISTRATOR
TABLE: dict[tuple[str, str], Role | None] = {
    ("GET", "/desk"): AGENT,
    ("GET", "/desk/sign-in"): ANYBODY,
    ("POST", "/desk/sign-in"): ANYBODY,
    ("GET", "/desk/sign-in/code"): ANYBODY,
    ("POST", "/desk/sign-in/code"): ANYBODY,
    ("POST", "/desk/sign-out"): AGENT,
    ("POST", "/desk/language"): ANYBODY,
    ("POST", "/desk/presence"): AGENT,
    ("GET", "/desk/chats/{id}/why/{seq}"): AGENT,
    ("GET", "/desk/inbox"): AGENT,
    ("GET", "/desk/security"): ADMINISTRATOR,
    ("GET", "/desk/security.csv"): ADMINISTRATOR,
    ("GET", "/desk/inbox/stream"): AGENT,
    ("POST", "/desk/inbox/together"): AGENT,
    ("GET", "/desk/led"): SUPERVISOR,
    ("GET", "/desk/incidents/{id}"): SUPERVISOR,
    ("POST", "/desk/incidents/{id}/confirm"): SUPERVISOR,
    ("POST", "/desk/incidents/{id}/tell"): SUPERVISOR,
    ("POST", "/desk/incidents/{id}/solve"): SUPERVISOR,
    ("POST", "/desk/incidents/{id}/member"): SUPERVISOR,
    ("GET", "/desk/led/events"): SUPERVISOR,
    ("POST", "/desk/inbox/views"): AGENT,
    ("POST", "/desk/inbox/views/drop"): AGENT,
    ("GET", "/desk/chats/{id}"): AGENT,
    ("GET", "/desk/chats/{id}/side"): AGENT,
    ("GET", "/desk/chats/{id}/events"): AGENT,
    ("GET", "/desk/chats/{id}/files/{digest}"): AGENT,
    ("POST", "/desk/chats/{id}/reply"): AGENT,
    ("POST", "/desk/chats/{id}/note"): AGENT,
    ("POST", "/desk/chats/{id}/unsent"): AGENT,
    ("POST", "/desk/chats/{id}/writing"): AGENT,
    ("POST", "/desk/chats/{id}/claim"): AGENT,
    ("POST", "/desk/chats/{id}/pull"): SUPERVISOR,
    ("POST", "/desk/chats/{id}/spam"): AGENT,
    ("POST", "/desk/chats/{id}/block"): AGENT,
    ("POST", "/desk/chats/{id}/unbar"): SUPERVISOR,
    ("POST", "/desk/chats/{id}/let-through"): SUPERVISOR,
    ("POST", "/desk/chats/{id}/assign"): SUPERVISOR,
    ("POST", "/desk/chats/{id}/transfer"): AGENT,
    ("POST", "/desk/chats/{id}/snooze"): AGENT,
    ("POST", "/desk/chats/{id}/hand-back"): AGENT,
    ("POST", "/desk/chats/{id}/slot"): AGENT,
    ("POST", "/desk/chats/{id}/danger"): AGENT,
    ("POST", "/desk/chats/{id}/false-alarm"): AGENT,
    ("POST", "/desk/chats/{id}/file"): AGENT,
    ("POST", "/desk/chats/{id}/priority"): AGENT,
    ("POST", "/desk/chats/{id}/progress"): AGENT,
    ("POST", "/desk/chats/{id}/tags"): AGENT,
    ("POST", "/desk/chats/{id}/resolve"): AGENT,
    ("POST", "/desk/chats/{id}/offer"): AGENT,
    ("POST", "/desk/chats/{id}/offer/answer"): AGENT,
    ("POST", "/desk/chats/{id}/offer/approve"): SUPERVISOR,
    ("POST", "/desk/chats/{id}/offer/done"): AGENT,
    ("POST", "/desk/chats/{id}/offer/withdraw"): AGENT,
    ("POST", "/desk/chats/{id}/reopen"): AGENT,
    ("POST", "/desk/chats/{id}/link"): AGENT,
    ("POST", "/desk/chats/{id}/merge"): AGENT,
    ("POST", "/desk/tidings/seen"): AGENT,
    ("GET", "/desk/account"): AGENT,
    ("POST", "/desk/account"): AGENT,
    ("GET", "/desk/account/password"): AGENT,
    ("POST", "/desk/account/password"): AGENT,
    ("POST", "/desk/account/sessions/end"): AGENT,
    ("POST", "/desk/account/sessions/end-others"): AGENT,
    ("GET", "/desk/account/second-step"): AGENT,
    ("POST", "/desk/account/second-step"): AGENT,
    ("POST", "/desk/account/second-step/off"): AGENT,
    ("POST", "/desk/account/second-step/codes"): AGENT,
    ("GET", "/desk/account/passkeys"): AGENT,
    ("POST", "/desk/account/passkeys"): AGENT,
    ("POST", "/desk/account/passkeys/new"): AGENT,
    ("POST", "/desk/account/passkeys/remove"): AGENT,
    ("GET", "/desk/sign-in/issuer"): ANYBODY,
    ("GET", "/desk/sign-in/issuer/back"): ANYBODY,
    ("GET", "/desk/account/issuer/prove"): AGENT,
    ("GET", "/desk/account/issuer/join"): AGENT,
    ("POST", "/desk/account/issuer/join"): AGENT,
    ("POST", "/desk/account/issuer/leave"): AGENT,
    ("POST", "/desk/account/telegram"): AGENT,
    ("POST", "/desk/account/telegram/leave"): AGENT,
    ("GET", "/desk/privacy"): SUPERVISOR,
    ("POST", "/desk/privacy/{reference}"): SUPERVISOR,
    ("GET", "/desk/figures"): SUPERVISOR,
    ("GET", "/desk/figures/cases"): SUPERVISOR,
    ("GET", "/desk/figures/follow-up.csv"): SUPERVISOR,
    ("GET", "/desk/figures/promises.csv"): SUPERVISOR,
    ("GET", "/desk/figures/cases.csv"): SUPERVISOR,
    ("GET", "/desk/board"): SUPERVISOR,
    ("GET", "/desk/board/cases"): SUPERVISOR,
    ("GET", "/desk/board.csv"): SUPERVISOR,
    ("GET", "/desk/staff"): ADMINISTRATOR,
    ("POST", "/desk/staff"): ADMINISTRATOR,
    ("GET", "/desk/staff/new"): ADMINISTRATOR,
    ("GET", "/desk/staff/{id}"): ADMINISTRATOR,
    ("POST", "/desk/staff/{id}"): ADMINISTRATOR,
    ("POST", "/desk/staff/{id}/disable"): ADMINISTRATOR,
    ("POST", "/desk/staff/{id}/enable"): ADMINISTRATOR,
    ("POST", "/desk/staff/{id}/sign-out"): ADMINISTRATOR,
    ("POST", "/desk/staff/{id}/password"): ADMINISTRATOR,
    ("POST", "/desk/staff/{id}/second-step/off"): ADMINISTRATOR,
    ("GET", "/desk/{path:path}"): ANYBODY,
}
STALE = {"/desk/account", "/desk/presence", "/desk/language", "/desk/sign-out"}
"""What changes nothing by which somebody gets in or what they may, below an account's address too."""
FILES = ("GET", "/desk/static/{path:path}")
"""Scripts and styles are the same for everybody, and no secret."""
UNSETTLED = {"/desk/account/password", "/desk/sign-out"}
"""What is open for somebody who must choose a password of their own first."""
CHANGING = sorted(path for method, path in TABLE if method == "POST")
GUARDED = sorted((method, path) for (method, path), role in TABLE.items() if role is not ANYBODY)


@pytest.fixture(scope="module")
def place(playbook: Playbook, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office(tmp_path_factory.mktemp("office"), playbook) as opened:
        for role in Role:
            opened.hire(role.value, role)
        opened.hire("fresh", Role.ADMINISTRATOR, must_change=True)
        opened.hire("target")
        yield opened


@pytest.fixture(scope="module")
def browsers(place: Office) -> dict[str, Browser]:
    """One browser for each role, signed in once."""
    return {login: place.at_work(login) for login in (*Role, "fresh")}


def routes(place: Office) -> dict[tuple[str, str], APIRoute]:
    """The application's real routes below `/desk`."""
    found = {route.path: route for route in walked(place.house.app.router)}
    assert "/chat" in found, "the walk goes through the whole application"
    return {
        (method, path): route
        for route in walked(place.house.app.router)
        if (path := route.path).startswith("/desk")
        for method in route.methods
    }


def walked(router: APIRouter) -> Iterator[APIRoute]:
    """The routes of a router and of those that it includes."""
    for route in router.routes:
        if isinstance(route, APIRoute):
            yield route
        elif isinstance(inner := getattr(route, "original_router", None), APIRouter):
            yield from walked(inner)


def address(place: Office, path: str) -> str:
    """A route's pattern as an address that is there."""
    from storage.staff.accounts import find_login

    # A chat that is not there is refused to nobody; who may do what to one that is has a table of its own.
    path = path.replace("{digest}", "0" * 64).replace("/desk/chats/{id}", f"/desk/chats/{'0' * 32}")
    return path.replace("{id}", place.rows(find_login, "target").id).replace("{path:path}", "nothing-here")


def ask(place: Office, browser: Browser, method: str, path: str, **form: str) -> httpx.Response:
    where = address(place, path)
    return browser.begin(where) if method == "GET" else browser.post(where, form, page="/desk/account/password")


def test_every_route_stands_in_the_table_and_the_table_knows_no_other(place: Office) -> None:
    assert set(routes(place)) == {*TABLE, FILES}


def test_every_route_declares_what_the_table_says(place: Office) -> None:
    for key, route in routes(place).items():
        if key != FILES:
            guarded = getattr(route.endpoint, "__self__", None)
            assert isinstance(guarded, Guarded), f"{key} is not guarded"
            assert guarded.permission.role is TABLE[key], key


def test_whatever_touches_an_account_asks_who_acts_anew(place: Office) -> None:
    for (method, path), route in routes(place).items():
        guarded = getattr(route.endpoint, "__self__", None)
        touches = method == "POST" and path.startswith(("/desk/account", "/desk/staff")) and path not in STALE
        assert not isinstance(guarded, Guarded) or guarded.permission.fresh == touches, path


@pytest.mark.parametrize(("method", "path"), GUARDED)
def test_nobody_gets_in_without_signing_in(place: Office, method: str, path: str) -> None:
    stranger = place.browser()
    where = address(place, path)
    answer = stranger.get(where) if method == "GET" else stranger.post(where)
    if method == "GET":
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/desk/sign-in")
    else:
        assert answer.status_code == 401


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(("method", "path"), sorted(TABLE))
def test_a_role_gets_what_the_table_gives_it_and_nothing_else(
    place: Office, browsers: dict[str, Browser], method: str, path: str, role: Role
) -> None:
    browser = browsers[role] if path != "/desk/sign-out" else place.at_work(role)
    least = TABLE[method, path]
    answer = ask(place, browser, method, path)
    if least is not None and role.rank < least.rank:
        assert answer.status_code == 403
    else:
        assert answer.status_code not in (401, 403)
        assert answer.status_code < 500


@pytest.mark.parametrize(("method", "path"), GUARDED)
def test_whoever_was_given_a_password_first_chooses_their_own(
    place: Office, browsers: dict[str, Browser], method: str, path: str
) -> None:
    if path in UNSETTLED:
        return
    answer = ask(place, browsers["fresh"], method, path)
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/account/password")


@pytest.mark.parametrize("path", CHANGING)
def test_nothing_changes_without_the_token_of_this_very_session(
    place: Office, browsers: dict[str, Browser], path: str
) -> None:
    ada, where = browsers[Role.ADMINISTRATOR], address(place, path)
    home = {"Origin": place.house.address}
    for form in ({}, {"csrf": ""}, {"csrf": "0" * 64}, {"csrf": browsers[Role.AGENT].token("/desk")}):
        assert ada.http.post(where, data=form, headers=home).status_code == 400, form
    assert ada.http.post(where, headers={**home, "X-CSRF-Token": "0" * 64}).status_code == 400
    assert ada.http.post(where, json={"csrf": ada.token("/desk")}, headers=home).status_code == 400


@pytest.mark.parametrize("path", CHANGING)
def test_nothing_changes_when_another_site_asks_even_with_a_token(
    place: Office, browsers: dict[str, Browser], path: str
) -> None:
    ada, where = browsers[Role.ADMINISTRATOR], address(place, path)
    token = {"csrf": ada.token("/desk")}
    for headers in (
        {"Origin": "https://evil.example"}, {"Origin": "null"}, {}, {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": place.house.address},
        {"Origin": place.house.address + ".evil.example"},
    ):  # fmt: skip
        assert ada.http.post(where, data=token, headers=headers).status_code == 403, headers


def test_every_page_forbids_framing_and_keeping_and_scripts_of_others(
    place: Office, browsers: dict[str, Browser]
) -> None:
    for method, path in TABLE:
        if method == "GET":
            answer = ask(place, browsers[Role.ADMINISTRATOR], method, path)
            policy = answer.headers["content-security-policy"]
            assert "frame-ancestors 'none'" in policy
            assert "unsafe" not in policy
            assert answer.headers["cache-control"] == "no-store"
            if answer.is_stream_consumed:
                assert " style=" not in answer.text, path
                assert " onclick=" not in answer.text, path


def test_a_page_that_is_not_there_says_so_in_the_desks_own_words(browsers: dict[str, Browser]) -> None:
    answer = browsers[Role.AGENT].get("/desk/no/such/page")
    assert answer.status_code == 404
    assert "nothing at this address" in answer.text


def test_htmx_is_told_in_plain_words_and_led_to_the_sign_in_page(place: Office, browsers: dict[str, Browser]) -> None:
    htmx = {"HX-Request": "true", "HX-Current-URL": f"{place.house.address}/desk/account"}
    signed_out = place.browser().get("/desk/staff", **htmx)
    assert signed_out.status_code == 401
    assert signed_out.headers["hx-redirect"] == "/desk/sign-in?next=/desk/account"
    forbidden = browsers[Role.AGENT].get("/desk/staff", **htmx)
    assert forbidden.headers["content-type"].startswith("text/plain")
    assert "<" not in forbidden.text
