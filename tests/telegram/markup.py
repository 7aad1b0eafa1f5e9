"""Marked text to plain text and entities, as strict as Telegram: what it cannot parse is refused. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.telegram.things import BadRequest, Raw


def parsed(said: str, mode: str | None, entities: Sequence[Raw] | None) -> tuple[str, list[Any]]:
    """Plain text and its entities. Telegram takes off spaces at the ends, unless entities came ready made."""
    if mode:
        raise BadRequest(f"unsupported parse_mode {mode}")
    return (said, list(entities)) if entities else (said.strip(), [])
