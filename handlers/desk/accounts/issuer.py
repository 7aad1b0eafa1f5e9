"""OpenID Connect: what is asked of an issuer and what of its answer is believed. Loaded only where one is set.

The code flow with PKCE, state and nonce (OpenID Connect Core 1.0, RFC 7636). Addresses and keys are the issuer's own
(Discovery 1.0). What names a person is the issuer and its subject; e-mail addresses prove nothing.
"""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from handlers.http.limits import is_loopback
from storage.staff.accounts import Role

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
"""Signatures with a key that the issuer alone has."""
SLACK = 60
"""Seconds by which clocks may differ."""
PATIENCE = 10.0
KEPT = 3600.0
"""Seconds for which what the issuer says of itself is kept."""
LARGEST = 512 * 1024
"""Bytes of an answer."""
JUST_NOW = timedelta(minutes=5)


class NotBelieved(Exception):
    """The issuer is away, or what came is not a good answer to what this browser was sent with. Says why, for logs."""


@dataclass(frozen=True, slots=True)
class Client:
    """What this desk is to the issuer. `roles`: our role by a value of the claim; empty: the issuer gives no roles.

    `role_claim` may lead into an object, as `realm_access.roles`. Without a `secret` PKCE alone proves us.
    """

    url: str
    id: str
    secret: str = ""
    name: str = ""
    role_claim: str = "roles"
    roles: Mapping[str, Role] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class IssuerPerson:
    """Whom the issuer speaks of. `role` is the highest that the claim gives, None where it gives none."""

    subject: str
    login: str
    name: str
    role: Role | None


@dataclass(frozen=True, slots=True)
class Trip:
    """One way to the issuer and back: what was sent, and what the answer must fit. `fresh`: a new sign-in there."""

    redirect: str
    state: str
    nonce: str
    verifier: str
    fresh: bool = False


