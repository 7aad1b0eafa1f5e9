"""Who reads when another cannot: each provider in turn, rules last, so that the journey goes on.

A provider that takes a text to a service keeps its own deadline; here only what comes back, or is raised, counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

import structlog

from dialogs.understanding.model.explaining import Explanation
from dialogs.understanding.reading import Reading, Understanding, Utterance

_log = structlog.get_logger("amends.understanding")


@runtime_checkable
class Service(Protocol):
    """A provider that counts what it does, by the name of the metric, and holds something open."""

    def counters(self) -> Mapping[str, float]: ...

    def close(self) -> None: ...


@runtime_checkable
class Explaining(Protocol):
    """A provider that can say why it read as it did."""

    def explain(self, said: Utterance) -> Explanation: ...


@dataclass(frozen=True, slots=True)
class Provider:
    """A way to understand, by the name that operators know it by."""

    name: str
    understanding: Understanding


def built(name: str, build: Callable[[], Understanding]) -> Iterator[Provider]:
    """The provider, if it can be built. If not, the log says so, and it is done without."""
    try:
        yield Provider(name, build())
    except Exception:
        _log.exception("understanding_not_built", provider=name)


@dataclass(slots=True)
class FirstThatWorks:
    """Readings by the first provider that gives proper ones; the last one's errors are raised.

    `failures` counts, by name, the batches that a provider could not read.
    """

    providers: Sequence[Provider]
    failures: dict[str, int] = field(default_factory=dict)

    def read(self, utterances: Sequence[Utterance]) -> list[Reading]:
        """One reading per utterance, in order."""
        *earlier, last = self.providers
        for provider in earlier:
            if (readings := self._tried(provider, utterances)) is not None:
                return readings
        return last.understanding.read(utterances)

    def explain(self, said: Utterance) -> Explanation:
        """Why a text is read as it is, by the first provider that can say; else its reading with what rules found."""
        for provider in self.providers:
            if isinstance(provider.understanding, Explaining):
                return provider.understanding.explain(said)
        reading = self.read([said])[0]
        return Explanation(reading, reading.reasons)

    def counters(self) -> Mapping[str, float]:
        """Batches that each provider but the last failed to read, and whatever the providers count themselves."""
        names = [provider.name for provider in self.providers[:-1]]
        counted = {f"understanding_{name}_failures_total": float(self.failures.get(name, 0)) for name in names}
        for service in self._services():
            counted |= service.counters()
        return counted

    def close(self) -> None:
        """Let go of what the providers hold open."""
        for service in self._services():
            service.close()

    def _services(self) -> Iterator[Service]:
        for provider in self.providers:
            if isinstance(provider.understanding, Service):
                yield provider.understanding

    def _tried(self, provider: Provider, utterances: Sequence[Utterance]) -> list[Reading] | None:
        try:
            readings = provider.understanding.read(utterances)
        except Exception:
            # The log shows where it failed, never the error's words, which may be the customer's.
            _log.exception("understanding_failed", provider=provider.name, texts=len(utterances))
            readings = None
        if readings is not None and not _is_proper(readings, utterances):
            _log.error("understanding_made_no_sense", provider=provider.name, texts=len(utterances))
            readings = None
        if readings is None:
            self.failures[provider.name] = self.failures.get(provider.name, 0) + 1
        return readings


def _is_proper(readings: object, utterances: Sequence[Utterance]) -> bool:
    if not isinstance(readings, list) or len(readings) != len(utterances):
        return False
    return all(
        isinstance(reading, Reading) and reading.text == said.text
        for reading, said in zip(readings, utterances, strict=True)
    )
