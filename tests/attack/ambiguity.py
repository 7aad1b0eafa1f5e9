"""Patterns whose time may grow faster than the text, found by their shape.

A pattern is read as an automaton. Its states are the places of the pattern that read a character, together with the
kind of character that was read; kinds are what the pattern's own classes tell apart. So `\\b`, a look at one character,
and possessive loops over one class are taken into account; longer looks count as nothing. What is found:

- *exponential*: a loop that comes back to the same place by two ways over the same text, as `(\\w+\\s?)*#` does;
- *polynomial*: two loops, one behind the other, that can share a text between them in many ways, as `\\d+\\d+x` can.
  A search begins anew at every character, which is a loop before the pattern: so `\\S+@` is polynomial too.

Source: Weideman et al., Analyzing Matching Time Behavior of Backtracking Regular Expression Matchers, CIAA 2016.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

COUNTED = 70
"""A counted repetition of at most so many costs a factor, no power; the growth test measures how much."""

Kinds = frozenset[int]
_COMMON = [chr(code) for code in (*range(0x100), 0x17F, 0x3B1, 0x416, 0x661, 0x2028, 0x3000, 0x3042, 0x4E00, 0xFF11)]


@dataclass(frozen=True)
class Way:
    """A way on that reads nothing: allowed after the kinds `behind` and before the kinds `ahead`.

    `always` says that what stands ahead cannot be otherwise once this way is reached: a possessive loop has taken all.
    """

    to: int
    behind: Kinds
    ahead: Kinds
    always: bool = False


class Automaton:
    """The places of a pattern and what may follow each.

    `endless` takes every repetition that is counted beyond three for one without end: that finds what is exponential
    in the count. Without it, what is counted is read once.
    """

    def __init__(self, pattern: re.Pattern[str], *, anchored: bool, endless: bool) -> None:
        self._flags, self._endless = pattern.flags, endless
        tree = parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG)
        self._classes = Classes(tree, pattern.flags)
        self.every = self._classes.every
        self.reads: list[tuple[Kinds, int]] = []
        self._ways: list[list[Way]] = []
        self._reading: dict[int, int] = {}
        self._known: dict[tuple[int, int, frozenset[int] | None], list[tuple[int, Kinds]]] = {}
        self._closures: dict[int, list[tuple[int, Kinds, Kinds]]] = {}
        begin = self._state()
        self.prefix = -1
        if not anchored:
            self.prefix = len(self.reads)
            self._read(begin, self.every, begin)
        self._end = self._sequence(begin, tree)

    def sample(self, kind: int) -> str:
        """A character of a kind."""
        return self._classes.samples[kind]

    def _state(self) -> int:
        self._ways.append([])
        return len(self._ways) - 1

    def _read(self, at: int, kinds: Kinds, to: int) -> None:
        hub = self._state()
        self._way(at, hub)
        self._reading[hub] = len(self.reads)
        self.reads.append((kinds, to))

    def _way(
        self, at: int, to: int, behind: Kinds | None = None, ahead: Kinds | None = None, always: bool = False
    ) -> None:
        anything = self.every | {EDGE}, self.every | {NOTHING}
        always = always or (behind is None and ahead is None)
        behind, ahead = (anything[0] if behind is None else behind), (anything[1] if ahead is None else ahead)
        self._ways[at].append(Way(to, behind, ahead, always))

    def _sequence(self, at: int, tree: Any) -> int:
        for op, value in tree:
            at = self._piece(at, str(op), value)
        return at

    def _piece(self, at: int, op: str, value: Any) -> int:
        if op in ("LITERAL", "NOT_LITERAL", "IN", "ANY"):
            to = self._state()
            self._read(at, self._classes.of(op, value), to)
            return to
        if op in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            return self._repeat(at, op, *value)
        if op == "BRANCH":
            to = self._state()
            for branch in value[1]:
                self._way(self._sequence(at, branch), to)
            return to
        if op == "SUBPATTERN":
            return self._sequence(at, value[3])
        if op == "ATOMIC_GROUP":
            return self._sequence(at, value)
        if op in ("ASSERT", "ASSERT_NOT"):
            return self._look(at, op == "ASSERT", value[0], value[1])
        return self._edge(at, str(value)) if op == "AT" else self._state_after(at)

    def _state_after(self, at: int) -> int:
        to = self._state()
        self._way(at, to)
        return to

    def _repeat(self, at: int, op: str, least: int, most: int, body: Any) -> int:
        counted = most <= (3 if self._endless else COUNTED)
        for _ in range(min(least, 2 if not counted or self._endless else 1)):
            at = self._sequence(at, body)
        if counted:
            if most == least:
                return at
            to = self._state()
            self._way(at, to)
            for _ in range(min(most, 3) - min(least, 2) if self._endless else (least == 0)):
                at = self._sequence(at, body)
                self._way(at, to)
            return to
        hub, to = self._state(), self._state()
        self._way(at, hub)
        self._way(self._sequence(hub, body), hub)
        single = self._classes.single(body) if op == "POSSESSIVE_REPEAT" else frozenset()
        self._way(hub, to, ahead=self.every - single | {NOTHING} if single else None, always=True)
        return to

    def _look(self, at: int, wanted: bool, direction: int, body: Any) -> int:
        to, single = self._state(), self._classes.single(body)
        if not single:
            self._way(at, to, ahead=self.every | {NOTHING}, always=False)
            return to
        allowed = single if wanted else self.every - single
        if direction < 0:
            self._way(at, to, behind=allowed if wanted else allowed | {EDGE})
        else:
            self._way(at, to, ahead=allowed)
        return to

    def _edge(self, at: int, where: str) -> int:
        to, words = self._state(), self._classes.words
        others = self.every - words
        if where == "AT_BOUNDARY":
            self._way(at, to, words, others)
            self._way(at, to, others | {EDGE}, words)
        elif where in ("AT_BEGINNING", "AT_BEGINNING_STRING") and not self._flags & re.MULTILINE:
            self._way(at, to, frozenset({EDGE}))
        elif where in ("AT_END", "AT_END_STRING") and not self._flags & re.MULTILINE:
            self._way(at, to, ahead=frozenset({NOTHING}))
        else:
            self._way(at, to)
        return to

    def after(self, place: int, kind: int, within: frozenset[int] | None = None) -> list[tuple[int, Kinds]]:
        """What may be read after a place has read a kind: the places, of those `within`, and the kinds there."""
        known = self._known.get((place, kind, within))
        if known is None:
            found: dict[int, Kinds] = {}
            for to, behind, kinds in self._onward(self.reads[place][1]):
                if kind in behind and (within is None or to in within):
                    found[to] = found[to] | kinds if to in found else kinds
            known = self._known[place, kind, within] = list(found.items())
        return known

    def _onward(self, state: int) -> list[tuple[int, Kinds, Kinds]]:
        """What may be read from a state on: the place, behind which kinds, and which kinds of it."""
        if state not in self._closures:
            self._closures[state] = list(self._closure(state))
        return self._closures[state]

    def _closure(self, state: int) -> Iterator[tuple[int, Kinds, Kinds]]:
        begin = state, self.every | {EDGE}, self.every | {NOTHING}
        waiting, seen = [begin], {begin}
        while waiting:
            at, behind, ahead = waiting.pop()
            if at in self._reading and (kinds := ahead & self.reads[self._reading[at]][0]):
                yield self._reading[at], behind, kinds
            for way in self._ways[at]:
                further = way.to, behind & way.behind, ahead & way.ahead
                if further not in seen and further[1] and further[2]:
                    seen.add(further)
                    waiting.append(further)

    @cached_property
    def content(self) -> set[int]:
        """The places after which the pattern has matched, whatever stands next: nothing is tried again from there."""
        found = set()
        for place, (_, to) in enumerate(self.reads):
            waiting, seen = [to], {to}
            while waiting:
                onward = {way.to for way in self._ways[waiting.pop()] if way.always} - seen
                waiting += onward
                seen |= onward
            if self._end in seen:
                found.add(place)
        return found

    @cached_property
    def loops(self) -> dict[int, frozenset[int]]:
        """The places that lead back to themselves, each with all places of its loop."""
        onward = {place: {to for to, *_ in self._onward(end)} for place, (_, end) in enumerate(self.reads)}
        inside = (group for group in components(onward) if len(group) > 1 or group & onward[next(iter(group))])
        return {place: frozenset(group) for group in inside for place in group}


EDGE, NOTHING = -1, -2
"""The beginning of a text, as a kind behind; and what no text has ahead."""


class Classes:
    """The kinds of characters that a pattern tells apart."""

    def __init__(self, tree: Any, flags: int) -> None:
        self._flags = flags
        sets = [*_sets(tree)]
        ends = {chr(code + by) for code in _codes(sets) for by in (-1, 0, 1) if 0 <= code + by < 0x110000}
        signs: dict[tuple[bool, ...], list[str]] = {}
        word = ("IN", [("CATEGORY", "CATEGORY_WORD")])
        for char in sorted({*_COMMON, *ends}):
            signs.setdefault(tuple(self._has(op, value, char) for op, value in (word, *sets)), []).append(char)
        self.samples = [min(chars, key=_plainness) for chars in signs.values()]
        self.every: Kinds = frozenset(range(len(self.samples)))
        self.words = self.of(*word)

    def of(self, op: str, value: Any) -> Kinds:
        """The kinds that a class of the pattern holds."""
        return frozenset(kind for kind in self.every if self._has(op, value, self.samples[kind]))

    def single(self, body: Any) -> Kinds:
        """The kinds of a part that reads exactly one character; none where it may read more."""
        if len(body) != 1:
            return frozenset()
        op, value = str(body[0][0]), body[0][1]
        if op == "SUBPATTERN":
            return self.single(value[3])
        if op == "BRANCH":
            each = [self.single(branch) for branch in value[1]]
            return frozenset().union(*each) if all(each) else frozenset()
        return self.of(op, value) if op in ("LITERAL", "NOT_LITERAL", "IN", "ANY") else frozenset()

    def _has(self, op: str, value: Any, char: str) -> bool:
        cases = {char, char.lower(), char.upper()} if self._flags & re.IGNORECASE else {char}
        codes = {ord(one) for one in cases if len(one) == 1}
        match op:
            case "LITERAL":
                return value in codes
            case "NOT_LITERAL":
                return value not in codes
            case "ANY":
                return char != "\n" or bool(self._flags & re.DOTALL)
        negated = str(value[0][0]) == "NEGATE"
        return negated != any(self._in(str(kind), one, codes, char) for kind, one in value[negated:])

    def _in(self, kind: str, value: Any, codes: set[int], char: str) -> bool:
        if kind == "LITERAL":
            return value in codes
        if kind == "RANGE":
            return any(value[0] <= code <= value[1] for code in codes)
        name = str(value).removeprefix("CATEGORY_").removeprefix("UNI_")
        letter = {"DIGIT": r"\d", "SPACE": r"\s", "WORD": r"\w"}[name.removeprefix("NOT_")]
        return bool(re.match(letter, char, self._flags & re.ASCII)) != name.startswith("NOT_")


def _sets(tree: Any) -> Iterator[tuple[str, Any]]:
    for op, value in tree:
        if str(op) in ("LITERAL", "NOT_LITERAL", "IN", "ANY"):
            yield str(op), value
        else:
            yield from (one for part in _parts(value) for one in _sets(part))


def _parts(value: Any) -> Iterator[Any]:
    if isinstance(value, parser.SubPattern):
        yield value
    elif isinstance(value, tuple | list):
        for one in value:
            yield from _parts(one)


def _codes(sets: Iterable[tuple[str, Any]]) -> Iterator[int]:
    for op, value in sets:
        if op in ("LITERAL", "NOT_LITERAL"):
            yield value
        elif op == "IN":
            for kind, one in value:
                if str(kind) == "LITERAL":
                    yield one
                elif str(kind) == "RANGE":
                    yield from one


def _plainness(char: str) -> tuple[bool, bool, int]:
    return char not in string.printable, not char.isalnum(), ord(char)


def components(onward: dict[Any, set[Any]]) -> list[set[Any]]:
    """The strongly connected parts of a graph (Tarjan's algorithm, without recursion)."""
    index: dict[Any, int] = {}
    low: dict[Any, int] = {}
    stack: list[Any] = []
    on_stack: set[Any] = set()
    found = []
    for root in onward:
        if root in index:
            continue
        work = [(root, iter(onward[root]))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            at, rest = work[-1]
            to = next(rest, None)
            if to is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[at])
                if low[at] == index[at]:
                    group = set()
                    while not group or at not in group:
                        group.add(one := stack.pop())
                        on_stack.discard(one)
                    found.append(group)
            elif to not in index:
                index[to] = low[to] = len(index)
                stack.append(to)
                on_stack.add(to)
                work.append((to, iter(onward.get(to, ()))))
            elif to in on_stack:
                low[at] = min(low[at], index[to])
    return found
