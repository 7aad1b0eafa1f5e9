"""What authors see: the check of a whole playbook, the schema in their editor, the picture of what is asked."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import dialogs.playbooks
from complaints.record import Slot
from dialogs.playbooks.checking import check
from dialogs.playbooks.graph import graph
from dialogs.playbooks.loading import load_playbook
from dialogs.playbooks.schema import PlaybookFile, schema
from dialogs.understanding.reading import SIGNALS

HERE = Path(dialogs.playbooks.__path__[0])
ISSUE_CATEGORIES = (
    "product_quality", "not_as_described", "counterfeit", "wrong_or_missing_item", "delivery", "damaged_in_transit",
    "staff_service", "after_sales_refused", "order_cancellation", "refund_delayed", "payment", "price_promotion",
    "account_privacy", "website_app", "other",
)  # fmt: skip


def test_the_shop_passes_every_check() -> None:
    assert [str(problem) for problem in check("shop")] == []


def test_the_tiny_playbook_passes_every_check(tiny: Path) -> None:
    assert [str(problem) for problem in check(tiny)] == []


def test_the_shop_has_the_categories_of_an_online_shop_and_asks_briefly() -> None:
    file = load_playbook("shop").file
    assert tuple(file.categories) == ISSUE_CATEGORIES
    assert set(file.raises) == set(SIGNALS)
    assert all(len(category.ask) <= 7 for category in file.categories.values())
    assert all(Slot.CONTACT in category.ask for category in file.categories.values())


TITLE = "category delivery title"
SHORTCOMINGS = {
    "a key missing in another language": ("words.zh.yml", f"    title: {TITLE}\n", "", "no text category.delivery"),
    "a key nobody says": ("words.en.yml", "  item: ask item\n", "  item: ask item\n  itm: x\n", "nobody says ask.itm"),
    "different placeholders": ("words.zh.yml", " {example}", "", "differs from en in {example}"),
    "ill manners": ("words.en.yml", "ask item", "This is our fault.", "admits liability"),
    "too few examples": ("examples.en.yml", "    - complain delivery number 2\n", "", "has 4 examples"),
    "a synonym missing": ("examples.zh.yml", "- synonym: branch", "- lookup: question_x", "there is no synonym branch"),
    "a question without answer": ("examples.zh.yml", "- lookup: skip", "- lookup: question_x", "nobody answers"),
    "an answer without question": ("words.zh.yml", "answer:\n", "answer:\n  parking: Free.\n", "nothing leads to"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new", "says"), SHORTCOMINGS.values(), ids=SHORTCOMINGS)
def test_a_shortcoming_is_found_by_the_check_yet_the_playbook_can_be_used(
    tiny: Path, name: str, old: str, new: str, says: str
) -> None:
    text = (tiny / name).read_text("utf-8")
    assert old in text
    (tiny / name).write_text(text.replace(old, new, 1), "utf-8")
    load_playbook(tiny)
    found = [str(problem) for problem in check(tiny)]
    assert any(re.match(rf".*{re.escape(name)}:\d+: ", problem) and says in problem for problem in found), found


def test_the_pages_may_have_words_of_their_own_if_every_language_has_them(tiny: Path) -> None:
    def add(language: str) -> None:
        with (tiny / f"words.{language}.yml").open("a", encoding="utf-8") as file:
            file.write("web:\n  parking: '{count} free'\n")

    add("en")
    assert [problem.says for problem in check(tiny)] == ["there is no text web.parking"]
    add("zh")
    assert check(tiny) == []


def test_an_open_answer_may_be_added_but_not_with_a_placeholder_that_nothing_fills(tiny: Path) -> None:
    for language in ("en", "zh"):
        path = tiny / f"words.{language}.yml"
        path.write_text(path.read_text("utf-8").replace("answer:\n", "answer:\n  cost: Free of {thing}.\n", 1), "utf-8")
    assert any("unknown placeholder {thing}" in problem.says for problem in check(tiny))


def test_the_schema_for_editors_is_current() -> None:
    """Write it anew with `amends playbook schema > dialogs/playbooks/playbook.schema.json`."""
    assert json.loads((HERE / "playbook.schema.json").read_text("utf-8")) == schema()


def test_the_shop_points_editors_to_the_schema() -> None:
    first = (HERE / "shop" / "playbook.yml").read_text("utf-8").split("\n")[0]
    assert first == "# yaml-language-server: $schema=../playbook.schema.json"


def test_every_part_of_the_schema_is_explained() -> None:
    assert all(part.get("description") for part in schema()["$defs"].values() if part["type"] == "object")
    assert PlaybookFile.__doc__


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_picture_shows_each_category_its_questions_in_order_and_where_it_goes(language: str) -> None:
    playbook = load_playbook("shop")
    picture, words = graph(playbook, language), playbook.words(language)
    assert picture.startswith("flowchart LR\n")
    for name, category in playbook.file.categories.items():
        assert f'|"{words.say(f"category.{name}.title")}"|' in picture
        assert f"{category.team} · " in picture
    assert "delivery__order_number --> delivery__name" in picture
    assert f'delivery__order_number["{words.say("slot.order_number")}"]' in picture
    assert f'delivery__happened_at(["{words.say("slot.happened_at")}"])' in picture


def test_signs_that_mean_something_to_the_picture_are_escaped(tiny: Path) -> None:
    path = tiny / "words.en.yml"
    path.write_text(path.read_text("utf-8").replace("slot contact", """'the "way" #1'""", 1), "utf-8")
    assert '["the #quot;way#quot; #35;1"]' in graph(load_playbook(tiny), "en")
