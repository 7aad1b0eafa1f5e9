"""Understanding with Rasa: rules read first and always win, Rasa ranks what is left, the local provider stands in.

Crisp answers, words of danger, facts and a request for a person are found by the same rules as ever. Of any other
text, the part that tells what happened is sent to the server, without the facts that were found in it. A text whose
ranking does not come, or makes no sense, is read by whoever stands behind.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import structlog

from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.local_provider import settled, words_left
from dialogs.understanding.model.classifier import Guess
from dialogs.understanding.pipeline import Matter, Reader
from dialogs.understanding.reading import Reading, Understanding, Utterance
from dialogs.understanding.rule_provider import KeywordJudge, content_words, gist, is_gibberish
from engine.providers.breaker import Breaker, Closed, answered, ask, failed
from engine.providers.rasa_server import Ranking

BELOW, BELOW_IN_RASA = "/", "."
"""What parts an intent from its category. To Rasa a slash means a response selector, and hides the category."""

LEAST = 0.3
"""Confidence below which Rasa's first choice counts as a refusal; its own fallback has the same."""

_log = structlog.get_logger("amends.understanding")


class RankingServer(Protocol):
    """Gives a ranking per text, or None for a text it could not rank in time. Never raises."""

    def parse(self, texts: Sequence[str]) -> list[Ranking | None]: ...

    def close(self) -> None: ...


@dataclass(slots=True)
class Counts:
    """Since the start: texts sent and texts that others had to read, batches sent and failed, seconds waited."""

    texts: int = 0
    fallbacks: int = 0
    batches: int = 0
    failures: int = 0
    seconds: float = 0.0


class RasaUnderstanding:
    """Readings with Rasa's rankings. `behind` reads what Rasa does not; `clock` gives seconds that only grow."""

    def __init__(
        self,
        playbook: Playbook,
        server: RankingServer,
        behind: Understanding,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.counts = Counts()
        self.breaker: Breaker = Closed()
        self._server = server
        self._behind = behind
        self._clock = clock
        self._keywords = KeywordJudge(playbook)
        self._reader = Reader(playbook, self._keywords)
        self._labels = frozenset(label for said in playbook.examples.values() for label in said.intents)

    def read(self, utterances: Sequence[Utterance]) -> list[Reading]:
        """One reading per utterance, in order. Waits for the server's deadline at most."""
        looked = [self._reader.look(said) for said in utterances]
        readings = {place: found for place, found in enumerate(looked) if isinstance(found, Reading)}
        matters = {place: found for place, found in enumerate(looked) if isinstance(found, Matter)}
        rankings = self._rankings({place: telling(matter) for place, matter in matters.items()})
        for place, ranking in rankings.items():
            readings[place] = self._conclude(matters[place], self._guess(ranking))
        unread = [place for place in matters if place not in readings]
        if unread:
            instead = self._behind.read([utterances[place] for place in unread])
            readings |= dict(zip(unread, instead, strict=True))
        return [readings[place] for place in range(len(utterances))]

    def counters(self) -> Mapping[str, float]:
        """For the metrics."""
        return {
            "understanding_rasa_texts_total": self.counts.texts,
            "understanding_rasa_fallbacks_total": self.counts.fallbacks,
            "understanding_rasa_batches_total": self.counts.batches,
            "understanding_rasa_failed_batches_total": self.counts.failures,
            "understanding_rasa_seconds_total": self.counts.seconds,
            "understanding_rasa_breaker_open": float(not isinstance(self.breaker, Closed)),
        }

    def close(self) -> None:
        """Close the connections to the server."""
        self._server.close()

    def _rankings(self, texts: Mapping[int, str]) -> dict[int, Ranking]:
        """The rankings that came, by place. Texts that tell nothing, or that nobody may ask about now, have none."""
        told = {place: text for place, text in texts.items() if text}
        if not told:
            return {}
        allowed, self.breaker = ask(self.breaker, self._clock())
        if not allowed:
            self.counts.fallbacks += len(told)
            return {}
        started = self._clock()
        came = zip(told, self._server.parse(list(told.values())), strict=True)
        rankings = {place: ours for place, ranking in came if ranking and (ours := known(ranking, self._labels))}
        self._count(len(told), len(rankings), self._clock() - started)
        return rankings

    def _count(self, texts: int, came: int, seconds: float) -> None:
        """One answer in a batch shows that the server is well; what it had no time for is no fault of it."""
        self.counts.batches += 1
        self.counts.texts += texts
        self.counts.fallbacks += texts - came
        self.counts.seconds += seconds
        before = self.breaker
        self.breaker = answered(before) if came else failed(before, self._clock())
        self.counts.failures += not came
        if isinstance(before, Closed) != isinstance(self.breaker, Closed):
            state = "rasa_answers_again" if came else "rasa_not_asked_for_now"
            _log.warning(state, failures=self.counts.failures)

    def _guess(self, ranking: Ranking) -> Guess:
        best = max(ranking.values())
        return Guess(tuple(ranking), np.array([*ranking.values()], dtype=np.float32), best, best >= LEAST)

    def _conclude(self, matter: Matter, guess: Guess) -> Reading:
        left = words_left(matter.flat, matter.signs, matter.spans)
        verdict = settled(guess, matter.flat, matter.signs, left, self._keywords.evidence)
        verdict = verdict or self._keywords.judge(matter.flat, matter.language, matter.signs, matter.spans)
        return self._reader.conclude(matter, verdict)


def known(ranking: Ranking, labels: Collection[str]) -> Ranking:
    """The intents of a ranking that the playbook has, under its own names."""
    named = {name.replace(BELOW_IN_RASA, BELOW, 1): chance for name, chance in ranking.items()}
    return {name: chance for name, chance in named.items() if name in labels}


def telling(matter: Matter) -> str:
    """What Rasa gets to see of a text: what happened, with every fact found in it left out. Empty: nothing to ask."""
    if is_gibberish(matter.flat):
        return ""
    told = " ".join(gist(matter.flat, matter.spans, matter.signs).replace("\0", " ").split())
    return told if content_words(told) else ""
