"""Which heads and which tagger are in use in the place of those that come along: what corrections made better.

`nlu/heads-of-desk.json` and `nlu/tagger-of-desk.json` in the data folder. What they name was learned beside the
examples of one version; with another version's they count no more, and `amends nlu train` learns anew.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.settings import Settings


@dataclass(frozen=True, slots=True)
class LearnedInUse:
    """`uses` is the digest of what is in use, `of` that of what came along beside it, and `learnt` are the digests of
    the corrected texts that it learned from.
    """

    of: str
    uses: str
    learnt: tuple[str, ...]


def in_use(settings: Settings, part: str, of: str) -> LearnedInUse | None:
    """What is in use of a part (`heads`, `tagger`) beside what came along with this digest, if corrections made any."""
    try:
        found = json.loads(_file(settings, part).read_text(encoding="utf-8"))
        known = LearnedInUse(found["of"], found["uses"], tuple(found["learnt"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return known if known.of == of else None


def put_in_use(settings: Settings, part: str, chosen: LearnedInUse) -> None:
    """From the next start on, this is what reads."""
    file = _file(settings, part)
    file.parent.mkdir(parents=True, exist_ok=True)
    waiting = file.with_suffix(".part")
    waiting.write_text(json.dumps(asdict(chosen)), encoding="utf-8")
    waiting.replace(file)


def forget(settings: Settings, part: str) -> bool:
    """Return to what came along; whether there was anything else."""
    there = _file(settings, part).exists()
    _file(settings, part).unlink(missing_ok=True)
    return there


def _file(settings: Settings, part: str) -> Path:
    return settings.data_dir / "nlu" / f"{part}-of-desk.json"
