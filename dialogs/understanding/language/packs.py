"""Language packs: the folders `languages/<code>/`, each all that is known of one language whatever the playbook.

| file | holds |
|---|---|
| `language.yml` | the language's name, its variants, and how its texts are told from others |
| `words.yml`, `words.<variant>.yml` | what every playbook says in it |
| `lexicon.yml` | what the wording rules look for |
| `phrases.yml` | crisp phrases that mean the same to every playbook, in the form of a playbook's examples |
| `<head>/<writer>.tsv` | what heads and tagger learn from, see `heads.dataset` |

Each may be left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any
from unicodedata import combining, normalize

import yaml

LANGUAGES = Path(__file__).parent.parent / "languages"
_LONG = 4


@dataclass(frozen=True, slots=True)
class Variant:
    """A way of writing a language: `zh-Hant` of `zh`. `convert` names OpenCC's conversion, if its texts need one."""

    code: str
    of: str
    script: str
    convert: str = ""
    places: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Pack:
    """One language's folder."""

    code: str
    folder: Path
    name: str = ""
    variants: tuple[Variant, ...] = ()
    about: Mapping[str, Any] = field(default_factory=dict)


def packs() -> Mapping[str, Pack]:
    """Every language's pack by its code, read once."""
    return _read(LANGUAGES)


def file_of(code: str, name: str) -> Path:
    """Where a file of a language's pack is, should it have that."""
    return LANGUAGES / code / name


@lru_cache(maxsize=4)
def _read(folder: Path) -> Mapping[str, Pack]:
    return {path.name: _pack(path) for path in sorted(folder.iterdir()) if path.is_dir()}


def packs_of(languages: Iterable[str]) -> tuple[Pack, ...]:
    """The packs of some languages, of those that have one."""
    return tuple(packs()[code] for code in languages if code in packs())


def _pack(folder: Path) -> Pack:
    file = folder / "language.yml"
    about = yaml.safe_load(file.read_text(encoding="utf-8")) if file.is_file() else {}
    variants = tuple(_variant(code, folder.name, said) for code, said in about.get("variants", {}).items())
    return Pack(folder.name, folder, about.get("name", ""), variants, about)


def _variant(code: str, of: str, said: Mapping[str, Any]) -> Variant:
    return Variant(code, of, said["script"], said.get("convert", ""), frozenset(said.get("places", ())))


def variant_called(tag: str) -> Variant | None:
    """The variant that a BCP 47 tag means, if any: `zh-TW` and `zh-Hant-HK` mean `zh-Hant`."""
    code, *parts = tag.replace("_", "-").split("-")
    pack, said = packs().get(code.lower()), {part.lower() for part in parts}
    variants = pack.variants if pack else ()
    by_script = next((one for one in variants if one.script.lower() in said), None)
    return by_script or next((one for one in variants if said & {place.lower() for place in one.places}), None)


def spoken(tag: str) -> str:
    """The language of which a tag names a variant, `zh` for `zh-Hant`; any other tag as it is."""
    variant = variant_called(tag)
    return variant.of if variant else tag


def in_script(language: str, script: str) -> str:
    """The variant of a language that is written in a script; the language itself where that is its own."""
    variants = packs()[language].variants if language in packs() else ()
    return next((one.code for one in variants if one.convert and one.script == script), language)


@dataclass(frozen=True, slots=True)
class Profile:
    """How a language's texts are told: its commonest words, and letters that only it has in its script."""

    words: frozenset[str]
    letters: frozenset[str]


@dataclass(frozen=True, slots=True)
class Lacking:
    """What is said, once, to somebody who writes in a language that a playbook lacks; `person` is the button by it."""

    say: str
    person: str


def profiles() -> Mapping[str, Profile]:
    """How each language is told that has a pack, or a line for those who lack it."""
    return _profiles(LANGUAGES)


@lru_cache(maxsize=4)
def _profiles(folder: Path) -> Mapping[str, Profile]:
    told = {**_others(folder), **{code: pack.about for code, pack in _read(folder).items() if "words" in pack.about}}
    return {
        code: Profile(_typed(about.get("words", "").split()), frozenset(about.get("letters", "").split()))
        for code, about in told.items()
        if "words" in about or "letters" in about
    }


def _typed(words: Iterable[str]) -> frozenset[str]:
    """Words as they stand, and the longer ones as well without their accents, as many type them."""
    plain = ((word, "".join(one for one in normalize("NFD", word) if not combining(one))) for word in words)
    return frozenset(form for word, bare in plain for form in (word, bare if len(bare) >= _LONG else word))


def lacking(code: str) -> Lacking | None:
    """What to say to who writes in a language that we lack, in that language; None for one without a line."""
    about = _others(LANGUAGES).get(code)
    return Lacking(about["say"], about["person"]) if about else None


@lru_cache(maxsize=4)
def _others(folder: Path) -> Mapping[str, Mapping[str, str]]:
    found: Mapping[str, Mapping[str, str]] = yaml.safe_load((folder / "others.yml").read_text(encoding="utf-8"))
    return found
