"""The schema of an answer, in the dialect that servers take as `response_format`: all keys required, none besides."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dialogs.understanding.heads.dataset import WISHES
from dialogs.understanding.llm.lists import CORRECTED, DANGERS, FACTS, MEANT, Lists, answers_to, flags_of


def schema(lists: Lists, asked: str) -> dict[str, Any]:
    """The JSON Schema of an answer about a text that replies to this question."""
    words = {"type": "string"}
    return _object(
        acts=_list(_one_of(MEANT)),
        category=_one_of(("", *lists.categories)),
        second=_one_of(("", *lists.categories)),
        sure={"type": "boolean"},
        facts=_list(_object(fact=_one_of(FACTS), words=words)),
        wishes=_list(_object(wish=_one_of(WISHES), words=words)),
        dangers=_list(_object(kind=_one_of(DANGERS), now={"type": "boolean"}, words=words)),
        corrects=_one_of(CORRECTED),
        answer=_one_of(("", *answers_to(asked))),
        also=_list(_one_of(flags_of(asked) or ("",))),
    )


def _object(**keys: Any) -> dict[str, Any]:
    return {"type": "object", "properties": keys, "required": list(keys), "additionalProperties": False}


def _list(of: Any) -> dict[str, Any]:
    return {"type": "array", "items": of}


def _one_of(names: Iterable[str]) -> dict[str, Any]:
    return {"type": "string", "enum": list(names)}
