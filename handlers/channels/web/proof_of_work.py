"""Proof of work: whoever begins a chat on the page lets their computer search for a moment. People notice nothing.

A challenge is signed and bound to the chat and to the difficulty, so nothing is remembered of those that were given.
It is good for some minutes and once; what is remembered of that is bounded, and forgetting it costs nothing, for a
proof that is used again is good for the same chat alone.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from handlers.http.problems import RequestRefused

GOOD_FOR = 600
"""Seconds: a slow telephone at the highest difficulty takes less."""
_MOST = 50_000
_PROOF = re.compile(r"([0-9a-f]{8})\.([0-9a-f]{8})\.([0-9a-f]{24}):(\d{1,12})", re.ASCII)
_WORDS = "Your browser has to prove that it means it before a new chat begins. Please reload the page and try again."


class Unproved(RequestRefused):
    """No proof came, or none that is good; the challenge stands in a header."""

    status = 428
    code = "proof"

    def __init__(self, challenge: str, difficulty: int) -> None:
        super().__init__(_WORDS)
        self.extra = {"X-Challenge": challenge, "X-Difficulty": str(difficulty)}


@dataclass(slots=True)
class ProofOfWork:
    """`difficulty`: bits that must be zero; one more doubles the work, 0 asks for none."""

    difficulty: int = 0
    key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    clock: Callable[[], float] = time.time
    _spent: OrderedDict[str, None] = field(default_factory=OrderedDict)
    _known: OrderedDict[str, None] = field(default_factory=OrderedDict)

    def challenge(self, chat: str) -> str:
        """A new one for this chat: when it ends, something random, and our mark on both. 42 characters."""
        end, nonce = f"{int(self.clock()) + GOOD_FOR:08x}", secrets.token_hex(4)
        return f"{end}.{nonce}.{self._mark(chat, end, nonce)}"

    def check(self, chat: str, proof: str) -> None:
        """Raise `Unproved` unless the proof is good for this chat, now, and for the first time."""
        found = _PROOF.fullmatch(proof)
        if found is None or not self._is_good(chat, proof, *found.groups()):
            raise Unproved(self.challenge(chat), self.difficulty)
        _keep(self._spent, proof.partition(":")[0])
        self.learn(chat)

    def knows(self, chat: str) -> bool:
        """Whether this chat needs no proof any more."""
        return not self.difficulty or chat in self._known

    def learn(self, chat: str) -> None:
        """It needs none from now on."""
        _keep(self._known, chat)

    def _is_good(self, chat: str, proof: str, end: str, nonce: str, mark: str, _counter: str) -> bool:
        is_ours = hmac.compare_digest(mark, self._mark(chat, end, nonce))
        is_fresh = int(end, 16) >= self.clock() and f"{end}.{nonce}.{mark}" not in self._spent
        return is_ours and is_fresh and zero_bits(proof) >= self.difficulty

    def _mark(self, chat: str, end: str, nonce: str) -> str:
        text = f"proof {chat} {end} {nonce} {self.difficulty}"
        return hmac.digest(self.key, text.encode(), "sha256").hex()[:24]


def zero_bits(text: str) -> int:
    """With how many zero bits the SHA-256 digest of a text begins."""
    return 256 - int.from_bytes(hashlib.sha256(text.encode()).digest()).bit_length()


def _keep(held: OrderedDict[str, None], name: str) -> None:
    held[name] = None
    if len(held) > _MOST:
        held.popitem(last=False)
