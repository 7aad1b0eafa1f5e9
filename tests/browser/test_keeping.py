"""Nothing said is lost or doubled: reloads, other tabs, broken lines, servers that are away."""

from __future__ import annotations

import time

from playwright.sync_api import Page, expect
from starlette.responses import JSONResponse, Response

from tests.browser.conftest import NewContext, bubbles, opened, say
from tests.browser.stub import Script, until


def away(status: int, seconds: int) -> Response:
    return JSONResponse({"error": {"code": "away", "message": "Please wait."}}, status, {"Retry-After": str(seconds)})


def test_a_reload_resumes_the_chat_and_the_draft(page: Page) -> None:
    say(page, "buttons please")
    expect(page.locator(".choices button")).to_have_count(3)
    page.locator("#words").fill("half a thou")
    page.reload()
    expect(bubbles(page, "customer")).to_have_text(["buttons please"])
    expect(page.locator(".choices button")).to_have_count(3)
    expect(page.locator("#words")).to_have_value("half a thou")


def test_two_tabs_show_the_same(page: Page, site: str) -> None:
    other = opened(page.context, site)
    say(page, "from the first")
    expect(bubbles(other)).to_have_text(["I heard: from the first"])
    say(other, "from the second")
    for tab in (page, other):
        expect(bubbles(tab)).to_have_text(["I heard: from the first", "I heard: from the second"])
        expect(bubbles(tab, "customer")).to_have_text(["from the first", "from the second"])


def test_offline_words_are_kept_and_sent_once_when_the_line_is_back(page: Page, script: Script) -> None:
    say(page, "hello")
    expect(bubbles(page)).to_have_count(1)
    page.context.set_offline(True)
    expect(page.locator("#notice")).to_contain_text("No connection")
    say(page, "one")
    say(page, "two")
    expect(page.locator(".foot.waiting").first).to_contain_text("Waiting to send")
    page.context.set_offline(False)
    expect(bubbles(page)).to_have_text(["I heard: hello", "I heard: one", "I heard: two"])
    expect(page.locator("#notice")).to_be_hidden()
    assert [m["text"] for m in script.only.messages if m["author"] == "customer"] == ["hello", "one", "two"]


def test_unsent_words_survive_a_reload(page: Page, script: Script) -> None:
    script.troubles = [away(503, 0)]
    page.route("**/chat/messages", lambda route: route.abort())
    say(page, "do not lose me")
    expect(page.locator(".foot.waiting")).to_be_visible()
    page.unroute("**/chat/messages")
    page.reload()
    expect(bubbles(page)).to_have_text(["I heard: do not lose me"])
    expect(bubbles(page, "customer")).to_have_count(1)


def test_an_answer_lost_on_its_way_doubles_nothing(page: Page, script: Script) -> None:
    def lose(route) -> None:  # type: ignore[no-untyped-def]
        route.fetch()
        route.abort()

    page.route("**/chat/messages", lose, times=1)
    say(page, "once only")
    until(lambda: len(script.posts) == 2, nap=lambda: page.wait_for_timeout(20))
    assert script.posts[0]["id"] == script.posts[1]["id"]
    expect(page.locator(".foot.waiting, .foot.sending")).to_have_count(0)
    expect(bubbles(page, "customer")).to_have_text(["once only"])
    expect(bubbles(page)).to_have_count(1)


def test_a_server_that_asks_to_wait_is_not_asked_before(page: Page, script: Script) -> None:
    for status in (503, 429):
        script.troubles = [away(status, 2)]
        script.posts.clear()
        begun = time.monotonic()
        say(page, f"after {status}")
        until(lambda: len(script.posts) == 2)
        assert time.monotonic() - begun >= 1.9
        expect(bubbles(page).last).to_have_text(f"I heard: after {status}")


def hurried(page: Page) -> None:
    """Cut the page's rests between tries short."""
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_timeout(100)


def test_a_message_that_the_server_fails_on_is_laid_aside_and_the_later_ones_pass(page: Page, script: Script) -> None:
    script.troubles = [JSONResponse({"error": {"code": "failed", "message": "Our fault."}}, 500) for _ in range(5)]
    say(page, "poison")
    say(page, "still here")
    until(lambda: len(script.posts) > 5, seconds=30, nap=lambda: hurried(page))
    expect(bubbles(page)).to_have_text(["I heard: still here"])
    assert [post["text"] for post in script.posts] == ["poison"] * 5 + ["still here"]
    assert len({post["id"] for post in script.posts}) == 2
    expect(page.locator(".foot.failed")).to_contain_text("Our fault.")
    page.locator(".foot.failed").get_by_role("button").first.click()
    expect(bubbles(page)).to_have_text(["I heard: still here", "I heard: poison"])
    expect(page.locator(".foot.failed")).to_have_count(0)


def test_a_stream_that_ends_is_taken_up_without_a_gap(page: Page, script: Script) -> None:
    body = 'event: message\nid: 2\ndata: {"seq":2,"author":"bot","text":"I heard: hello","buttons":[],"files":[]'
    page.route(
        "**/chat/stream",
        lambda route: route.fulfill(
            content_type="text/event-stream",
            body=body + ',"asks":null,"case":null,"at":"2026-11-21T10:00:00Z"}\n\n',
        ),
        times=1,
    )
    say(page, "hello")
    expect(bubbles(page)).to_have_count(1)
    script.only.add("agent", "I am here now.")
    expect(bubbles(page, "agent")).to_have_text(["I am here now."])
    expect(bubbles(page)).to_have_count(1)


def test_unread_messages_are_counted_in_the_title_of_a_hidden_tab(page: Page, script: Script) -> None:
    say(page, "hello")
    expect(bubbles(page)).to_have_count(1)
    hide = "v => { Object.defineProperty(document, 'visibilityState', {value: v, configurable: true}); \
        document.dispatchEvent(new Event('visibilitychange')) }"
    page.evaluate(hide, "hidden")
    script.only.add("agent", "One.")
    script.only.add("agent", "Two.")
    until(lambda: page.title().startswith("(2)"))
    page.evaluate(hide, "visible")
    until(lambda: not page.title().startswith("("))


def test_a_new_chat_in_one_tab_is_a_new_chat_in_the_other(page: Page, site: str) -> None:
    say(page, "hello")
    other = opened(page.context, site)
    expect(bubbles(other)).to_have_count(1)
    page.bring_to_front()
    page.get_by_role("button", name="Menu").click()
    page.locator("#fresh").click()
    page.get_by_role("dialog").get_by_role("button", name="Start a new chat").click()
    expect(bubbles(other)).to_have_count(0)


def test_words_too_many_for_the_devices_storage_are_still_sent(page: Page) -> None:
    page.evaluate("localStorage.setItem('other', 'x'.repeat(5 * 1024 * 1024 - 200))")
    say(page, "long " * 100)
    expect(bubbles(page)).to_have_count(1)
    expect(bubbles(page, "customer")).to_have_count(1)


def test_where_storage_is_forbidden_the_chat_still_works(new_context: NewContext, site: str) -> None:
    context = new_context()
    context.add_init_script(
        "for (const kind of ['localStorage', 'sessionStorage'])"
        "Object.defineProperty(window, kind, {get() { throw new DOMException('no', 'SecurityError') }})"
    )
    page = opened(context, site)
    say(page, "hello")
    expect(bubbles(page)).to_have_text(["I heard: hello"])
