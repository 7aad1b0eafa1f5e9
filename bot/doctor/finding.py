"""What a look finds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: its name, whether it is well, and what there is to say."""

    name: str
    well: bool
    says: str


class NotWell(Exception):
    """What is wrong with the thing looked at, and what to do."""
