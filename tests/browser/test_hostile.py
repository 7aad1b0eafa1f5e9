"""Two hundred hostile texts wherever a customer or a colleague can put one: not one is executed, fetched or let in.

They stand as words, notes, names, tags, views, references, facts of the record and names of files; in lists, in the
timeline (as a page and as it comes by the stream), among the staff, in toasts and notifications, on both sides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Error, Page, Request, expect
from sqlalchemy import insert, update

from dialogs.playbooks.loading import load_playbook
from storage.staff.accounts import Role, find_login
from storage.tables.core import saved_views, staff, threads
from tests.browser.conftest import NewContext, bubbles, opened, photo
from tests.browser.hostile import HIT, PAYLOADS
from tests.desk.scenery import PASSWORD, Office, office
from tests.desk.shop import act, filed, id_of
from tests.edges.scenery import Visitor
from tests.inbox.crowd import rows

CLEAN = tuple(dict.fromkeys(text.replace("\0", "") for text in PAYLOADS))
LONGEST_NAME = 80
FACTS = ("item", "name", "place_or_page", "story", "order_number")
CANARY = """
addEventListener('securitypolicyviolation', (e) => {
  (window.__broken ??= []).push(e.violatedDirective + e.blockedURI); });
window.Notification = class { static permission = 'granted';
  constructor(title, { body }) { (window.__notes ??= []).push(body); } };
