"""The pictures in the README, taken of the real page with the real bot: `make screenshots`."""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, expect, sync_playwright

from bot.scripts import SCRIPTS, Script
from tests.real.server import Server

IMAGES = Path(__file__).parent / "images"
SIZE = {"width": 420, "height": 900}
ZH, EN = SCRIPTS[0], SCRIPTS[1]
PICTURES = {
    "chat-zh.png": (replace(ZH, chat="shot"), 1),
    "chat-en.png": (replace(EN, chat="shot"), 1),
    "summary-zh.png": (ZH, 30),
    "summary-en.png": (EN, 30),
}
"""File name: who talks, and after how many answers the picture is taken at the latest."""


def main() -> int:
    """Take every picture. Needs Chromium."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        print("not found: chromium")
        return 1
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder), f"sqlite:///{folder}/amends.db")
        server.start()
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for name, (script, turns) in PICTURES.items():
            take(browser, server.address, script, turns, IMAGES / name)
        browser.close()
        server.terminate()
    return 0


def take(browser: Browser, site: str, script: Script, turns: int, picture: Path) -> None:
    """Chat on the page until the summary is shown or the turns are used up, then take the picture."""
    context = browser.new_context(
        locale=script.language,
        timezone_id=script.timezone,
        viewport=SIZE,
        device_scale_factor=1.5,
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(f"{site}/chat")
    expect(page.locator("body")).not_to_have_attribute("aria-busy", "true")
    words = script.story
    for _ in range(turns):
        asked = say(page, words)
        if asked == "confirm":
            break
        words = script.answers.get(asked or "", script.skip)
    page.wait_for_timeout(1500)
    page.screenshot(path=picture)
    context.close()
    print(picture.name)


def say(page: Page, words: str) -> str | None:
    """Say something; returns what the bot asks for next."""
    with page.expect_response(lambda answer: answer.url.endswith("/chat/messages")) as waited:
        page.locator("#words").fill(words)
        page.locator("#words").press("Enter")
    asked: str | None = waited.value.json()["messages"][-1]["asks"]
    return asked


if __name__ == "__main__":
    sys.exit(main())
