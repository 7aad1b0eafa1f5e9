"""What a customer at the page can rely on."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from starlette.responses import JSONResponse

from tests.browser.conftest import NewContext, bubbles, opened, photo, say
from tests.browser.stub import Script, until


def test_a_welcome_stands_before_the_first_word_and_the_box_is_ready(page: Page) -> None:
    expect(page.locator("#welcome")).to_be_visible()
    expect(page.locator("#words")).to_be_focused()
    assert page.evaluate("localStorage.getItem('amends:token')") is None


def test_what_is_said_and_answered_appears_once_and_in_order(page: Page) -> None:
    for word in ("one", "two", "three"):
        say(page, word)
    expect(bubbles(page)).to_have_text(["I heard: one", "I heard: two", "I heard: three"])
    expect(bubbles(page, "customer")).to_have_text(["one", "two", "three"])


def test_a_quick_reply_is_tapped_once_and_then_is_plain_words(page: Page, script: Script) -> None:
    say(page, "buttons please")
    page.get_by_role("group", name="Suggested answers").get_by_role("button", name="Exchange").click()
    expect(bubbles(page, "customer").last).to_have_text("Exchange")
    expect(bubbles(page).last).to_have_text("I heard: Exchange")
    expect(page.locator(".choices button")).to_have_count(0)
    expect(page.locator(".choices.past")).to_have_text("Refund · Exchange · Repair")
    assert script.posts[-1]["button"] == "~exchange"
    assert "text" not in script.posts[-1]


def test_the_second_half_of_a_double_click_does_not_answer_the_next_question(page: Page, script: Script) -> None:
    """A survey's scores stand in the same place from one question to the next."""

    def press(times: int) -> None:
        score = page.get_by_role("button", name="Exchange")
        score.hover()
        page.mouse.down(click_count=times)
        page.mouse.up(click_count=times)

    said = bubbles(page, "customer")
    say(page, "buttons please")
    press(1)
    expect(said).to_have_text(["buttons please", "Exchange"])
    expect(bubbles(page)).to_have_count(2)
    script.only.add("bot", "And what else?", buttons=[{"id": "~next", "title": "Exchange"}], asks="wanted")
    press(2)
    page.wait_for_timeout(200)
    assert len(script.posts) == 2
    press(1)
    expect(said).to_have_text(["buttons please", "Exchange", "Exchange"])


def test_only_the_newest_bot_messages_buttons_are_live(page: Page) -> None:
    say(page, "buttons please")
    expect(page.locator(".choices button")).to_have_count(3)
    say(page, "more buttons please")
    expect(page.locator(".choices.past")).to_have_count(1)
    expect(page.locator(".choices button")).to_have_count(3)


def test_quick_replies_are_reached_and_taken_with_the_keyboard_alone(page: Page) -> None:
    page.keyboard.type("buttons please")
    page.keyboard.press("Enter")
    expect(page.locator(".choices button")).to_have_count(3)
    for _ in range(2):  # back over the attach button to the last of the choices
        page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Repair")).to_be_focused()
    page.keyboard.press("Enter")
    expect(bubbles(page, "customer").last).to_have_text("Repair")
    assert page.evaluate("document.activeElement !== document.body"), "the focus was lost with the button"


def test_what_comes_is_scrolled_to_unless_the_reader_has_gone_up(page: Page, script: Script) -> None:
    below = "log => log.scrollHeight - log.scrollTop - log.clientHeight"
    for n in range(8):
        say(page, f"buttons {n}")
        expect(bubbles(page)).to_have_count(n + 1)
        expect(page.locator(".choices button")).to_have_count(3)
        assert page.locator("#log").evaluate(below) < 2
    page.locator("#log").evaluate("log => log.scrollTo(0, 0)")
    page.wait_for_timeout(100)
    script.only.add("agent", "Hello from below.")
    page.get_by_role("button", name="New messages").click()
    assert page.locator("#log").evaluate(below) < 2


def test_enter_sends_and_shift_enter_breaks_the_line(page: Page) -> None:
    page.keyboard.type("first")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("second")
    page.keyboard.press("Enter")
    expect(bubbles(page, "customer")).to_have_count(1)
    assert bubbles(page, "customer").inner_text() == "first\nsecond"


