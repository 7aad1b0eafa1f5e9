"""Two processes that write the same row at once leave a sound book."""

from __future__ import annotations

import threading
import time

from storage.audit.verify import verify
from storage.cases.playbooks import note_playbook
from storage.db.database import open_database
from storage.db.timestamps import utc_now

KEY = b"a key of both processes, as long as any"


def test_processes_that_begin_together_with_one_playbook_leave_a_sound_book(postgres_url: str) -> None:
    first, second = open_database(postgres_url), open_database(postgres_url)

    def begin_too() -> None:
        with second.write() as conn:
            note_playbook(conn, second.dialect, "v1", "shop", "{}", utc_now())

    for database in (first, second):
        database.seal_with(KEY)
    waiting = threading.Thread(target=begin_too)
    with first.write() as conn:
        note_playbook(conn, first.dialect, "v1", "shop", "{}", utc_now())
        waiting.start()
        time.sleep(0.5)
    waiting.join()
    with first.read() as conn:
        assert list(verify(conn, KEY)) == []
    first.close()
    second.close()
