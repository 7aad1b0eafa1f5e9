"""Laws on personal data, and how soon each wants a request answered."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Self

from pydantic import Field, model_validator

from dialogs.playbooks.strict import Strict, wrong


class Regime(Strict):
    """How long a request may take, from the day on which it is made: one of calendar days, working days, months."""

    days: int = Field(default=0, ge=0, le=366)
    working_days: int = Field(default=0, ge=0, le=260)
    months: int = Field(default=0, ge=0, le=12)

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if sum(bool(each) for each in (self.days, self.working_days, self.months)) != 1:
            raise wrong("a regime says how long in one way", "Give one of days, working_days, months.")
        return self


REGIMES: Mapping[str, Regime] = MappingProxyType(
    {"gdpr": Regime(months=1), "pipl": Regime(working_days=15), "ccpa": Regime(days=45)}
)
"""Those that hold where a playbook names none."""
