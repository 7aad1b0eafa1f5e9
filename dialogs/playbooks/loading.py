"""Reading a playbook from its folder. A playbook that loads can be served; `checking.py` asks for more."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from complaints import clocks
from dialogs.playbooks.contents import Texts, read_examples, read_words
from dialogs.playbooks.playbook import Examples, Playbook, Words
from dialogs.playbooks.problems import PlaybookError, Problem
from dialogs.playbooks.schema import Calendar, PlaybookFile
from dialogs.playbooks.source import Source, read_source
from dialogs.playbooks.validation import validate

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Draft:
    """A playbook as read, with whatever is wrong with it; `file` is None when it cannot be made out."""

    folder: Path
    source: Source
    file: PlaybookFile | None
    texts: Mapping[str, Texts]
    words: Mapping[str, Source]
    spoken: Mapping[str, Source]
    examples: Mapping[str, Examples]
    problems: tuple[Problem, ...]


def load_playbook(where: str | Path) -> Playbook:
    """The playbook of a folder, or of a name in `dialogs/playbooks/`.

    Raises `PlaybookError` with every problem, each with file, line and remedy.
    """
    draft = read_playbook(where)
    # Words and examples of the shop are still being written; once they are there, their absence is fatal too.
    fatal = [problem for problem in draft.problems if problem.says != "the file is missing" or draft.file is None]
    if fatal or draft.file is None:
        raise PlaybookError(fatal)
    return _playbook(draft, draft.file)


def read_playbook(where: str | Path) -> Draft:
    """Everything in the folder, and everything wrong with its files one by one. Never raises for content."""
    folder = find_folder(where)
    source = read_source(_shown(folder / "playbook.yml"))
    file, problems = validate(source) if source.value is not None else (None, ())
    languages = _languages(source, file)
    words = {language: _read(folder, "words", language) for language in languages}
    spoken = {language: _read(folder, "examples", language) for language in languages}
    texts = {language: read_words(found) for language, found in words.items()}
    examples = {language: read_examples(found) for language, found in spoken.items()}
    everything = (
        *source.problems,
        *problems,
        *(problem for found in texts.values() for problem in found.problems),
        *(problem for _, found in examples.values() for problem in found),
    )
    heard = {language: found for language, (found, _) in examples.items()}
    return Draft(folder, source, file, texts, words, spoken, heard, everything)


def find_folder(where: str | Path) -> Path:
    """A built-in playbook by its name, else the folder at a path, or around the path of a `playbook.yml`."""
    if isinstance(where, str) and where.isidentifier() and (HERE / where / "playbook.yml").is_file():
        return HERE / where
    path = Path(where)
    return path.parent if path.name == "playbook.yml" else path


def _shown(path: Path) -> Path:
    """The path as an author would type it, when it lies below where they stand."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _languages(source: Source, file: PlaybookFile | None) -> tuple[str, ...]:
    """The declared languages; when the file is at fault, as many as can be made out."""
    if file is not None:
        return file.languages
    declared = source.value.get("languages") if isinstance(source.value, dict) else None
    return tuple(str(language) for language in declared) if isinstance(declared, list) else ()


def _read(folder: Path, kind: str, language: str) -> Source:
    return read_source(_shown(folder / f"{kind}.{language}.yml"))


def _playbook(draft: Draft, file: PlaybookFile) -> Playbook:
    return Playbook(
        name=file.name,
        version=_version(draft.folder),
        file=file,
        languages=file.languages,
        examples=draft.examples,
        vocabulary=_vocabulary(file.languages, draft.texts),
        calendar=_calendar(file.calendar),
        zone=ZoneInfo(file.timezone),
    )


def _vocabulary(languages: tuple[str, ...], texts: Mapping[str, Texts]) -> dict[str, Words]:
    """Words by language; what a language lacks is said in the default one."""
    default = texts[languages[0]].options
    return {language: Words(language, {**default, **texts[language].options}) for language in languages}


def _calendar(calendar: Calendar) -> clocks.Calendar:
    week = tuple(tuple((period.start, period.end) for period in calendar.hours.get(day, ())) for day in range(1, 8))
    return clocks.Calendar(week, calendar.holidays)


def _version(folder: Path) -> str:
    """12 hexadecimal digits that change with any file of the playbook."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.yml")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]
