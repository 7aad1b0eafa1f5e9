"""Every text the program asks a playbook for, and the placeholders each may hold.

A flow that says something new declares its key here; a test compares this table with the flows. All of
it is required in every language. `web.…` belongs to the pages and is free, but equal in all languages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from complaints.lifecycle import State
from complaints.priority import Priority
from complaints.record import CustomerType, Remedy, Slot
from complaints.survey import HIGHEST, LOWEST, Part, Solved
from dialogs.playbooks.schema import PlaybookFile

FIXED: Mapping[str, str] = MappingProxyType(
    {
        # Coming and going
        "language.name": "",
        "language.set": "",
        "greeting.first": "",
        "greeting.back": "",
        "notice.privacy": "",
        "notice.quarantined": "",
        "consent.thanks": "",
        "consent.declined": "",
        "help": "",
        "thanks": "",
        "praise": "",
        "idle": "",
        "nudge": "",
        # The story, heard and acknowledged; `restate` is the category's own words
        "sorry.bare": "",
        "sorry.unsure": "",
        "sorry.angry": "",
        "sorry.safety": "",
        "opening.normal": "restate",
        "opening.high": "restate",
        "opening.angry": "restate",
        "opening.safety": "restate",
        "restated": "restate",
        "care.safety": "",
        "care.health": "",
        "care.self_harm": "",
        "story.added": "",
        "edited": "",
        "go_ahead": "",
        # Answers, kept or left out
        "noted.these": "facts",
        "noted.fact": "slot value",
        "noted.join": "",
        "skipped": "",
        "almost": "",
        "kept": "",
        "one_at_a_time": "",
        "cancelled": "",
        "started_over": "",
        "change.none": "",
        "cancel.none": "",
        "files.kept": "count",
        "files.kept_voice": "",
        "files.enough": "most",
        "files.refused_type": "name",
        "files.refused_size": "name largest",
        "files.refused_empty": "name",
        # Links that open a chat
        "link.resumed": "",
        "link.went_over": "",
        "link.worthless": "",
        "link.engaged": "",
        "link.order": "number",
        # Said and shown on Telegram
        "telegram.sticker": "",
        "telegram.cannot_read": "",
        "telegram.file_lost": "",
        "telegram.colleague": "name text",
        "telegram.private_only": "",
        "telegram.open_private": "",
        "telegram.share_contact": "",
        "telegram.share_location": "",
        # Questions
        "ask.story": "",
        "ask.category": "",
        "ask.category_likely": "",
        "ask.item": "",
        "ask.order_number": "example",
        "ask.happened_at": "",
        "ask.place_or_page": "",
        "ask.amount": "",
        "ask.evidence": "",
        "ask.evidence_more": "",
        "ask.wanted": "",
        "ask.customer_type": "",
        "ask.name": "",
        "ask.contact": "",
        "ask.consent": "",
        "ask.which_case": "",
        "ask.withdraw_which": "",
        "ask.change_which": "",
        "ask.language": "",
        "ask.withdraw": "reference",
        "ask.cancel": "",
        "ask.start_over": "",
        # Not understood
        "bad.general": "",
        "bad.order_number": "example",
        "again.order_number": "example",
        # Buttons
        "button.skip": "",
        "button.dont_have": "",
        "button.no_files": "",
        "button.done": "",
        "button.leave_out": "",
        "button.agree": "",
        "button.decline": "",
        "button.confirm": "",
        "button.change": "slot",
        "button.add_files": "",
        "button.person": "",
        "button.new_case": "",
        "button.case": "reference title",
        "button.this_chat": "",
        "button.something_else": "",
        "button.withdraw_yes": "",
        "button.withdraw_no": "",
        "button.cancel_yes": "",
        "button.cancel_no": "",
        "button.start_over_yes": "",
        "button.start_over_no": "",
        "button.stale": "",
        "button.status": "",
        # The summary, and what follows it
        "summary.head": "",
        "summary.line": "slot value",
        "summary.ask": "",
        "filed.normal": "reference restate by outcome_by",
        "filed.urgent": "reference restate by outcome_by",
        "filed.partial": "reference by",
        # Cases on file
        "status.head": "",
        "status.line": "reference title state by",
        "status.ended": "reference title state",
        "status.late": "reference title state",
        "status.waiting": "reference title state",
        "status.none": "",
        "status.draft": "",
        "status.draft_only": "",
        "case.facts_added": "reference",
        "case.files_added": "reference",
        "case.change": "reference",
        "case.raised": "by",
        "withdraw.none": "",
        "withdraw.done": "reference",
        # A person
        "person.asked": "by",
        "person.misses": "by",
        "person.self_harm": "by",
        "person.waiting": "by",
        "person.noted": "",
        "person.alerted": "by",
        "person.closed": "",
        "person.later": "by",
        "person.joined": "name",
        "person.transferred": "by",
        "person.reassigned": "by",
        "person.handed_back": "",
        "case.on_file": "reference by",
        "case.resolved": "reference outcome",
        "case.reopened": "reference by",
        "case.merged": "reference into",
        # Promises, and what is said as time goes by
        "clock.first_response": "reference by",
        "clock.first_response_again": "reference by",
        "clock.both": "reference by outcome_by",
        "clock.resolution": "reference by",
        "clock.resumed": "reference by",
        "clock.sooner": "reference by",
        "waiting.reminder": "reference",
        "waiting.offer": "reference",
        "waiting.notice": "reference by",
        "waiting.closed": "reference by",
        "progress.assessed": "reference by",
        "progress.in_progress": "reference by",
        "progress.remedy_offered": "reference by",
        "progress.word": "reference state by",
        "progress.closed": "reference by",
        # After a resolution: asking how it turned out, and opening a case again
        "ask.reopen": "reference",
        "reopen.sorry": "",
        "reopen.button": "reference",
        "reopen.too_late": "reference",
        "reopen.done": "reference by",
        "survey.opening": "reference day",
        "survey.reminder": "reference",
        "survey.resume": "reference",
        "survey.later": "",
        "survey.passed_on": "reference",
        "survey.about": "reference restate day",
        "survey.score": "score best",
        "survey.guess": "value",
        "survey.then_what": "",
        "survey.button.right": "",
        "survey.button.wrong": "",
        "survey.button.stop": "",
        "survey.stopped": "",
        "survey.reopened": "reference by",
        "bad.survey": "",
        # Told to colleagues, in the language of the chat
        "note.reopened": "reference count solved outcome",
        "note.survey_result": "reference solved outcome treatment",
        "note.survey_words": "reference words",
        "note.close_first_response": "reference by",
        "note.close_resolution": "reference by",
        # Answers to questions
        "answer.other": "",
        # How values are written
        "format.day": "year month day weekday",
        "format.day_and_year": "year month day weekday",
        "format.day_time": "day time",
        "format.range": "start end",
        "format.comma": "",
        "format.files": "count",
        "format.this_chat": "",
        "format.prefers_email": "",
        "format.prefers_phone": "",
        "format.months": "",
        "format.weekdays": "",
    }
)
"""Required keys and, after each, the placeholders its text may hold."""

FAMILIES: Mapping[str, str] = MappingProxyType(
    {
        "category.{category}.title": "",
        "category.{category}.restate": "",
        "team.{team}": "",
        "slot.{slot}": "",
        "why.{asked}": "",
        "wanted.{remedy}": "",
        "customer_type.{customer_type}": "",
        "state.{state}": "",
        "priority.{priority}": "",
        "survey.ask.{part}": "",
        "survey.solved_{solved}": "",
        "survey.contact_{choice}": "",
        "survey.score_{score}": "",
        "survey.reason.{reason}": "",
        "survey.closing_{mood}": "reference",
        "telegram.command.{command}": "",
        "macro.{macro}.title": "",
        "macro.{macro}.text": "agent by category item name order_number reference",
    }
)
"""The same for keys of which there is one for each category, slot, remedy, prepared answer, …"""

OPTIONAL: Mapping[str, str] = MappingProxyType(
    {"bad.{slot}": "", "bad.{question}": "", "again.{slot}": "", "again.{question}": ""}
)
"""Families whose members may be left out; something more general is said then."""

COUNTS: Mapping[str, int] = MappingProxyType({"format.months": 12, "format.weekdays": 7})
"""Keys whose variants are not alternatives but a list of so many."""

PAGES, ANSWERS = "web.", "answer."
"""Beginnings of keys that a playbook may add to: the pages' words, and answers to its lookups `question_…`."""

_MEMBERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "slot": tuple(Slot),
        "asked": tuple(slot for slot in Slot if slot is not Slot.CATEGORY),
        "question": (
            "consent", "confirm", "change_which", "which_case", "withdraw_which", "withdraw", "cancel", "start_over",
            "language", "idle", "survey", "reopen",
        ),
        "remedy": tuple(Remedy),
        "customer_type": tuple(CustomerType),
        "state": tuple(State),
        "priority": tuple(Priority),
        "part": tuple(Part),
        "solved": tuple(Solved),
        "choice": ("yes", "no"),
        "score": tuple(str(score) for score in range(LOWEST, HIGHEST + 1)),
        "mood": ("happy", "mixed", "sorry", "contact", "reopened", "none"),
        "command": ("start", "new", "status", "human", "language", "help", "privacy"),
    }
)  # fmt: skip


def required_keys(file: PlaybookFile) -> dict[str, frozenset[str]]:
    """Every key that this playbook's words must have, with the placeholders its text may hold."""
    return {key: frozenset(names.split()) for key, names in (*_members(FAMILIES, file), *FIXED.items())}


def known_keys(file: PlaybookFile) -> dict[str, frozenset[str]]:
    """Every key that is ever said; those that may be left out too."""
    optional = {key: frozenset(names.split()) for key, names in _members(OPTIONAL, file)}
    return {**optional, **required_keys(file)}


def is_free(key: str) -> bool:
    return key.startswith((PAGES, ANSWERS))


def _members(families: Mapping[str, str], file: PlaybookFile) -> Iterator[tuple[str, str]]:
    kinds = {**_MEMBERS, "category": tuple(file.categories), "macro": tuple(file.macros)}
    kinds["team"] = tuple(sorted(file.teams))
    kinds["reason"] = file.reasons
    for pattern, names in families.items():
        kind = pattern[pattern.index("{") + 1 : pattern.index("}")]
        for member in kinds[kind]:
            yield pattern.replace(f"{{{kind}}}", member), names
