"""Who may have a password checked, and when."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import pytest

from handlers.desk.accounts.admission import Admission, PasswordTry
from handlers.http.problems import TooMany


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


class Door:
    """Lets people in, one after the other, and writes down in what order."""

    def __init__(self, admission: Admission) -> None:
        self.admission, self.order = admission, list[str]()
        self.tasks: list[asyncio.Task[None]] = []

    async def comes(self, name: str, asking: PasswordTry) -> None:
        async def inside() -> None:
            async with self.admission.turn(asking):
                self.order.append(name)
                await asyncio.sleep(0.01)

        self.tasks.append(asyncio.create_task(inside()))
        await asyncio.sleep(0)

    async def all_done(self) -> list[str]:
        await asyncio.gather(*self.tasks)
        return self.order


async def test_a_known_browser_does_not_wait_for_strangers() -> None:
    door = Door(Admission())
    for number in range(5):
        await door.comes(f"s{number}", PasswordTry(f"x{number}", "192.0.2.1"))
    await door.comes("known", PasswordTry("mei", "192.0.2.1", known=True))
    assert (await door.all_done()).index("known") <= 1


async def test_a_login_goes_first_where_it_signed_in_lately_until_it_fails_there() -> None:
    admission = Admission()
    mei = PasswordTry("mei", "192.0.2.1")
    admission.succeeded(mei)
    door = Door(admission)
    for number in range(5):
        await door.comes(f"s{number}", PasswordTry(f"x{number}", "192.0.2.1"))
    await door.comes("mei", mei)
    assert (await door.all_done()).index("mei") <= 1
    for _ in range(3):
        admission.failed(mei)
    again = Door(admission)
    for number in range(3):
        await again.comes(f"s{number}", PasswordTry(f"x{number}", "192.0.2.1"))
    await again.comes("mei", mei)
    assert (await again.all_done())[-1] == "mei"


async def test_turns_are_shared_by_address_and_whoever_failed_comes_last() -> None:
    admission = Admission(pause=0)
    for _ in range(3):
        admission.failed(PasswordTry("guessed", "192.0.2.9"))
    door = Door(admission)
    await door.comes("guess", PasswordTry("guessed", "192.0.2.9"))
    await door.comes("first", PasswordTry("y", "198.51.100.1"))
    for number in range(4):
        await door.comes(f"many{number}", PasswordTry(f"x{number}", "192.0.2.1"))
    await door.comes("guess again", PasswordTry("guessed", "192.0.2.9"))
    await door.comes("one", PasswordTry("z", "198.51.100.2"))
    order = await door.all_done()
    assert order.index("one") <= order.index("many2"), "before most of those who come from one address"
    assert order[-1] == "guess again"


async def test_many_failures_of_an_address_make_all_its_strangers_wait_but_never_those_of_this_machine() -> None:
    admission, clock = Admission(), Clock()
    admission.clock = clock
    for number in range(25):
        admission.failed(PasswordTry(f"x{number}", "2001:db8::1"))
        admission.failed(PasswordTry(f"x{number}", "127.0.0.1"))
    assert admission._rank(PasswordTry("new", "2001:db8::2")).name == "SUSPECT", "the same network"
    assert admission._rank(PasswordTry("new", "2001:db8:0:1::2")).name == "STRANGER"
    assert admission._rank(PasswordTry("new", "127.0.0.1")).name == "STRANGER", "it may be a proxy's"
    clock.now += 16 * 60
    assert admission._rank(PasswordTry("new", "2001:db8::2")).name == "STRANGER", "all is forgotten"


async def test_suspects_wait_between_two_tries() -> None:
    admission = Admission(pause=0.2)
    for _ in range(3):
        admission.failed(PasswordTry("mei", "192.0.2.1"))
    door, began = Door(admission), asyncio.get_running_loop().time()
    for number in range(3):
        await door.comes(f"g{number}", PasswordTry("mei", "192.0.2.1"))
    await door.all_done()
    assert asyncio.get_running_loop().time() - began >= 0.4


async def test_whoever_waits_too_long_or_is_crowded_out_is_told_and_leaves_no_trace() -> None:
    admission = Admission(most=2, patience=0.1)
    async with admission.turn(PasswordTry("a", "192.0.2.1")):
        crowd = [asyncio.create_task(_refused(admission, "192.0.2.1")) for _ in range(2)]
        await asyncio.sleep(0)
        began = asyncio.get_running_loop().time()
        other = asyncio.create_task(_refused(admission, "192.0.2.2"))
        await crowd[0]
        assert asyncio.get_running_loop().time() - began < 0.09, "the oldest of the crowd gave way"
        async with admission.turn(PasswordTry("known", "192.0.2.1", known=True)):
            await asyncio.gather(*crowd, other)
    gone = asyncio.create_task(_inside(admission))
    await asyncio.sleep(0.01)
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)
    async with admission.turn(PasswordTry("c", "192.0.2.1")):
        pass


async def _refused(admission: Admission, address: str) -> None:
    with pytest.raises(TooMany):
        async with admission.turn(PasswordTry("x", address)):
            raise AssertionError("nobody is let in")


async def _inside(admission: Admission) -> None:
    async with admission.turn(PasswordTry("gone", "192.0.2.1")):
        await asyncio.sleep(10)
