"""Routes for the busy doors: FastAPI documents them, and they are reached without its machinery.

FastAPI's routing, dependency solving and exit stacks cost more than all the rest of a small request.
A `LeanRoute` takes a Starlette `Request` and returns a `Response`; `Shortcuts` goes to it by an exact
look-up of method and path. Everything else goes the usual way.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from typing import Any, TypeVar

import msgspec
import structlog
from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.requests import ClientDisconnect
from starlette.responses import Response as PlainResponse
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from handlers.http.json_depth import MOST_DEEP, is_too_deep
from handlers.http.problems import Away, BadRequest, RequestRefused, answer, error
from storage.db.errors import Unavailable

T = TypeVar("T")
Endpoint = Callable[[Request], Awaitable[ASGIApp]]


class LeanRoute(APIRoute):
    """A route whose endpoint is called as it is: no dependencies, no validation, no response model."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        return self.endpoint


class Shortcuts:
    """Goes straight to the lean route for a method and path, and to `app` for everything else."""

    def __init__(self, app: ASGIApp, routes: Iterable[BaseRoute]) -> None:
        self.app = app
        self.endpoints = _by_address(routes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        endpoint = None if scope["type"] != "http" else self.endpoints.get((scope["method"], scope["path"]))
        if endpoint is None:
            return await self.app(scope, receive, send)
        response = await _answered(endpoint, Request(scope, receive))
        return await response(scope, receive, send)


def _by_address(routes: Iterable[BaseRoute]) -> Mapping[tuple[str, str], Endpoint]:
    lean = [route for route in routes if isinstance(route, LeanRoute) and not route.param_convertors]
    return {(method, route.path): route.endpoint for route in lean for method in route.methods or ()}


async def _answered(endpoint: Endpoint, request: Request) -> ASGIApp:
    try:
        return await endpoint(request)
    except RequestRefused as refused:
        return answer(refused, request.url.path)
    except Unavailable:
        return answer(Away(), request.url.path)
    except ClientDisconnect:
        return PlainResponse(status_code=400)
    except Exception as fault:
        return broken(request.scope, fault)


def broken(scope: Scope, fault: Exception) -> Response:
    """A programming error: logged without anything that a customer wrote, answered 500."""
    where = _last_frame(fault)
    structlog.get_logger().error("request_failed", path=_shape(scope), error=type(fault).__name__, where=where)
    return error(500, "failed", "Something went wrong on our side. Please try again; nothing was changed.")


def _last_frame(fault: Exception) -> str:
    trace = fault.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""


def _shape(scope: Scope) -> str:
    """The route's pattern, never its values."""
    return str(getattr(scope.get("route"), "path", scope["path"]))


async def decoded(request: Request, decoder: msgspec.json.Decoder[T]) -> T:
    """The request's JSON body. Raises `BadRequest` that says what is wrong and where."""
    body = await request.body()
    if is_too_deep(body):
        raise BadRequest(f"The body is nested too deep: at most {MOST_DEEP} levels are taken.", "too_deep")
    try:
        return _decoded(body, decoder)
    except msgspec.ValidationError as fault:
        raise BadRequest(_invalid(fault)) from None
    except (ValueError, RecursionError) as fault:
        raise BadRequest(f"The body is not valid JSON in UTF-8: {fault}.", "malformed_json") from None


def _decoded(body: bytes, decoder: msgspec.json.Decoder[T]) -> T:
    try:
        return decoder.decode(body)
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:
        if rb"\u" not in body:
            raise
        return decoder.decode(_mended(body))


def _mended(body: bytes) -> bytes:
    """JSON whose half surrogates (an emoji cut in two, as JavaScript may send) became U+FFFD."""
    text = json.dumps(json.loads(body), ensure_ascii=False)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()


def _invalid(fault: msgspec.ValidationError) -> str:
    words = str(fault).replace("`$.", "`").replace(" - at `$`", "")
    return f"The body does not have the expected shape: {words}."
