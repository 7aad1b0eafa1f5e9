"""Regular expressions that a playbook's author writes: they meet whatever customers write, so they must be quick.

An expression is quick when it can read one text in few ways: the product of the ranges of its repetitions. `\\d{12,18}`
reads in 7 ways, `(\\w+\\s?)*` without end. Order numbers never need more than a few hundred.
"""

from __future__ import annotations

import re
from re import _parser as parser  # type: ignore[attr-defined] # the only way to see an expression's parts; tests hold it
from typing import Any

MOST_WAYS, LONGEST = 1_000, 200


def trouble_with(pattern: str) -> tuple[str, str] | None:
    """What is wrong with an expression and what to do about it; None for a good one."""
    if len(pattern) > LONGEST:
        return (
            f"{pattern[:40]}… is longer than {LONGEST} characters",
            "Write several shorter ones; they are tried in order.",
        )
    try:
        found = re.compile(pattern)
    except re.error as error:
        return f"{pattern} is not a regular expression: {error}", "Mend it, or test it at regex101.com."
    if found.fullmatch(""):
        return f"{pattern} matches nothing at all", "Make it match at least one character."
    if _ways(parser.parse(pattern)) > MOST_WAYS:
        remedy = r"Say how often each part may stand at most, as in \d{8,20}, and put no repetition inside another."
        return f"{pattern} may take too long on what customers write", remedy
    return None


def _ways(tree: Any) -> int:
    """In how many ways the parts may read one text, at most; more than `MOST_WAYS` is not counted further."""
    ways = 1
    for op, value in tree:
        ways *= _ways_of(str(op), value)
        if ways > MOST_WAYS:
            break
    return ways


def _ways_of(op: str, value: Any) -> int:
    if op in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        least, most, body = value
        if most > MOST_WAYS:
            return MOST_WAYS + 1
        each: int = _ways(body) ** int(most)
        return int(most - least + 1) * min(each, MOST_WAYS + 1)
    if op == "BRANCH":
        return sum(_ways(branch) for branch in value[1])
    if op in ("SUBPATTERN", "ATOMIC_GROUP", "ASSERT", "ASSERT_NOT"):
        return _ways(value if op == "ATOMIC_GROUP" else value[-1])
    return MOST_WAYS + 1 if op in ("GROUPREF", "GROUPREF_EXISTS") else 1
