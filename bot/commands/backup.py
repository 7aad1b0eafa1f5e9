"""`amends backup` and `amends restore`: everything on file into a folder while it is served, and back again."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import make_url

from bot.opening import explained
from bot.refusal import Refusal
from bot.settings import Settings
from storage.backup import files, postgres, sqlite
from storage.backup.manifest import BadBackup, Manifest, appearing, digest_of, durable, read, settled, write
from storage.db.database import Database, open_database
from storage.db.read_only import looking, still
from storage.db.timestamps import utc_now
from storage.files.attachments import FileStore
from storage.migrations.upgrade import newest_revision, stored_revision

KEY = "secret.key"
SQLITE, POSTGRES = "amends.db", "amends.dump"
_WITHOUT_KEY = (
    "The secret key is not in it: keep a copy of it apart (AMENDS_SECRET_KEY, or secret.key in the data folder). "
    "Without it the audit trail cannot be verified and second steps are lost."
)
_WITH_KEY = "The secret key is in it: whoever has this backup can forge the audit trail. Keep it as you keep the key."


def backup(settings: Settings, to: Path, *, with_key: bool) -> str:
    """Copy everything on file into a folder that is not there yet; returns what to print. Raises `Refusal`."""
    with _told(settings), appearing(to) as folder:
        begun = utc_now()
        revision, wanted = _embedded(settings, folder) if settings.embedded else _served(settings, folder)
        store = _store(settings)
        copied = files.copy(wanted | files.kept_in(store), store, FileStore(folder / "files"))
        lost = sorted(wanted.intersection(copied.lost))
        has_key = with_key and _copied_key(settings.data_dir / KEY, folder / KEY)
        name = SQLITE if settings.embedded else POSTGRES
        kind = "sqlite" if settings.embedded else "postgresql"
        digest = digest_of(folder / name)
        write(folder, Manifest(begun.isoformat(), kind, name, digest, revision, copied.files, has_key))
    said = [f"{to}: the database as of {begun:%Y-%m-%d %H:%M:%S} UTC, revision {revision}, and {copied.files} files."]
    if with_key and not has_key:
        said.append(
            f"There is no {settings.data_dir / KEY}: the key comes from AMENDS_SECRET_KEY, which is not copied."
        )
    said.append(_WITH_KEY if has_key else _WITHOUT_KEY)
    if lost:
        raise Refusal("\n".join([*said, *_lost(lost, "It is whole but for these files, which are gone already:")]))
    return "\n".join(said)


def _embedded(settings: Settings, folder: Path) -> tuple[str, set[str]]:
    source = Path(settings.database.removeprefix("sqlite:///"))
    if not source.exists():
        raise Refusal(f"there is nothing to copy: {source} is not there")
    copy = folder / SQLITE
    sqlite.copy(source, copy)
    if wrong := sqlite.faults(copy):
        raise Refusal("the database is damaged, so no backup is made of it:\n" + "\n".join(wrong))
    with still(copy) as database:
        return _spoken_of(database)


def _spoken_of(database: Database) -> tuple[str, set[str]]:
    """The revision of a database, and the files that it speaks of."""
    revision = stored_revision(database)
    with database.read() as conn:
        return revision, files.referred_to(conn) if revision else set()


def _served(settings: Settings, folder: Path) -> tuple[str, set[str]]:
    """What PostgreSQL's own program writes sees the very moment at which the files were looked up."""
    database = open_database(settings.database)
    try:
        revision = stored_revision(database)
        with database.read() as conn:
            name = postgres.snapshot(conn)
            wanted = files.referred_to(conn) if revision else set()
            postgres.dump(make_url(settings.database), name, folder / POSTGRES)
    finally:
        database.close()
    return revision, wanted


