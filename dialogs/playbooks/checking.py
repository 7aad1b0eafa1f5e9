"""Checking a playbook as a whole: its files against each other, against the program, and for manners.

`faults` would break a conversation and keep a playbook from loading; `shortcomings` would not, but have
no place in a playbook that customers meet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from complaints.record import Slot
from dialogs.playbooks.contents import PLACEHOLDER, Texts
from dialogs.playbooks.draft import PlaybookDraft, read_playbook
from dialogs.playbooks.general import general_words
from dialogs.playbooks.keys import ANSWERS, COUNTS, is_free, known_keys, required_keys
from dialogs.playbooks.lint import lint
from dialogs.playbooks.problems import Problem, meant
from dialogs.playbooks.schema import PlaybookFile
from dialogs.playbooks.source import Source
from dialogs.understanding.reading import COMMANDS, INTENTS, SIGNALS

LEARNED = ("fraud_now", "privacy_breach", "violence", "deadline")
"""Kinds of danger that are heard by what was learned alone; a list of phrases may be there for each."""

LOOKUPS = (
    *COMMANDS, *(signal for signal in SIGNALS if signal not in LEARNED),
    "yes", "no", "thanks", "greeting", "anger_strong", "anger_mild", "urgent", "change",
    "wanted_refund", "wanted_exchange", "wanted_repair", "wanted_compensation", "wanted_apology", "wanted_explanation",
    "wanted_other", "customer_individual", "customer_organisation",
)  # fmt: skip
"""Lists of phrases every language has; besides these, `language_…` for each language of the playbook.

