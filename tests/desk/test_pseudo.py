"""In a language that marks every text it translates, whatever is not marked was forgotten."""

from __future__ import annotations

import re
from collections.abc import Set
from gettext import NullTranslations

import httpx
import pytest

from handlers.desk import pages
from storage.staff.accounts import Role, find_login
from tests.desk.conftest import OpenOffice
from tests.desk.scenery import Browser, Office

DATA = re.compile(
    r"<(bdi|time|code|kbd|style|script|title)\b.*?</\1>"
    r"|<option[^>]*>[A-Z][\w+-]*(?:/[\w/+-]+)?</option>"  # a time zone
    r'|<option value="([^"]*)"[^>]*>\2</option>',  # a name of the playbook's
    re.DOTALL,
)
NAMES = {"Amends", "中文", "English", "web", "mei", "Mei", "·", ":", f"python-httpx/{httpx.__version__}"}


class Pseudo(NullTranslations):
    """Every text in brackets that no page writes by itself."""

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"⟦{msgid1 if n == 1 else msgid2}⟧"


def unmarked(page: str, names: Set[str] = frozenset()) -> list[str]:
    """Texts of a page, between its tags, that nobody translated, but for the playbook's `names` of things."""
    shown = re.sub(r"⟦.*?⟧", "", DATA.sub("\x01", page), flags=re.DOTALL)
    texts = [text.strip(" \n,·") for text in re.split(r"<[^>]*>|\x01", shown, flags=re.DOTALL)]
    labels = re.findall(r'(?:aria-label|title|data-(?:light|dark|failed))="([^"]*)"', shown)
    return [text for text in (*texts, *labels) if re.search(r"[^\W\d]", text) and text not in NAMES | names]


@pytest.fixture
def place(open_office: OpenOffice, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setattr(pages, "read_words", lambda _folder: {"en": Pseudo()})
    opened = open_office(screens=pages.read_screens())
    opened.hire("ada", Role.ADMINISTRATOR)
    opened.hire("mei", Role.AGENT, teams=("web",))
    return opened


def answers(place: Office, ada: Browser, mei: Browser) -> list[httpx.Response]:
    key = place.rows(find_login, "mei").id
    account, stranger = "/desk/account", place.browser()
    return [
        stranger.get("/desk/sign-in"),
        stranger.sign_in("mei", "wrong wrong wrong"),
        stranger.post("/desk/sign-out"),
        *(ada.get(path) for path in ("/desk", "/desk/inbox", account, f"{account}/password", f"{account}/second-step")),
        *(ada.get(path) for path in ("/desk/staff", "/desk/staff/new", f"/desk/staff/{key}", "/desk/nowhere")),
        mei.get("/desk/staff"),
        mei.post(f"{account}/password", {"password": "x", "new": "y", "again": "z"}),
        mei.post(f"{account}/second-step", {"offer": "", "code": "1"}),
        mei.post("/desk/presence", {"presence": "dancing"}),
        mei.http.post("/desk/presence", data={"presence": "busy"}, headers={"Origin": "https://evil.example"}),
        mei.http.post("/desk/presence", headers={"Origin": place.house.address}),
        ada.post("/desk/staff", {"login": "two words", "name": "x", "role": "agent", "capacity": "1"}),
        ada.post("/desk/staff", {"login": "mei", "name": "x", "role": "agent", "capacity": "1"}),
        ada.post("/desk/staff", {"login": "lee", "name": "Mei", "role": "agent", "capacity": "1"}),
        ada.post(f"/desk/staff/{key}/password"),
    ]


def test_no_page_and_no_refusal_says_a_word_that_is_not_translated(place: Office) -> None:
    words = place.desk.playbook.words("en")
    names = {*words.below("category").values(), *words.below("team").values()}
    for answer in answers(place, place.at_work("ada"), place.at_work("mei")):
        if answer.status_code != 303:
            assert "⟦" in answer.text
            assert unmarked(answer.text, names) == [], f"{answer.request.method} {answer.request.url}"


def test_the_test_knows_a_forgotten_text_when_it_sees_one() -> None:
    assert unmarked('<p>⟦fine⟧ and <b title="tip">bold</b> <bdi>Mei</bdi></p>') == ["and", "bold", "tip"]
