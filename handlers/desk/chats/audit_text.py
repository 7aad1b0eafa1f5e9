"""What was done, in a sentence: the entries of the audit trail in the words of the desk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from handlers.desk.chats.offer_texts import OFFERS
from handlers.desk.translations import moment
from staff.reasons import cause_of
from staff.words import later
from storage.audit.reading import Happened

if TYPE_CHECKING:
    from handlers.desk.request_context import Visit


@dataclass(frozen=True, slots=True)
class AuditReader:
    """Who reads, and the names of all accounts by id."""

    visit: Visit
    names: Mapping[str, str]

    def say(self, text: str) -> str:
        return self.visit.words.gettext(text)

    def who(self, actor: str) -> str:
        """Somebody's name; the customer, the clock and the queue have none."""
        known = {
            "customer": later("Customer"),
            "clock": later("Clock"),
            "routing": later("Queue"),
            "scanner": later("Scanner"),
        }
        return self.say(known[actor]) if actor in known else self.names.get(actor, actor)

    def at(self, iso: str) -> str:
        try:
            return moment(datetime.fromisoformat(iso), self.visit.language, self.visit.zone)
        except ValueError:
            return iso


def told(by: AuditReader, one: Happened) -> str:
    """One entry of the trail as a sentence without its subject, who is named beside it."""
    text, facts = _SAID.get(one.action, (one.action.replace("_", " "), _nothing))
    about = {"case": one.subject, **one.detail}
    return by.say(text) % {"case": one.subject, **facts(by, about)}


Facts = Callable[[AuditReader, Mapping[str, str]], Mapping[str, str]]


def _nothing(by: AuditReader, detail: Mapping[str, str]) -> Mapping[str, str]:
    return {}


_NOBODY: Mapping[str, str] = {
    "customer": later("Customer"),
    "clock": later("Clock"),
    "routing": later("Queue"),
    "scanner": later("Scanner"),
}
"""Who acts and has no account."""


def _finding(by: AuditReader, detail: Mapping[str, str]) -> Mapping[str, str]:
    return {"finding": detail.get("finding", "")}


def _person(key: str) -> Facts:
    return lambda by, detail: {key: by.names.get(detail.get(key, ""), detail.get(key, ""))}


def _moment(key: str) -> Facts:
    return lambda by, detail: {key: by.at(detail.get(key, ""))}


def _plain(*keys: str) -> Facts:
    return lambda by, detail: {key: detail.get(key, "") for key in keys}


def _reason(by: AuditReader, detail: Mapping[str, str]) -> Mapping[str, str]:
    return {"reason": by.say(cause_of(detail.get("reason", "")))}


def _priority(by: AuditReader, detail: Mapping[str, str]) -> Mapping[str, str]:
    words = by.visit.desk.playbook.words(by.visit.language)
    known = {key: detail.get(key, "") for key in ("from", "to")}
    said = {key: words.say(f"priority.{value}") if value else "" for key, value in known.items()}
    why = detail.get("why") or detail.get("because") or ""
    return {**said, "why": f" ({why})" if why else ""}


def _danger(by: AuditReader, detail: Mapping[str, str]) -> Mapping[str, str]:
    return {"danger": by.say(cause_of(detail.get("kind", "")))}


def _level(by: AuditReader, detail: Mapping[str, str]) -> Mapping[str, str]:
    known = {"owner": later("the owner"), "lead": later("the team's lead"), "supervisor": later("a supervisor")}
    return {"to": by.say(known.get(detail.get("to", ""), detail.get("to", "")))}


def _breach(by: AuditReader, detail: Mapping[str, str]) -> Mapping[str, str]:
    return {"due": by.at(detail.get("due", "")), "cause": by.say(cause_of(detail.get("cause", "")))}


def _state(by: AuditReader, detail: Mapping[str, str]) -> Mapping[str, str]:
    return {"to": by.visit.desk.playbook.words(by.visit.language).say(f"state.{detail.get('to', '')}")}


def _why(by: AuditReader, detail: Mapping[str, str]) -> Mapping[str, str]:
    return {"why": by.say(cause_of(detail.get("why", "")))}


