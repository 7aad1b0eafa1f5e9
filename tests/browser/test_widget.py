"""The widget on pages of other origins: it opens, closes, counts, keeps the focus, and bends to the host's policy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Locator, Page, expect

from tests.browser.conftest import NewContext, bubbles, say
from tests.browser.stub import Script, until

Shop = Callable[..., str]


def visit(context: BrowserContext, address: str) -> tuple[Page, FrameLocator]:
    page = context.new_page()
    page.goto(address)
    return page, page.frame_locator("amends-chat iframe")


def button(page: Page) -> Locator:
    return page.locator("amends-chat button")


def test_it_opens_chats_and_closes_with_the_keyboard_and_gives_the_focus_back(
    new_context: NewContext, shop: Shop
) -> None:
    page, frame = visit(new_context(), shop())
    expect(button(page)).to_have_attribute("aria-label", "Chat with us")
    expect(button(page)).to_have_attribute("aria-expanded", "false")
    button(page).focus()
    page.keyboard.press("Enter")
    expect(button(page)).to_have_attribute("aria-expanded", "true")
    expect(frame.locator("#words")).to_be_focused()
    page.keyboard.type("hello from a shop")
    page.keyboard.press("Enter")
    expect(bubbles(frame)).to_have_text(["I heard: hello from a shop"])
    page.keyboard.press("Escape")
    expect(page.locator("amends-chat iframe")).to_be_hidden()
    assert page.evaluate("document.querySelector('amends-chat').shadowRoot.activeElement.tagName") == "BUTTON"


def test_escape_closes_the_menu_first_and_the_chat_second(new_context: NewContext, shop: Shop) -> None:
    page, frame = visit(new_context(), shop())
    button(page).click()
    frame.get_by_role("button", name="Menu").click()
    page.keyboard.press("Escape")
    expect(frame.locator("#menu")).to_be_hidden()
    expect(page.locator("amends-chat iframe")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("amends-chat iframe")).to_be_hidden()


def test_what_comes_while_it_is_closed_is_counted_on_the_button(
    new_context: NewContext, shop: Shop, script: Script
) -> None:
    page, frame = visit(new_context(), shop())
    button(page).click()
    say(frame, "hello")
    expect(bubbles(frame)).to_have_count(1)
    frame.get_by_role("button", name="Close chat").click()
    expect(page.locator("amends-chat iframe")).to_be_hidden()
    script.only.add("agent", "One.")
    script.only.add("agent", "Two.")
    expect(button(page)).to_have_attribute("data-unread", "2")
    expect(button(page)).to_have_attribute("aria-label", "Chat with us, unread: 2")
    page.reload()
    expect(button(page)).to_have_attribute("data-unread", "2")
    button(page).click()
    expect(button(page)).not_to_have_attribute("data-unread", "2")
    expect(bubbles(frame, "agent")).to_have_text(["One.", "Two."])


def test_a_strict_host_policy_needs_only_our_origin_for_script_and_frame(
    new_context: NewContext, shop: Shop, site: str
) -> None:
    policy = f"default-src 'none'; script-src {site}; frame-src {site}; require-trusted-types-for 'script'"
    page, frame = visit(new_context(), shop(policy=policy))
    button(page).click()
    say(frame, "hello")
    expect(bubbles(frame)).to_have_count(1)
    box: Any = button(page).bounding_box()
    assert (box["width"], box["height"]) == (60, 60)


def test_its_tag_says_language_colour_and_side(new_context: NewContext, shop: Shop) -> None:
    facts = 'data-lang="zh" data-color="#ffd400" data-position="start"'
    page, frame = visit(new_context(viewport={"width": 1000, "height": 700}), shop(facts=facts))
    expect(button(page)).to_have_attribute("aria-label", "在线客服")
    box: Any = button(page).bounding_box()
    assert box["x"] == 20
    button(page).click()
    say(frame, "您好")
    expect(bubbles(frame)).to_have_count(1)
    mine = bubbles(frame, "customer")
    assert mine.evaluate("b => getComputedStyle(b).backgroundColor") == "rgb(255, 212, 0)"
    assert mine.evaluate("b => getComputedStyle(b).color") == "rgb(17, 17, 17)", "dark words on a light colour"


@pytest.mark.parametrize(("direction", "x"), [("ltr", 1000 - 80), ("rtl", 20)])
def test_it_stands_at_the_end_of_the_line(new_context: NewContext, shop: Shop, direction: str, x: int) -> None:
    page, _ = visit(new_context(viewport={"width": 1000, "height": 700}), shop(direction=direction))
    box: Any = button(page).bounding_box()
    assert box["x"] == x


def test_on_a_phone_it_fills_the_screen_and_can_be_left(new_context: NewContext, shop: Shop) -> None:
    phone = new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page, frame = visit(phone, shop())
    button(page).tap()
    box: Any = page.locator("amends-chat iframe").bounding_box()
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 390, 844)
    frame.get_by_role("button", name="Close chat").tap()
    expect(page.locator("amends-chat iframe")).to_be_hidden()


def test_it_heeds_only_its_own_frame(new_context: NewContext, shop: Shop) -> None:
    page, _ = visit(new_context(), shop())
    expect(button(page)).to_have_attribute("aria-label", "Chat with us")
    button(page).click()
    page.evaluate("postMessage({amends: 1, close: true, label: 'forged', unread: 7}, '*')")
    page.wait_for_timeout(200)
    expect(page.locator("amends-chat iframe")).to_be_visible()
    expect(button(page)).to_have_attribute("aria-label", "Chat with us")


def test_the_page_inside_heeds_only_the_host_it_was_told(browser: Browser, shop: Shop, site: str) -> None:
    page = browser.new_page()
    page.goto(shop())
    page.evaluate(
        """src => { const frame = document.createElement("iframe"); frame.id = "forged"; frame.src = src;
        document.body.append(frame); window.heard = [];
        addEventListener("message", (e) => { if (e.source === frame.contentWindow) heard.push(e.data); }) }""",
        f"{site}/embed#host=https://elsewhere.example",
    )
    with_words = page.frame_locator("#forged").locator("body:not([aria-busy])")
    expect(with_words).to_be_attached()
    assert page.evaluate("heard") == []
    page.close()


def test_two_tags_make_one_widget(new_context: NewContext, shop: Shop, site: str) -> None:
    page, _ = visit(new_context(), shop())
    page.add_script_tag(url=f"{site}/widget.js")
    until(lambda: page.locator("amends-chat").count() == 1)


def test_on_a_page_opened_from_a_file_it_chats_and_closes(new_context: NewContext, site: str, tmp_path: Path) -> None:
    """Such a page's origin has no name: it cannot be addressed as others are."""
    shop = tmp_path / "shop.html"
    shop.write_text(f"<!doctype html><title>A shop</title><script async src='{site}/widget.js'></script>")
    page, frame = visit(new_context(), shop.as_uri())
    button(page).click()
    say(frame, "hello from a file")
    expect(bubbles(frame)).to_have_text(["I heard: hello from a file"])
    frame.locator("#words").press("Escape")
    expect(page.locator("amends-chat iframe")).to_be_hidden()


@pytest.mark.parametrize("host", ["null", "nonsense", "//", ""])
def test_framed_by_hand_under_any_name_the_page_chats(new_context: NewContext, site: str, host: str) -> None:
    page = new_context().new_page()
    html = f"<!doctype html><iframe src='{site}/embed#host={host}'></iframe>"
    page.route("**/framing", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto(site + "/framing")
    frame = page.frame_locator("iframe")
    say(frame, "hello")
    expect(bubbles(frame)).to_have_text(["I heard: hello"])
