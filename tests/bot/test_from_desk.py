"""What is set right at the desk is learned from where it proves better, and never by a start."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from os import environ
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import insert

from bot.commands.nlu import NoVersion, forget_corrections
from bot.learning.from_desk import set_right, taught_dangers, taught_facts
from bot.learning.in_use import LearnedInUse, in_use, put_in_use
from bot.learning.stamp import is_learned
from bot.learning.training import WITH_DESK, train
from bot.settings import Settings
from bot.wiring.local_provider import heads_file, tagger_file, usable_heads
from dialogs.understanding.desk.examples import SetRight, danger_examples, fact_examples
from dialogs.understanding.heads.dataset import Example, read_examples
from dialogs.understanding.heads.fitting import learn_heads, relearn
from dialogs.understanding.heads.model import Heads, load, save
from dialogs.understanding.learned import HEADS
from dialogs.understanding.model.encoder import SentenceEncoder, find_encoder
from dialogs.understanding.model.model_files import digest_of
from dialogs.understanding.tagging import network
from dialogs.understanding.tagging.dataset import Marked, read_marked
from dialogs.understanding.tagging.fitting import learn_tagger
from dialogs.understanding.tagging.vectors import TokenEncoder
from storage.db.database import Database, open_database
from storage.migrations.upgrade import bring_up_to_date
from storage.staff.desk_examples import ADD
from storage.tables.core import desk_examples
from tests.conftest import sized

pytestmark = pytest.mark.timeout(1_200)
at_full_size = pytest.mark.skipif("PROVE" not in environ, reason="trains for minutes: make prove")
GOODS = (
    "stun guitar pedal", "poison ivy print", "burner phone", "fire stick", "blood orange tea", "knife block",
    "suicide squad poster", "gas barbecue", "smoke machine", "shock absorber", "bomber jacket", "acid bath salts",
    "smoke alarm", "flame thrower toy", "bleach blonde wig", "choker necklace", "hot wire cutter", "burn ointment",
    "electric fence kit", "gas mask costume", "toxic waste sweets", "killer heels", "exploding kittens game",
    "first aid kit",
)  # fmt: skip


def nothing(_share: float) -> None:
    """Nobody asks how far it is."""


@pytest.fixture(scope="module")
def encoder() -> SentenceEncoder:
    found = find_encoder()
    if found is None:
        pytest.skip("the sentence encoder is not installed")
    return found


@pytest.fixture(scope="module")
def along() -> tuple[Example, ...]:
    """Some of what comes along: every eighth line about dangers."""
    return tuple(one for one in read_examples() if one.head == "dangers")[:: sized(8, 4)]


@pytest.fixture(scope="module")
def came_along(encoder: SentenceEncoder, along: Sequence[Example]) -> Heads:
    return learn_heads(along, encoder)


@pytest.fixture
def settings(tmp_path: Path, came_along: Heads) -> Settings:
    """Where heads of these examples are what came along."""
    made = Settings(data_dir=tmp_path, database_url=SecretStr(f"sqlite:///{tmp_path / 'amends.db'}"))
    save(came_along, heads_file(made, came_along.digest))
    return made


def false_alarms() -> tuple[Example, ...]:
    """Names of goods that sound like danger, called false alarms by agents."""
    said = [f"The {goods} I ordered three weeks ago has not come and nobody answers" for goods in GOODS]
    return danger_examples(SetRight(text, "en", "-") for text in said)


def nonsense(along: Sequence[Example]) -> tuple[Example, ...]:
    """Urgent messages that somebody called false alarms, all of them."""
    known = {one.text for one in along}
    urgent = [one for one in read_examples() if one.head == "dangers" and "urgent" in one.labels]
    wrong = [one for one in urgent if one.text not in known][:: sized(12, 4)]
    return danger_examples(SetRight(one.text, one.language, "-") for one in wrong)


@pytest.mark.prove
@at_full_size
def test_corrections_that_help_are_put_into_use_from_the_next_start(
    settings: Settings, along: Sequence[Example], came_along: Heads
) -> None:
    corrections = false_alarms()
    said = taught_dangers(settings, corrections, nothing, along)
    assert "In use from the next start." in said, said
    used = in_use(settings, "heads", came_along.digest)
    assert used
    better = load(heads_file(settings, used.uses))
    assert better
    texts, encode = [one.text for one in corrections], find_encoder()
    assert encode
    before, after = (_alarmed(heads, texts, encode) for heads in (came_along, better))
    assert after < before
    assert taught_dangers(settings, corrections, nothing, along) == "", "there is nothing new to learn"


def _alarmed(heads: Heads, texts: Sequence[str], encoder: SentenceEncoder) -> float:
    return sum(told["dangers"].get("any", 0.0) for told in heads.read(texts, encoder.encode))


def test_corrections_that_make_it_worse_are_not_put_into_use(
    settings: Settings, along: Sequence[Example], came_along: Heads
) -> None:
    said = taught_dangers(settings, nonsense(along), nothing, along)
    assert "Not better, so not used." in said, said
    assert in_use(settings, "heads", came_along.digest) is None


def test_a_few_corrections_wait_for_more(settings: Settings, along: Sequence[Example], came_along: Heads) -> None:
    assert "too few to tell" in taught_dangers(settings, false_alarms()[:3], nothing, along)
    assert in_use(settings, "heads", came_along.digest) is None


def _in_use(settings: Settings, came_along: Heads, corrections: Sequence[Example]) -> None:
    """Heads that learned from these corrections are in use."""
    save(came_along, heads_file(settings, "better"))
    learnt = tuple(sorted(digest_of(one.text) for one in corrections))
    put_in_use(settings, "heads", LearnedInUse(came_along.digest, "better", learnt))


def test_what_was_learned_from_a_correction_that_is_gone_is_used_no_longer(
    settings: Settings, along: Sequence[Example], came_along: Heads
) -> None:
    _in_use(settings, came_along, false_alarms())
    assert taught_dangers(settings, false_alarms(), nothing, along) == "", "all of them are learned"
    assert in_use(settings, "heads", came_along.digest)
    taught_dangers(settings, false_alarms()[:2], nothing, along)
    assert in_use(settings, "heads", came_along.digest) is None


def test_one_can_return_to_what_came_along(settings: Settings, came_along: Heads) -> None:
    _in_use(settings, came_along, false_alarms())
    assert "came along again" in forget_corrections(settings)
    assert in_use(settings, "heads", came_along.digest) is None
    with pytest.raises(NoVersion):
        forget_corrections(settings)


def test_what_was_learned_beside_other_examples_is_not_used(settings: Settings, came_along: Heads) -> None:
    _in_use(settings, came_along, false_alarms())
    shipped, used = load(HEADS), usable_heads(settings, find_encoder())
    assert shipped
    assert used
    assert used.digest == shipped.digest


def test_a_start_reads_with_what_corrections_made_better(settings: Settings, came_along: Heads) -> None:
    shipped = load(HEADS)
    assert shipped
    save(came_along, heads_file(settings, came_along.digest))
    put_in_use(settings, "heads", LearnedInUse(shipped.digest, came_along.digest, ()))
    used = usable_heads(settings, find_encoder())
    assert used
    assert used.digest == came_along.digest


def test_only_the_head_that_learns_anew_is_changed(encoder: SentenceEncoder, along: Sequence[Example]) -> None:
    acts = [one for one in read_examples() if one.head == "acts"][::400]
    heads = learn_heads([*along[::8], *acts], encoder)
    better = relearn(heads, "dangers", [*along[::8], *false_alarms()], encoder, "anew")
    where, there = heads.columns("acts"), heads.columns("dangers")
    assert (better.words[:, where] == heads.words[:, where]).all()
    assert (better.bias[where] == heads.bias[where]).all()
    assert (better.words[:, there] != heads.words[:, there]).any()
    assert better.digest == "anew"


@pytest.fixture(scope="module")
def marked() -> tuple[Marked, ...]:
    return read_marked()[:: sized(12, 1)]


ITEMS = (
    "zorblatt", "quillow", "frambeck", "snorvel", "tibbertan", "grandlow", "vexomat", "plimsar", "ockerby", "druvane",
    "harbelin", "mistorel", "yaxley", "wembrick", "cobblet", "nandrow",
)  # fmt: skip
"""Articles that only this shop sells."""


def facts_set_right(wrong: bool) -> tuple[Marked, ...]:
    """Messages with the article marked; or, where somebody marked the wrong words, all but the article."""
    said = [f"Order {4471 + at * 17}: my {item} came without its lid, please help" for at, item in enumerate(ITEMS)]
    spans = [(0, text.index("my")) if wrong else _place(text, item) for text, item in zip(said, ITEMS, strict=True)]
    told = [f"story item {start}-{end}" for start, end in spans]
    return fact_examples(SetRight(text, "en", one) for text, one in zip(said, told, strict=True))


def _place(text: str, words: str) -> tuple[int, int]:
    return text.index(words), text.index(words) + len(words)


@pytest.mark.prove
@at_full_size
@pytest.mark.prove
@pytest.mark.timeout(1_200)
@pytest.mark.parametrize("wrong", [False, True])
def test_facts_set_right_are_put_into_use_only_where_all_facts_are_found_as_well(
    settings: Settings, encoder: SentenceEncoder, marked: Sequence[Marked], wrong: bool
) -> None:
    tagger = learn_tagger(marked, TokenEncoder(encoder))
    network.save(tagger, tagger_file(settings, tagger.digest))
    said = taught_facts(settings, facts_set_right(wrong), nothing, marked)
    used = in_use(settings, "tagger", tagger.digest)
    assert bool(used) is not wrong, said
    if used:
        assert network.load(tagger_file(settings, used.uses))


@pytest.fixture
def filled(database_url: str) -> str:
    """A database in which colleagues set two messages right."""
    database = open_database(database_url)
    bring_up_to_date(database)
    _add(database, ("dangers", "the fire stick is late", "-"), ("facts", "my lamp broke", "story item 3-7"))
    database.close()
    return database_url


def _add(database: Database, *rows: tuple[str, str, str]) -> None:
    key = {"conversation_id": "c", "turn": 1, "staff": "li", "language": "en"}
    made = [
        {**key, "n": n, "at": n + 1, "teaches": teaches, "text": text, "told": told}
        for n, (teaches, text, told) in enumerate(rows)
    ]
    with database.write() as conn:
        conn.execute(insert(desk_examples), made)


def test_what_was_set_right_is_read_from_either_database(filled: str, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, database_url=SecretStr(filled))
    assert set_right(settings, "dangers") == [SetRight("the fire stick is late", "en", "-")]
    (one,) = fact_examples(set_right(settings, "facts"))
    assert (one.text, one.facts) == ("my lamp broke", (("item", 3, 7),))
    assert str(ADD).startswith("INSERT INTO desk_examples")


def test_a_start_does_not_learn_from_the_desk_and_a_training_says_what_became_of_it(
    learned: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "data"
    shutil.copytree(learned, folder)
    url = f"sqlite:///{tmp_path / 'amends.db'}"
    settings = Settings(data_dir=folder, database_url=SecretStr(url))
    database = open_database(url)
    bring_up_to_date(database)
    _add(database, ("dangers", "the fire stick is late", "-"), ("facts", "my lamp broke", "story item 3-7"))
    database.close()
    assert is_learned(settings), "a server that starts has nothing to learn"
    said = train(settings, WITH_DESK)
    assert "dangers: 1 corrections are too few to tell" in said
    assert "facts: 1 corrections are too few to tell" in said
    assert "too few" not in train(settings)


def test_of_several_corrections_of_a_message_the_last_counts() -> None:
    twice = [SetRight("it hurts", "en", "health!"), SetRight("it hurts", "en", "-")]
    (one,) = danger_examples(twice)
    assert one.labels == frozenset()
    first, last = "story item 0-4", "story item 5-9"
    (marked,) = fact_examples([SetRight("lamp desk", "en", first), SetRight("lamp desk", "en", last)])
    assert marked.facts == (("item", 5, 9),)


@pytest.mark.parametrize("told", ["boredom", "health,boredom!"])
def test_a_kind_that_is_no_longer_known_is_passed_over(told: str) -> None:
    assert danger_examples([SetRight("it hurts", "en", told)]) == ()


@pytest.mark.parametrize("told", ["story item 3-99", "story item 4-4", "story colour 0-2", "item", "weather item 0-2"])
def test_a_fact_that_stands_nowhere_is_passed_over(told: str) -> None:
    assert fact_examples([SetRight("my lamp broke", "en", told)]) == ()
