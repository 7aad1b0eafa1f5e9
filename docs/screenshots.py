"""The pictures in the README: the real bot, a customer's page, a colleague at the desk. `make screenshots`."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, ViewportSize, sync_playwright

from tests.browser.conftest import opened
from tests.browser.together.colleagues import AtTheDesk
from tests.browser.together.customers import OnTheWeb
from tests.browser.together.shop import Shop, open_shop

IMAGES = Path(__file__).parent / "images"
PHONE = ViewportSize(width=420, height=900)
SCREEN = ViewportSize(width=1180, height=900)


@dataclass(frozen=True, slots=True)
class Story:
    """What is said: the complaint, the colleague's name and answer, what the customer writes then, a note."""

    language: str
    complaint: str
    name: str
    answer: str
    reply: str
    note: str


STORIES = (
    Story(
        "zh-CN",
        "上周买的电热水壶（订单AM2611180042）第一次烧水就漏，底座全湿，打了两次客服没人管，我要退款，转人工！",
        "小梅",
        "您好，我是小梅。壶漏水又没人管，换谁都会着急，真对不起。退款我来办，面单稍后发您。",
        "好的，谢谢你",
        "第二批货的密封圈，已告诉产品组",
    ),
    Story(
        "en",
        "The kettle I bought (order AM2611180043) leaked the first time I used it, and two calls to your hotline went"
        " nowhere. I want a refund and I want to talk to a person!",
        "Mei",
        "Hello, I'm Mei. I'm sorry about the kettle, and about those calls. I'll see to your refund myself.",
        "Thank you, that helps",
        "Seals of the second batch; the product team knows",
    ),
)


def main() -> int:
    """Take every picture. Needs Chromium."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        print("not found: chromium")
        return 1
    with TemporaryDirectory() as folder, open_shop(Path(folder)) as shop, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for story in STORIES:
            take(browser, shop, story)
            shop.sends_everybody_home()
        browser.close()
    return 0


def take(browser: Browser, shop: Shop, story: Story) -> None:
    """A customer complains and asks for a person; a colleague takes the chat and answers. Both sides are pictured."""
    login, language = f"mei-{story.language[:2]}", story.language[:2]
    shop.hires(login, story.name, languages=(language,))
    seen = {"locale": story.language, "timezone_id": "Asia/Shanghai", "reduced_motion": "reduce"}
    phone = browser.new_context(**seen, viewport=PHONE, device_scale_factor=1.5)  # type: ignore[arg-type]
    screen = browser.new_context(**seen, viewport=SCREEN)  # type: ignore[arg-type]
    customer = OnTheWeb(shop, opened(phone, shop.address))
    customer.says(story.complaint)
    colleague = AtTheDesk(shop, screen.new_page(), login)
    colleague.is_available()
    colleague.goes_to(customer.chat)
    colleague.claims()
    customer.hears(story.name)
    colleague.notes(story.note)
    colleague.writes(story.answer)
    customer.hears(story.answer)
    customer.says(story.reply)
    colleague.sees(story.reply)
    colleague.page.evaluate("scrollTo(0, 0)")
    for page, name in ((customer.page, f"chat-{language}.png"), (colleague.page, f"desk-{language}.png")):
        page.wait_for_timeout(6000)
        page.screenshot(path=IMAGES / name)
        print(name)
    phone.close()
    screen.close()


if __name__ == "__main__":
    sys.exit(main())
