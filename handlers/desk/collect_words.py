"""Collects the staff's texts, of both desks, from templates and code into the `.po` files. `make desk-words` runs it.

Nothing that serves needs it; tests compare what it collects with what is translated.
"""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from staff.words import LOCALE

FOLDER = Path(__file__).parent
BOTH = FOLDER.parents[1]
_ELSEWHERE = ("staff", "handlers/staff_telegram")
"""What else has texts for the staff: what both desks share, and the group on Telegram."""
_METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
_OPTIONS = {"templates/**.html": {"extensions": "jinja2.ext.i18n", "silent": "false"}}
_CHATTER = re.compile(
    rb'^"(?:Project-Id|POT-Creation|PO-Revision|Report-Msgid|Last-Tr|Language-Team|Generated).*\n', re.MULTILINE
)
"""Lines of the head that say nothing, or change each time."""
_KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "later": None}


def collected() -> Catalog:
    """Every text of both desks, with the files it stands in."""
    catalog = Catalog(project="Amends", charset="utf-8")
    for place in ("", *_ELSEWHERE):
        _collect(catalog, place)
    return catalog


def _collect(catalog: Catalog, place: str) -> None:
    """A folder's texts; those of the web desk are named from its own folder."""
    folder = BOTH / place if place else FOLDER
    for file, _line, message, _comments, context in extract_from_dir(str(folder), _METHODS, _OPTIONS, _KEYWORDS):
        # Without line numbers, which would change with every edit.
        catalog.add(message, None, [(f"{place}/{file}".lstrip("/"), None)], context=context)  # type: ignore[list-item]


def update(file: Path) -> Catalog:
    """A `.po` file brought up to date: new texts wait in it untranslated, texts that are gone are gone."""
    with file.open("rb") as source:
        catalog = read_po(source, locale=file.parents[1].name)
    catalog.update(collected(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    written = BytesIO()
    write_po(written, catalog, width=110, sort_by_file=True, ignore_obsolete=True)
    file.write_bytes(_CHATTER.sub(b"", written.getvalue()))
    return catalog


def main() -> None:
    for file in sorted(LOCALE.glob("*/LC_MESSAGES/desk.po")):
        waiting = sum(1 for message in update(file) if message.id and not message.string)
        print(f"{file.parents[1].name}: {waiting} texts to translate")


if __name__ == "__main__":
    main()
