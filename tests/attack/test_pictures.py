"""What a photo says of the one who took it: where they live, when, and with which camera."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageSequence, features
from PIL.PngImagePlugin import PngInfo

from storage.files.attachments import FileStore
from storage.files.pictures import cleaned
from tests.attack.street import open_house
from tests.edges.scenery import House

__all__ = ["open_house"]

Tried = Callable[[int], None]
SECRETS = (b"Anna Home", b"Leica", b"Secret place", b"xmpmeta", b"IPTC-city")
_XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/">Secret place</x:xmpmeta>'
_TURNED, _GPS, _IFD = 6, 0x8825, 0x8769


def exif(orientation: int = _TURNED) -> Image.Exif:
    """What a telephone writes: camera, owner, which way up, and where."""
    told = Image.Exif()
    told[0x0112], told[0x010F], told[0x013B], told[0x010E] = orientation, "Leica", "Anna Home", "Secret place"
    told.get_ifd(_GPS).update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 18.0)})
    told.get_ifd(_IFD).update({0x9286: "Secret place", 0xA434: "Leica"})
    return told


def drawn(mode: str = "RGB") -> Image.Image:
    """Something to look at."""
    picture = Image.linear_gradient("L").resize((64, 48)).convert("RGB")
    picture.paste((200, 30, 30), (5, 5, 25, 30))
    return picture.convert(mode)


def saved(kind: str, picture: Image.Image | None = None, **how: Any) -> bytes:
    held = BytesIO()
    (picture or drawn()).save(held, kind, **how)
    return held.getvalue()


def jpeg() -> bytes:
    iptc = b"\xff\xed" + (len(b"Photoshop 3.0\x00IPTC-city") + 2).to_bytes(2) + b"Photoshop 3.0\x00IPTC-city"
    whole = saved("JPEG", exif=exif(), comment=b"Anna Home", xmp=_XMP, progressive=True)
    # Behind the picture's end some telephones put more pictures, each with notes of its own.
    return whole[:2] + iptc + whole[2:] + saved("JPEG", exif=exif(1))


def png() -> bytes:
    notes = PngInfo()
    notes.add_text("Author", "Anna Home")
    notes.add_itxt("XML:com.adobe.xmp", _XMP.decode())
    notes.add_text("Comment", "Secret place", zip=True)
    return saved("PNG", pnginfo=notes, exif=exif(), dpi=(300, 300)) + b"Anna Home"


def gif() -> bytes:
    frames = [drawn("P"), drawn("L").convert("P")]
    return saved("GIF", frames[0], save_all=True, append_images=frames[1:], loop=0, comment=b"Anna Home", duration=90)


def film() -> bytes:
    """The skeleton of a film whose place is told in two ways."""
    place = _box(b"udta", _box(b"\xa9xyz", b"\x00\x12\x15\xc7+52.52+013.40/ Secret place"))
    keys = _box(b"meta", b"\x00\x00\x00\x00mdta com.apple.quicktime.location Leica")
    moov = _box(b"moov", _box(b"mvhd", bytes(100)) + _box(b"trak", _box(b"tkhd", bytes(80)) + keys) + place)
    return _box(b"ftyp", b"isom\x00\x00\x00\x00") + moov + _box(b"uuid", b"Anna Home") + _box(b"mdat", b"film" * 99)


def _box(kind: bytes, body: bytes) -> bytes:
    return (len(body) + 8).to_bytes(4) + kind + body


PICTURES: dict[str, Callable[[], bytes]] = {
    "image/jpeg": jpeg,
    "image/png": png,
    "image/webp": lambda: saved("WEBP", exif=exif(), xmp=_XMP, quality=80),
    "image/gif": gif,
    "image/avif": lambda: saved("AVIF", exif=exif(), xmp=_XMP),
}


def made(kind: str) -> bytes:
    if kind == "image/avif" and not features.check("avif"):
        pytest.skip("AVIF in Pillow")
    return PICTURES[kind]()


def clean(kind: str, content: bytes) -> bytes:
    return b"".join(cleaned(kind, BytesIO(content)))


@pytest.mark.parametrize("kind", PICTURES)
def test_a_picture_s_place_and_camera_are_gone_when_it_is_kept(kind: str, tmp_path: Path, tried: Tried) -> None:
    """A customer's photo tells an agent where they live"""
    content, store = made(kind), FileStore(tmp_path)
    file = store.put(content, "photo")
    kept = store.get(file.digest) or b""
    tried(1)
    assert file.media_type == kind
    assert any(secret in content for secret in SECRETS)
    assert not [secret for secret in SECRETS if secret in kept]
    assert (file.digest, file.size) == (hashlib.sha256(kept).hexdigest(), len(kept))
    with Image.open(BytesIO(kept)) as picture:
        told = picture.getexif()
        assert not told.get_ifd(_GPS)
        assert not told.get_ifd(_IFD)
        assert set(told) <= {0x0112}


def _frames(picture: Image.Image) -> list[bytes]:
    return [one.copy().convert("RGBA").tobytes() for one in ImageSequence.Iterator(picture)]


@pytest.mark.parametrize("kind", PICTURES)
def test_not_one_pixel_is_changed(kind: str, tried: Tried) -> None:
    """What is taken out of a picture must not spoil the evidence"""
    content = made(kind)
    with Image.open(BytesIO(content)) as before, Image.open(BytesIO(clean(kind, content))) as after:
        frames = [_frames(each) for each in (before, after)]
    tried(1)
    assert frames[0] == frames[1]


