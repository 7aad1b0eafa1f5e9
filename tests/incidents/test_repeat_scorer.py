"""Whether two texts of one customer are about the same matter, on pairs that nothing was learned from."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from time import perf_counter

import numpy as np
import pytest

from bench.bursts import WRITTEN, rows_of
from bench.incidents import repeats
from complaints.incidents.repeats import LIKE_STORY, Repeat, Told, repeats_of
from complaints.incidents.stories import packed
from complaints.record import Record
from dialogs.understanding.heads.features import plain
from dialogs.understanding.model.encoder import WIDTH, SentenceEncoder, find_encoder
from dialogs.understanding.repeats.features import Text
from dialogs.understanding.repeats.learning import pairs
from dialogs.understanding.repeats.scorer import Scorer, shipped
from storage.db.database import Database
from storage.incidents import stories

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def encoder() -> SentenceEncoder:
    found = find_encoder()
    if found is None:
        pytest.skip("the encoder is not installed")
    return found


@pytest.fixture(scope="module")
def scorer() -> Scorer:
    found = shipped()
    assert found is not None
    return found


def test_repeats_are_told_from_other_matters_on_pairs_apart(encoder: SentenceEncoder) -> None:
    line = repeats(encoder, "apart", rows_of(WRITTEN / "repeats_apart.jsonl"))
    assert float(line.measured) >= 0.85


def test_no_pair_apart_was_learned_from() -> None:
    learned = {pair.second for pair in pairs()}
    assert not learned & {row["second"] for row in rows_of(WRITTEN / "repeats_apart.jsonl")}


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("The blender leaks from the bottom.", "Hello? Is anybody there?", True),
        ("我订的书柜少了一块背板。", "都三天了,没人理我", True),
        ("The blender leaks from the bottom.", "Thank you so much, all sorted now.", False),
        ("冰箱不制冷。", "好的,谢谢", False),
    ],
)
def test_a_bare_chase_is_about_the_same_and_thanks_are_not(
    encoder: SentenceEncoder, scorer: Scorer, first: str, second: str, same: bool
) -> None:
    one, two = encoder.encode([plain(first), plain(second)])
    began = perf_counter()
    assert (scorer.likely(Text(first, one), Text(second, two)) >= 0.5) is same
    assert perf_counter() - began < 0.05, "it must not be felt"


def test_vectors_of_another_encoder_tell_nothing(scorer: Scorer) -> None:
    short = Text("it leaks", np.zeros(4, np.float32))
    assert scorer.likely(short, short) == 0.0


def test_the_scorer_decides_in_the_order_of_time() -> None:
    seen = []
    vector = np.ones(WIDTH, np.float32)
    first, second = Told("C-1", NOON, "", vector, "one"), Told("C-2", NOON + timedelta(days=45), "", vector, "two")

    def likely(one: Told, two: Told) -> float:
        seen.append((one.said, two.said))
        return 0.9

    assert repeats_of(first, [first, second], likely) == (Repeat("C-2", LIKE_STORY),)
    assert repeats_of(second, [first, second], likely) == (Repeat("C-1", LIKE_STORY),)
    assert seen == [("one", "two")] * 2


def test_a_case_on_file_says_what_it_repeats(database: Database, encoder: SentenceEncoder) -> None:
    told = ("The blender leaks from the bottom.", "Second week of mopping. Is anybody going to answer me?")
    for n, (text, row) in enumerate(zip(told, encoder.encode([plain(text) for text in told]), strict=True)):
        filed = stories.row_of(
            "chat", n, Record(story=text), at=NOON + timedelta(days=4 * n), reference=f"C-{n}", language="en",
            vector=packed(row),
        )  # fmt: skip
        with database.write() as conn:
            conn.execute(stories.keeping(database.dialect), filed)
    with database.read() as conn:
        assert stories.repeats_in_chat(conn, "chat", "C-1") == (Repeat("C-0", LIKE_STORY),)
