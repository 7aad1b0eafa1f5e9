"""The page and the widget on the real application, with its real playbook, limits, headers and database."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewContext, bubbles, opened, photo, say
from tests.browser.stub import host_page, serving
from tests.browser.test_sound import PAYLOADS, fetched, parts_of, violations

COMPLAINT = "The teapot I ordered arrived broken, order AM-20261101-0042, I want a refund"


@pytest.fixture
def chat(new_context: NewContext, real_site: str) -> Page:
    return opened(new_context(), real_site)


def said(page: Page) -> list[str]:
    return page.locator("#log > .msg:not(#welcome)").evaluate_all(
        "all => all.map((m) => m.className + ' ' + (m.querySelector('.text')?.innerText ?? ''))"
    )


def settled(page: Page) -> list[str]:
    """What stands there once the bot has answered."""
    expect(page.locator(".msg[data-unsent]")).to_have_count(0)
    expect(bubbles(page).last).to_be_visible()
    page.wait_for_timeout(300)
    return said(page)


def test_a_complaint_is_answered_and_a_quick_reply_taken(chat: Page) -> None:
    say(chat, COMPLAINT)
    before = settled(chat)
    choice = chat.locator(".choices button").first
    expect(choice).to_be_visible()
    title = choice.inner_text()
    choice.click()
    expect(bubbles(chat, "customer").last).to_have_text(title)
    assert len(settled(chat)) >= len(before) + 2, "the tap stands there, and an answer to it"


def test_a_reload_and_a_second_tab_show_the_same(chat: Page, real_site: str) -> None:
    say(chat, COMPLAINT)
    before = settled(chat)
    chat.reload()
    assert settled(chat) == before
    other = opened(chat.context, real_site)
    assert settled(other) == before
    say(other, "It came on Tuesday")
    expect(bubbles(chat, "customer")).to_have_count(2)
    assert settled(other) == settled(chat)


def test_offline_words_arrive_once_when_the_line_is_back(chat: Page) -> None:
    say(chat, COMPLAINT)
    settled(chat)
    chat.context.set_offline(True)
    say(chat, "It came on Tuesday")
    expect(chat.locator(".foot.waiting")).to_be_visible()
    chat.context.set_offline(False)
    settled(chat)
    chat.reload()
    settled(chat)
    expect(bubbles(chat, "customer")).to_have_text([COMPLAINT, "It came on Tuesday"])


def test_a_photo_is_uploaded_shown_and_there_after_a_reload(chat: Page) -> None:
    chat.set_input_files("#picker", [{"name": "茶壶.png", "mimeType": "image/png", "buffer": photo()}])
    expect(chat.locator("#tray li")).to_have_attribute("data-state", "done")
    say(chat, COMPLAINT)
    for _ in range(2):
        settled(chat)
        expect(chat.locator(".picture img")).to_have_attribute("src", re.compile("^blob:"))
        expect(chat.locator(".picture img")).to_have_js_property("naturalWidth", 640)
        chat.reload()


def test_a_program_named_as_a_photo_is_refused_with_a_reason(chat: Page) -> None:
    program = b"MZ\x90\0" + b"\0" * 2000
    chat.set_input_files("#picker", [{"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": program}])
    expect(chat.locator("#tray li")).to_have_attribute("data-state", "failed")
    expect(chat.locator("#tray small")).not_to_be_empty()


def test_a_megabyte_of_words_is_kept_as_a_file_and_answered(chat: Page) -> None:
    chat.locator("#words").fill("茶" * 350_000)
    chat.locator("#words").press("Enter")
    settled(chat)
    expect(chat.locator(".msg.customer .file")).to_have_count(1)
    say(chat, COMPLAINT)
    expect(bubbles(chat, "customer").last).to_have_text(COMPLAINT)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_markup_never_becomes_markup(chat: Page, payload: str) -> None:
    chat.route("**a.example/**", lambda route: pytest.fail("something was fetched"))
    name = payload.replace("/", "∕").replace("\0", "")
    chat.set_input_files("#picker", [{"name": name, "mimeType": "text/plain", "buffer": photo()}])
    expect(chat.locator("#tray li")).to_have_attribute("data-state", "done")
    say(chat, payload)
    settled(chat)
    chat.reload()
    settled(chat)
    assert chat.evaluate("window.hit") is None
    assert chat.locator("#log :is(script, iframe, svg, style, link, math)").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_a_real_chat(new_context: NewContext, real_site: str, scheme: str) -> None:
    page = opened(new_context(color_scheme=scheme, locale="zh-CN"), real_site)
    say(page, "上周三买的茶壶到货就碎了，订单号 AM-20261101-0042")
    settled(page)
    assert not violations(page)


@pytest.fixture
def host(real_site: str) -> Iterator[str]:
    policy = f"default-src 'none'; script-src {real_site}; frame-src {real_site}"
    with serving(host_page(f"{real_site}/widget.js", policy=policy)) as address:
        yield address


def test_the_widget_chats_on_a_page_of_another_origin(new_context: NewContext, host: str) -> None:
    page = new_context().new_page()
    page.goto(host)
    page.locator("amends-chat button").click()
    frame = page.frame_locator("amends-chat iframe")
    say(frame, COMPLAINT)
    expect(bubbles(frame).first).to_be_visible()
    frame.locator("#words").press("Escape")
    expect(page.locator("amends-chat iframe")).to_be_hidden()


def test_a_whole_chat_by_keyboard_alone(chat: Page) -> None:
    chat.keyboard.type(COMPLAINT)
    chat.keyboard.press("Enter")
    expect(chat.locator(".choices button").first).to_be_visible()
    for _ in range(2):
        chat.keyboard.press("Shift+Tab")
    expect(chat.locator(".choices button").last).to_be_focused()
    chat.keyboard.press("Enter")
    expect(bubbles(chat, "customer")).to_have_count(2)
    settled(chat)
    assert chat.evaluate("document.activeElement !== document.body")


def test_the_real_server_sends_less_than_20_kb(real_site: str) -> None:
    assert sum(size for _, size in parts_of(real_site)) < 20_000
    loader, _ = fetched(f"{real_site}/widget.js")
    assert len(loader) < 3 * 1024


def test_every_word_of_the_page_is_in_the_playbook(real_site: str) -> None:
    wanted = set(page_words())
    for language in ("zh", "en"):
        words: dict[str, Any] = json.loads(fetched(f"{real_site}/chat/words?lang={language}")[0])
        assert wanted <= set(words)


def page_words() -> Iterator[str]:
    """The keys that the page asks for, from its markup and its modules."""
    from tests.browser.stub import PAGES

    yield from re.findall(r'data-(?:word|label|hint)="(\w+)"', (PAGES / "chat.html").read_text("utf-8"))
    for module in (PAGES / "static").glob("*.js"):
        yield from re.findall(r'\bt\("(\w+)"\)', module.read_text("utf-8"))
