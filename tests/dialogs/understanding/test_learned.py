"""What comes along was learned from the examples that come along, so that nobody waits for it, or is misheard by it."""

from __future__ import annotations

import pytest

from dialogs.understanding.heads import model as heads_model
from dialogs.understanding.heads import recipe as heads_recipe
from dialogs.understanding.heads.dataset import read_examples
from dialogs.understanding.heads.fitting import learn_heads
from dialogs.understanding.learned import HEADS, TAGGER
from dialogs.understanding.model.encoder import find_encoder
from dialogs.understanding.tagging import network, recipe
from dialogs.understanding.tagging.dataset import read_marked
from tests.conftest import sized

RENEW = "an example or a recipe has changed: make learn"


def test_heads_and_tagger_are_of_these_very_examples() -> None:
    encoder = find_encoder()
    if encoder is None:
        pytest.skip("the sentence encoder is not installed")
    heads, tagger = heads_model.load(HEADS), network.load(TAGGER)
    assert heads, RENEW
    assert heads.digest == heads_recipe.digest(read_examples(), encoder), RENEW
    assert tagger, RENEW
    assert tagger.digest == recipe.digest(read_marked(), encoder.name), RENEW


@pytest.mark.prove
@pytest.mark.timeout(3_000)
def test_heads_that_are_learned_anew_hear_the_same() -> None:
    """As what comes along, in `make prove`; in `make test` as others that learned from the same few examples."""
    encoder, examples = find_encoder(), read_examples()[:: sized(90, 1)]
    if encoder is None:
        pytest.skip("the sentence encoder is not installed")
    texts = [one.text for one in examples[:: len(examples) // 300]]
    kept = learn_heads(examples, encoder) if sized(1, 0) else heads_model.load(HEADS)
    anew = learn_heads(examples, encoder)
    assert kept
    pairs = zip(kept.read(texts, encoder.encode), anew.read(texts, encoder.encode), strict=True)
    alike = [_likeliest(one) == _likeliest(other) for one, other in pairs]
    assert sum(alike) >= 0.98 * len(alike)


def _likeliest(told: dict[str, dict[str, float]]) -> list[str]:
    return [max(told[head], key=told[head].__getitem__) for head in ("opening", "confirm", "offer")]
