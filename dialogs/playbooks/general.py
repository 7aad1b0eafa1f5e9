"""What comes with a language, whatever the playbook: the words and phrases of its pack, `words.yml` and `phrases.yml`.

Words of one trade have no place there: a bank says them too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from dialogs.playbooks.contents import Texts, read_examples, read_words
from dialogs.playbooks.playbook import Examples
from dialogs.playbooks.problems import Problem
from dialogs.playbooks.source import read_source
from dialogs.understanding.language.packs import file_of

Lists = Mapping[str, tuple[str, ...]]


def with_pack(language: str, own: Examples) -> Examples:
    """A playbook's examples in a language, with what its pack adds to them."""
    general = phrases(file_of(language.partition("-")[0], "phrases.yml"))
    return Examples(
        _joined(own.intents, general.intents),
        _joined(own.lookups, general.lookups),
        _joined(own.synonyms, general.synonyms),
    )


def general_words(language: str) -> Texts:
    """What every playbook says in a language, or in a variant like `zh-Hant`, where it has no words of its own."""
    code, _, variant = language.partition("-")
    return _words(file_of(code, f"words.{language}.yml" if variant else "words.yml"))


@lru_cache(maxsize=8)
def _words(file: Path) -> Texts:
    """Raises `ValueError` for a file that holds no words."""
    if not file.is_file():
        return Texts()
    texts = read_words(read_source(file))
    _must_be_right(texts.problems)
    return texts


def files_of(language: str) -> tuple[Path, ...]:
    """The files of a language's pack that a playbook builds on, those that there are."""
    folder = file_of(language.partition("-")[0], "")
    return tuple(sorted((*folder.glob("words*.yml"), *folder.glob("phrases.yml"))))


@lru_cache(maxsize=8)
def phrases(file: Path) -> Examples:
    """What a pack's file lists; nothing where there is none. Raises `ValueError` for a file that is no examples'."""
    if not file.is_file():
        return Examples({}, {}, {})
    examples, problems = read_examples(read_source(file))
    _must_be_right(problems)
    return examples


def _must_be_right(problems: Sequence[Problem]) -> None:
    if problems:
        raise ValueError(str(problems[0]))


def _joined(own: Lists, general: Lists) -> dict[str, tuple[str, ...]]:
    return {**own, **{name: tuple(dict.fromkeys((*own.get(name, ()), *lines))) for name, lines in general.items()}}