"""
HIDDEN = "Object.defineProperty(document, 'visibilityState', { get: () => 'hidden' });"
INTRUDERS = """[...document.querySelectorAll('*')].filter((e) =>
  [...e.attributes].some((a) => /^(on|hx-on|data-hx-on)/i.test(a.name)
    || (/href|src|action|data$/i.test(a.name) && /^[^\\w]*(java|vb)\\s*script:/i.test(a.value)))
  || e.matches('iframe, object, embed, base, math, marquee, frameset, xss, x, image, meta[http-equiv], isindex, keygen')
  || e.matches('script:not([src^="/desk/static/"], [src^="/static/"], [src^="static/"])')
  || (e.matches('#log *, .threads *, table *, .beside *')
    && e.matches('script, style, link, svg, audio, video, template'))
).map((e) => e.outerHTML.slice(0, 120))"""
OURS = re.compile(r"/(desk/static|static)/|/favicon|/desk/chats/\w{32}/files/\w{64}$|/chat/files/\w{64}$")
SEEN = frozenset({"document", "fetch", "xhr", "eventsource"})
"""What pages may ask for at any address of ours; the rest (pictures, scripts, styles) only where `OURS` says."""


@dataclass
class Watch:
    """Browsers that tell of whatever was executed or fetched in them."""

    new_context: NewContext
    harm: list[str] = field(default_factory=list)

    def context(self, *scripts: str) -> BrowserContext:
        context = self.new_context()
        for script in (CANARY, *scripts):
            context.add_init_script(script)
        context.on("dialog", lambda dialog: (self.harm.append(dialog.message), dialog.dismiss()))
        context.on("request", self._asked)
        context.route("**/*a.example/**", lambda route: route.abort())
        return context

    def _asked(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("blob", "data"):
            return
        if parts.hostname != "127.0.0.1" or "sign-out" in parts.path:
            self.harm.append(request.url)
        elif request.resource_type not in SEEN and not OURS.search(parts.path):
            self.harm.append(f"{request.resource_type} {request.url}")

    def finds_nothing_on(self, page: Page, *about: object) -> None:
        assert page.evaluate("window.__hit") is None, about
        assert page.evaluate("window.__broken ?? []") == [], about
        assert page.evaluate(INTRUDERS) == [], about
        assert self.harm == [], about


@pytest.fixture
def watch(new_context: NewContext) -> Watch:
    return Watch(new_context)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office(tmp_path_factory.mktemp("office"), load_playbook("shop")) as made:
        for login, role in (("mei", Role.AGENT), ("evil", Role.AGENT), ("ada", Role.ADMINISTRATOR)):
            made.hire(login, role, capacity=1000)
        with made.database.write() as conn:
            evil = find_login(conn, "evil")
            assert evil
            conn.execute(
                update(staff).where(staff.c.id == evil.id).values(name=f"<img src=x onerror={HIT}>\u202e{{{{7*7}}}}")
            )
        _crowd(made)
        yield made


def _crowd(place: Office) -> None:
    """As many colleagues, chats and views as there are texts, each named by one."""
    with place.database.write() as conn:
        mei = find_login(conn, "mei")
        assert mei
        known = conn.execute(staff.select().where(staff.c.id == mei.id)).mappings().one()
        named = [
            {**known, "id": f"{n:032x}", "login": f"p{n}", "name": text[:LONGEST_NAME]} for n, text in enumerate(CLEAN)
        ]
        conn.execute(insert(staff), named)
        made = list(rows(len(CLEAN), live=1.1))
        for n, (row, text) in enumerate(zip(made, CLEAN, strict=True)):
            names = {"customer": text, "summary": text, "tags": text.replace(",", " "), "reference": text[:40]}
            row |= {**names, "agent": f"{n:032x}", "controller": "agent", "state": "held", "spoke_at": 1}
        conn.execute(insert(threads), made)
        views = [{"staff_id": mei.id, "name": text, "query": f"view=all&query={text}", "at": 0} for text in CLEAN]
        conn.execute(insert(saved_views), views)


def at_desk(place: Office, context: BrowserContext, login: str, path: str) -> Page:
    page = context.new_page()
    page.goto(place.house.address + path)
    page.locator("[name=login]").fill(login)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button").click()
    expect(page.locator("details.me")).to_be_visible()
    return page


def at_once(do: Callable[[Any], object], items: Iterable[Any]) -> None:
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(do, items))


def texts(page: Page, kind: str) -> set[str]:
    return {" ".join(each.split()) for each in page.locator(f"#log .entry.{kind} .text").all_text_contents()}


def spelled(text: str) -> str:
    """A text as a page shows it: blanks are one blank, and what is no character is left out."""
    return " ".join(text.split())


SHOWN = {spelled(text) for text in CLEAN}


def test_the_texts_are_two_hundred() -> None:
    assert len(CLEAN) >= 200


def test_no_list_of_chats_views_or_colleagues_runs_what_stands_in_it(place: Office, watch: Watch) -> None:
    mei = at_desk(place, watch.context(), "mei", "/desk/inbox?view=all&sort=newest")
    shown: set[str] = set()
    while True:
        mei.wait_for_timeout(100)
        watch.finds_nothing_on(mei, mei.url)
        shown |= {spelled(each) for each in mei.locator(".who bdi").all_text_contents()}
        following = mei.locator("a[rel=next]")
        if not following.count():
            break
        mei.goto(place.house.address + str(following.get_attribute("href")))
    assert not SHOWN - shown
    mei.goto(
        f"{place.house.address}/desk/inbox?view=all&query=<img+src=x+onerror={HIT}>&tag='\"><script>{HIT}</script>"
    )
    watch.finds_nothing_on(mei, "the address")
    ada = at_desk(place, watch.context(), "ada", "/desk/staff")
    names = {spelled(each) for each in ada.locator("table bdi").all_text_contents()}
    assert not {text for text in SHOWN if len(text) < LONGEST_NAME} - names
    watch.finds_nothing_on(ada, "the staff")
    for n in range(0, len(CLEAN), 25):
        ada.goto(f"{place.house.address}/desk/staff/{n:032x}")
        watch.finds_nothing_on(ada, ada.url)
    evil = at_desk(place, watch.context(), "evil", "/desk/account")
    watch.finds_nothing_on(evil, "the account")


def test_no_toast_and_no_notification_runs_what_stands_in_it(place: Office, watch: Watch) -> None:
    mei = at_desk(place, watch.context(HIDDEN), "mei", "/desk")
    mei.wait_for_timeout(1500)
    _change(place, agent=place.rows(find_login, "mei").id, state="held")
    mei.wait_for_timeout(2500)
    _change(place, speaker="customer", spoke_at=int(place.clock().timestamp() * 1_000_000))
    for _ in range(100):
        mei.wait_for_timeout(200)
        if mei.evaluate("(window.__notes ?? []).length") >= len(CLEAN):
            break
    told = [spelled(note) for note in mei.evaluate("window.__notes")]
    assert all(any(text in note for note in told) for text in SHOWN)
    assert mei.title().startswith("(")
    watch.finds_nothing_on(mei, "toasts")


def _change(place: Office, **now: Any) -> None:
    """All the hostile chats at once, as turns would leave their rows."""
    ours = threads.c.conversation_id.in_([row["conversation_id"] for row in rows(len(CLEAN))])
    with place.database.write() as conn:
        now["changed_at"] = int(place.clock().timestamp() * 1_000_000)
        conn.execute(update(threads).where(ours).values(**now))


def test_no_timeline_and_no_customers_page_runs_what_was_said_named_or_noted(place: Office, watch: Watch) -> None:
    evil = place.at_work("evil")
    visitor, path, reference = filed(place, evil)
    mei = at_desk(place, watch.context(), "mei", path)
    _fill(visitor, evil, path, reference)
    mei.wait_for_timeout(1500)
    watch.finds_nothing_on(mei, "as it came")
    mei.goto(f"{place.house.address}{path}?all=1")
    mei.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    mei.wait_for_timeout(1000)
    watch.finds_nothing_on(mei, "all of it")
    assert not SHOWN - texts(mei, "customer")
    # What looks like an unfilled blank of a canned reply is not sent.
    assert {each[:6] for each in SHOWN - texts(mei, "agent")} <= {"{name}"}
    assert not SHOWN - texts(mei, "note")
    customer = watch.context(
        f"if (location.protocol === 'http:') localStorage.setItem('amends:token', {visitor.token!r})"
    )
    page = opened(customer, place.house.address)
    expect(bubbles(page, "agent").last).to_be_visible()
    page.wait_for_timeout(1000)
    watch.finds_nothing_on(page, "the customer's page")


def _fill(visitor: Visitor, evil: Any, path: str, reference: str) -> None:
    at_once(lambda text: visitor.say(text), CLEAN)
    evil.token(path)
    at_once(lambda text: act(evil, path, "reply", text=text), CLEAN)
    at_once(lambda text: act(evil, path, "note", text=text), CLEAN)
    for n, text in enumerate(CLEAN[::6]):
        act(evil, path, "slot", slot=FACTS[n % len(FACTS)], value=text, reference=reference)
    act(evil, path, "tags", tags=",".join(text.replace(",", " ") for text in CLEAN[:20]))
    act(evil, path, "priority", reference=reference, priority="high", why=CLEAN[5][:80])
    kept = []

    def upload(n: int) -> None:
        answer = visitor.upload(CLEAN[n], photo() + n.to_bytes(2, "big"))
        kept.extend([answer.json()["digest"]] if answer.status_code == 200 else [])

    at_once(upload, range(len(CLEAN)))
    for begin in range(0, len(kept), 50):
        visitor.say("files", files=kept[begin : begin + 50])
    assert len(kept) > len(CLEAN) * 0.9
    act(evil, path, "resolve", reference=reference, outcome=CLEAN[0], cause=CLEAN[4], remedy="")


PADDING = b"Dear Sir or Madam. " * 200
SCRIPT = f"<script>{HIT}</script>".encode()
CONTENTS = {
    "page.html": b"<!doctype html>" + SCRIPT,
    "page.txt": PADDING + b"<html>" + SCRIPT,
    "late.html": PADDING + b"<html>" + SCRIPT,
    "picture.svg": b"<svg xmlns='http://www.w3.org/2000/svg'>" + SCRIPT + b"</svg>",
    "late.svg": b"<!--" + PADDING + b"--><svg xmlns='http://www.w3.org/2000/svg'>" + SCRIPT + b"</svg>",
    "picture.gif": b"GIF89a/*" + PADDING + b"*/=1;" + HIT.encode() + b"//<html>" + SCRIPT,
    "picture.png": photo() + SCRIPT,
    "picture.jpg": b"\xff\xd8\xff\xe0\x00\x10JFIF" + PADDING + SCRIPT,
    "sheet.csv": b"=cmd|' /C calc'!A0\n" + PADDING + SCRIPT,
    "paper.pdf": b"%PDF-1.4\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj" + SCRIPT,
    "rich.rtf": b"{\\rtf1 " + SCRIPT + b"}",
    "feed.xml": PADDING + b"<?xml version='1.0'?><x:script xmlns:x='http://www.w3.org/1999/xhtml'>" + HIT.encode(),
    "cache.manifest": PADDING + b"CACHE MANIFEST",
    "worker.js": PADDING + HIT.encode(),
    "mail.eml": PADDING + b"Content-Type: text/html\r\n\r\n" + SCRIPT,
    "film.webm": b"\x1aE\xdf\xa3" + PADDING + SCRIPT,
}


def test_no_file_that_is_fetched_is_run_whatever_it_holds_and_is_called(place: Office, watch: Watch) -> None:
    evil = place.at_work("evil")
    visitor, path, _ = filed(place, evil)
    answers = [visitor.upload(name, content) for name, content in CONTENTS.items()]
    kept = [answer.json()["digest"] for answer in answers if answer.status_code == 200]
    assert len(kept) >= 6, "some are taken, for they look like what we take"
    visitor.say("files", files=kept)
    mei = at_desk(place, watch.context(), "mei", f"/desk/chats/{id_of(visitor)}")
    page = mei.context.new_page()
    for digest in kept:
        address = f"{place.house.address}{path}/files/{digest}"
        told = mei.request.get(address)
        assert told.headers["content-disposition"].startswith("attachment"), told.headers
        assert told.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in told.headers["content-security-policy"]
        with pytest.raises(Error, match="Download is starting"):
            page.goto(address)
        watch.finds_nothing_on(page, address)
    watch.finds_nothing_on(mei, "the timeline")
