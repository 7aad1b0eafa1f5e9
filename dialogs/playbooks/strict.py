"""What all parts of `playbook.yml` have in common: they know their fields, do not change, and say what is wrong."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict
from pydantic_core import PydanticCustomError


def wrong(says: str, remedy: str, *at: str | int) -> PydanticCustomError:
    """A validation error with a remedy; `at` leads from the validated field to the very place."""
    return PydanticCustomError("playbook", "{says}", {"says": says, "remedy": remedy, "at": at})


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