A list `category_…` of phrases that name a category outright may be there for each category.
"""

FEWEST = 5
"""Examples a category needs before anything can be learned from them."""

Check = Callable[[PlaybookDraft, PlaybookFile], Iterator[Problem]]


def check(where: str | Path) -> list[Problem]:
    """Everything there is to mend in a playbook, by file and line; empty when all is well."""
    draft = read_playbook(where)
    return sorted({*faults(draft), *_run(draft, _SHORTCOMINGS)})


def faults(draft: PlaybookDraft) -> list[Problem]:
    """What keeps a playbook from being used."""
    return sorted({*draft.problems, *_run(draft, _FAULTS)})


def _run(draft: PlaybookDraft, checks: tuple[Check, ...]) -> Iterator[Problem]:
    if draft.file is not None:
        for each in checks:
            yield from each(draft, draft.file)


def _default_keys(draft: PlaybookDraft, file: PlaybookFile) -> Iterator[Problem]:
    """The default language must have every text: there is nothing to fall back to."""
    yield from _missing(draft, file, file.languages[0])


def _other_keys(draft: PlaybookDraft, file: PlaybookFile) -> Iterator[Problem]:
    for language in file.languages[1:]:
        yield from _missing(draft, file, language)


def _missing(draft: PlaybookDraft, file: PlaybookFile, language: str) -> Iterator[Problem]:
    source, texts = draft.written[language], draft.texts[language]
    if source.value is None:
        return
    faulty = {problem.says.partition(" ")[0] for problem in texts.problems}
    general = general_words(language).options
    for key in required_keys(file):
        if key not in texts.options and key not in general and key not in faulty:
            yield source.problem(tuple(key.split(".")), f"there is no text {key}", "Write it.")


def _placeholders(draft: PlaybookDraft, file: PlaybookFile) -> Iterator[Problem]:
    """A placeholder that nothing fills would be shown, or break the sentence."""
    known = known_keys(file)
    for source, texts, key in _every_text(draft):
        written = _names(texts, key)
        usable = known.get(key, frozenset() if key.startswith(ANSWERS) else written)
        for name in sorted(written - usable):
            says = f"{key} has an unknown placeholder {{{name}}}"
            yield source.problem(texts.places[key], says, _usable(name, usable))


def _usable(name: str, known: frozenset[str]) -> str:
    return meant(name, known) if known else "Remove it: nothing can be put into this text."


def _counts(draft: PlaybookDraft, file: PlaybookFile) -> Iterator[Problem]:
    for source, texts, key in _every_text(draft):
        if key in COUNTS and len(texts.options[key]) != COUNTS[key]:
            says = f"{key} has {len(texts.options[key])} entries, not {COUNTS[key]}"
            yield source.problem(texts.places[key], says, "Write a list with one entry for each.")


def _unknown_keys(draft: PlaybookDraft, file: PlaybookFile) -> Iterator[Problem]:
    known = known_keys(file)
    for source, texts, key in _every_text(draft):
        if key not in known and not is_free(key):
            yield source.problem(texts.places[key], f"nobody says {key}", meant(key, known))


def _same_everywhere(draft: PlaybookDraft, file: PlaybookFile) -> Iterator[Problem]:
    """Every language fills the same placeholders, and has the same free keys, as the default one."""
    first = draft.texts[file.languages[0]]
    for language, texts in draft.texts.items():
        source = draft.written[language]
        for key in first.options:
            if key not in texts.options:
                if (
                    is_free(key)
                    and key not in general_words(language).options
                    and source.value is not None
                    and language in file.languages
                ):
                    yield source.problem(tuple(key.split(".")), f"there is no text {key}", "Write it.")
            elif lacking := _names(first, key) ^ _names(texts, key):
                says = (
                    f"{key} differs from {file.languages[0]} in {', '.join(f'{{{name}}}' for name in sorted(lacking))}"
                )
                yield source.problem(texts.places[key], says, "Use the same placeholders in every language.")


def _names(texts: Texts, key: str) -> frozenset[str]:
    return frozenset(name for text in texts.options[key] for name in PLACEHOLDER.findall(text))


def _manners(draft: PlaybookDraft, file: PlaybookFile) -> Iterator[Problem]:
    for language, texts in draft.texts.items():
        for key, variants in texts.options.items():
            for says, remedy in dict.fromkeys(found for text in variants for found in lint(language, key, text)):
                yield draft.written[language].problem(texts.places[key], says, remedy)


def _every_text(draft: PlaybookDraft) -> Iterator[tuple[Source, Texts, str]]:
    for language, texts in draft.texts.items():
        for key in texts.options:
            yield draft.written[language], texts, key


def _intents(draft: PlaybookDraft, file: PlaybookFile) -> Iterator[Problem]:
    """What is learned from examples must be something the flows know."""
    for language, examples in draft.examples.items():
        for intent in examples.intents:
            name, _, category = intent.partition("/")
            if name not in INTENTS:
                yield _spoken(draft, language, "intent", intent, f"there is no intent {name}", meant(name, INTENTS))
            elif name == "complain" and category and category not in file.categories:
                says, remedy = f"there is no category {category}", meant(category, file.categories)
                yield _spoken(draft, language, "intent", intent, says, remedy)


def _lookups(draft: PlaybookDraft, file: PlaybookFile) -> Iterator[Problem]:
    names = {
        "lookup": (
            *_lookup_names(file),
            *LEARNED,
            *(f"category_{name}" for name in file.categories),
            *_of_options(file),
        ),
        "synonym": (*Slot, *file.slots),
    }
    for language, examples in draft.examples.items():
        have: dict[str, Mapping[str, tuple[str, ...]]] = {"lookup": examples.lookups, "synonym": examples.synonyms}
        for kind, known in names.items():
            for name in have[kind].keys() - set(known):
                if name.startswith(("question_", "language_")):
                    continue
                yield _spoken(draft, language, kind, name, f"there is no {kind} {name}", meant(name, known))


def _of_options(file: PlaybookFile) -> Iterator[str]:
    """Lists of phrases that choose an option of a slot; they may be left out."""
    return (f"{name}_{option}" for name, slot in file.slots.items() for option in slot.options)


def _lookup_names(file: PlaybookFile) -> tuple[str, ...]:
    return (*LOOKUPS, *(f"language_{language.partition('-')[0]}" for language in file.languages))


def _enough_examples(draft: PlaybookDraft, file: PlaybookFile) -> Iterator[Problem]:
    for language, examples in draft.examples.items():
        source = draft.spoken[language]
        if source.value is None:
            continue
        for category in file.categories:
            count = len(examples.intents.get(f"complain/{category}", ()))
            if count < FEWEST:
                says = f"complain/{category} has {count} examples"
                yield source.problem(("nlu",), says, f"Give it {FEWEST} at least, in customers' own words.")
        lacking = [f"lookup {name}" for name in LOOKUPS if not examples.lookups.get(name)]
        lacking += [f"synonym {slot}" for slot in file.every_slot() if not examples.synonyms.get(slot)]
        for name in lacking:
            yield source.problem(("nlu",), f"there is no {name}", "Add it, with a phrase or more.")


def _asked_for(draft: PlaybookDraft, file: PlaybookFile) -> Iterator[Problem]:
    """Each language can be asked for by name, at least in itself; a pack lists that for all languages at once."""
    for language in file.languages:
        name = f"language_{language.partition('-')[0]}"
        source = draft.spoken[language]
        if source.value is not None and not any(said.lookups.get(name) for said in draft.examples.values()):
            yield source.problem(("nlu",), f"there is no lookup {name}", "Add it, with a phrase or more.")


def _answers(draft: PlaybookDraft, file: PlaybookFile) -> Iterator[Problem]:
    """A question that is recognised has an answer, and an answer is to a question that is recognised."""
    for language, examples in draft.examples.items():
        texts, source = draft.texts[language], draft.written[language]
        topics = {name.removeprefix("question_") for name in examples.lookups if name.startswith("question_")}
        answered = _topics(texts) - {"other"}
        for topic in topics - answered - _topics(general_words(language)):
            says = f"nobody answers the questions of question_{topic}"
            yield _spoken(draft, language, "lookup", f"question_{topic}", says, f"Write answer.{topic} in the words.")
        for topic in answered - topics if draft.spoken[language].value is not None else ():
            says = f"nothing leads to answer.{topic}"
            yield source.problem(("answer", topic), says, f"Add a lookup question_{topic} to the examples.")


def _topics(texts: Texts) -> set[str]:
    return {key.removeprefix(ANSWERS) for key in texts.options if key.startswith(ANSWERS)}


def _spoken(draft: PlaybookDraft, language: str, kind: str, name: str, says: str, remedy: str) -> Problem:
    """A problem at the entry of an examples file that bears a name."""
    source = draft.spoken[language]
    entries = source.value["nlu"]
    named = (at for at, entry in enumerate(entries) if isinstance(entry, dict) and str(entry.get(kind)) == name)
    at = next(named, None)  # None where the language's own phrases have it
    return source.problem(("nlu",) if at is None else ("nlu", at), says, remedy)


_FAULTS: tuple[Check, ...] = (_default_keys, _placeholders, _counts, _intents, _lookups)
_SHORTCOMINGS: tuple[Check, ...] = (
    _other_keys,
    _unknown_keys,
    _same_everywhere,
    _enough_examples,
    _asked_for,
    _answers,
    _manners,
)
