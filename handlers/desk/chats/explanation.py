"""Why a customer's message was understood as it was: the words and rules behind the reading, on a page of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

import anyio
from fastapi import Response

from dialogs.playbooks.playbook import Words
from dialogs.understanding.model.explaining import MEANING, Explanation, Weight
from dialogs.understanding.reading import Reading, Utterance
from handlers.desk.chats.chat import is_able, opened
from handlers.desk.request_context import Visit
from handlers.desk.routing import Pages
from handlers.http.problems import NotFound
from staff.actions.dangers import KINDS
from staff.reasons import cause_of
from staff.rights import Right, needs
from staff.words import later
from storage.conversations.transcript import Author, Message, messages_between
from storage.staff.accounts import Role

_INTENTS = {
    "complain": later("a complaint"),
    "add_facts": later("facts"),
    "ask_status": later("asks how it stands"),
    "ask_question": later("a question"),
    "want_person": later("wants a person"),
    "yes": later("yes"),
    "no": later("no"),
    "thanks": later("thanks"),
    "greeting": later("a greeting"),
    "cancel": later("calls it off"),
    "change": later("a correction"),
    "withdraw": later("withdraws"),
    "praise": later("praise"),
    "none": later("nothing we know"),
}
_DECIDERS = {
    "rules": later("Rules decided: these words are known for sure."),
    "words": later("The words decided: they are like those of the examples."),
    "encoder": later("The words and what they mean together decided."),
    "nobody": later("Nobody could read it in time."),
}
_PARTS = {
    "wish": later("Wish"),
    "phrase": later("Phrase"),
    "urgency": later("Urgency"),
    "anger": later("Anger"),
    "email": later("Contact"),
    "phone": later("Contact"),
    "handle": later("Contact"),
    "prefers": later("Contact"),
    "contact_time": later("Contact"),
}
_SIGN = later("Sign")


def add(pages: Pages) -> None:
    pages.get("/desk/chats/{id}/why/{seq}", show, needs(Role.AGENT))


@dataclass(frozen=True, slots=True)
class Sure:
    """How a reading is named in the reader's words, and how sure it is, in percent."""

    name: str
    percent: int


async def show(visit: Visit) -> Response:
    """One message, what was understood of it, and what decided. It is read anew, by the model in use today."""
    chat = await opened(visit)
    message = await _message(visit, chat.id)
    said = Utterance(message.text, message.at, chat.state.session.timezone)
    found = await anyio.to_thread.run_sync(visit.desk.explain, said)
    words = visit.desk.playbook.words(visit.language)
    return visit.render(
        "chat_why.html",
        chat=chat,
        message=message,
        decided=visit.words.gettext(_DECIDERS[found.decided_by]),
        intents=[_sure(visit.words.gettext(_INTENTS[one.name]), one.confidence) for one in found.reading.intents],
        categories=list(_categories(found.reading, words)),
        rules=[_rule(visit, words, rule) for rule in found.rules],
        weights=_weights(visit, found),
        may_edit=is_able(visit, chat, Right.EDIT),
        kinds=[(kind, visit.words.gettext(cause_of(kind))) for kind in KINDS],
        act=uuid4().hex,
    )


async def _message(visit: Visit, conversation: str) -> Message:
    seq = visit.path("seq")
    number = int(seq) if seq.isascii() and seq.isdigit() and len(seq) < 10 else 0
    found = await visit.desk.read(messages_between, conversation, number, number)
    if not found or found[0].seq != number or found[0].author != Author.CUSTOMER or not found[0].text:
        raise NotFound(later("There is no such message."))
    return found[0]


def _sure(name: str, confidence: float) -> Sure:
    return Sure(name, round(100 * confidence))


def _categories(reading: Reading, words: Words) -> Iterator[Sure]:
    """The two likeliest kinds of complaint, likeliest first."""
    for one in (reading.category, reading.second):
        if one:
            yield _sure(words.say(f"category.{one.name}.title"), one.confidence)


def _rule(visit: Visit, words: Words, rule: str) -> tuple[str, str]:
    """A rule's name in the reader's words, and the customer's words that it found."""
    name, _, quoted = rule.partition(": ")
    if words.has(f"slot.{name}"):
        return words.say(f"slot.{name}"), quoted
    return visit.words.gettext(_PARTS.get(name, _SIGN)), quoted


def _weights(visit: Visit, found: Explanation) -> list[Weight]:
    """The weightiest stretches of the text; the sentence's meaning as a whole is called that."""
    meaning = visit.words.gettext(later("the meaning of the whole"))
    return [Weight(meaning, one.weight) if one.words == MEANING else one for one in found.weights]
