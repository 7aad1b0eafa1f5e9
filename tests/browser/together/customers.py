"""Customers: one on the web page, one on Telegram, who do and see the same things each in their place."""

from __future__ import annotations

import json
import re
from typing import Any, Protocol

from playwright.sync_api import Page, expect

from handlers.channels.base import http_events
from handlers.channels.telegram import CHANNEL as TELEGRAM
from handlers.channels.web.routes import CHANNEL as WEB
from storage.conversations.conversations import conversation_id
from tests.browser.conftest import photo, say
from tests.browser.together.shop import Shop
from tests.telegram.things import Message
from tests.telegram.users import User


class Customer(Protocol):
    """Somebody who complains."""

    @property
    def chat(self) -> str:
        """The chat's id in the shop's books."""
        ...

    def says(self, text: str) -> None: ...

    def taps(self, title: str) -> None: ...

    def sends_a_photo(self, caption: str) -> None: ...

    def hears(self, text: str | re.Pattern[str]) -> str:
        """The newest message of another that holds this, once it is there."""
        ...

    def gets_a_photo(self) -> None:
        """The newest message of another is, or brings, a picture."""
        ...

    def screen(self) -> str:
        """All that stands there, from the beginning."""
        ...


class OnTheWeb:
    """The customer's page in a browser of the size of a phone."""

    def __init__(self, shop: Shop, page: Page) -> None:
        self.shop, self.page = shop, page

    @property
    def chat(self) -> str:
        kept = self.page.evaluate('Object.values(localStorage).find((v) => /^"?[\\w-]{43,}"?$/.test(v))')
        token = json.loads(kept) if kept.startswith('"') else kept
        return conversation_id(WEB, http_events.ACCOUNT, http_events.chat_of_token(token))

    def says(self, text: str) -> None:
        with self.page.expect_response("**/chat/messages"):
            say(self.page, text)

    def taps(self, title: str) -> None:
        self.page.locator(".choices button", has_text=title).click()

    def sends_a_photo(self, caption: str) -> None:
        self.page.set_input_files("#picker", {"name": "photo.png", "mimeType": "image/png", "buffer": photo()})
        expect(self.page.locator("#tray li")).to_have_attribute("data-state", "done")
        self.says(caption)

    def hears(self, text: str | re.Pattern[str]) -> str:
        heard = self.page.locator(".msg:not(.customer):not(#welcome) .text", has_text=text).last
        expect(heard).to_be_visible()
        return heard.inner_text()

    def gets_a_photo(self) -> None:
        expect(self.page.locator(".msg.agent .picture img").last).to_have_js_property("naturalWidth", 640)

    def screen(self) -> str:
        return self.page.locator("#log").inner_text()

    def picture(self, story: str) -> None:
        self.page.wait_for_timeout(300)
        self.page.screenshot(path=self.shop.picture(story))


class OnTelegram:
    """A private chat with the customers' bot."""

    def __init__(self, shop: Shop, user: User) -> None:
        self.shop, self.user = shop, user

    @property
    def chat(self) -> str:
        return conversation_id(TELEGRAM, str(self.shop.bot.id), str(self.user.id))

    def says(self, text: str) -> None:
        self._do(self.user.says(self.shop.bot, text))

    def taps(self, title: str) -> None:
        tap = self._do(self.user.taps(title, self.shop.bot))
        self._do(tap.answered())

    def sends_a_photo(self, caption: str) -> None:
        self._do(self.user.sends_photo(self.shop.bot, photo(), caption=caption))

    def hears(self, text: str | re.Pattern[str]) -> str:
        return str(self._do(self.user.sees(self.shop.bot, text)).text)

    def gets_a_photo(self) -> None:
        self._do(self.user.sees(self.shop.bot, lambda message: "photo" in message.raw))

    def screen(self) -> str:
        def look() -> list[Message]:
            return self.user.screen(self.shop.bot)

        return "\n\n".join(_line(one, self.user) for one in self.shop.telegram.ask(look))

    def picture(self, story: str) -> None:
        """What would be on the phone, as words."""
        self.shop.picture(story).with_suffix(".txt").write_text(self.screen(), "utf-8")

    def _do(self, act: Any) -> Any:
        return self.shop.telegram.do(act)


def _line(message: Message, user: User) -> str:
    who = ">" if message.sender == user.id else "<"
    titles = " ".join(f"[{title}]" for title in message.titles)
    return f"{who} {'(photo) ' if 'photo' in message.raw else ''}{message.text} {titles}".rstrip()
