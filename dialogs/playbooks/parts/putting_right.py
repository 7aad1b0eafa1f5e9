"""The parts of `playbook.yml` that say what may be offered, by whom, by when it is done, and what causes there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field, WithJsonSchema, field_validator

from complaints.offers.limits import LONGEST_DUE, LONGEST_VALID
from complaints.offers.offer import RemedyKind
from dialogs.playbooks.parts.times import Duration
from dialogs.playbooks.strict import Strict, wrong

MOST_LEAVES, DEEPEST = 60, 3

Role = Literal["agent", "supervisor", "administrator", "program"]
Sum = Annotated[Decimal, Field(ge=0, max_digits=12), WithJsonSchema({"type": "number", "minimum": 0})]


class Offers(Strict):
    """How offers are made and kept.

    `stands`: how long the customer may think about one. `within`: how long after their yes each kind is done at the
    latest, and `otherwise` what is not named there. `warn`: so long before that day they hear if it is not done.
    `rounds`: after so many refused offers the next one is a supervisor's.
    """

    stands: Duration = timedelta(days=7)
    within: dict[RemedyKind, Duration] = Field(default_factory=dict)
    otherwise: Duration = timedelta(days=7)
    warn: Duration = timedelta(days=1)
    rounds: int = Field(default=3, ge=1, le=9)

    @field_validator("stands")
    @classmethod
    def _stands(cls, stands: timedelta) -> timedelta:
        if stands > LONGEST_VALID:
            raise wrong("an offer that stands so long is forgotten", f"Use {LONGEST_VALID.days}d at most.")
        return stands

    @field_validator("within")
    @classmethod
    def _within(cls, within: dict[RemedyKind, timedelta]) -> dict[RemedyKind, timedelta]:
        for kind, time in within.items():
            if time > LONGEST_DUE:
                raise wrong("nobody waits for so long", f"Use {LONGEST_DUE.days}d at most.", kind.value)
        return within


def names_of(tree: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every place of a tree of causes, branches first: its path, `product/faulty`, and its name, `faulty`."""
    return _below(tree, ())


def _below(tree: object, above: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for name in tree if isinstance(tree, dict | list | tuple) else ():
        path = (*above, str(name))
        yield "/".join(path), str(name)
        yield from _below(tree[name] if isinstance(tree, dict) else (), path)


def checked_causes(tree: dict[str, Any]) -> dict[str, Any]:
    """A tree of causes: branches are keys, leaves stand in lists, each name once."""
    seen: set[str] = set()
    for path, name in names_of(tree):
        at = path.split("/")
        if not name.replace("_", "").isalnum() or not name.islower() or not name.isascii():
            raise wrong(f"{name} is no name of a cause", "Use small letters and underscores.", *at[:1])
        if len(at) > DEEPEST:
            raise wrong(f"{path} is too deep", f"Keep to {DEEPEST} levels.", *at[:1])
        if name in seen:
            raise wrong(f"there are two causes {name}", "Give one of them another name.", *at[:1])
        seen.add(name)
    if len(seen) > 2 * MOST_LEAVES:
        raise wrong(f"{len(seen)} causes are too many to choose from", f"Keep about {MOST_LEAVES} leaves.")
    return tree
