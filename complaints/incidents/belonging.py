"""Belonging: whether a story is one of an incident's.

It is if it is like the closest of the incident's stories, in what it means and in the telling words that it shares with
them. It is measured against these few, not against a middle: one failure is told in several ways.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from complaints.incidents.detection import FEWEST, Suspicion
from complaints.incidents.likeness import likeness_among
from complaints.incidents.stories import Story
from complaints.incidents.usual import Usual

CLOSEST = 3
LIKE, LIKE_TO_TELL = 0.2, 0.34
"""How like its closest stories one must be; and to be told of a confirmed incident."""


@dataclass(frozen=True, slots=True, eq=False)
class Gathering:
    """An incident's stories, and the telling words that they share."""

    stories: Sequence[Story]
    tokens: frozenset[str] = frozenset()


def closeness(story: Story, gathering: Gathering, usual: Usual) -> float:
    """How like a story is to the closest of these, itself left out: a mean of cosines and what shared words add."""
    others = [one for one in gathering.stories if one.id != story.id]
    if not others:
        return 0.0
    alike = np.sort(likeness_among([*others, story], usual)[-1, :-1])[-CLOSEST:]
    return float(alike.mean())


def belongs(story: Story, gathering: Gathering, usual: Usual, least: float = LIKE) -> bool:
    """Whether it is one of them. Without an encoder its words alone decide."""
    if not len(story.vector):
        return bool(story.tokens & gathering.tokens)
    return closeness(story, gathering, usual) >= least


def gathered(found: Suspicion, near: Sequence[Story], usual: Usual) -> tuple[Story, ...]:
    """The whole of a suspicion, out of the stories of the last hours: those of its own that belong together, and what
    belongs to them besides.
    """
    first = Gathering(found.stories, frozenset(found.tokens))
    kept = [one for one in found.stories if belongs(one, first, usual)]
    own = kept if len({one.customer for one in kept}) >= FEWEST else list(found.stories)
    whole, ids = Gathering(own, first.tokens), {one.id for one in own}
    return tuple(one for one in near if one.id in ids or belongs(one, whole, usual))
