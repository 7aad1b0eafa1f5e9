"""The language model as a provider like any other, for commands: texts are read here first, then it is asked."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace

from dialogs.understanding.context import NOWHERE
from dialogs.understanding.model.explaining import Explanation
from dialogs.understanding.reading import Reading, Utterance
from engine.providers.fallback import FirstThatWorks
from engine.providers.llm.model import LanguageModel


class LanguageModelUnderstanding:
    """Readings of `behind`, each in the light of what the model hears. Blocks; not for an event loop."""

    def __init__(self, model: LanguageModel, behind: FirstThatWorks) -> None:
        self._model = model
        self._behind = behind
        self._one_at_a_time = threading.Lock()
        self._runner = asyncio.Runner()

    def read(self, utterances: Sequence[Utterance]) -> list[Reading]:
        """One reading per utterance, in order, each in the context that its utterance bears."""
        return [better or ours for ours, better in self.both(utterances)]

    def explain(self, said: Utterance) -> Explanation:
        """Why our own reading is what it is, and whether the model had another."""
        why = self._behind.explain(said)
        better = self.both([said])[0][1]
        return replace(why, reading=better, decided_by="language model") if better else why

    @property
    def model_version(self) -> str:
        """The version of the model behind it, which every text is read with first."""
        versions = (getattr(one.understanding, "model_version", "") for one in self._behind.providers)
        return next(filter(None, versions), "")

    def counters(self) -> Mapping[str, float]:
        """For the metrics."""
        return self._model.counters()

    def close(self) -> None:
        """Close the connections. It may be used again."""
        with self._one_at_a_time:
            self._runner.run(self._model.close())
            self._runner.close()
            self._runner = asyncio.Runner()

    def both(self, utterances: Sequence[Utterance]) -> list[tuple[Reading, Reading | None]]:
        """Our own reading of each, and the one in the light of what the model heard, if it was heard."""
        ours = self._behind.read(utterances)
        with self._one_at_a_time:
            return list(zip(ours, self._runner.run(self._advised(utterances, ours)), strict=True))

    async def _advised(self, utterances: Sequence[Utterance], ours: Sequence[Reading]) -> list[Reading | None]:
        asked = (self._model.advise(one, said.context or NOWHERE) for said, one in zip(utterances, ours, strict=True))
        return await asyncio.gather(*asked)
