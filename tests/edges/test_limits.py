"""Limits and envelopes, without a server."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from complaints.record import Attachment
from dialogs.flows.events import Said, Tapped
from handlers.channels.base import http_events
from handlers.http.limits import Buckets, is_loopback
from handlers.http.problems import TooMany


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_lets_a_burst_through_and_then_its_rate() -> None:
    clock = Clock()
    buckets = Buckets(3, 2.0, clock=clock)
    for _ in range(3):
        buckets.take("a")
    with pytest.raises(TooMany) as refused:
        buckets.take("a")
    assert refused.value.retry_after == 1
    clock.now = 0.5
    buckets.take("a")
    with pytest.raises(TooMany):
        buckets.take("a")


def test_asking_too_soon_does_not_make_the_wait_longer() -> None:
    clock = Clock()
    buckets = Buckets(1, 1.0, clock=clock)
    buckets.take("a")
    for tick in range(1, 100):
        clock.now = tick / 100
        with pytest.raises(TooMany):
            buckets.take("a")
    clock.now = 1.01
    buckets.take("a")


def test_buckets_of_a_million_strangers_take_bounded_memory() -> None:
    buckets = Buckets(1, 1.0, remembered=100)
    for name in range(10_000):
        buckets.take(str(name))
    assert len(buckets) == 100


def test_a_rate_of_nought_is_no_limit() -> None:
    buckets = Buckets(1, 0)
    for _ in range(1000):
        buckets.take("a")


@pytest.mark.parametrize(
    ("address", "local"),
    [
        ("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("::ffff:127.0.0.1", True),
        ("10.0.0.1", False), ("localhost.evil.example", False), ("", False), ("_hidden", False),
    ],
)  # fmt: skip
def test_this_machine_is_known_by_its_address(address: str, local: bool) -> None:
    assert is_loopback(address) is local


@pytest.mark.parametrize("text", ["~01234567", "~abcdefghijklmnop"])
def test_an_opaque_id_is_a_tap(text: str) -> None:
    assert http_events.body_of(text) == Tapped(text)


@pytest.mark.parametrize("text", ["~0123456", "~abcdefghijklmnopq", "~ABCDEFGH", "x~01234567", "~01234567\n", ""])
def test_anything_else_is_words(text: str) -> None:
    assert http_events.body_of(text) == Said(text)


def test_with_files_it_is_words_whatever_its_shape() -> None:
    file = Attachment("0" * 64, "a.jpg", "image/jpeg", 1)
    assert http_events.body_of("~01234567", (file,)) == Said("~01234567", (file,))


@pytest.mark.parametrize("given", ["zh", "zh-CN", "zh-Hans-CN", "en_GB"])
def test_a_language_tag_is_kept(given: str) -> None:
    assert http_events.language_of(given) == given


@pytest.mark.parametrize("given", ["", "5", "z" * 99, "en;drop", "../en", 5, None, ["en"]])
def test_what_is_no_language_tag_is_nothing(given: object) -> None:
    assert http_events.language_of(given) == ""


@pytest.mark.parametrize(
    "given", ["", "../../etc/passwd", "Mars/Olympus", "/etc/localtime", "Asia", "a" * 500, 8, None]
)
def test_what_is_no_zone_is_nothing(given: object) -> None:
    assert http_events.timezone_of(given) == ""


@pytest.mark.parametrize("given", ["UTC", "Asia/Shanghai", "America/Argentina/Ushuaia", "Etc/GMT+8"])
def test_a_zone_is_kept(given: str) -> None:
    assert http_events.timezone_of(given) == given


@pytest.mark.parametrize(
    ("given", "kept"), [("m-1", "m-1"), (7, "7"), ("", None), (True, None), ([], None), (1.5, None)]
)
def test_a_client_s_id_is_text_or_a_whole_number(given: object, kept: str | None) -> None:
    assert http_events.id_of(given) == kept
