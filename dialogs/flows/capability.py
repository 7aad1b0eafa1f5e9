"""What a capability of the bot declares: all by which a message, a tap, a timer or a question comes to it.

A capability is a folder with a `manifest.py`. The router, the step and the check of playbooks go through the manifests
of `capabilities.py` and know of no capability by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from dialogs.flows.events import Fired, Said
from dialogs.flows.scene import Scene
from dialogs.flows.state import Act
from dialogs.understanding.reading import Reading

if TYPE_CHECKING:
    from dialogs.playbooks.playbook import Playbook
    from dialogs.playbooks.schema import PlaybookFile

Answers = Callable[[Scene, Said, Reading], Scene | None]
Command = Callable[[Scene, Act], Scene]
Put = Callable[[Scene, Sequence[tuple[str, Act]]], Scene]


def _nothing() -> Mapping[Any, Any]:
    return MappingProxyType({})


class Caption(Enum):
    """Whether a responder is tried on the words below a picture: never, where they tell nothing, or always."""

    NEVER = 0
    TELLING_NOTHING = 1
    ALWAYS = 2


@dataclass(frozen=True, slots=True)
class Responder:
    """Answers a message, or passes it on with None. The one with the lowest `order` is tried first.

    `because` says why it stands before those that follow. `apart` names neighbours behind it with which it might change
    places, and why no message is answered by both; for all others a test shows a message to which the order matters.
    """

    name: str
    order: int
    answers: Answers
    because: str
    apart: Mapping[str, str] = field(default_factory=_nothing)
    caption: Caption = Caption.NEVER


@dataclass(frozen=True, slots=True)
class Asking:
    """A question that may be put: how, and what a plain yes or no to it does, if that is one."""

    name: str
    put: Put
    yes: Callable[[Scene], Scene] | None = None
    no: Callable[[Scene], Scene] | None = None


@dataclass(frozen=True, slots=True)
class Timer:
    """A kind of timer: what is done when it fires, and how far ahead one may lie at most.

    `derived`: its moment is worked out when it fires, so one that comes early does nothing but that. `is_turn`: it
    counts as a turn of the chat.
    """

    kind: str
    fire: Callable[[Scene, Fired], Scene]
    longest: Callable[[Playbook, datetime], timedelta]
    derived: bool = False
    is_turn: bool = True


@dataclass(frozen=True)
class Capability:
    """One thing the bot can do.

    `commands` are what buttons and crisp commands do; `events` what is done with what happens besides messages, taps
    and timers; `texts` the keys it needs, each with the placeholders its text may hold; `state` the part of
    `Conversation` that is its own. `uses` names the modules of other capabilities it builds on, and no others.
    `own_slots` says how the slots that playbooks add are asked for: one capability does that.
    """

    name: str
    responders: tuple[Responder, ...] = ()
    commands: Mapping[str, Command] = field(default_factory=_nothing)
    questions: tuple[Asking, ...] = ()
    timers: tuple[Timer, ...] = ()
    events: Mapping[type, Callable[[Scene, Any], Scene]] = field(default_factory=_nothing)
    texts: Mapping[str, str] = field(default_factory=_nothing)
    state: str = ""
    uses: tuple[str, ...] = ()
    own_slots: Callable[[str], Asking] | None = None


class Clash(ValueError):
    """Two capabilities declare the same thing."""


@dataclass(frozen=True)
class Capabilities:
    """All of them, merged: what the router, the step and the check of playbooks look things up in."""

    each: tuple[Capability, ...]
    responders: tuple[Responder, ...]
    commands: Mapping[str, Command]
    questions: Mapping[str, Asking]
    timers: Mapping[str, Timer]
    events: Mapping[type, Callable[[Scene, Any], Scene]]
    texts: Mapping[str, str]

    def of_slot(self, file: PlaybookFile, name: str) -> Asking:
        """How a slot that a playbook adds is asked for. Raises KeyError for any other name."""
        for one in self.each:
            if one.own_slots and name in file.slots:
                return one.own_slots(name)
        raise KeyError(name)


def together(*each: Capability) -> Capabilities:
    """Merge them. Raises `Clash` where two declare the same name, place in the order, timer or text."""
    _only_one(("capability", one.name) for one in each)
    responders = [responder for one in each for responder in one.responders]
    _only_one(("order", responder.order) for responder in responders)
    _only_one(("responder", responder.name) for responder in responders)
    return Capabilities(
        each,
        tuple(sorted(responders, key=lambda responder: responder.order)),
        _merged("command", (one.commands for one in each)),
        _merged("question", ({asking.name: asking for asking in one.questions} for one in each)),
        _merged("timer", ({timer.kind: timer for timer in one.timers} for one in each)),
        _merged("event", (one.events for one in each)),
        _merged("text", (one.texts for one in each)),
    )


def _merged(what: str, parts: Iterable[Mapping[Any, Any]]) -> Mapping[Any, Any]:
    parts = tuple(parts)
    _only_one((what, key) for part in parts for key in part)
    return MappingProxyType({key: value for part in parts for key, value in part.items()})


def _only_one(found: Iterable[tuple[str, Any]]) -> None:
    seen: set[tuple[str, Any]] = set()
    for what, name in found:
        if (what, name) in seen:
            raise Clash(f"two capabilities declare the {what} {name}: give one of them another")
        seen.add((what, name))
