"""Loading: a playbook that can be served, or every reason why not. `checking.py` also asks for good manners."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from dialogs.playbooks.checking import faults
from dialogs.playbooks.contents import Texts
from dialogs.playbooks.draft import PlaybookDraft, read_playbook
from dialogs.playbooks.general import files_of, general_words
from dialogs.playbooks.office_hours import office_of
from dialogs.playbooks.playbook import Playbook, Words
from dialogs.playbooks.problems import PlaybookError
from dialogs.playbooks.schema import PlaybookFile
from dialogs.playbooks.variants import variants_of, written


def load_playbook(where: str | Path) -> Playbook:
    """The playbook of a folder, or of a name in `dialogs/playbooks/`.

    Raises `PlaybookError` with every problem, each with file, line and remedy.
    """
    draft = read_playbook(where)
    if problems := faults(draft):
        raise PlaybookError(problems)
    assert draft.file is not None
    return _playbook(draft, draft.file)


def _playbook(draft: PlaybookDraft, file: PlaybookFile) -> Playbook:
    return Playbook(
        name=file.name,
        version=_version(draft.folder, file.languages),
        file=file,
        languages=file.languages,
        examples=draft.examples,
        vocabulary=_vocabulary(file.languages, draft.texts),
        office=office_of(file),
    )


def _vocabulary(languages: tuple[str, ...], texts: Mapping[str, Texts]) -> dict[str, Words]:
    """Words by language and variant; what a language lacks is said in the default one."""
    default = {**general_words(languages[0]).options, **texts[languages[0]].options}
    found: dict[str, Words] = {}
    for language in languages:
        own = texts[language].options
        said = {**default, **general_words(language).options, **own}
        found[language] = Words(language, said)
        for variant in variants_of(language, languages):
            found[variant.code] = Words(
                variant.code, {**written(said, variant), **_of_variant(variant.code, texts, own)}
            )
    return found


def _of_variant(code: str, texts: Mapping[str, Texts], own: Mapping[str, object]) -> dict[str, tuple[str, ...]]:
    """What is written by hand for a variant; what the playbook says in its own words is converted from these."""
    general = {key: said for key, said in general_words(code).options.items() if key not in own}
    return {**general, **(texts[code].options if code in texts else {})}


def _version(folder: Path, languages: tuple[str, ...]) -> str:
    """12 hexadecimal digits that change with any file of the playbook, or of the languages it builds on."""
    digest = hashlib.sha256()
    for path in (*sorted(folder.glob("*.yml")), *(file for language in languages for file in files_of(language))):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]