@dataclass(slots=True)
class Issuer:
    """One issuer, and what is known of it so far."""

    client: Client
    http: httpx.AsyncClient = field(default_factory=lambda: httpx.AsyncClient(timeout=PATIENCE))
    _about: Mapping[str, Any] = field(default_factory=dict)
    _asked_at: float = 0.0
    _keys: KeySet | None = None

    @property
    def url(self) -> str:
        """By this name accounts are matched; issuers write their own with a slash at its end, or without."""
        return self.client.url.rstrip("/")

    @property
    def name(self) -> str:
        """What the button says."""
        return self.client.name or urlsplit(self.client.url).hostname or self.client.url

    async def address(self, trip: Trip) -> str:
        """Where to send the browser. Raises `NotBelieved`."""
        about = await self._discovered()
        asked = {
            "response_type": "code", "client_id": self.client.id, "redirect_uri": trip.redirect,
            "scope": "openid profile email", "state": trip.state, "nonce": trip.nonce,
            "code_challenge": _challenge(trip.verifier), "code_challenge_method": "S256",
            **({"prompt": "login", "max_age": "0"} if trip.fresh else {}),
        }  # fmt: skip
        place = about["authorization_endpoint"]
        return f"{place}{'&' if '?' in place else '?'}{urlencode(asked)}"

    async def person(self, trip: Trip, code: str, now: datetime) -> IssuerPerson:
        """Who came back with this code. Raises `NotBelieved`."""
        about = await self._discovered()
        tokens = await self._tokens(about, trip, code)
        claims = await self._claims(about, str(tokens.get("id_token", "")), trip, now)
        if self.client.roles and self._values(claims) is None and "userinfo_endpoint" in about:
            claims = {**await self._userinfo(about, tokens, claims["sub"]), **claims}
        login = claims.get("preferred_username") or claims.get("email") or claims["sub"]
        return IssuerPerson(claims["sub"], str(login), str(claims.get("name") or login), self._role(claims))

    async def _discovered(self) -> Mapping[str, Any]:
        if self._about and time.monotonic() - self._asked_at < KEPT:
            return self._about
        found = await self._fetch("GET", f"{self.url}/.well-known/openid-configuration")
        if str(found.get("issuer", "")).rstrip("/") != self.url:
            raise NotBelieved("its configuration names another issuer")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not is_safe(found.get(name)):
                raise NotBelieved(f"its {name} is missing, or not https")
        self._about, self._asked_at, self._keys = found, time.monotonic(), None
        return found

    async def _tokens(self, about: Mapping[str, Any], trip: Trip, code: str) -> Mapping[str, Any]:
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": trip.redirect,
            "code_verifier": trip.verifier,
        }  # fmt: skip
        basic = "client_secret_basic" in about.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if self.client.secret and basic:
            credentials = httpx.BasicAuth(_quoted(self.client.id), _quoted(self.client.secret))
            return await self._fetch("POST", about["token_endpoint"], data=form, auth=credentials)
        form["client_id"] = self.client.id
        if self.client.secret:
            form["client_secret"] = self.client.secret
        return await self._fetch("POST", about["token_endpoint"], data=form)

    async def _claims(self, about: Mapping[str, Any], token: str, trip: Trip, now: datetime) -> dict[str, Any]:
        """What the ID token says, once all of it holds."""
        claims = await self._signed(about, token)
        registry = jwt.JWTClaimsRegistry(
            now=int(now.timestamp()), leeway=SLACK, iss={"essential": True, "value": about["issuer"]},
            aud={"essential": True, "value": self.client.id}, exp={"essential": True}, iat={"essential": True},
            nonce={"essential": True, "value": trip.nonce}, sub={"essential": True},
        )  # fmt: skip
        try:
            registry.validate(claims)
        except JoseError as error:
            raise NotBelieved(f"the token: {error}") from None
        if claims.get("azp", self.client.id) != self.client.id or not isinstance(claims["sub"], str):
            raise NotBelieved("the token is for another client, or of no subject")
        if trip.fresh and not _just_now(claims.get("auth_time"), now):
            raise NotBelieved("nobody signed in anew at the issuer")
        return claims

    async def _signed(self, about: Mapping[str, Any], token: str) -> dict[str, Any]:
        """The claims of a token whose signature is the issuer's; its keys may have changed since we read them."""
        for _ in range(2):
            fresh = self._keys is None
            if self._keys is None:
                found = await self._fetch("GET", about["jwks_uri"])
                try:
                    self._keys = KeySet.import_key_set(found)  # type: ignore[arg-type]
                except (JoseError, ValueError, KeyError, TypeError):
                    raise NotBelieved("its keys cannot be read") from None
            try:
                return dict(jwt.decode(token, self._keys, algorithms=list(ALGORITHMS)).claims)
            except (JoseError, ValueError) as error:
                self._keys = None
                if fresh:
                    raise NotBelieved(f"the token: {error}") from None
        raise NotBelieved("the token is not signed by the issuer")

    async def _userinfo(self, about: Mapping[str, Any], tokens: Mapping[str, Any], subject: str) -> Mapping[str, Any]:
        if not is_safe(about["userinfo_endpoint"]):
            raise NotBelieved("its userinfo_endpoint is not https")
        headers = {"Authorization": f"Bearer {tokens.get('access_token', '')}"}
        found = await self._fetch("GET", about["userinfo_endpoint"], headers=headers)
        if found.get("sub") != subject:
            raise NotBelieved("its userinfo is about somebody else")
        return found

    async def _fetch(self, method: str, url: str, **how: Any) -> dict[str, Any]:
        """A JSON object from the issuer; redirects are not followed."""
        headers = {"Accept": "application/json", **how.pop("headers", {})}
        try:
            async with self.http.stream(method, url, headers=headers, **how) as answer:
                body = await _within(answer, LARGEST)
            found = json.loads(body)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, RecursionError) as error:
            raise NotBelieved(f"{type(error).__name__} at {urlsplit(url).path}") from None
        if answer.status_code != httpx.codes.OK or not isinstance(found, dict):
            raise NotBelieved(f"it answers {answer.status_code} at {urlsplit(url).path}")
        return found

    def _values(self, claims: Mapping[str, Any]) -> list[str] | None:
        """What the role claim says; None where there is none."""
        found: Any = claims.get(self.client.role_claim)
        if found is None:
            found = claims
            for part in self.client.role_claim.split("."):
                found = found.get(part) if isinstance(found, dict) else None
        match found:
            case str():
                return [found]
            case list():
                return [each for each in found if isinstance(each, str)]
        return None

    def _role(self, claims: Mapping[str, Any]) -> Role | None:
        given = [self.client.roles[each] for each in self._values(claims) or () if each in self.client.roles]
        return max(given, key=lambda role: role.rank, default=None)


async def _within(answer: httpx.Response, largest: int) -> bytes:
    """The body of an answer that is not too long. Raises `NotBelieved`."""
    body = b""
    async for piece in answer.aiter_bytes():
        body += piece
        if len(body) > largest:
            raise NotBelieved("its answer is too long")
    return body


def _just_now(auth_time: Any, now: datetime) -> bool:
    if not isinstance(auth_time, int | float):
        return False
    return abs(now.timestamp() - auth_time) <= JUST_NOW.total_seconds()


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _quoted(text: str) -> str:
    """As RFC 6749, 2.3.1 has it."""
    return urlencode({"": text})[1:]


def is_safe(url: Any) -> bool:
    """Whether an address is https, or this machine's own."""
    if not isinstance(url, str):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    own = parts.hostname == "localhost" or is_loopback(parts.hostname or "")
    return parts.scheme == "https" or (parts.scheme == "http" and own)
