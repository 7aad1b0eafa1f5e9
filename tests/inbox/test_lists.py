"""What the inbox's lists show, and that they cost the same however much there is."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from storage.conversations.inbox import (
    SORTS,
    InboxQuery,
    Page,
    SavedView,
    ViewerScope,
    counts,
    drop_view,
    page_of,
    save_view,
    views_of,
)
from storage.conversations.inbox import _query as query_of
from storage.conversations.search import asked_terms, terms_of
from storage.conversations.threads import Thread
from storage.db.database import Database
from tests.inbox.crowd import rows

EVERYONE, LI = ViewerScope("somebody"), ViewerScope("agent7", ("payments",))


def _all(database: Database, seen: ViewerScope, wanted: InboxQuery, limit: int = 97) -> list[Thread]:
    """Every page of a list, one after the other."""
    found: list[Thread] = []
    after = ""
    while True:
        with database.read() as conn:
            page = page_of(conn, database.dialect, seen, wanted, after, limit)
        found += page.threads
        if not page.next:
            return found
        after = page.next


@pytest.mark.parametrize("sort", SORTS)
def test_page_by_page_every_chat_is_shown_once_and_in_order(crowded: Database, sort: str) -> None:
    shown = _all(crowded, EVERYONE, InboxQuery(sort=sort))
    live = {row["conversation_id"]: row for row in rows(3000) if row["live"]}
    assert len(shown) == len(live)
    order = {
        "breach": lambda row: (row["deadline"], row["conversation_id"]),
        "grave": lambda row: (row["priority"], row["deadline"], row["conversation_id"]),
        "newest": lambda row: (-row["changed_at"],),
    }[sort]
    assert [one.conversation_id for one in shown] == [
        row["conversation_id"] for row in sorted(live.values(), key=order)
    ]


@pytest.mark.parametrize(
    ("wanted", "holds"),
    [
        (InboxQuery("mine"), lambda row: row["agent"] == "agent7"),
        (InboxQuery("unassigned"), lambda row: row["agent"] == "" and row["team"] == "payments"),
        (InboxQuery(state="held", language="zh"), lambda row: row["state"] == "held" and row["language"] == "zh"),
        (InboxQuery(priority="urgent"), lambda row: row["priority"] == 0),
        (InboxQuery(category="payment", team="payments"), lambda row: row["category"] == row["team"][:-1] == "payment"),
        (InboxQuery(tag="vip", channel="web"), lambda row: row["tags"] == "vip" and row["channel"] == "web"),
        (InboxQuery(state="done"), lambda row: row["state"] == "done"),
    ],
)  # fmt: skip
def test_a_filter_shows_what_it_says_and_only_of_teams_one_may_see(
    crowded: Database, wanted: InboxQuery, holds: Any
) -> None:
    shown = {one.conversation_id for one in _all(crowded, LI, wanted)}
    alive = wanted.state != "done"
    mine = [
        row for row in rows(3000) if row["live"] == alive and (row["team"] == "payments" or row["agent"] == "agent7")
    ]
    assert shown == {row["conversation_id"] for row in mine if holds(row)}


@pytest.mark.parametrize(
    ("query", "story"),
    [
        ("重复扣款", "重复扣款两次"),
        ("扣款", "重复扣款两次"),
        ("鞋", "收到的鞋子颜色不对"),
        ("KETTLE leak", "the kettle leaks"),
    ],
)  # fmt: skip
def test_a_search_finds_chinese_and_english_by_any_part(crowded: Database, query: str, story: str) -> None:
    shown = _all(crowded, EVERYONE, InboxQuery(query=query))
    live = [row for row in rows(3000) if row["live"]]
    assert {one.summary for one in shown} == {story}
    assert len(shown) == sum(row["summary"] == story for row in live)


@pytest.mark.parametrize("live", [True, False])
def test_a_case_is_found_by_its_reference_though_all_is_done(crowded: Database, live: bool) -> None:
    """Somebody rings up about a complaint of last month; it is in no list of what goes on."""
    rung = next(row for row in rows(3000) if row["live"] is live)
    shown = _all(crowded, EVERYONE, InboxQuery(query=rung["reference"]))
    assert [one.reference for one in shown] == [rung["reference"]]
    mine = _all(crowded, EVERYONE, InboxQuery(view="mine", query=rung["reference"]))
    assert mine == [], "what is mine goes on"


@pytest.mark.parametrize("sort", SORTS)
def test_what_is_found_among_what_is_done_has_pages_too(crowded: Database, sort: str) -> None:
    ten = [row for row in rows(3000) if row["reference"].startswith("C-2611-00127")]
    assert not any(row["live"] for row in ten)
    shown = _all(crowded, EVERYONE, InboxQuery(query="C-2611-00127", sort=sort), limit=3)
    assert sorted(one.reference for one in shown) == [row["reference"] for row in ten]


@pytest.mark.parametrize(
    "query", ["'", '"', "' | 'a", "a:*", "NEAR(a b)", "\\", "* *", "%", "🙂", "-", "AND OR NOT", "￿" * 300]
)
def test_no_query_breaks_the_search(crowded: Database, query: str) -> None:
    with crowded.read() as conn:
        page, everything = (page_of(conn, crowded.dialect, EVERYONE, InboxQuery(query=one)) for one in (query, ""))
    asked = [term for term, _ in asked_terms(query)]
    assert page == (Page(()) if asked else everything)


def test_terms_are_pairs_of_characters_and_words() -> None:
    assert terms_of("退款没到 Order AM26") == ["退款", "款没", "没到", "到", "order", "am26"]
    assert asked_terms("退") == [("退", True)]
    assert asked_terms("没到order") == [("没到", False), ("order", True)]


def test_counts_are_those_of_the_lists(crowded: Database) -> None:
    with crowded.read() as conn:
        counted = counts(conn, crowded.dialect, LI)
    assert counted == {view: min(1000, len(_all(crowded, LI, InboxQuery(view)))) for view in counted}


@pytest.mark.parametrize("after", ["x", "1.2.3.4", "-1.a", "9" * 40 + ".a", "1.", "."])
def test_a_cursor_that_makes_no_sense_begins_anew_or_ends(crowded: Database, after: str) -> None:
    with crowded.read() as conn:
        first, page = (page_of(conn, crowded.dialect, EVERYONE, InboxQuery(), at) for at in ("", after))
    assert first.threads
    assert page in (first, Page(()))


def test_a_view_is_kept_under_its_name_and_forgotten(database: Database) -> None:
    with database.write() as conn:
        save_view(conn, database.dialect, "li", SavedView("VIP", "view=all&tag=vip"), 1)
        save_view(conn, database.dialect, "li", SavedView("VIP", "view=mine&tag=vip"), 2)
        assert views_of(conn, "li") == [SavedView("VIP", "view=mine&tag=vip")]
        assert views_of(conn, "wang") == []
        drop_view(conn, "li", "VIP")
        assert views_of(conn, "li") == []


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("view", ["mine", "unassigned", "all"])
def test_no_list_reads_the_whole_table_or_sorts_it(crowded: Database, view: str, sort: str) -> None:
    query, bound = query_of(crowded.dialect, LI, InboxQuery(view, sort=sort))
    plan = _plan(crowded, query.limit(51), bound)
    assert "Seq Scan" not in plan, plan
    assert "SCAN threads" not in plan.replace("SCAN threads USING INDEX", ""), plan
    if view == "all":
        assert "TEMP B-TREE" not in plan, plan


def _plan(database: Database, query: Any, bound: dict[str, Any]) -> str:
    with database.read() as conn:
        compiled = query.compile(conn, compile_kwargs={"literal_binds": True})
        said = "EXPLAIN QUERY PLAN " if database.dialect.name == "sqlite" else "EXPLAIN "
        return "\n".join(str(tuple(row)) for row in conn.execute(text(said + str(compiled).replace(":", "\\:")), bound))
