"""What the address of a list asks for, by names that the list knows."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from handlers.desk.request_context import Visit
from handlers.http.problems import UnknownName
from staff.words import later


def query_of(visit: Visit, known: Collection[str]) -> Mapping[str, str]:
    """The query of an address. Raises `UnknownName` for a name not known: a filter misspelt would show too much."""
    asked: Mapping[str, str] = visit.request.query_params
    if not asked.keys() <= set(known):
        raise UnknownName(later("This address asks for something that the list does not know. Nothing was shown."))
    return asked
