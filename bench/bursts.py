"""A shop's quarter as complaints come in, with bursts among them: what detection is measured and tested on."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from complaints.incidents.stories import Story, packed, telling_tokens, unpacked
from complaints.incidents.usual import Usual, learnt
from dialogs.understanding.heads.features import plain
from dialogs.understanding.model.encoder import WIDTH, SentenceEncoder

ROOT = Path(__file__).parents[1]
WRITTEN = ROOT / "tests" / "incidents"
LANGUAGES = ROOT / "dialogs" / "understanding" / "languages"
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = 90
SHAPE = (2, 1, 1, 1, 1, 3, 6, 10, 14, 18, 20, 18, 15, 14, 15, 16, 15, 15, 16, 19, 20, 17, 10, 5)


class World:
    """Texts with their vectors, and a shop's quarter: 40 complaints a day, a shape of the day, a season."""

    def __init__(self, encoder: SentenceEncoder) -> None:
        self.encoder, self.rng, self.made = encoder, random.Random(7), 0
        self.usual_texts = self.told(list(_complaints())[::3])
        self.near = self.told([row["text"] for row in rows_of(WRITTEN / "near_misses.jsonl")])
        self.bursts = [
            self.told([said["text"] for said in row["messages"]]) for row in rows_of(WRITTEN / "bursts.jsonl")
        ]
        topics = self.rng.sample(self.usual_texts, 300)
        self.days = [self._day(day, topics) for day in range(DAYS)]

    def told(self, texts: Sequence[str]) -> list[Story]:
        """Texts as stories that nobody has written yet."""
        rows = [self.encoder.encode([plain(text) for text in texts[at : at + 64]]) for at in range(0, len(texts), 64)]
        told = zip(texts, np.concatenate(rows), strict=True)
        return [Story("", "", BEGAN, unpacked(packed(row)), telling_tokens(text)) for text, row in told]

    def _day(self, day: int, topics: Sequence[Story]) -> list[Story]:
        level = 40 * (1 + 0.35 * np.sin(2 * np.pi * day / 365) + (1.0 if 60 < day < 80 else 0.0))
        hours = np.random.default_rng(day).poisson(level * np.array(SHAPE) / sum(SHAPE))
        moments = [BEGAN + timedelta(days=day, hours=h + self.rng.random()) for h in range(24) for _ in range(hours[h])]
        return [self.written(self._any(topics), at) for at in sorted(moments)]

    def _any(self, topics: Sequence[Story]) -> Story:
        chance = self.rng.random()
        return self.rng.choice(self.near if chance < 0.02 else topics if chance < 0.4 else self.usual_texts)

    def written(self, told: Story, at: datetime) -> Story:
        """A story as one customer more writes it."""
        self.made += 1
        return replace(told, id=f"s{self.made}", customer=f"c{self.made}", at=at)

    def before(self, at: datetime) -> list[Story]:
        """The complaints of this day and the day before, until then."""
        day = (at - BEGAN).days
        return [one for some in self.days[max(0, day - 1) : day + 1] for one in some if one.at <= at]

    def usual(self, day: int) -> Usual:
        """What was usual until a day."""
        known = [one for some in self.days[:day] for one in some]
        return learnt(known, BEGAN + timedelta(days=day), WIDTH)

    def burst(self, texts: Sequence[Story], day: int, minutes: float) -> Iterator[Story]:
        """These, in any order, one every so many minutes on the average, on some hour of a day."""
        at = BEGAN + timedelta(days=day, hours=self.rng.randrange(8, 21))
        for told in self.rng.sample(list(texts), len(texts)):
            yield self.written(told, at)
            at += timedelta(minutes=self.rng.expovariate(1 / minutes))


def rows_of(file: Path) -> list[dict[str, Any]]:
    """The lines of a file, each a JSON object."""
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def _complaints() -> Iterator[str]:
    for file in sorted(LANGUAGES.glob("*/acts/*.tsv")):
        if file.parts[-3] in ("en", "zh"):
            for line in file.read_text().splitlines():
                act, _, text = line.partition("\t")
                if act == "complain" and len(text) > 15:
                    yield text
