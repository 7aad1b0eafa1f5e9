"""Talking to a server of the OpenAI kind: one completion at a time of the caller's, and nothing believed unchecked.

Servers differ in what they take: a schema, JSON of any shape, or text alone; a temperature or none. The first form that
is not refused is kept for as long as the program runs. What was written is never logged, and goes to the address that
the operator gave and nowhere else: redirections are not followed, and no proxy of the environment is used.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import httpx
import msgspec

from dialogs.understanding.llm.prompt import Message
from engine.providers.llm.errors import BadAnswer, ServerRefused

MOST_BYTES = 200_000
"""Of an answer."""
LONGEST_PAUSE = 60.0
PATIENCE = 30.0
"""Seconds between two pieces of an answer. Callers have less."""
_PATH = "/chat/completions"
_NOT_TAKEN = frozenset({400, 415, 422, 501})
"""Statuses of a server that does not take a form; any other is about something else."""


@dataclass(frozen=True, slots=True)
class ModelAddress:
    """Where the model is: the address as OpenAI's clients take it (`https://host/v1`), its name there, and the key."""

    url: str
    model: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class AnswerFormat:
    """How an answer is asked for: `schema`, `object` or `text`."""

    format: str
    temperature: bool


FORMS = (
    AnswerFormat("schema", True),
    AnswerFormat("schema", False),
    AnswerFormat("object", False),
    AnswerFormat("text", False),
)


class _Said(msgspec.Struct):
    content: str | list[dict[str, Any]] | None = None


class _Choice(msgspec.Struct):
    message: _Said


class _Completion(msgspec.Struct):
    choices: list[_Choice]


_completions = msgspec.json.Decoder(_Completion)


class CompletionServer:
    """A server of chat completions. It belongs to the event loop that asks first, until it is closed."""

    def __init__(self, place: ModelAddress, at_once: int) -> None:
        self._url = place.url.rstrip("/").removesuffix(_PATH) + _PATH
        self._model = place.model
        self._headers = {"Accept-Encoding": "identity"}
        if place.key:
            self._headers["Authorization"] = f"Bearer {place.key}"
        self._at_once = at_once
        self._form = 0
        self._client: httpx.AsyncClient | None = None

    @property
    def form(self) -> AnswerFormat:
        """How answers are asked for now."""
        return FORMS[self._form]

    async def complete(self, messages: Sequence[Message], schema: dict[str, Any]) -> str:
        """What the model wrote. Raises `NoAnswer`; how long it may take is the caller's affair."""
        for at in range(self._form, len(FORMS)):
            try:
                written = await self._written(self._request(FORMS[at], messages, schema))
            except ServerRefused as refused:
                if refused.status not in _NOT_TAKEN or at == len(FORMS) - 1:
                    raise
                continue
            self._form = max(at, self._form)
            return written
        raise AssertionError("the last form is answered or refused")

    async def close(self) -> None:
        """Close the connections. It may be used again."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    def _request(self, form: AnswerFormat, messages: Sequence[Message], schema: dict[str, Any]) -> dict[str, Any]:
        request: dict[str, Any] = {"model": self._model, "messages": list(messages), "stream": False}
        if form.temperature:
            request["temperature"] = 0
        match form.format:
            case "schema":
                wanted = {"name": "reading", "strict": True, "schema": schema}
                request["response_format"] = {"type": "json_schema", "json_schema": wanted}
            case "object":
                request["response_format"] = {"type": "json_object"}
        return request

    async def _written(self, request: dict[str, Any]) -> str:
        try:
            async with self._connected().stream("POST", self._url, json=request) as response:
                if response.status_code != httpx.codes.OK:
                    raise ServerRefused(response.status_code, _pause(response.headers.get("Retry-After", "")))
                return _content(await _body(response))
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            raise BadAnswer(type(error).__name__) from None

    def _connected(self) -> httpx.AsyncClient:
        if self._client is None:
            limits = httpx.Limits(max_connections=self._at_once)
            self._client = httpx.AsyncClient(timeout=PATIENCE, limits=limits, trust_env=False, headers=self._headers)
        return self._client


def _pause(header: str) -> float:
    """The seconds in a `Retry-After`; a date in it, or nonsense, counts as none."""
    seconds = float(header) if header.isascii() and header.isdecimal() else 0.0
    return min(seconds, LONGEST_PAUSE)


def _content(body: bytes) -> str:
    try:
        completion = _completions.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise BadAnswer("no completion") from None
    content = completion.choices[0].message.content if completion.choices else None
    if isinstance(content, list):
        content = "".join(part["text"] for part in content if isinstance(part.get("text"), str))
    if not content:
        raise BadAnswer("an empty completion")
    return content


async def _body(response: httpx.Response) -> bytes:
    body = bytearray()
    async for piece in response.aiter_raw():
        body += piece
        if len(body) > MOST_BYTES:
            raise BadAnswer("too long")
    return bytes(body)
