"""The staff's words in each language, for both desks. English stands in the templates and the code, the rest in
`locale/`.

The `.po` files are read when a desk is built: there is nothing to compile, and so nothing to forget.
"""

from __future__ import annotations

from collections.abc import Mapping
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).parent / "locale"
SOURCE = "en"


def read_words(folder: Path = LOCALE) -> Mapping[str, NullTranslations]:
    """The words by language, English first."""
    files = sorted(folder.glob("*/LC_MESSAGES/desk.po"))
    return {SOURCE: NullTranslations()} | {file.parents[1].name: _read(file) for file in files}


def _read(file: Path) -> NullTranslations:
    compiled = BytesIO()
    with file.open("rb") as source:
        write_mo(compiled, read_po(source))
    compiled.seek(0)
    return GNUTranslations(compiled)


def later(text: str) -> str:
    """Marks a text for translation where it is written, which happens where it is shown."""
    return text
