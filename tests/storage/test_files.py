"""Files are kept by content, known by content, and refused by content."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.db.errors import FileEmpty, FileTooLarge, FileTypeRefused, StorageError
from storage.files.attachments import FileStore, tidy_name
from storage.files.filetypes import ENDINGS, ending_as, media_type_of

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


def _open_document(kind: bytes, *names: str) -> bytes:
    """An archive whose first part says what kind it is, as OpenDocument has it."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("mimetype", kind)
        for name in ("content.xml", *names):
            archive.writestr(name, "x")
    return held.getvalue()


def test_an_open_document_is_taken_for_what_it_says() -> None:
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    assert media_type_of(_open_document(kind.encode()), "a.ods") == kind


@pytest.mark.parametrize(
    "kind",
    [
        b"text/html;application/vnd.oasis.opendocument.text",
        b"application/vnd.oasis.opendocument.text\r\nSet-Cookie: a=b",
        b"application/vnd.oasis.opendocument.text\x00text/html",
        b"application/vnd.oasis.opendocument.text;x=<script>",
        b"application/vnd.oasis.opendocument.anything",
        b"application/vnd.oasis.opendocument.",
    ],
)
def test_a_sender_cannot_choose_the_media_type_by_an_archives_first_bytes(kind: bytes) -> None:
    with pytest.raises(FileTypeRefused):
        media_type_of(_open_document(kind), "a.odt")


def test_an_open_document_with_macros_is_refused_as_other_office_files_are() -> None:
    with pytest.raises(FileTypeRefused):
        media_type_of(_open_document(b"application/vnd.oasis.opendocument.text", "Basic/script-lc.xml"), "a.odt")


@given(
    st.sampled_from([b"", b"PK\x03\x04", b"RIFF", b"GIF89a", b"%PDF-", b"\x00\x00\x00\x18ftyp"]), st.binary(), st.text()
)
def test_whatever_is_sent_its_type_is_one_of_those_we_know(start: bytes, rest: bytes, name: str) -> None:
    with suppress(FileTypeRefused):
        assert media_type_of(start + rest, name) in ENDINGS


@pytest.mark.parametrize(
    ("content", "name", "kept"),
    [
        (b"del C:\\*.*\n", "run.bat", "run.bat.txt"),
        (b"Remove-Item *\n", "x.ps1", "x.ps1.txt"),
        (b"alert(1)\n", "x.js", "x.js.txt"),
        (b"hello\n", "x.html", "x.html.txt"),
        (b"hello\n", "x.SVG", "x.SVG.txt"),
        (b"GIF89a<script>alert(1)</script>", "x.hta", "x.hta.gif"),
        (b"%PDF-1.7", "invoice.pdf.exe", "invoice.pdf.exe.pdf"),
        (b"hello\n", "", "file.txt"),
        (b"hello\n", ".txt", "txt.txt"),
        (b"a;b\n", "Orders.CSV", "Orders.CSV"),
        (b"hello\n", "server.log", "server.log"),
        (JPEG, "a.jpeg", "a.jpeg"),
    ],
)
def test_no_file_keeps_a_name_that_a_machine_would_run(tmp_path: Path, content: bytes, name: str, kept: str) -> None:
    assert FileStore(tmp_path).put(content, name).name == kept


def test_a_long_name_still_ends_in_what_it_is() -> None:
    name = ending_as("text/plain", tidy_name("x" * 200 + ".bat"))
    assert name.endswith(".txt")
    assert len(name) <= 120


@pytest.mark.parametrize(
    "active",
    [
        b"<ScRiPt>alert(1)</script>",
        b"<svg onload=x()>",
        b"< html>",
        b"<?XML version='1.0'?>",
        b"<!DOCTYPE html>",
        b"#!/bin/sh",
    ],
)
def test_what_runs_is_refused_even_when_harmless_words_stand_before_it(active: bytes) -> None:
    with pytest.raises(FileTypeRefused):
        media_type_of(b"Dear shop,\n" * 40 + active, "a.txt")


def test_a_letter_with_angle_brackets_and_anger_is_still_a_letter() -> None:
    assert media_type_of("价格 <100，#!@ 太贵了".encode(), "a.txt") == "text/plain"


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
