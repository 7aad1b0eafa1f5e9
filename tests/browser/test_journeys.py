"""Two of the journeys by hand in a real browser on the real server, with pictures in test-results/.

The clock is the real one here, so days and hours are compared as such and not by their figures.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dialogs.playbooks.loading import load_playbook
from tests.browser.conftest import NewContext, opened, say
from tests.journeys.transcript import HERE, Move, read

CLOSED = [load_playbook("shop").words(language).say("person.closed") for language in ("zh", "en")]
PICTURES = Path(__file__).parents[2] / "test-results" / "journeys"
_CHANGING = re.compile(
    r"C-\d{4}-\d{6}|\d{1,2}:\d\d|(?:\d{4}年)?\d{1,2}月\d{1,2}日（周.）"
    r"|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d{1,2} [A-Z][a-z]{2}(?: \d{4})?"
)


@pytest.mark.parametrize("journey", ["zh/05-angry", "en/03-attachments"])
def test_the_journey_goes_the_same_way_in_a_browser(journey: str, new_context: NewContext, real_site: str) -> None:
    heading, moves = read(HERE / f"{journey}.chat")
    context = new_context(
        locale=heading.language, timezone_id=heading.timezone, viewport={"width": 420, "height": 800},
        reduced_motion="reduce",
    )  # fmt: skip
    page = opened(context, real_site)
    for number, move in enumerate(moves, 1):
        answered = plays(page, move)
        expected = [line for line in move.expected if not line.startswith("=")]
        assert _steady(answered) == _steady(expected), move.line
        picture(page, f"{journey.replace('/', '-')}-{number:02}")


def plays(page: Page, move: Move) -> list[str]:
    """Make the move on the page; returns the answer as transcript lines, as the page received it."""
    with page.expect_response(lambda answer: answer.url.endswith("/chat/messages")) as waited:
        _do(page, move)
    messages = [message for message in waited.value.json()["messages"] if message["author"] == "bot"]
    expect(page.locator(".msg.bot:not(#welcome) .text").last).to_contain_text(messages[-1]["text"].split("\n")[-1])
    return [line for message in messages for line in _lines(message)]


def _do(page: Page, move: Move) -> None:
    if move.tapped:
        page.locator(".choices button", has_text=re.compile(f"^{re.escape(move.tapped)}$")).click()
        return
    for name in move.files:
        page.set_input_files("#picker", [{"name": name, "mimeType": "image/png", "buffer": drawn(name)}])
    if move.files:
        expect(page.locator("#tray li[data-state=done]")).to_have_count(len(move.files))
    say(page, move.text)


def _lines(message: dict[str, object]) -> list[str]:
    lines = [f"< {line}".rstrip() for line in str(message["text"]).splitlines()]
    if message["buttons"]:
        lines.append("  " + " ".join(f"[{button['title']}]" for button in message["buttons"]))  # type: ignore[attr-defined]
    return [*lines, f"  ? {message['asks']}"] if message["asks"] else lines


def _steady(lines: Sequence[str]) -> list[str]:
    """The lines without what the hour changes: figures, and whether colleagues are at work."""
    said = "\n".join(lines)
    for closed in CLOSED:
        said = said.replace(f"< {closed}\n<\n", "")
    return _CHANGING.sub("#", said).split("\n")


def picture(page: Page, name: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.wait_for_timeout(150)
    page.screenshot(path=PICTURES / f"{name}.png")


def drawn(name: str) -> bytes:
    """A picture of one pixel that no other name has: what hangs behind a picture's end is not kept."""
    pixel = b"\0" + name.encode()[:3]
    parts = ((b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)), (b"IDAT", zlib.compress(pixel)), (b"IEND", b""))
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)
