"""What the automaton of a pattern says of its time: exponential, polynomial, or neither."""

from __future__ import annotations

import re

from tests.attack.ambiguity import Automaton, Kinds, components


def trouble(pattern: re.Pattern[str], *, anchored: bool = False, whole: bool = False) -> str:
    """`exponential` or `polynomial`, and where; empty for a pattern whose time is in proportion to the text.

    `anchored` patterns are only matched at the beginning, `whole` ones must match all of a text.
    """
    if found := _exponential(Automaton(pattern, anchored=True, endless=True)):
        return f"exponential: {found}"
    found = _polynomial(Automaton(pattern, anchored=anchored or whole, endless=False), whole)
    return f"polynomial: {found}" if found else ""


def _exponential(machine: Automaton) -> str:
    """Two ways from a place back to itself over one text. Pairs of places that read alike are walked together."""
    loops = machine.loops
    onward: dict[tuple[int, int, int], set[tuple[int, int, int]]] = {}
    waiting = [(place, place, kind) for place in loops for kind in machine.reads[place][0]]
    while waiting:
        pair = one, two, kind = waiting.pop()
        if pair in onward:
            continue
        onward[pair] = {
            (first, second, after)
            for first, kinds in machine.after(one, kind, loops[one])
            for second, others in machine.after(two, kind, loops[one])
            for after in kinds & others
        }
        waiting += onward[pair]
    for group in components(onward):
        apart = next((pair for pair in group if pair[0] != pair[1]), None)
        if apart and any(one == two for one, two, _ in group):
            return _shown(machine, apart[0], apart[1], apart[2])
    return ""


def _polynomial(machine: Automaton, whole: bool) -> str:
    """Two loops p and q, and a text that leads from p to p, from p to q and from q to q."""
    loops = machine.loops
    for p in loops:
        for q in loops:
            both = machine.reads[p][0] & machine.reads[q][0]
            if both and loops[p] != loops[q] and (whole or q not in machine.content) and _shared(machine, p, q, both):
                return _shown(machine, p, q, min(both))
    return ""


def _shared(machine: Automaton, p: int, q: int, kinds: Kinds) -> bool:
    loops = machine.loops
    waiting = [(p, p, q, kind) for kind in kinds]
    seen = set(waiting)
    while waiting:
        one, two, three, read = waiting.pop()
        for first, a in machine.after(one, read, loops[p]):
            for third, c in machine.after(three, read, loops[q]):
                for second, b in machine.after(two, read) if a & c else ():
                    states = {(first, second, third, kind) for kind in a & c & b} - seen
                    if (first, second, third) == (p, q, q) and states:
                        return True
                    seen |= states
                    waiting += states
    return False


def _shown(machine: Automaton, one: int, two: int, kind: int) -> str:
    def chars(kinds: Kinds) -> str:
        return "".join(sorted(machine.sample(each) for each in kinds))[:12]

    first, second = (chars(machine.reads[place][0]) for place in (one, two))
    return f"places {one} [{first}] and {two} [{second}] share {machine.sample(kind)!r}"
