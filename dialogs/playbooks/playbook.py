"""A playbook as the rest of the program sees it: frozen, whole, and quick to speak.

Nothing here reads files; `loading.py` does, and only hands out playbooks that passed its checks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dialogs.understanding.language.packs import spoken, variant_called

if TYPE_CHECKING:
    from complaints import clocks
    from complaints.priority import Priority
    from dialogs.playbooks.parts.times import Targets
    from dialogs.playbooks.schema import Category, PlaybookFile


@dataclass(frozen=True, slots=True)
class Examples:
    """What customers say, in one language.

    `intents` maps `complain/delivery`, `want_person`, … to whole messages; `lookups` maps acts, signals
    and the like to phrases; `synonyms` maps slot names to what customers call them.
    """

    intents: Mapping[str, tuple[str, ...]]
    lookups: Mapping[str, tuple[str, ...]]
    synonyms: Mapping[str, tuple[str, ...]]


class Words:
    """Everything the bot says in one language, by dotted key. A text may have several variants.

    Placeholders are `{names}` and no more; what is put in their place is never itself interpreted.
    """

    __slots__ = ("_options", "_say", "language")

    def __init__(self, language: str, texts: Mapping[str, tuple[str, ...]]) -> None:
        self.language = language
        self._options = dict(texts)
        self._say: dict[str, tuple[Callable[..., str], ...]] = {
            key: tuple(text.format for text in variants) for key, variants in texts.items()
        }

    def say(self, key: str, variant: int = 0, **facts: object) -> str:
        """The text of a key with its placeholders filled; `variant` goes round.

        Raises KeyError for a key or a placeholder that has no value. Facts not asked for are ignored.
        """
        variants = self._say[key]
        return variants[variant % len(variants)](**facts)

    def has(self, key: str) -> bool:
        return key in self._options

    def all_keys(self) -> tuple[str, ...]:
        """Every key there is a text for."""
        return tuple(self._options)

    def options(self, key: str) -> tuple[str, ...]:
        """All variants of a key, placeholders unfilled."""
        return self._options[key]

    def option(self, key: str, variant: int = 0) -> str:
        """The variant of a key that `say` would fill, placeholders unfilled."""
        variants = self._options[key]
        return variants[variant % len(variants)]

    def below(self, prefix: str) -> dict[str, str]:
        """The texts under a dotted beginning, `web` say, first variants, placeholders unfilled."""
        start = f"{prefix}."
        return {key.removeprefix(start): texts[0] for key, texts in self._options.items() if key.startswith(start)}


@dataclass(frozen=True, slots=True, eq=False)
class Playbook:
    """A process as data. `version` is a 12-digit digest of all its files; `languages[0]` is the default.

    `vocabulary` has the words of each language, and of its variants.
    """

    name: str
    version: str
    file: PlaybookFile
    languages: tuple[str, ...]
    examples: Mapping[str, Examples]
    vocabulary: Mapping[str, Words]
    office: clocks.Office
    """When and where its people work."""

    @property
    def offered(self) -> tuple[str, ...]:
        """The languages and their variants, to choose from: `zh`, `zh-Hant`, `en`."""
        return tuple(self.vocabulary)

    def speaks(self, language: str) -> bool:
        """Whether a language, or that of which it is a variant, is one of the playbook's."""
        return language in self.vocabulary or spoken(language) in self.vocabulary

    def words(self, language: str) -> Words:
        """The nearest words: `zh-Hans-CN` finds `zh`, `zh-TW` finds `zh-Hant`; what nobody wrote finds the default."""
        if exact := self.vocabulary.get(language):
            return exact
        if (variant := variant_called(language)) and variant.code in self.vocabulary:
            return self.vocabulary[variant.code]
        wanted = language.replace("_", "-")
        while wanted and wanted not in self.vocabulary:
            wanted = wanted.rpartition("-")[0]
        return self.vocabulary[wanted or self.languages[0]]

    def team_named(self, team: str, language: str) -> str:
        """What a team is called; one that the playbook does not know any more is called by its key."""
        words, key = self.words(language), f"team.{team}"
        return words.say(key) if words.has(key) else team

    def targets(self, priority: Priority, category: str) -> Targets:
        """What is promised at a priority: the category's own times where it has any, else those of all."""
        own = self.file.categories[category].targets if category in self.file.categories else {}
        return own.get(priority) or self.file.targets[priority]

    def category(self, name: str) -> Category:
        """Raises KeyError for a name that is not in the playbook."""
        return self.file.categories[name]
