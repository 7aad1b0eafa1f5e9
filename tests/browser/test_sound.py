"""Accessible, small, and deaf to what would be markup."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator
from urllib.request import Request, urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Frame, Page, expect

from tests.browser.conftest import NewContext, bubbles, opened, photo, say
from tests.browser.stub import PAGES, Script, until

PAYLOADS = [
    "<script>window.hit=1</script>",
    "<img src=x onerror=window.hit=1>",
    '"><svg onload=window.hit=1>',
    "javascript:window.hit=1//http://a",
    'https://a.example/"onmouseover="window.hit=1',
    "http://a.example/<iframe srcdoc='<script>parent.hit=1</script>'>",
    "${window.hit=1}{{constructor.constructor('window.hit=1')()}}",
    "</textarea></p></div><body onload=window.hit=1>",
    "data:text/html,<script>window.hit=1</script>",
    "&lt;img src=x onerror=window.hit=1&gt;",
    "<style>*{display:none}</style><link rel=stylesheet href=//a.example>",
    "https://javascript:window.hit=1@a.example/%0aonclick=window.hit=1",
    '<math><mtext></p><mglyph><style><!--</style><img title="--&gt;<img src=1 onerror=window.hit=1>">',
    "\u202e<a href=javascript:window.hit=1>click</a>\u0000",
]


STILL = """Promise.all(document.getAnimations().filter((a) => a.effect.getTiming().iterations !== Infinity)
    .map((a) => a.finished.catch(() => null)))"""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Page | Frame) -> str:
    """What axe finds here, in words; frames are looked at one by one."""
    for _ in range(3):
        page.evaluate(STILL)
        found = Axe().run(page, options={"runOnly": RULES, "iframes": False})
        if not found.violations_count:
            return ""
        page.wait_for_timeout(500)  # something may only just have begun to fade in
    return str(found.generate_report())


def full_chat(page: Page, script: Script) -> None:
    """One of everything that the page can show."""
    files = [("t.png", "image/png", photo()), ("r.pdf", "application/pdf", b"%PDF-1")]
    page.set_input_files("#picker", [{"name": n, "mimeType": m, "buffer": b} for n, m, b in files])
    say(page, "see https://shop.example/x")
    expect(bubbles(page)).to_have_count(1)
    script.only.add("notice", "Mei has joined.")
    script.only.add("agent", "This is Mei, see https://shop.example/y")
    say(page, "case")
    expect(page.locator(".card")).to_be_visible()
    say(page, "buttons")
    expect(page.locator(".choices button")).to_have_count(3)
    page.set_input_files("#picker", [{"name": "bad.exe", "mimeType": "x/y", "buffer": b"MZ"}])
    expect(page.locator("#tray .again")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(new_context: NewContext, site: str, script: Script, scheme: str) -> None:
    page = opened(new_context(color_scheme=scheme), site)
    assert not violations(page)
    full_chat(page, script)
    assert not violations(page)
    page.context.set_offline(True)
    expect(page.locator("#notice")).to_be_visible()
    assert not violations(page)
    page.get_by_role("button", name="Menu").click()
    assert not violations(page)
    page.locator("#fresh").click()
    assert not violations(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_widget(new_context: NewContext, shop: Callable[..., str], scheme: str) -> None:
    page = new_context(color_scheme=scheme).new_page()
    page.goto(shop())
    assert not violations(page)
    page.locator("amends-chat button").click()
    frame = page.frame_locator("amends-chat iframe")
    say(frame, "buttons")
    expect(frame.locator(".choices button")).to_have_count(3)
    assert not violations(page)
    assert not violations(page.frames[1])


def test_every_target_is_large_enough_to_hit(page: Page, script: Script) -> None:
    full_chat(page, script)
    small = page.evaluate(
        """[...document.querySelectorAll("button, select, textarea, .picture")].filter((b) => b.checkVisibility())
        .filter((b) => { const r = b.getBoundingClientRect(); return r.width < 24 || r.height < 24; })
        .map((b) => b.outerHTML)"""
    )
    assert small == []


def test_history_is_not_read_out_again_and_news_are(page: Page) -> None:
    log = page.get_by_role("log")
    expect(log).to_have_attribute("aria-live", "polite")
    say(page, "hello")
    page.reload()
    expect(log).to_have_attribute("aria-busy", "false")


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_looks_like_markup_stays_text(page: Page, script: Script, payload: str) -> None:
    script.quiet = True
    page.route("**a.example/**", lambda route: pytest.fail("something was fetched"))
    say(page, payload)
    until(lambda: any(chat.messages for chat in script.chats.values()))
    kind = 'image/png"><img src=x onerror=window.hit=1>'
    facts = {"digest": "0" * 64, "name": payload, "media_type": kind, "size": 1}
    script.only.add("agent", payload, files=[facts], case=payload)
    script.only.add("bot", payload, buttons=[{"id": payload, "title": payload}])
    expect(page.locator(".choices button")).to_have_text([payload])
    name = payload.replace("/", "∕").replace("\0", "")
    page.set_input_files("#picker", [{"name": name, "mimeType": "text/html", "buffer": b"x"}])
    expect(page.locator("#tray li")).to_have_count(1)
    links = page.locator("#log a").evaluate_all("all => all.map((a) => a.protocol)")
    assert set(links) <= {"http:", "https:"}
    assert page.evaluate("window.hit") is None
    assert page.locator("#log :is(script, iframe, svg, img, style, link, math)").count() == 0


def fetched(address: str) -> tuple[bytes, int]:
    """The content, and how many bytes it took on the wire."""
    with urlopen(Request(address, headers={"Accept-Encoding": "gzip"})) as answer:
        body = answer.read()
        packed = answer.headers.get("Content-Encoding") == "gzip"
    return (gzip.decompress(body) if packed else body), len(body)


def parts_of(site: str) -> Iterator[tuple[str, int]]:
    html, size = fetched(f"{site}/embed")
    yield "embed", size
    for path in sorted(set(re.findall(r'(?:src|href)="(static/[^"]+)"', html.decode()))):
        yield path, fetched(f"{site}/{path}")[1]


def test_the_page_is_under_20_kb_and_its_loader_under_3(site: str) -> None:
    sizes = dict(parts_of(site))
    named = {path.rsplit("/", 1)[-1] for path in sizes}
    on_demand = {"widget.js", "proof.js", "search.js", "searcher.js"}
    kept = {file.name for file in (PAGES / "static").iterdir()} - on_demand
    assert named == kept | {"embed"}, "every file of the page is named in its head, so that all load at once"
    assert sum(sizes.values()) < 20_000, sizes
    loader, _ = fetched(f"{site}/widget.js")
    assert len(loader) < 3 * 1024


def test_motion_is_stilled_for_who_asks(new_context: NewContext, site: str) -> None:
    page = opened(new_context(reduced_motion="reduce"), site)
    say(page, "hello")
    expect(bubbles(page)).to_have_count(1)
    assert page.locator(".msg.customer").evaluate("m => getComputedStyle(m).animationName") == "none"
