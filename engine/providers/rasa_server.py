"""Talking to a Rasa server: many texts at once, one deadline for them all, and nothing believed unchecked.

Raises nothing: a text that got no proper answer in time has no ranking, and that is all the caller needs to know.
What was written is never logged, and goes to the address that the operator gave and nowhere else.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping, Sequence
from typing import Annotated

import httpx
import msgspec

MOST_AT_ONCE = 4
"""Connections. Rasa parses one text at a time: more would only wait there instead of here."""

MOST_BYTES = 200_000
"""Of an answer. Thirty intents take three thousand."""

Ranking = Mapping[str, float]
"""Intent to confidence, 0 to 1, by the names that Rasa knows."""


class _Ranked(msgspec.Struct):
    name: str
    confidence: Annotated[float, msgspec.Meta(ge=0, le=1.001)]


class _Parsed(msgspec.Struct):
    intent_ranking: Annotated[list[_Ranked], msgspec.Meta(min_length=1)]


_answers = msgspec.json.Decoder(_Parsed)


class RasaServer:
    """One Rasa server. Its methods block, and must not be called on an event loop.

    Args:
        url: where it listens, as `http://127.0.0.1:5005`.
        token: what it was started with as `--auth-token`, or empty.
        deadline: seconds that a batch may take, however many texts are in it.
    """

    def __init__(self, url: str, token: str, deadline: float) -> None:
        self._url = url.rstrip("/") + "/model/parse"
        self._query = {"token": token} if token else {}
        self._deadline = deadline
        self._one_at_a_time = threading.Lock()
        self._runner = asyncio.Runner()
        self._client: httpx.AsyncClient | None = None

    def parse(self, texts: Sequence[str]) -> list[Ranking | None]:
        """A ranking per text, in order; None for a text that got no proper answer before the deadline."""
        if not texts:
            return []
        with self._one_at_a_time:
            return self._runner.run(self._parse_all(texts))

    def close(self) -> None:
        """Close the connections. It may be used again."""
        with self._one_at_a_time:
            if self._client is not None:
                self._runner.run(self._client.aclose())
            self._client = None
            self._runner.close()
            self._runner = asyncio.Runner()

    async def _parse_all(self, texts: Sequence[str]) -> list[Ranking | None]:
        client = self._connected()
        asked = [asyncio.create_task(self._parse(client, text)) for text in texts]
        await asyncio.wait(asked, timeout=self._deadline)
        for late in asked:
            late.cancel()
        answers = await asyncio.gather(*asked, return_exceptions=True)
        return [None if isinstance(answer, BaseException) else answer for answer in answers]

    def _connected(self) -> httpx.AsyncClient:
        """Connections are kept between batches. No proxy from the environment gets to read what customers write."""
        if self._client is None:
            limits = httpx.Limits(max_connections=MOST_AT_ONCE)
            plain = {"Accept-Encoding": "identity"}
            self._client = httpx.AsyncClient(timeout=self._deadline, limits=limits, trust_env=False, headers=plain)
        return self._client

    async def _parse(self, client: httpx.AsyncClient, text: str) -> Ranking | None:
        async with client.stream("POST", self._url, params=self._query, json={"text": text}) as answer:
            if answer.status_code != httpx.codes.OK:
                return None
            return ranking_of(await _body(answer))


def ranking_of(body: bytes) -> Ranking | None:
    """The ranking in an answer of Rasa's, or None where there is none."""
    try:
        parsed = _answers.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return {ranked.name: min(ranked.confidence, 1.0) for ranked in parsed.intent_ranking}


async def _body(answer: httpx.Response) -> bytes:
    """As much of an answer as a proper one could have; a longer one is cut, and then makes no sense."""
    body = bytearray()
    async for piece in answer.aiter_raw():
        body += piece
        if len(body) > MOST_BYTES:
            break
    return bytes(body)