_SAID: Mapping[str, tuple[str, Facts]] = {
    **{action: (text, _plain("offer")) for action, text in OFFERS.items()},
    "asked_for_person": (later("brought in a person: %(reason)s"), _reason),
    "offered": (later("offered the chat to %(to)s"), _person("to")),
    "offer_lapsed": (later("took the offer back from %(of)s"), _person("of")),
    "claimed": (later("took the chat"), _nothing),
    "pulled": (later("took the chat over"), _nothing),
    "transferred": (later("passed the chat to %(by)s"), _person("by")),
    "holder_lost": (later("put the chat back into the queue: %(of)s is away"), _person("of")),
    "handed_back": (later("gave the chat back to the bot"), _nothing),
    "snoozed": (later("put the chat aside until %(until)s"), _moment("until")),
    "file_withheld": (
        later("held a file back: %(finding)s"),
        _finding,
    ),
    "waits_aside": (later("let the chat wait aside: too many rang from the same network"), _nothing),
    "let_through": (later("let the chat ring that had waited aside"), _nothing),
    "blocked": (later("blocked the visitor"), _nothing),
    "unblocked": (later("had the visitor heard again"), _nothing),
    "marked_spam": (later("marked it as spam"), _nothing),
    "unmarked_spam": (later("found that it was no spam"), _nothing),
    "woken": (later("took the chat up again"), _nothing),
    "queue_escalated": (later("brought the waiting chat to %(to)s"), _level),
    "person_late": (later("gave a new time: nobody came by %(by)s"), _moment("by")),
    "tagged": (later("set the tags: %(tags)s"), _plain("tags")),
    "opened": (later("put %(case)s on file"), _nothing),
    "first_answer": (later("gave the first answer to %(case)s"), _nothing),
    "priority_set": (later("set the priority of %(case)s from %(from)s to %(to)s%(why)s"), _priority),
    "danger_denied": (later("found that there is none of this: %(danger)s"), _danger),
    "danger_found": (later("found a danger that was not heard: %(danger)s"), _danger),
    "priority_raised": (later("raised the priority of %(case)s to %(to)s%(why)s"), _priority),
    "clock_warned": (later("told %(to)s that a promise in %(case)s comes close"), _level),
    "told_anew": (later("gave a new time in %(case)s: %(now)s"), _moment("now")),
    "case_righted": (later("set the times of %(case)s right: the server's clock had been ahead"), _nothing),
    "times_righted": (later("set the times of this chat right: the server's clock had been ahead"), _nothing),
    "clock_breached": (later("saw a promise broken in %(case)s: it was due %(due)s (%(cause)s)"), _breach),
    "clock_paused": (later("stopped the clock of %(case)s until the customer answers"), _nothing),
    "clock_resumed": (later("answered, so the clock of %(case)s runs on"), _nothing),
    "customer_reminded": (later("asked the customer again in %(case)s"), _nothing),
    "closing_announced": (later("said that %(case)s will be closed on %(at)s"), _moment("at")),
    "progressed": (later("moved %(case)s on: %(to)s"), _state),
    "closed": (later("closed %(case)s"), _nothing),
    "resolved": (later("resolved %(case)s"), _nothing),
    "reopened": (later("opened %(case)s again"), _nothing),
    "withdrawn": (later("took %(case)s back"), _nothing),
    "linked": (later("linked %(case)s to %(to)s"), _plain("to")),
    "merged": (later("merged %(case)s into %(into)s"), _plain("into")),
    "merged_in": (later("took %(of)s into %(case)s"), _plain("of")),
    "survey_sent": (later("asked how %(case)s turned out"), _nothing),
    "survey_reminded": (later("asked once more how %(case)s turned out"), _nothing),
    "survey_answered": (later("answered about %(case)s"), _nothing),
    "survey_done": (later("has answered all about %(case)s"), _nothing),
    "survey_dropped": (later("does not ask about %(case)s: %(why)s"), _why),
    "opted_out_of_surveys": (later("does not want to be asked after a resolution"), _nothing),
    "facts_added": (later("added to %(case)s"), _nothing),
    "customer_left": (later("cannot be reached here any more"), _nothing),
    "privacy_requested": (later("asked for a right to their data: %(case)s"), _nothing),
    "erased": (later("was erased"), _nothing),
    "privacy_notice_shown": (later("was told what is kept and why"), _nothing),
}
