"""Beginning chats by the thousand."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import httpx
import pytest

from handlers.channels.base import http_events
from handlers.channels.web.proof_of_work import GOOD_FOR, ProofOfWork, Unproved, zero_bits
from tests.attack.street import open_house
from tests.edges.scenery import JPEG, House, Visitor

__all__ = ["open_house"]

Open = Callable[..., House]
Tried = Callable[[int], None]
BITS = 10


def worked(challenge: str, difficulty: int = BITS) -> str:
    """What the page's script searches for."""
    return next(proof for n in count() if zero_bits(proof := f"{challenge}:{n}") >= difficulty)


def post(visitor: Visitor, **headers: str) -> httpx.Response:
    body = {"id": "first", "text": "hello", "language": "en"}
    return visitor.http.post("/chat/messages", json=body, headers={**visitor.headers, **headers})


def test_a_script_that_does_no_work_begins_no_chats(open_house: Open, tried: Tried) -> None:
    """A script begins chats as fast as it can"""
    house = open_house(proof_of_work=ProofOfWork(BITS))
    for _ in range(50):
        refused = post(house.visitor())
        assert (refused.status_code, refused.json()["error"]["code"]) == (428, "proof")
        assert house.visitor().upload("a.jpg", JPEG).status_code == 428
    tried(100)
    visitor = house.visitor()
    proof = worked(post(visitor).headers["X-Challenge"])
    assert post(visitor, **{"X-Proof": proof}).status_code == 200
    assert visitor.say("and nobody is asked twice")
    assert visitor.upload("a.jpg", JPEG).status_code == 200


def test_a_proof_is_good_for_one_chat_alone(open_house: Open, tried: Tried) -> None:
    """One proof is worked for and used for a thousand chats"""
    house = open_house(proof_of_work=ProofOfWork(BITS))
    first = house.visitor()
    proof = worked(post(first).headers["X-Challenge"])
    assert post(first, **{"X-Proof": proof}).status_code == 200
    answers = {post(house.visitor(), **{"X-Proof": proof}).status_code for _ in range(50)}
    tried(50)
    assert answers == {428}


def test_a_chat_that_began_before_is_asked_for_nothing(open_house: Open) -> None:
    proving = ProofOfWork(0)
    visitor = open_house(proof_of_work=proving).visitor()
    visitor.say("hello")
    proving.difficulty = BITS
    assert not proving.knows(http_events.chat_of_token(visitor.token))
    assert visitor.say("again")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda proof: "",
        lambda proof: proof + "1",
        lambda proof: proof.replace(".", ":"),
        lambda proof: f"{'f' * 8}{proof[8:]}",
        lambda proof: proof.rpartition(":")[0] + ":٣",
        lambda proof: proof.upper(),
        lambda proof: "x" * 10_000,
    ],
)
def test_a_proof_that_is_none_is_refused(spoil: Callable[[str], str], tried: Tried) -> None:
    """Proofs are forged, stretched in time, or made of nonsense"""
    proving = ProofOfWork(BITS)
    with pytest.raises(Unproved):
        proving.check("chat", spoil(worked(proving.challenge("chat"))))
    tried(1)


def test_a_proof_is_good_once_and_not_for_ever(tried: Tried) -> None:
    """Proofs are collected for months, or used again and again"""
    now = [1_000_000.0]
    proving = ProofOfWork(BITS, clock=lambda: now[0])
    old, fresh = (worked(proving.challenge("chat")) for _ in range(2))
    proving.check("chat", fresh)
    with pytest.raises(Unproved):
        proving.check("chat", fresh)
    now[0] += GOOD_FOR + 1
    with pytest.raises(Unproved):
        proving.check("chat", old)
    easier = worked(ProofOfWork(1, key=proving.key, clock=proving.clock).challenge("chat"))
    with pytest.raises(Unproved):
        proving.check("chat", easier)
    tried(3)


def test_what_is_remembered_is_bounded(tried: Tried) -> None:
    """Chats without number are begun, to fill the memory with their proofs"""
    proving = ProofOfWork(1)
    for n in range(60_000):
        proving.learn(f"chat {n}")
    tried(60_000)
    assert len(proving._known) == 50_000
