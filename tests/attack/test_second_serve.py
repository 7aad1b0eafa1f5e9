"""A second process would serve a SQLite file that is served already."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from storage.db.database import open_database
from storage.db.errors import AlreadyServed
from storage.migrations.upgrade import bring_up_to_date
from tests.attack.conftest import Tried
from tests.real.server import NotReady, Server


@pytest.mark.timeout(600)
def test_a_second_serve(tmp_path: Path, tried: Tried) -> None:
    """The lock file of a served database is deleted, or made anew, and a second server is started on it."""
    url, extra = f"sqlite:///{tmp_path / 'amends.db'}", {"AMENDS_UNDERSTANDING": "rules", "AMENDS_DESK": "off"}
    first, second = (Server(tmp_path, url, extra=extra) for _ in range(2))
    lock = tmp_path / "amends.db.lock"
    first.start()
    try:
        for tampered in (lock.exists, lock.unlink, lock.touch):
            tampered()
            with pytest.raises(NotReady, match="already served by another process"):
                second.start()
            tried(1)
        assert first.is_ready()
    finally:
        first.kill()
    second.start()
    second.kill()


def test_who_is_refused_takes_no_lock_along(tmp_path: Path, tried: Tried) -> None:
    """Somebody who was refused while the lock file was gone keeps nobody else from serving later."""
    url = f"sqlite:///{tmp_path / 'amends.db'}"
    program = (
        "import sys, time; from storage.db.database import open_database\n"
        f"open_database({url!r}).claim_for_serving(); print('served', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdin=-1, stdout=-1, text=True) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "served\n"
        (tmp_path / "amends.db.lock").unlink()
        refused = open_database(url)
        before = len(os.listdir("/proc/self/fd"))
        with pytest.raises(AlreadyServed):
            refused.claim_for_serving()
        assert len(os.listdir("/proc/self/fd")) == before
        first.communicate("")
    refused.claim_for_serving()
    bring_up_to_date(refused)
    with refused.read() as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM messages").scalar() == 0
    refused.close()
    tried(1)
