"""Other people's files that the desk serves, and what each must be. `make vendor` fetches them anew.

A registry is asked through npm's own client for exact versions; only the named files are kept, with
their licences. `vendor.lock` holds a digest of each, which a test compares.
"""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

FOLDER = Path(__file__).parent / "static" / "vendor"
LOCK = FOLDER / "vendor.lock"
WANTED = {
    "htmx.org@4.0.1": {
        "dist/htmx.min.js": "htmx.min.js",
        "dist/ext/hx-sse.min.js": "hx-sse.min.js",
        "LICENSE": "LICENSE-htmx",
    },
    "@picocss/pico@2.1.1": {"css/pico.min.css": "pico.min.css", "LICENSE.md": "LICENSE-pico"},
}
"""By package and exact version: each file of it, and its name here."""


def fetch() -> None:
    """Get every file anew, and write the lock."""
    entries = [entry for package, files in WANTED.items() for entry in _fetched(package, files)]
    LOCK.write_text(json.dumps(entries, indent=2) + "\n", "utf-8")


def _fetched(package: str, files: dict[str, str]) -> list[dict[str, str]]:
    name, _, version = package.rpartition("@")
    with tempfile.TemporaryDirectory() as place:
        command = [shutil.which("npm") or "npm", "pack", "--silent", package]
        packed = subprocess.run(command, cwd=place, check=True, capture_output=True, text=True)  # noqa: S603
        with tarfile.open(Path(place) / packed.stdout.split()[-1]) as archive:
            for inside, here in files.items():
                member = archive.extractfile(f"package/{inside}")
                (FOLDER / here).write_bytes(member.read() if member else b"")
    return [{"name": name, "version": version, "file": here, "sha384": sha384(here)} for here in files.values()]


def sha384(name: str) -> str:
    """The digest of a kept file, as browsers write it."""
    return base64.b64encode(hashlib.sha384((FOLDER / name).read_bytes()).digest()).decode()


def changed() -> list[str]:
    """Files that are not what the lock says, are missing, or that it does not know."""
    locked = {entry["file"]: entry["sha384"] for entry in json.loads(LOCK.read_text("utf-8"))}
    there = {file.name for file in FOLDER.iterdir()} - {LOCK.name}
    wrong = [name for name in locked if name in there and sha384(name) != locked[name]]
    return sorted({*wrong, *(locked.keys() ^ there)})


if __name__ == "__main__":
    fetch()
