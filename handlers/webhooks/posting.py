"""Posting one webhook: to the address that was judged, without redirects, proxies or a look at the answer's body."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING

from handlers.webhooks.places import NotAllowed, Places

if TYPE_CHECKING:
    import httpx

PATIENCE = 15.0
"""Seconds that one attempt may take, from looking the name up to the receiver's status."""
_LONGEST_ASKED = 3600.0


@dataclass(frozen=True, slots=True)
class PostResult:
    """What came of one try. `status` is 0 where there was no answer; `after` is how long they ask us to wait."""

    status: int
    trouble: str = ""
    after: float = 0.0


class Posting:
    """Posts to places that are allowed. Its library is loaded with the first message: most have nobody to tell.

    `trusting` says which certificates are good; without, those that the system's usual authorities vouch for.
    """

    def __init__(self, places: Places, patience: float = PATIENCE, trusting: ssl.SSLContext | None = None) -> None:
        self._places = places
        self._patience = patience
        self._trusting = trusting
        self._client: httpx.AsyncClient | None = None

    async def post(self, url: str, headers: dict[str, str], body: bytes) -> PostResult:
        """Post once. Whatever goes wrong is an answer; never raises."""
        import httpx

        verify = self._trusting or True
        self._client = self._client or httpx.AsyncClient(verify=verify, trust_env=False, follow_redirects=False)
        try:
            async with asyncio.timeout(self._patience):
                return await self._posted(self._client, httpx.URL(url), headers, body)
        except NotAllowed as error:
            return PostResult(0, str(error))
        except (TimeoutError, OSError, ValueError, httpx.HTTPError, httpx.InvalidURL) as error:
            # Another's own words may hold the address, and that a token.
            return PostResult(0, type(error).__name__)

    async def close(self) -> None:
        if self._client:
            await self._client.aclose()
        self._client = None

    async def _posted(
        self, client: httpx.AsyncClient, url: httpx.URL, headers: dict[str, str], body: bytes
    ) -> PostResult:
        self._places.check(str(url))
        address = await self._places.find(url.host, url.port or (443 if url.scheme == "https" else 80))
        # The address that was judged is the one we connect to; the certificate is still the name's.
        request = client.build_request(
            "POST", url.copy_with(host=address), content=body, headers={"host": url.netloc.decode(), **headers},
            timeout=self._patience, extensions={"sni_hostname": url.host},
        )  # fmt: skip
        response = await client.send(request, stream=True)
        await response.aclose()
        return _judged(response)


def _judged(response: httpx.Response) -> PostResult:
    if response.is_success:
        return PostResult(response.status_code)
    asked = response.headers.get("retry-after", "")
    after = min(float(asked), _LONGEST_ASKED) if asked.isascii() and asked.isdecimal() else 0.0
    return PostResult(response.status_code, f"status {response.status_code}", after)
