"""The phrases that come with a language, whatever the playbook: `phrases.yml` of its pack."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from dialogs.playbooks.contents import read_examples
from dialogs.playbooks.playbook import Examples
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


@lru_cache(maxsize=8)
def phrases(file: Path) -> Examples:
    """What a pack's file lists; nothing where there is none. Raises `ValueError` for a file that is no examples'."""
    if not file.is_file():
        return Examples({}, {}, {})
    examples, problems = read_examples(read_source(file))
    if problems:
        raise ValueError(f"{problems[0].file}:{problems[0].line}: {problems[0].says}. {problems[0].remedy}")
    return examples


def _joined(own: Lists, general: Lists) -> dict[str, tuple[str, ...]]:
    return {**own, **{name: tuple(dict.fromkeys((*own.get(name, ()), *lines))) for name, lines in general.items()}}
