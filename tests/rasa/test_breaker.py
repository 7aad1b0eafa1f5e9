"""The breaker against a plainer one that only remembers what happened, through every story of some length."""

from __future__ import annotations

from itertools import product

import pytest

from engine.providers.breaker import FAILURES, PAUSE, Breaker, Closed, Open, Trying, answered, ask, failed

HAPPENINGS = ("ask", "answered", "failed", "a moment", "the pause")
LONGEST = 7


class Plain:
    """The same promise told plainly: after enough failures nobody, and after each pause one."""

    def __init__(self) -> None:
        self.failures = 0
        self.shut_until = 0.0
        self.out = False

    def ask(self, now: float) -> bool:
        if self.failures < FAILURES:
            return True
        if now < self.shut_until:
            return False
        self.shut_until, self.out = now + PAUSE, True
        return True

    def answered(self) -> None:
        self.failures, self.out = 0, False

    def failed(self, now: float) -> None:
        if self.failures < FAILURES:
            self.failures += 1
            opens = self.failures == FAILURES
        else:
            opens = self.out
        if opens:
            self.shut_until, self.out = now + PAUSE, False


def test_every_story_of_seven_happenings_ends_as_the_plain_breaker_has_it() -> None:
    for begun in range(FAILURES + 1):
        for story in product(HAPPENINGS, repeat=LONGEST - 1):
            _tell(begun, story)


def _tell(failures: int, story: tuple[str, ...]) -> None:
    now, plain = 100.0, Plain()
    state: Breaker = Closed()
    for _ in range(failures):
        state = failed(state, now)
        plain.failed(now)
    for happening in story:
        match happening:
            case "ask":
                allowed, state = ask(state, now)
                assert allowed == plain.ask(now), story
            case "answered":
                state = answered(state)
                plain.answered()
            case "failed":
                state = failed(state, now)
                plain.failed(now)
            case "a moment":
                now += PAUSE / 4
            case "the pause":
                now += PAUSE


def test_it_opens_after_failures_in_a_row_only() -> None:
    state: Breaker = Closed()
    for _ in range(FAILURES - 1):
        state = failed(state, 0)
    assert failed(answered(state), 0) == Closed(1)
    assert failed(state, 0) == Open(PAUSE)


def test_while_it_is_open_nobody_asks_and_then_one_does() -> None:
    assert ask(Open(10), 9.99) == (False, Open(10))
    allowed, trying = ask(Open(10), 10)
    assert allowed
    assert ask(trying, 10) == (False, trying), "a second caller waits for what the first one finds"


@pytest.mark.parametrize("found", ["answered", "failed", "nothing"])
def test_what_the_one_who_tries_finds_decides(found: str) -> None:
    trying = Trying(20)
    if found == "answered":
        assert answered(trying) == Closed()
    elif found == "failed":
        assert failed(trying, 15) == Open(15 + PAUSE)
    else:
        assert ask(trying, 19.9)[0] is False
        assert ask(trying, 20) == (True, Trying(20 + PAUSE)), "who never came back is not waited for"