@pytest.mark.parametrize("kind", ["image/jpeg", "image/png", "image/webp"])
def test_which_way_up_it_is_is_kept(kind: str) -> None:
    with Image.open(BytesIO(clean(kind, made(kind)))) as picture:
        assert picture.getexif()[0x0112] == _TURNED


@pytest.mark.parametrize("kind", PICTURES)
def test_what_was_cleaned_stays_as_it_is(kind: str) -> None:
    once = clean(kind, made(kind))
    assert clean(kind, once) == once


def test_a_film_s_place_is_blanked_and_nothing_moves(tried: Tried) -> None:
    """A film tells where it was taken, in boxes of its own"""
    content = film()
    kept = clean("video/mp4", content)
    tried(1)
    assert len(kept) == len(content)
    assert not [secret for secret in (*SECRETS, b"+52.52") if secret in kept]
    assert kept[content.index(b"mdat") :] == content[content.index(b"mdat") :]
    assert kept.count(b"free") == 3


def test_a_tool_that_reads_everything_finds_nothing(tmp_path: Path, tried: Tried) -> None:
    """Somebody runs exiftool over what was kept"""
    if not shutil.which("exiftool"):
        pytest.skip("exiftool")
    for kind in PICTURES:
        path = tmp_path / kind.replace("/", ".")
        path.write_bytes(clean(kind, made(kind)))
        told = subprocess.run(["exiftool", "-a", "-u", "-G1", path], capture_output=True, text=True, check=True).stdout
        assert not [line for line in told.splitlines() if "GPS" in line or "Leica" in line], kind
        assert not [secret for secret in SECRETS if secret.decode() in told], kind
        tried(1)


def test_a_picture_that_would_fill_the_memory_is_never_unfolded(tmp_path: Path, tried: Tried) -> None:
    """A small file says that it is sixty thousand pixels wide and high"""
    bomb = bytearray(saved("PNG"))
    bomb[16:24] = (60_000).to_bytes(4) * 2
    file = FileStore(tmp_path).put(bytes(bomb), "bomb.png")
    tried(1)
    assert file.size <= len(bomb)


@pytest.mark.parametrize("kind", [*PICTURES, "video/mp4"])
@settings(max_examples=150)
@given(data=st.data())
def test_whatever_is_broken_in_a_picture_stops_nothing(kind: str, data: st.DataObject) -> None:
    content = bytearray(film() if kind == "video/mp4" else made(kind))
    for _ in range(data.draw(st.integers(0, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(content[: data.draw(st.integers(2, len(content)))])
    assert len(clean(kind, cut)) <= len(cut) + 64


_LONG = 4 * 1024 * 1024
_ITEMS = _box(b"iinf", bytes(4) + b"\x00\x01" + _box(b"infe", b"\x02" + bytes(7) + b"Exif"))
_EXTENTS = _box(
    b"iloc", bytes(4) + b"\x44\x00\xff\xff" + bytes(4) + b"\xff\xff" + b"\x00\x00\x00\x10\x00\x3f\xff\x00" * 65_535
)
WORST = {
    "scans": ("image/jpeg", b"\xff\xd8" + b"\xff\xda\x00\x02" * (_LONG // 4)),
    "markers": ("image/jpeg", b"\xff\xd8" + b"\xff\x01" * (_LONG // 2)),
    "padding": ("image/jpeg", b"\xff\xd8" + b"\xff" * _LONG),
    "chunks": ("image/png", b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\x00IDAT\x00\x00\x00\x00" * (_LONG // 12)),
    "blocks": ("image/gif", b"GIF89a" + bytes(7) + b"\x21\xfe" + b"\x01a" * (_LONG // 2)),
    "riff": ("image/webp", b"RIFF\xff\xff\xff\x00WEBP" + b"VP8 \x00\x00\x00\x00" * (_LONG // 8)),
    "boxes": ("video/mp4", b"\x00\x00\x00\x08free" * (_LONG // 8)),
    "nested": ("video/mp4", b"".join((_LONG - 8 * n).to_bytes(4) + b"moov" for n in range(_LONG // 8))),
    "extents": (
        "image/heic",
        _box(b"meta", bytes(4) + _ITEMS + _EXTENTS)
        + bytes(_LONG),
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", WORST)
def test_no_picture_takes_long(what: str, tried: Tried) -> None:
    """A file made of nothing but beginnings, so that reading it keeps a processor busy"""
    kind, content = WORST[what]
    began = time.process_time()
    for piece in cleaned(kind, BytesIO(content)):
        assert len(piece) <= 128 * 1024
    tried(1)
    assert time.process_time() - began < 3


def test_a_photo_sent_on_the_page_is_clean(open_house: Callable[..., House], tried: Tried) -> None:
    """The whole way: a photo with a place in it, sent on the page, and fetched again"""
    visitor = open_house().visitor()
    kept = visitor.upload("IMG_0001.JPG", jpeg()).json()
    tried(1)
    back = visitor.http.get(f"/chat/files/{kept['digest']}", headers=visitor.headers).content
    assert not [secret for secret in SECRETS if secret in back]
    assert kept["digest"] == hashlib.sha256(back).hexdigest()