def restore(settings: Settings, source: Path, *, over: bool) -> str:
    """Bring a backup back; returns what to print. Raises `Refusal`; what is there is overwritten only if `over`."""
    with _told(settings):
        manifest = read(source)
        kind = "sqlite" if settings.embedded else "postgresql"
        if manifest.kind != kind:
            raise Refusal(f"{source} is of {manifest.kind}, and AMENDS_DATABASE_URL names a database of {kind}")
        if manifest.revision > newest_revision():
            raise Refusal(f"{source} has tables at {manifest.revision}; install a newer Amends")
        _check_key(settings, source, manifest, over=over)
        aside = _back_embedded(settings, source, over) if settings.embedded else _back_served(settings, source, over)
        kept = FileStore(source / "files")
        copied = files.copy(files.kept_in(kept), kept, _store(settings))
        if manifest.has_key:
            durable(settings.data_dir / KEY, (source / KEY).read_bytes())
        lost = sorted((_wanted(settings) - files.kept_in(_store(settings))) | set(copied.lost))
    if lost:
        raise Refusal("\n".join(_lost(lost, "The database is back; these files of it are not in the backup:")))
    made = datetime.fromisoformat(manifest.made_at)
    said = f"{settings.safe_database} is as it was at {made:%Y-%m-%d %H:%M:%S} UTC, with {copied.files} files."
    return "\n".join([said, *aside, "Now check it, with the key of that time: amends audit verify"])


def _back_embedded(settings: Settings, source: Path, over: bool) -> list[str]:
    target = Path(settings.database.removeprefix("sqlite:///"))
    if wrong := sqlite.faults(source / SQLITE):
        raise Refusal(f"{source} is damaged:\n" + "\n".join(wrong))
    there = target.exists() and target.stat().st_size > 0
    if there and not over:
        raise Refusal(f"{target} is there already. To put the backup in its place (it is kept beside it): --overwrite")
    with _claimed(settings):
        unfinished = target.with_name(f"{target.name}.restoring")
        shutil.copyfile(source / SQLITE, unfinished)
        unfinished.chmod(0o600)
        settled(unfinished)
        said = _put_aside(target) if there else []
        os.replace(unfinished, target)
        settled(target.parent)
    return said


@contextmanager
def _claimed(settings: Settings) -> Iterator[None]:
    """Nobody serves the file meanwhile. Raises `AlreadyServed`."""
    database = open_database(settings.database)
    try:
        database.claim_for_serving()
        yield
    finally:
        database.close()


def _put_aside(target: Path) -> list[str]:
    """What was there, damaged or not, under another name, with what was committed last beside it."""
    kept = f"{target}.before-{utc_now():%Y%m%d-%H%M%S}"
    for ending in ("-wal", "-shm", ""):
        if (file := Path(f"{target}{ending}")).exists():
            file.rename(f"{kept}{ending}")
    return [f"What was there is kept as {kept}; its files are left where they were."]


def _back_served(settings: Settings, source: Path, over: bool) -> list[str]:
    database = open_database(settings.database)
    try:
        with database.read() as conn:
            empty = postgres.is_empty(conn)
    finally:
        database.close()
    if not empty and not over:
        raise Refusal(f"{settings.safe_database} has tables already. To put the backup in their place: --overwrite")
    postgres.restore(make_url(settings.database), source / POSTGRES, over=not empty)
    return []


def _check_key(settings: Settings, source: Path, manifest: Manifest, *, over: bool) -> None:
    """The key that is in use here is not replaced without a word."""
    mine = settings.data_dir / KEY
    if not manifest.has_key or not mine.exists() or over:
        return
    if mine.read_bytes() != (source / KEY).read_bytes():
        raise Refusal(f"{mine} is another key than the backup's. To put the backup's in its place: --overwrite")


def _wanted(settings: Settings) -> set[str]:
    with looking(settings.database) as database:
        return _spoken_of(database)[1]


def _copied_key(source: Path, target: Path) -> bool:
    if not source.exists():
        return False
    durable(target, source.read_bytes())
    return True


def _store(settings: Settings) -> FileStore:
    return FileStore(settings.data_dir / "files")


def _lost(lost: list[str], saying: str) -> list[str]:
    return [saying, *lost[:20], *([f"and {len(lost) - 20} more"] if len(lost) > 20 else [])]


@contextmanager
def _told(settings: Settings) -> Iterator[None]:
    try:
        with explained(settings):
            yield
    except BadBackup as error:
        raise Refusal(str(error)) from None
