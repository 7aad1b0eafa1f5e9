"""Colleagues: one at the desk, in a browser of their own; one in the staff's group on Telegram."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.browser.conftest import photo
from tests.browser.together.shop import Shop
from tests.desk.scenery import PASSWORD
from tests.telegram.screen import Place
from tests.telegram.things import Message
from tests.telegram.users import User


class AtTheDesk:
    """Signed in, with the inbox open and taking chats."""

    def __init__(self, shop: Shop, page: Page, login: str) -> None:
        self.shop, self.page = shop, page
        page.goto(f"{shop.address}/desk/inbox?view=unassigned")
        page.locator("[name=login]").fill(login)
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("main button").click()
        expect(page.locator("#threads")).to_be_visible()

    def is_available(self) -> None:
        self.page.locator("#presence-available").click()
        expect(self.page.locator("#presence-available")).to_have_attribute("aria-pressed", "true")

    def finds(self, text: str) -> None:
        """A chat in the list, by what it is about, and opens it."""
        self.page.locator(".thread a", has_text=text).first.click()
        expect(self.page.locator("#chat")).to_be_visible()

    def goes_to(self, chat: str) -> None:
        self.page.goto(f"{self.shop.address}/desk/chats/{chat}")
        expect(self.page.locator("#chat")).to_be_visible()

    def claims(self) -> None:
        self.page.locator("[data-act=claim] button").click()
        expect(self.page.locator(".standing")).to_have_class("standing mine")

    def sees(self, text: str, kind: str = "customer") -> Locator:
        """The newest entry of a kind (customer, bot, agent, note, notice, event) that holds this."""
        entry = self.page.locator(f"#log .entry.{kind}", has_text=text).last
        expect(entry).to_be_visible()
        return entry

    def sees_a_photo(self) -> None:
        expect(self.page.locator("#log .entry.customer a.file img").last).to_have_js_property("naturalWidth", 640)

    def beside(self, part: str) -> Locator:
        """One of the parts beside the chat: summary, do, cases, record."""
        return self.page.locator(f"#part-{part}")

    def writes(self, text: str, *, with_photo: bool = False) -> None:
        self.page.locator("#tab-reply").click()
        if with_photo:
            label = FilePayload(name="label.png", mimeType="image/png", buffer=photo())
            self.page.locator("#part-reply [type=file]").set_input_files(label)
        self.page.locator("#reply").fill(text)
        self.page.keyboard.press("Control+Enter")
        expect(self.page.locator("#reply")).to_have_value("")
        self.sees(text, "agent")

    def notes(self, text: str) -> None:
        self.page.locator("#tab-note").click()
        self.page.locator("#note").fill(text)
        self.page.keyboard.press("Control+Enter")
        expect(self.page.locator("#note")).to_have_value("")
        self.sees(text, "note")

    def puts_right(self, slot: str, value: str, case: str = "draft") -> None:
        form = self.page.locator(f"#put-{case}-{slot}")
        form.locator("summary").click()
        form.locator("[name=value]").fill(value)
        form.locator("button").click()
        self.sees(value, "note")

    def chooses_category(self, name: str) -> None:
        """What the unfinished complaint is about; nothing is changed where it is that already."""
        form = self.page.locator("#put-draft-category")
        form.locator("summary").click()
        form.locator("select").select_option(name)
        form.locator("button").click()
        expect(form.locator("select")).to_be_hidden()

    def puts_on_file(self) -> str:
        """The unfinished complaint; gives its reference."""
        self.page.locator("#part-do form[action$='/file'] button").click()
        case = self.page.locator("#part-cases .case").first
        expect(case).to_be_visible()
        return str(case.locator("bdi").first.inner_text())

    def passes_on_to(self, name: str, note: str) -> None:
        form = self._opened("do-transfer")
        form.locator("select").select_option(label=self._label(form, name))
        form.locator("textarea").fill(note)
        form.locator("button").click()

    def puts_aside_for(self, time: str) -> None:
        self._opened("do-snooze").locator(f"button[value='{time}']").click()

    def gives_back(self, note: str = "") -> None:
        form = self._opened("do-hand-back")
        form.locator("[name=note]").fill(note)
        form.locator("button").click()
        expect(self.page.locator(".standing")).to_have_class("standing bot")

    def resolves(self, reference: str, outcome: str, cause: str, remedy: str = "") -> None:
        form = self._opened(f"do-resolve-{reference}")
        form.locator("[name=outcome]").fill(outcome)
        form.locator("[name=cause]").fill(cause)
        form.locator("[name=upheld]").select_option("yes")
        form.locator("[name=responsible]").select_option("us")
        form.locator("[name=place]").select_option(index=1)
        form.locator("[name=remedy]").select_option(remedy)
        form.locator("button").click()
        expect(self.page.locator(f"#case-{reference} .outcome")).to_contain_text(outcome)

    def picture(self, story: str) -> None:
        self.page.wait_for_timeout(300)
        self.page.screenshot(path=self.shop.picture(story))

    def _opened(self, form: str) -> Locator:
        found = self.page.locator(f"#{form}")
        found.locator("summary").click()
        return found.locator("form")

    @staticmethod
    def _label(form: Locator, name: str) -> str:
        return str(form.locator("option", has_text=name).first.inner_text())


class InTheGroup:
    """Somebody in the staff's group: the queue is its General topic, each chat has a topic of its own."""

    def __init__(self, shop: Shop, user: User) -> None:
        self.shop, self.user = shop, user
        self.topic: Place | None = None

    def finds(self, chat: str) -> str:
        """The chat's topic; gives its pinned summary."""
        self.topic = self.shop.topic_of(chat)
        return next(text for text in self.screen().split("\n\n") if text)

    def claims(self) -> None:
        assert self._taps("Claim") == "This chat is yours."

    def sees(self, text: str) -> str:
        return str(self._do(self.user.sees(self._there, text)).text)

    def sees_a_photo(self) -> None:
        self._do(self.user.sees(self._there, lambda message: "photo" in message.raw))

    def writes(self, text: str, *, with_photo: bool = False) -> None:
        sent = self.user.sends_photo(self._there, photo(), caption=text) if with_photo else None
        self._do(sent or self.user.says(self._there, text))
        self._do(self.user.sees_reaction(self._there, "👍"))

    def notes(self, text: str) -> None:
        self._do(self.user.says(self._there, f"/note {text}"))
        self._do(self.user.sees_reaction(self._there, "✍"))

    def puts_aside_for(self, title: str) -> None:
        self._taps("Snooze")
        self._taps(title)

    def gives_back(self) -> None:
        self._taps("Hand back")

    def resolves(self, outcome: str, cause: str) -> None:
        self._taps("Resolve")
        for asked, answer in (("What was done?", outcome), ("Why had it happened?", cause)):
            question = self._do(self.user.sees(self._there, asked))
            self._do(self.user.says(self._there, answer, reply_to=question))

    def screen(self) -> str:
        """All that stands in the topic."""

        def look() -> list[Message]:
            return self.user.screen(self._there)

        shown = self.shop.telegram.ask(look)
        return "\n\n".join(f"{one.text} {' '.join(f'[{title}]' for title in one.titles)}".strip() for one in shown)

    def picture(self, story: str) -> None:
        self.shop.picture(story).with_suffix(".txt").write_text(self.screen(), "utf-8")

    @property
    def _there(self) -> Place:
        assert self.topic, "find the chat first"
        return self.topic

    def _taps(self, title: str) -> str:
        tap = self._do(self.user.taps(title, self._there))
        return str(self._do(tap.answered()).text)

    def _do(self, act: Any) -> Any:
        return self.shop.telegram.do(act)
