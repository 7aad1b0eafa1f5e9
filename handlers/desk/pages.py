"""Templates and how they are filled: always escaped, and a name that is not given is a fault, not a blank."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from gettext import NullTranslations
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from dialogs.understanding.language.script_detection import direction
from handlers.desk.translations import named
from handlers.http.static_files import Statics, read_statics
from staff.words import LOCALE, read_words

FOLDER = Path(__file__).parent
STATIC = "/desk/static"


@dataclass(frozen=True, slots=True)
class Screens:
    """The templates in each language, and the files that they name."""

    words: Mapping[str, NullTranslations]
    templates: Mapping[str, Environment]
    statics: Statics

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self.words)

    def page(self, template: str, language: str, context: Mapping[str, Any]) -> str:
        """A template filled in."""
        return self.templates[language].get_template(template).render(context)


def read_screens(folder: Path = FOLDER) -> Screens:
    """Everything in the package's folder; read when the desk is built."""
    words, statics = read_words(LOCALE), read_statics(folder)
    environments = {each: _environment(folder / "templates", each, words, statics) for each in words}
    return Screens(words, environments, statics)


def _environment(folder: Path, language: str, words: Mapping[str, NullTranslations], statics: Statics) -> Environment:
    made = Environment(
        autoescape=True, undefined=StrictUndefined, loader=FileSystemLoader(folder), trim_blocks=True,
        lstrip_blocks=True, extensions=["jinja2.ext.i18n"],
    )  # fmt: skip
    made.install_gettext_translations(words[language], newstyle=True)  # type: ignore[attr-defined]
    made.globals.update(
        static=lambda name: f"{STATIC}/{statics.version}/{name}",
        language=language,
        direction=direction(language),
        languages={each: named(each) for each in words},
        named=named,
    )
    return made
