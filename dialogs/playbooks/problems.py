"""What is wrong with a playbook, said so that its author can mend it. Nothing here reads files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

_MOST_LISTED = 80


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing to mend: the file, the line (from 1), what is wrong and what to do about it."""

    file: str
    line: int
    says: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.says}. {self.remedy}"


class PlaybookError(ValueError):
    """A playbook that cannot be used, with every problem found in it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def meant(written: object, known: Iterable[str]) -> str:
    """A remedy for a name nobody knows: the nearest known one, or all of them when there are few."""
    names = sorted(known)
    if near := get_close_matches(str(written), names, n=1, cutoff=0.6):
        return f"Did you mean {near[0]}?"
    if len(names) > _MOST_LISTED:
        return "Remove it, or see dialogs/playbooks/keys.py for the names there are."
    return f"Use one of: {', '.join(names)}." if names else "Remove it."
