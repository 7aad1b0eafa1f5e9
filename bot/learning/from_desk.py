"""What is learned from what colleagues set right at the desk: only `amends nlu train` does it, never a start.

A candidate learns from what comes along and from the corrections. It is put into use only if it hears corrections
better that it has not seen, and the writers it has not seen no worse; else what was in use stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.learning.in_use import LearnedInUse, forget, in_use, put_in_use
from bot.learning.parts import PartLearned
from bot.settings import Settings
from bot.wiring.local_provider import heads_file, shipped_heads, shipped_tagger, tagger_file

if TYPE_CHECKING:
    from dialogs.understanding.desk.examples import SetRight
    from dialogs.understanding.desk.verdict import Comparison
    from dialogs.understanding.heads.dataset import Example
    from dialogs.understanding.heads.model import Heads
    from dialogs.understanding.tagging.dataset import Marked
    from dialogs.understanding.tagging.network import Tagger

Tell = Callable[[float], None]
_MEASURED = 0.6
"""The share of the work that is done when a candidate has been measured."""


def heads_of_desk(settings: Settings, tell: Tell) -> PartLearned:
    """The head of dangers learns from false alarms and from dangers that were missed."""
    from dialogs.understanding.desk.examples import danger_examples

    corrections = danger_examples(set_right(settings, "dangers"))
    return PartLearned(taught_dangers(settings, corrections, tell))


def taught_dangers(
    settings: Settings, corrections: Sequence[Example], tell: Tell, shipped: Sequence[Example] | None = None
) -> str:
    """What became of these corrections; `shipped` is what comes along, if not all of it."""
    from dialogs.understanding.desk.dangers import compared, weighed
    from dialogs.understanding.heads.dataset import read_examples
    from dialogs.understanding.heads.fitting import relearn
    from dialogs.understanding.heads.model import save
    from dialogs.understanding.heads.recipe import digest
    from dialogs.understanding.model.encoder import find_encoder

    encoder, along = find_encoder(), read_examples() if shipped is None else shipped
    base = shipped_heads(settings, digest(along, encoder))
    if base is None or not (known := _to_learn(settings, "heads", base, [one.text for one in corrections])):
        return ""
    tell(0.0)
    verdict = compared(base, along, corrections, known.before, encoder)
    tell(_MEASURED)
    if verdict is None or not verdict.is_better:
        return _kept("dangers", len(corrections), verdict)
    made = relearn(base, "dangers", weighed(along, corrections), encoder, digest([*along, *corrections], encoder))
    save(made, heads_file(settings, made.digest))
    put_in_use(settings, "heads", LearnedInUse(base.digest, made.digest, known.all))
    return _promoted("dangers", len(corrections), verdict)


def tagger_of_desk(settings: Settings, tell: Tell) -> PartLearned:
    """The tagger learns from facts that were set right and stand in what a customer wrote."""
    from dialogs.understanding.desk.examples import fact_examples

    return PartLearned(taught_facts(settings, fact_examples(set_right(settings, "facts")), tell))


def taught_facts(
    settings: Settings, corrections: Sequence[Marked], tell: Tell, shipped: Sequence[Marked] | None = None
) -> str:
    """What became of these corrections; `shipped` is what comes along, if not all of it."""
    from dialogs.understanding.desk.examples import completed
    from dialogs.understanding.desk.facts import compared, weighed
    from dialogs.understanding.model.encoder import find_encoder
    from dialogs.understanding.tagging.dataset import read_marked
    from dialogs.understanding.tagging.fitting import learn_tagger
    from dialogs.understanding.tagging.network import save
    from dialogs.understanding.tagging.recipe import digest
    from dialogs.understanding.tagging.vectors import TokenEncoder

    found, along = find_encoder(), read_marked() if shipped is None else shipped
    if found is None or (base := shipped_tagger(settings, digest(along, found.name))) is None:
        return ""
    if not (known := _to_learn(settings, "tagger", base, [one.text for one in corrections])):
        return ""
    tell(0.0)
    encoder = TokenEncoder(found)
    verdict = compared(base, along, corrections, known.before, encoder)
    tell(_MEASURED)
    if verdict is None or not verdict.is_better:
        return _kept("facts", len(corrections), verdict)
    made = learn_tagger(weighed(along, completed(corrections, base, encoder)), encoder)
    save(made, tagger_file(settings, made.digest))
    put_in_use(settings, "tagger", LearnedInUse(base.digest, made.digest, known.all))
    return _promoted("facts", len(corrections), verdict)


class ToLearn:
    """Corrections that are not learned yet: the digests of `all` their texts, and the texts that were `before`."""

    def __init__(self, texts: Sequence[str], learnt: Iterable[str]) -> None:
        from dialogs.understanding.model.model_files import digest_of

        known = set(learnt)
        self.all = tuple(sorted(digest_of(text) for text in texts))
        self.before = frozenset(text for text in texts if digest_of(text) in known)


def _to_learn(settings: Settings, part: str, base: Heads | Tagger, texts: Sequence[str]) -> ToLearn | None:
    """What there is to learn, if anything. What was learned from a correction that is gone is in use no longer."""
    used = in_use(settings, part, base.digest)
    wanted = ToLearn(texts, used.learnt if used else ())
    if used and set(used.learnt) - set(wanted.all):
        forget(settings, part)
        wanted = ToLearn(texts, ())
    elif used and set(used.learnt) == set(wanted.all):
        return None
    return wanted if texts else None


def _kept(what: str, count: int, verdict: Comparison | None) -> str:
    if verdict is None:
        return f"{what}: {count} corrections are too few to tell whether they help; they are kept for later."
    return f"{what}: {count} corrections; {verdict}. Not better, so not used."


def _promoted(what: str, count: int, verdict: Comparison) -> str:
    return f"{what}: {count} corrections; {verdict}. In use from the next start."


def set_right(settings: Settings, teaches: str) -> list[SetRight]:
    """What colleagues set right in customers' messages, as the database holds it, oldest first."""
    if settings.embedded and not Path(settings.database.removeprefix("sqlite:///")).exists():
        return []
    from bot.opening import opened
    from dialogs.understanding.desk.examples import SetRight
    from storage.staff.desk_examples import examples_of_the_desk

    with opened(settings) as database, database.read() as conn:
        found = examples_of_the_desk(conn)
    return [SetRight(one.text, one.language, one.told) for one in found if one.teaches == teaches]