def test_enter_that_ends_an_input_methods_composition_does_not_send(page: Page, script: Script) -> None:
    cdp = page.context.new_cdp_session(page)
    cdp.send("Input.imeSetComposition", {"text": "ni hao", "selectionStart": 6, "selectionEnd": 6})
    for composing, code in ((True, 13), (False, 229)):
        page.locator("#words").evaluate(
            """(box, [composing, code]) => {
            const key = new KeyboardEvent("keydown",
                {key: "Enter", isComposing: composing, keyCode: code, bubbles: true, cancelable: true});
            box.dispatchEvent(key);
        }""",
            [composing, code],
        )
    assert script.posts == []
    cdp.send("Input.insertText", {"text": "你好"})
    page.keyboard.press("Enter")
    expect(bubbles(page, "customer")).to_have_text(["你好"])


def test_an_agent_and_a_notice_are_told_apart_from_the_bot(page: Page, script: Script) -> None:
    say(page, "hello")
    expect(bubbles(page)).to_have_count(1)
    script.only.add("notice", "Mei has joined.")
    script.only.add("agent", "This is Mei.")
    expect(page.locator(".msg.agent .name")).to_have_text("Support team")
    expect(page.locator(".msg.notice")).to_contain_text("Mei has joined.")


def test_a_reference_stands_on_a_card_and_is_copied(new_context: NewContext, site: str) -> None:
    page = opened(new_context(permissions=["clipboard-read", "clipboard-write"]), site)
    say(page, "case")
    page.get_by_role("button", name="Copy: C-2611-000042").click()
    expect(page.locator("#hint")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == "C-2611-000042"


def test_a_reference_is_handed_over_once_and_again_only_after_another(page: Page, script: Script) -> None:
    say(page, "case")
    expect(bubbles(page)).to_have_count(1)
    for reference in ("C-2611-000042", "C-2611-000043", "C-2611-000043", "C-2611-000042"):
        script.only.add("bot", f"A word on {reference}.", case=reference)
    shown = page.locator(".card:visible code")
    expect(shown).to_have_text(["C-2611-000042", "C-2611-000043", "C-2611-000042"])
    page.reload()
    expect(shown).to_have_text(["C-2611-000042", "C-2611-000043", "C-2611-000042"])


def test_someone_typing_is_shown_and_goes_when_they_are_done(page: Page, script: Script) -> None:
    script.slow = 0.6
    say(page, "first, so that the stream is open")
    expect(bubbles(page)).to_have_count(1)
    say(page, "second")
    expect(page.locator("#typing")).to_be_visible()
    expect(bubbles(page)).to_have_count(2)
    expect(page.locator("#typing")).to_be_hidden()


def test_files_are_uploaded_with_progress_and_shown(page: Page, script: Script) -> None:
    script.slow = 0.5
    files = [
        {"name": "teapot.png", "mimeType": "image/png", "buffer": photo()},
        {"name": "receipt.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4"},
    ]
    page.set_input_files("#picker", files)
    expect(page.get_by_role("progressbar", name="Uploading: teapot.png")).to_be_visible()
    say(page, "Look at this")  # before the uploads are done: it waits for them
    expect(page.locator("#hint")).to_contain_text("when the upload is done")
    expect(bubbles(page)).to_have_text(["Thank you, I have your 2 file(s)."])
    picture = page.locator(".picture img")
    expect(picture).to_have_attribute("src", re.compile("^blob:"))
    until(lambda: picture.evaluate("i => i.naturalWidth") == 640)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download: receipt.pdf").click()
    assert download.value.suggested_filename == "receipt.pdf"
    assert len(script.posts) == 1
    assert len(script.posts[0]["files"]) == 2


def test_a_refused_file_says_why_and_can_be_removed(page: Page) -> None:
    page.set_input_files("#picker", [{"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": b"MZ"}])
    expect(page.locator("#tray small")).to_have_text("Programs can't be taken here.")
    say(page, "hello")
    expect(page.locator("#hint")).to_contain_text("didn't upload")
    page.get_by_role("button", name="Remove: photo.jpg").click()
    page.get_by_role("button", name="Send", exact=True).click()
    expect(bubbles(page)).to_have_count(1)


def test_an_upload_that_broke_is_tried_again(page: Page) -> None:
    page.route("**/chat/files", lambda route: route.abort(), times=1)
    page.set_input_files("#picker", [{"name": "a.png", "mimeType": "image/png", "buffer": photo()}])
    page.get_by_role("button", name="Try again: a.png").click()
    expect(page.locator("#tray li")).to_have_attribute("data-state", "done")


@pytest.mark.parametrize(("way", "event"), [("drop", "DragEvent"), ("paste", "ClipboardEvent")])
def test_files_come_by_drop_and_paste_too(page: Page, way: str, event: str) -> None:
    page.locator("#words").evaluate(
        """(box, [way, event]) => {
        const data = new DataTransfer();
        data.items.add(new File(["hello"], "note.txt", {type: "text/plain"}));
        const facts = {bubbles: true, cancelable: true, dataTransfer: data, clipboardData: data};
        box.dispatchEvent(new window[event](way, facts));
    }""",
        [way, event],
    )
    expect(page.locator("#tray li")).to_have_attribute("data-state", "done")
    expect(page.locator("#tray bdi")).to_have_text("note.txt")


def test_the_visitors_language_is_spoken_and_can_be_changed_for_good(new_context: NewContext, site: str) -> None:
    page = opened(new_context(locale="zh-CN"), site)
    expect(page.locator("html")).to_have_attribute("lang", "zh")
    expect(page.locator("#words")).to_have_attribute("placeholder", "请输入消息")
    page.get_by_role("button", name="菜单").click()
    page.get_by_label("语言").select_option("en")
    expect(page.locator("#words")).to_have_attribute("placeholder", "Write a message")
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_a_chat_that_turns_traditional_turns_the_page_with_it(new_context: NewContext, site: str) -> None:
    page = opened(new_context(locale="zh-CN"), site)
    page.locator("#words").fill("請用繁體")
    page.locator("#words").press("Enter")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hant")
    expect(page.locator("#words")).to_have_attribute("placeholder", "請輸入訊息")
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hant")


def test_a_second_choice_of_language_is_taken_when_the_first_is_not_spoken(new_context: NewContext, site: str) -> None:
    context = new_context(locale="fr-FR")
    context.add_init_script("Object.defineProperty(navigator, 'languages', {value: ['fr-FR', 'en-GB']})")
    expect(opened(context, site).locator("html")).to_have_attribute("lang", "en")


def test_a_right_to_left_page_is_mirrored_and_each_message_keeps_its_own_direction(
    new_context: NewContext, site: str
) -> None:
    page = opened(new_context(locale="ar"), site)
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    say(page, "Hello there")
    expect(bubbles(page)).to_have_count(1)
    said: Any = bubbles(page, "customer").bounding_box()
    assert said["x"] < 640, "the customer's side is the left one"
    assert page.locator(".msg.customer p").evaluate("p => getComputedStyle(p).direction") == "ltr"


def test_a_new_chat_begins_only_after_asking_and_forgets_the_old(page: Page, script: Script) -> None:
    say(page, "hello")
    expect(bubbles(page)).to_have_count(1)
    old = page.evaluate("localStorage.getItem('amends:token')")
    for answer in ("Keep this chat", "Start a new chat"):
        page.get_by_role("button", name="Menu").click()
        page.locator("#fresh").click()
        page.get_by_role("dialog").get_by_role("button", name=answer).click()
        expect(bubbles(page)).to_have_count(1 if answer.startswith("Keep") else 0)
    say(page, "another matter")
    expect(bubbles(page)).to_have_text(["I heard: another matter"])
    assert page.evaluate("localStorage.getItem('amends:token')") != old
    assert len(script.chats) == 2


def test_what_the_server_refuses_says_why_and_can_be_removed(page: Page, script: Script) -> None:
    script.troubles = [JSONResponse({"error": {"code": "long", "message": "That is too long."}}, 413)]
    say(page, "very long")
    expect(page.locator(".foot.failed")).to_contain_text("That is too long.")
    say(page, "short")
    expect(bubbles(page)).to_have_text(["I heard: short"])
    page.get_by_role("button", name="Remove").click()
    expect(bubbles(page, "customer")).to_have_text(["short"])
