"""Belonging: whether a story is one of an incident's.

It is if it is like the closest of the incident's stories on the whole, less so if it shares one of the incident's
telling words. It is measured against these few, not against a middle: one failure is told in several ways.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from complaints.incidents.stories import Story, matrix_of
from complaints.incidents.usual import Usual

CLOSEST = 3
LIKE, LIKE_WITH_TOKEN, LIKE_TO_TELL = 0.27, 0.1, 0.34
"""How like its closest stories one must be; with a telling word in common; and to be told of a confirmed incident."""


@dataclass(frozen=True, slots=True, eq=False)
class Gathering:
    """An incident's stories, and the telling words that they share."""

    stories: Sequence[Story]
    tokens: frozenset[str] = frozenset()


def closeness(story: Story, gathering: Gathering, usual: Usual) -> float:
    """How like a story is to the closest of these, itself left out: a mean cosine, -1 to 1."""
    others = [one for one in gathering.stories if one.id != story.id]
    if not others or not len(story.vector):
        return 0.0
    rows = usual.about_centre(matrix_of([story, *others], len(usual.centre)))
    alike = np.sort(rows[1:] @ rows[0])[-CLOSEST:]
    return float(alike.mean())


def belongs(story: Story, gathering: Gathering, usual: Usual, least: float = LIKE) -> bool:
    """Whether it is one of them. Without an encoder its words alone decide."""
    if not len(story.vector):
        return bool(story.tokens & gathering.tokens)
    close = closeness(story, gathering, usual)
    return close >= least or (bool(story.tokens & gathering.tokens) and close >= LIKE_WITH_TOKEN)


def members(gathering: Gathering, usual: Usual) -> tuple[Story, ...]:
    """Those of a suspicion's stories that belong together."""
    return tuple(one for one in gathering.stories if belongs(one, gathering, usual))
