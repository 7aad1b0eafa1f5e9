"""Bad input is made good at the door, and nothing of it is lost."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.turn.admission import LONGEST_TEXT, admit, clean, cut, fitting, plain
from engine.turn.processor import TurnProcessor
from storage.files.attachments import FileStore
from tests.turn.scenery import event


@given(st.text(st.characters(), max_size=200))
def test_any_text_becomes_one_that_every_database_stores(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode()
    assert "\x00" not in cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    assert clean(cleaned) == cleaned


def test_lone_surrogates_are_replaced_and_pairs_made_whole() -> None:
    assert clean("a\ud83dz") == "a\ufffdz"
    assert clean("\ud83d\ude00") == "😀"


def test_emoji_joined_and_right_to_left_text_stay_as_they_were() -> None:
    text = "👩‍👩‍👧 שלום\u200f 订单"
    assert clean(text) is text


async def test_a_text_with_a_nul_is_answered(door: TurnProcessor) -> None:
    outcome = await door.take(event("ann", "e1", "before\x00after \ud800"))
    assert outcome.answers[0].text == "1 beforeafter \ufffd"


async def test_a_message_of_a_megabyte_is_cut_for_the_flow_and_kept_whole(tmp_path: Path, door: TurnProcessor) -> None:
    text = "我的水壶坏了 " * 50_000
    outcome = await door.take(event("ann", "e1", text))
    (kept,) = outcome.messages[0].files
    assert kept.name == "message.txt"
    assert len(outcome.messages[0].text) <= LONGEST_TEXT
    assert FileStore(tmp_path / "files").get(kept.digest) == text.encode()


@pytest.mark.parametrize("start", ["<html><body>", "<?xml version='1.0'?>", "#!/bin/sh\n", "\x1b[1m", "%PDF-1.7"])
async def test_a_long_message_is_kept_as_words_whatever_it_looks_like(door: TurnProcessor, start: str) -> None:
    outcome = await door.take(event("ann", "e1", start + "我的水壶坏了" * 1_000))
    assert not outcome.quarantined
    assert [file.media_type for file in outcome.messages[0].files] == ["text/plain"]


def test_a_text_longer_than_a_file_may_be_is_kept_in_parts(tmp_path: Path) -> None:
    store = FileStore(tmp_path, largest=10_000)
    text = "水壶" * 6_000
    said = admit(event("ann", "e1", text), store).event.body
    assert "".join((store.get(file.digest) or b"").decode() for file in said.files) == text  # type: ignore[union-attr]


def test_a_cut_falls_between_words_where_one_is_near() -> None:
    assert cut("a" * 4990 + " " + "b" * 100) == "a" * 4990
    assert cut("水" * 6000) == "水" * LONGEST_TEXT


async def test_a_language_and_zone_that_cannot_be_are_left_out(door: TurnProcessor) -> None:
    odd = replace(event("ann", "e1", "hello"), language="zh\x00" * 50, timezone="Mars/\ud800")
    assert (await door.take(odd)).answers[0].text == "1 hello"
    assert plain("zh-Hans-CN") == "zh-Hans-CN"
    assert plain("\x00") == ""


def test_ids_that_are_too_long_are_replaced_by_their_digest() -> None:
    assert fitting("chat-1") == "chat-1"
    assert fitting("x" * 201).startswith("sha256:")
    assert fitting("x" * 201) != fitting("x" * 202)
    assert fitting("a\x00").startswith("sha256:")
