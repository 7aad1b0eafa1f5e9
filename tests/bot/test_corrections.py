"""What an agent sets right at the desk is what the next model learns from."""

from __future__ import annotations

from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import insert

from bot.learning.corrections import recorded
from bot.settings import Settings
from storage.db.database import open_database
from storage.migrations.upgrade import bring_up_to_date
from storage.tables.core import corrections


def _row(n: int, text: str, now: str) -> dict[str, object]:
    key = {"conversation_id": "c", "turn": 1, "n": n, "at": n + 1, "staff": "li", "language": "zh"}
    return {**key, "text": text, "was": "other", "now": now}


def test_corrections_made_at_the_desk_are_examples_with_the_label_they_were_given(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'amends.db'}"
    settings = Settings(data_dir=tmp_path, database_url=SecretStr(url))
    assert recorded(settings) == {}, "before anything was served there is nothing"
    database = open_database(url)
    bring_up_to_date(database)
    with database.write() as conn:
        conn.execute(insert(corrections), [_row(0, "扣了两次", "payment"), _row(1, "没到账", "refund_delayed")])
        conn.execute(insert(corrections), [_row(2, "多扣了钱", "payment")])
    database.close()
    assert recorded(settings) == {
        "zh": {"complain/payment": ("扣了两次", "多扣了钱"), "complain/refund_delayed": ("没到账",)}
    }
