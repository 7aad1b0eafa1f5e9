"""The page's own files: read once at start, kept compressed, cached by browsers for as long as they are the same.

A page names its files as `static/NAME`; it is served with that changed to `static/VERSION/NAME`, where
VERSION is a digest of all of them. So they may be kept for a year, and modules that import each other
by relative paths always come from one version. Plain `static/NAME` works too, and asks each time.
"""

from __future__ import annotations

import gzip
import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import Response

from handlers.http.problems import NotFound

FOREVER = "public, max-age=31536000, immutable"
ASK = "no-cache"
_SQUEEZED = ("text/", "application/json", "image/svg")
_REFERENCE = re.compile(rb'(?<=")static/')
_COMMENTS = re.compile(rb"^[ \t]*(?://.*|/\*(?:.|\n)*?\*/[ \t]*)\n", re.MULTILINE)
"""Comments on lines of their own: for those who read the source, not for those who wait for the page."""


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file as it is sent. `squeezed` is empty where compressing gains nothing."""

    content: bytes
    squeezed: bytes
    media_type: str
    etag: str

    def answer(self, headers: Headers, cache: str, extra: Mapping[str, str] | None = None) -> Response:
        """The file, or 304 when the browser has it already."""
        facts = {"ETag": self.etag, "Cache-Control": cache, "Vary": "Accept-Encoding", **(extra or {})}
        if self.etag in headers.get("if-none-match", ""):
            return Response(status_code=304, headers=facts)
        if self.squeezed and "gzip" in headers.get("accept-encoding", ""):
            return Response(self.squeezed, 200, {**facts, "Content-Encoding": "gzip"}, media_type=self.media_type)
        return Response(self.content, 200, facts, media_type=self.media_type)


@dataclass(frozen=True, slots=True)
class Statics:
    """All files below `pages/static/`, and the pages that name them."""

    version: str
    files: Mapping[str, StaticFile]
    pages: Mapping[str, StaticFile]

    def answer(self, path: str, headers: Headers) -> Response:
        """`VERSION/NAME` or plain `NAME`. Raises `NotFound`."""
        version, _, name = path.partition("/")
        if version == self.version and name in self.files:
            return self.files[name].answer(headers, FOREVER)
        # An older page may still ask for its own version: the present file is better than none.
        found = self.files.get(path) or self.files.get(name)
        if found is None:
            raise NotFound("There is no such file.")
        return found.answer(headers, ASK)

    def page(self, name: str, headers: Headers) -> Response:
        """A page by its file's name. Raises `NotFound`."""
        if name not in self.pages:
            raise NotFound(f"This installation has no page {name}.")
        return self.pages[name].answer(headers, ASK)


def read_statics(folder: Path) -> Statics:
    """The pages in `folder` and the files in `folder/static`."""
    contents = _read(folder / "static")
    version = sha256(b"".join(contents[name] for name in sorted(contents))).hexdigest()[:12]
    named = f"static/{version}/".encode()
    pages = {page.name: _REFERENCE.sub(named, page.read_bytes()) for page in folder.glob("*.html")}
    return Statics(version, _kept(contents), _kept(pages))


def _read(folder: Path) -> dict[str, bytes]:
    files = (file for file in folder.rglob("*") if file.is_file())
    return {file.relative_to(folder).as_posix(): _lean(file) for file in files}


def _lean(file: Path) -> bytes:
    content = file.read_bytes()
    return _COMMENTS.sub(b"", content) if file.suffix in (".js", ".css") else content


def _kept(contents: Mapping[str, bytes]) -> dict[str, StaticFile]:
    return {name: _file(name, content) for name, content in contents.items()}


def _file(name: str, content: bytes) -> StaticFile:
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    squeezed = gzip.compress(content, 9, mtime=0) if media_type.startswith(_SQUEEZED) and len(content) > 256 else b""
    return StaticFile(content, squeezed, media_type, f'"{sha256(content).hexdigest()[:16]}"')
