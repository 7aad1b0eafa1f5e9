"""The tagger with and without what was set right, each measured on texts that it has not learned from."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from dialogs.understanding.desk.examples import completed
from dialogs.understanding.desk.verdict import FEWEST, TIMES, Comparison, is_held_back, left_out
from dialogs.understanding.tagging.dataset import Marked
from dialogs.understanding.tagging.fitting import learn_tagger
from dialogs.understanding.tagging.network import Tagger
from dialogs.understanding.tagging.tokens import whole_words
from dialogs.understanding.tagging.vectors import TokenEncoder

_AT_ONCE, _ALLOWED = 64, 0.005
Fact = tuple[str, int, int]
Teach = Callable[[Sequence[Marked], TokenEncoder], Tagger]


def weighed(shipped: Sequence[Marked], corrections: Sequence[Marked]) -> tuple[Marked, ...]:
    """What the tagger learns from: what comes along, and each correction several times."""
    return (*shipped, *(one for one in corrections for _ in range(TIMES)))


def compared(
    tagger: Tagger,
    shipped: Sequence[Marked],
    corrections: Sequence[Marked],
    before: Collection[str],
    encoder: TokenEncoder,
    teach: Teach = learn_tagger,
) -> Comparison | None:
    """How the one in use, which learned from the corrections whose texts are `before`, and one that learns from all
    of them compare; None where there are too few to tell. `tagger` marks what else stands in corrected texts.
    """
    held = [one for one in corrections if is_held_back(one.text)]
    if len(held) < FEWEST:
        return None
    learnt = completed([one for one in corrections if not is_held_back(one.text)], tagger, encoder)
    apart = left_out(one.writer for one in shipped)
    out = [one for one in shipped if one.writer in apart]
    seen = [one for one in shipped if one.writer not in apart]
    known = [one for one in learnt if one.text in before]
    was, now = (teach(weighed(seen, more), encoder) for more in (known, learnt))
    return Comparison(
        (share_found(was, held, encoder), share_found(now, held, encoder)),
        (f1(was, out, encoder), f1(now, out, encoder)),
        _ALLOWED,
    )


def share_found(tagger: Tagger, examples: Sequence[Marked], encoder: TokenEncoder) -> float:
    """The share of the marked facts that a tagger marks with the same words and nothing else by that name."""
    right = total = 0
    for one, found in zip(examples, _found(tagger, examples, encoder), strict=True):
        for fact in _whole(one):
            right += {other for other in found if other[0] == fact[0]} == {fact}
            total += 1
    return right / max(total, 1)


def f1(tagger: Tagger, examples: Sequence[Marked], encoder: TokenEncoder) -> float:
    """F1 of facts: the same words under the same name."""
    right = said = true = 0
    for one, found in zip(examples, _found(tagger, examples, encoder), strict=True):
        wanted = set(_whole(one))
        right, said, true = right + len(wanted & found), said + len(found), true + len(wanted)
    return 2 * right / max(said + true, 1)


def _whole(one: Marked) -> list[Fact]:
    return [(fact, *whole_words(one.text, start, end)) for fact, start, end in one.facts]


def _found(tagger: Tagger, examples: Sequence[Marked], encoder: TokenEncoder) -> list[set[Fact]]:
    found: list[set[Fact]] = []
    for at in range(0, len(examples), _AT_ONCE):
        some = examples[at : at + _AT_ONCE]
        pieces = [encoder.split(one.text) for one in some]
        for one, split, row in zip(some, pieces, encoder.vectors(pieces), strict=True):
            marks = tagger.find(split, row, (one.asked,))[0]
            found.append({(mark.fact, mark.start, mark.end) for mark in marks})
    return found
