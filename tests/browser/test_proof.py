"""A server that asks for a moment of work before a chat begins: the customer notices nothing of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewContext, bubbles, opened, photo, say
from tests.real.server import NotReady, Server


@pytest.fixture
def proving_site(tmp_path: Path) -> Iterator[str]:
    server = Server(tmp_path, f"sqlite:///{tmp_path / 'amends.db'}", extra={"AMENDS_PROOF_OF_WORK": "14"})
    try:
        server.start()
    except NotReady as error:
        pytest.skip(f"amends serve does not run: {str(error)[-300:]}")
    yield server.address
    server.terminate()


def test_a_chat_begins_as_ever_and_the_work_is_done_in_a_worker(new_context: NewContext, proving_site: str) -> None:
    page = opened(new_context(), proving_site)
    workers: list[str] = []
    page.on("worker", lambda worker: workers.append(worker.url))
    say(page, "My kettle is broken")
    expect(bubbles(page).first).to_be_visible()
    assert len(workers) == 1
    assert workers[0].endswith("/searcher.js")
    say(page, "It is three days old")
    expect(bubbles(page, "customer")).to_have_count(2)
    assert len(workers) == 1


def test_where_there_are_no_workers_it_is_done_on_the_page(new_context: NewContext, proving_site: str) -> None:
    context = new_context()
    context.add_init_script("delete globalThis.Worker")
    page = opened(context, proving_site)
    say(page, "My kettle is broken")
    expect(bubbles(page).first).to_be_visible()


def test_a_photo_may_come_first(new_context: NewContext, proving_site: str) -> None:
    page = opened(new_context(), proving_site)
    page.set_input_files("#picker", {"name": "a.png", "mimeType": "image/png", "buffer": photo()})
    expect(page.locator("#tray li")).to_have_count(1)
    page.locator("#send").click()
    expect(page.locator("#log .msg.customer img").first).to_be_visible()
    expect(bubbles(page).first).to_be_visible()


def test_without_scripts_there_is_a_kind_word(proving_site: str) -> None:
    assert "you are welcome to reach us by any other way" in httpx.get(f"{proving_site}/chat").text
