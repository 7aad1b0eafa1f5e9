"""Copies with some fields changed: the same as the standard library's, whatever the thing came from."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

import msgspec
import pytest

from complaints.copies import altered
from complaints.record import Record

SAVED = b'{"item":"kettle","name":"Mary"}'


@pytest.mark.parametrize("record", [Record(item="kettle", name="Mary"), msgspec.json.decode(SAVED, type=Record)])
def test_a_copy_has_the_changes_and_all_the_rest_and_the_original_stays(record: Record) -> None:
    copy = altered(record, item="pan", story="It leaks.")
    assert copy == replace(record, item="pan", story="It leaks.") == Record(item="pan", name="Mary", story="It leaks.")
    assert record == Record(item="kettle", name="Mary")
    assert msgspec.json.decode(msgspec.json.encode(copy), type=Record) == copy


def test_a_field_that_there_is_not_is_named() -> None:
    with pytest.raises(TypeError, match="Record has no field colour"):
        altered(Record(), colour="red")


def test_a_copy_is_as_frozen_as_the_original() -> None:
    with pytest.raises(FrozenInstanceError):
        altered(Record(), item="pan").item = "pot"  # type: ignore[misc]
