"""What a file is, by its content. Its name only chooses between kinds that look the same inside, and
ends in an ending of what it is: a name is what a colleague's machine goes by when the file is opened.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8, getincrementaldecoder
from io import BytesIO
from pathlib import PurePosixPath
from typing import BinaryIO

from storage.db.errors import FileTypeRefused

_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"%PDF-", "application/pdf"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"fLaC", "audio/flac"),
    (b"#!AMR", "audio/amr"),
    (b"\x1aE\xdf\xa3", "video/webm"),
    (b"{\\rtf", "application/rtf"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_BRANDS = {
    b"heic": "image/heic", b"heix": "image/heic", b"mif1": "image/heic", b"avif": "image/avif",
    b"M4A ": "audio/mp4", b"qt  ": "video/quicktime",
}  # fmt: skip
_OPEN_XML = {
    b"word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    b"xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    b"ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
_OLE = {".doc": "application/msword", ".xls": "application/vnd.ms-excel", ".ppt": "application/vnd.ms-powerpoint"}
_OPEN_DOCUMENT = re.compile(
    rb"mimetype(application/vnd\.oasis\.opendocument\.(?:text|spreadsheet|presentation|graphics))PK"
)
"""The first part of such an archive, stored as it is; what follows it is the next part."""

_ACTIVE = re.compile(
    rb"<\s*(?:!doctype|html|head|body|script|svg|iframe|object|embed|hta:|\?xml|\?php)|^[ \t]*#![ \t]*[/.\w]",
    re.IGNORECASE | re.MULTILINE,
)
"""What a browser or a shell would run, wherever it begins."""

LOOKED_AT = 1024
"""Bytes of a text in which what runs is looked for."""

_MARK, _PIECE = BOM_UTF8, 64 * 1024
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")

ENDINGS: dict[str, tuple[str, ...]] = {
    "image/jpeg": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "image/png": (".png",),
    "image/gif": (".gif",),
    "image/webp": (".webp",),
    "image/bmp": (".bmp",),
    "image/tiff": (".tiff", ".tif"),
    "image/heic": (".heic", ".heif"),
    "image/avif": (".avif",),
    "application/pdf": (".pdf",),
    "application/rtf": (".rtf", ".doc"),
    "application/msword": (".doc",),
    "application/vnd.ms-excel": (".xls",),
    "application/vnd.ms-powerpoint": (".ppt",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (".docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (".xlsx",),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": (".pptx",),
    "application/vnd.oasis.opendocument.text": (".odt",),
    "application/vnd.oasis.opendocument.spreadsheet": (".ods",),
    "application/vnd.oasis.opendocument.presentation": (".odp",),
    "application/vnd.oasis.opendocument.graphics": (".odg",),
    "audio/ogg": (".ogg", ".oga", ".opus"),
    "audio/mpeg": (".mp3",),
    "audio/aac": (".aac",),
    "audio/flac": (".flac",),
    "audio/amr": (".amr",),
    "audio/wav": (".wav",),
    "audio/mp4": (".m4a", ".mp4"),
    "video/mp4": (".mp4", ".m4v", ".m4a", ".3gp", ".mov"),
    "video/quicktime": (".mov", ".qt"),
    "video/webm": (".webm", ".mkv", ".weba"),
    "video/x-msvideo": (".avi",),
    "text/plain": (".txt", ".log", ".csv", ".md"),
}
"""Every type that is ever taken, and the endings its files may have; the first is given where there is none of them."""

SAFE_IMAGES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
"""Types a browser may show in place: they hold nothing that runs."""


def media_type_of(content: bytes, name: str = "") -> str:
    """The media type of the content. Raises `FileTypeRefused` for programs, archives and what is unknown."""
    return media_type_in(BytesIO(content), name)


def media_type_in(file: BinaryIO, name: str = "") -> str:
    """The media type of a file, read in pieces from its beginning. Raises `FileTypeRefused` as above."""
    size = file.seek(0, 2)
    file.seek(0)
    head = file.read(LOOKED_AT + len(_MARK))
    found = _by_start(head, size) or _by_container(head, file, name) or _as_text(head, file)
    if found not in ENDINGS:
        raise FileTypeRefused("only pictures, sound, video, PDF, text and office documents are taken")
    return found


def ending_as(media_type: str, name: str, longest: int = 120) -> str:
    """The name with an ending that belongs to the type: `run.bat` that is text becomes `run.bat.txt`."""
    endings = ENDINGS[media_type]
    if name.lower().endswith(endings):
        return name
    return name[: longest - len(endings[0])].rstrip(" .") + endings[0]


def _by_start(head: bytes, size: int) -> str | None:
    # "BM" alone would take any file that happens to begin so; a bitmap states its own length next.
    if head.startswith(b"BM") and int.from_bytes(head[2:6], "little") != size:
        return None
    if head[:2] in (b"\xff\xfb", b"\xff\xf3", b"\xff\xf2"):
        return "audio/mpeg"
    if head[:2] in (b"\xff\xf1", b"\xff\xf9"):
        return "audio/aac"
    return next((kind for start, kind in _STARTS if head.startswith(start)), None)


def _by_container(head: bytes, file: BinaryIO, name: str) -> str | None:
    if head.startswith(b"RIFF"):
        return _RIFF.get(head[8:12])
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "video/mp4")
    if head.startswith(b"PK\x03\x04"):
        return _office(head, file)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _OLE.get(PurePosixPath(name.lower()).suffix)
    return None


def _office(head: bytes, file: BinaryIO) -> str | None:
    """An office document by the parts its archive names; any other archive could hold anything."""
    named = _named(file)
    if found := _OPEN_DOCUMENT.match(head, 30):
        return None if named & {b"Basic/script-", b"Scripts/"} else found[1].decode()
    if b"[Content_Types].xml" not in named or b"vbaProject.bin" in named:
        return None
    return next((kind for part, kind in _OPEN_XML.items() if part in named), None)


_NAMES = (b"[Content_Types].xml", b"vbaProject.bin", b"Basic/script-", b"Scripts/", *_OPEN_XML)


def _named(file: BinaryIO) -> set[bytes]:
    """Which of the names stand anywhere in the file, also across two pieces."""
    found: set[bytes] = set()
    overlap = max(map(len, _NAMES)) - 1
    file.seek(0)
    before = b""
    while piece := file.read(_PIECE):
        before += piece
        found |= {name for name in _NAMES if name in before}
        before = before[-overlap:]
    return found


def _as_text(head: bytes, file: BinaryIO) -> str | None:
    """Plain text, unless a browser or a shell would run it."""
    decoder = getincrementaldecoder("utf-8-sig")()
    file.seek(0)
    try:
        while piece := file.read(_PIECE):
            if _CONTROL.search(decoder.decode(piece)):
                return None
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return None
    return None if _ACTIVE.search(head.removeprefix(_MARK)[:LOOKED_AT]) else "text/plain"
