"""What a language model answered, as far as it has the right shape. Names and words are not looked at here.

Servers that keep to a schema send bare JSON; others wrap it in a fence, in thoughts, in an apology.
"""

from __future__ import annotations

import json
from typing import Annotated, Any

import msgspec

MOST_CHARACTERS = 20_000
"""Of an answer. A proper one comes to some hundreds."""
_MOST_TRIED = 40
"""Opening braces at which an object is looked for."""
_MOST = msgspec.Meta(max_length=40)
_WORDS = Annotated[str, msgspec.Meta(max_length=500)]
_NAME = Annotated[str, msgspec.Meta(max_length=60)]


class Fact(msgspec.Struct, frozen=True):
    """Words that are said to be a fact."""

    fact: _NAME
    words: _WORDS


class Wish(msgspec.Struct, frozen=True):
    """Words that are said to be a wish."""

    wish: _NAME
    words: _WORDS = ""


class Danger(msgspec.Struct, frozen=True):
    """Words that are said to tell of a danger, which is or is not of this hour."""

    kind: _NAME
    now: bool = False
    words: _WORDS = ""


class Answer(msgspec.Struct, frozen=True):
    """An answer. What it does not say is not said; keys that we did not ask for are let be."""

    acts: Annotated[tuple[_NAME, ...], _MOST]
    category: _NAME = ""
    second: _NAME = ""
    sure: bool = False
    facts: Annotated[tuple[Fact, ...], _MOST] = ()
    wishes: Annotated[tuple[Wish, ...], _MOST] = ()
    dangers: Annotated[tuple[Danger, ...], _MOST] = ()
    corrects: _NAME = ""
    answer: _NAME = ""
    also: Annotated[tuple[_NAME, ...], _MOST] = ()


def answer_in(content: str) -> Answer | None:
    """The answer in what a model wrote, or None where there is none."""
    if len(content) > MOST_CHARACTERS:
        return None
    found = (_answer(each) for each in _objects(content))
    return next((one for one in found if one is not None), None)


def _answer(value: Any) -> Answer | None:
    try:
        return msgspec.convert(value, Answer)
    except msgspec.ValidationError:
        return None


def _objects(content: str) -> list[dict[str, Any]]:
    """The JSON objects in a text that lie in no other, the last first: what comes before may be thoughts."""
    found: list[dict[str, Any]] = []
    decoder, at = json.JSONDecoder(), content.find("{")
    for _ in range(_MOST_TRIED):
        if at < 0:
            break
        try:
            value, end = decoder.raw_decode(content, at)
            found.append(value)
        except (ValueError, RecursionError):
            end = at + 1
        at = content.find("{", end)
    return found[::-1]
