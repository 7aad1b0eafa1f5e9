"""A lean HTTP/1.1 client: one keep-alive connection, one request at a time, no more parsing than needed.

A full client costs more per request than the server under test; this one leaves the cores to the server.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode


def bearer(token: str) -> str:
    """The line that shows a program's token; none without one."""
    return f"Authorization: Bearer {token}\r\n" if token else ""


class Gone(ConnectionError):
    """The server went away before its whole answer arrived; whether it did the work is not known."""


@dataclass(slots=True)
class Wire:
    """A connection to one server, opened when first needed and again after it was lost."""

    host: str
    port: int
    patience: float = 30.0
    headers: str = ""
    """Whole lines more for each message that is sent, each with its end."""
    _reader: asyncio.StreamReader | None = None
    _writer: asyncio.StreamWriter | None = None

    async def post(self, path: str, body: Any) -> tuple[int, Any]:
        """Send JSON, return the status and the JSON answered. Raises `Gone`."""
        data = json.dumps(body, ensure_ascii=False).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\n"
            f"Content-Type: application/json\r\n{self.headers}Content-Length: {len(data)}\r\n\r\n"
        )
        return await self._exchange(head.encode() + data)

    async def form(self, path: str, fields: Mapping[str, str]) -> int:
        """Send a form, return the status. Raises `Gone`."""
        data = urlencode(fields).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\nOrigin: http://{self.host}:{self.port}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\n{self.headers}Content-Length: {len(data)}\r\n\r\n"
        )
        return (await self._exchange(head.encode() + data))[0]

    async def get(self, path: str) -> tuple[int, Any]:
        """Fetch JSON, as `post`."""
        return await self._exchange(f"GET {path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\n\r\n".encode())

    async def _exchange(self, request: bytes) -> tuple[int, Any]:
        try:
            async with asyncio.timeout(self.patience):
                if self._writer is None:
                    self._reader, self._writer = await asyncio.open_connection(self.host, self.port)
                self._writer.write(request)
                return await self._answer()
        except (OSError, TimeoutError, asyncio.IncompleteReadError, ValueError) as error:
            self.close()
            raise Gone(str(error)) from error

    async def _answer(self) -> tuple[int, Any]:
        assert self._reader is not None
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        status = int(head[9:12])
        body = await self._body(head)
        if "connection: close" in head:
            self.close()
        return status, _parsed(body)

    async def _body(self, head: str) -> bytes:
        assert self._reader is not None
        if "content-length:" in head:
            return await self._reader.readexactly(int(head.split("content-length:")[1].split("\r\n")[0]))
        chunks = []
        while size := int(await self._reader.readline(), 16):
            chunks.append((await self._reader.readexactly(size + 2))[:-2])
        await self._reader.readline()
        return b"".join(chunks)

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._reader = self._writer = None


def _parsed(body: bytes) -> Any:
    """The JSON of a body, or None for a page that is something else."""
    try:
        return json.loads(body)
    except ValueError:
        return None
