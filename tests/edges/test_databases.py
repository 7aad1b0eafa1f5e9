"""What the edges read themselves reads alike on every database."""

from __future__ import annotations

from pathlib import Path

from dialogs.playbooks.playbook import Playbook
from storage.conversations.last_seq import last_numbers
from storage.db.database import Database
from storage.db.timestamps import utc_now
from storage.staff.tokens import create_token
from tests.edges.scenery import JPEG, build, messages, served


def test_a_customer_and_a_program_see_the_same_on_each_database(
    database: Database, playbook: Playbook, tmp_path: Path
) -> None:
    with served(build(database, playbook, tmp_path)) as house:
        visitor = house.visitor()
        digest = visitor.upload("a.jpg", JPEG).json()["digest"]
        reference = visitor.say("file this", files=[digest])[-1]["case"]
        visitor.say("person")
        with visitor.following(1) as stream:
            assert [event["id"] for event in messages(stream, 3)] == ["2", "3", "4"]
        with database.write() as connection:
            token = create_token(connection, "reports", utc_now())
        with house.client(headers={"Authorization": f"Bearer {token}"}) as http:
            assert [case["reference"] for case in http.get("/api/v1/cases").json()["cases"]] == [reference]
            assert http.get(f"/api/v1/cases/{reference}").json()["transcript"][0]["files"][0]["digest"] == digest
            assert http.get("/api/v1/cases/%00").status_code == 404
            assert len(http.get("/api/v1/handoffs").json()["handoffs"]) == 1


def test_how_far_chats_have_come_is_one_question(database: Database, playbook: Playbook, tmp_path: Path) -> None:
    with served(build(database, playbook, tmp_path)) as house:
        ann, bob = (house.visitor() for _ in range(2))
        first = [ann.say("one"), ann.say("two"), bob.say("one")]
        assert len(first) == 3
        watched = list(_conversations(database))
        with database.read() as connection:
            found = last_numbers(connection, database.dialect, [*watched, "0" * 32])
    assert sorted(found.values()) == [2, 4]


def _conversations(database: Database) -> list[str]:
    from sqlalchemy import select

    from storage.tables.core import conversations

    with database.read() as connection:
        return list(connection.scalars(select(conversations.c.id)))
