"""Reading the files of a playbook into a draft: what they say, and what is wrong with each by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dialogs.playbooks.contents import Texts, read_examples, read_words
from dialogs.playbooks.general import with_pack
from dialogs.playbooks.playbook import Examples
from dialogs.playbooks.problems import Problem
from dialogs.playbooks.schema import PlaybookFile
from dialogs.playbooks.source import Source, read_source
from dialogs.playbooks.validation import validate
from dialogs.playbooks.variants import variants_of

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class PlaybookDraft:
    """A playbook as read. `file` is None when it cannot be made out; the rest is by language.

    `written` and `spoken` are the sources of the words and the examples, for the lines of problems.
    """

    folder: Path
    source: Source
    file: PlaybookFile | None
    written: Mapping[str, Source]
    texts: Mapping[str, Texts]
    spoken: Mapping[str, Source]
    examples: Mapping[str, Examples]
    problems: tuple[Problem, ...]


def read_playbook(where: str | Path) -> PlaybookDraft:
    """Everything in the folder. Never raises for what is in it."""
    folder = find_folder(where)
    source = read_source(_shown(folder / "playbook.yml"))
    file, wrong = validate(source) if source.value is not None else (None, ())
    written, spoken = (_read_all(folder, kind, _languages(source, file)) for kind in ("words", "examples"))
    written |= _variants(folder, _languages(source, file))
    texts = {language: read_words(found) for language, found in written.items()}
    heard = {language: read_examples(found) for language, found in spoken.items()}
    problems = [*source.problems, *wrong]
    problems += [problem for found in texts.values() for problem in found.problems]
    problems += [problem for _, found in heard.values() for problem in found]
    examples = {language: with_pack(language, found) for language, (found, _) in heard.items()}
    return PlaybookDraft(folder, source, file, written, texts, spoken, examples, tuple(problems))


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


def _read_all(folder: Path, kind: str, languages: tuple[str, ...]) -> dict[str, Source]:
    return {language: read_source(_shown(folder / f"{kind}.{language}.yml")) for language in languages}


def _variants(folder: Path, languages: tuple[str, ...]) -> dict[str, Source]:
    """The words that a playbook writes itself for a variant, rather than have them converted."""
    files = {one.code: folder / f"words.{one.code}.yml" for each in languages for one in variants_of(each, languages)}
    return {code: read_source(_shown(file)) for code, file in files.items() if file.is_file()}
