"""What the staff chat shows: cards, summaries, and what was said, with each author's name in bold. Pure.

No parse mode is used anywhere, so nothing that customers write can look like ours: only we can make bold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from complaints.priority import Priority
from complaints.record import Attachment
from dialogs.playbooks.playbook import Playbook
from handlers.channels.telegram.layout import parts
from handlers.staff_telegram.words import StaffWords
from staff.reasons import cause_of
from staff.words import later
from storage.staff.topics import Item, View

LONGEST, CAPTION, TITLE = 4096, 1024, 128
"""UTF-16 units of a message and of a caption, characters of a topic's title."""
TOGETHER = 20
"""Pieces in one message. Telegram marks up at most a hundred places."""
ROOM_FOR_NAME = 200
GAP = "\n\n"
_SIGNS = {Priority.URGENT: "🔴", Priority.HIGH: "🟠", Priority.NORMAL: "🟡", Priority.LOW: "⚪"}
_STATES: Mapping[str, str] = {
    "waiting": later("🕓 Waiting since %(at)s"),
    "offered": later("👉 Offered to %(name)s"),
    "held": later("✅ %(name)s has it"),
    "snoozed": later("💤 %(name)s put it aside until %(at)s"),
    "bot": later("🤖 With the bot"),
    "done": later("☑️ Done"),
    "aside": later("⏳ Waiting aside since %(at)s"),
    "blocked": later("⛔ Blocked"),
    "spam": later("🗑 Spam"),
}
_ON_CARDS: Mapping[str, str] = {"asked": later("asked for a person")}
"""Reasons that read otherwise after `Why a person`."""
_AUTHORS = {"customer": "👤", "bot": "🤖", "agent": "🧑‍💼", "notice": "ℹ️", "note": "🔒"}


@dataclass(frozen=True, slots=True)
class StyledText:
    """Words, and which of them are bold: offset and length in UTF-16 units."""

    words: str
    bold: tuple[tuple[int, int], ...] = ()

    def then(self, other: StyledText, gap: str = "\n") -> StyledText:
        """Both, one below the other."""
        if not self.words:
            return other
        start = units(self.words + gap)
        return StyledText(
            self.words + gap + other.words, (*self.bold, *((start + at, long) for at, long in other.bold))
        )


def bold(words: str) -> StyledText:
    return StyledText(words, ((0, units(words)),))


def units(words: str) -> int:
    return len(words.encode("utf-16-le")) // 2


@dataclass(frozen=True, slots=True)
class CardPiece:
    """As much of something said as goes into one message; `seq` where its fate is to be shown beside it."""

    turn: int
    text: StyledText
    file: Attachment | None = None
    seq: int = 0


class Showing:
    """Shows chats in the staff's language."""

    def __init__(self, words: StaffWords, playbook: Playbook) -> None:
        self.words = words
        self._playbook = playbook
        self._customers = playbook.words(words.language)

    def title(self, view: View) -> str:
        """A topic's title: `C-2611-000042 · Anna · Refund`."""
        thread = view.thread
        facts = (thread.reference or self.words.gettext("Chat"), thread.customer, self._category(thread.category))
        return " · ".join(_line(fact) for fact in facts if fact)[:TITLE]

    def card(self, view: View) -> StyledText:
        """What a colleague needs to know before they claim: what, who, why, until when, and how it stands."""
        thread, words = view.thread, self.words
        urgent = self._customers.say(f"priority.{thread.priority}")
        what = (thread.reference or words.gettext("Chat"), self._category(thread.category), urgent)
        who = (thread.customer or words.gettext("Customer"), thread.channel, thread.language)
        lines = [f"👤 {' · '.join(_line(one) for one in who if one)}", *self._proved(view)]
        if thread.reason:
            lines.append(words.gettext("Why a person: %(reason)s", reason=self._reason(thread.reason)))
        lines += self._promises(view)
        if thread.summary:
            lines.append(f"“{_line(thread.summary)}”")
        lines.append(self._state(view))
        head = bold(f"{_SIGNS[thread.priority]} {' · '.join(one for one in what if one)}")
        return head.then(StyledText("\n".join(lines)))

    def _proved(self, view: View) -> Iterator[str]:
        """Whether the name is known to be theirs, where there is one."""
        if (who := view.identity) is not None:
            said = " · ".join(_line(one) for one in (who.name, who.email, who.number) if one)
            yield self.words.gettext("✔️ Verified: %(who)s", who=said)
        elif view.thread.customer:
            yield self.words.gettext("❔ Unverified: the name is as they say themselves")

    def _category(self, name: str) -> str:
        return self._customers.say(f"category.{name}.title") if name in self._playbook.file.categories else name

    def _reason(self, reason: str) -> str:
        return self.words.gettext(_ON_CARDS.get(reason) or cause_of(reason))

    def _promises(self, view: View) -> Iterator[str]:
        thread, words = view.thread, self.words
        if thread.answer_by:
            yield words.gettext("Promised: a person by %(at)s", at=words.moment(thread.answer_by))
        elif thread.deadline:
            yield words.gettext("Next promise: %(at)s", at=words.moment(thread.deadline))

    def _state(self, view: View) -> str:
        thread, words = view.thread, self.words
        at = thread.snoozed_until or thread.waiting_since or thread.changed_at
        return words.gettext(_STATES[thread.state], name=view.holder, at=words.moment(at))

    def pieces(self, view: View) -> list[CardPiece]:
        """What is still to be shown of what was said, cut so that each piece fits into one message."""
        found = [piece for item in view.items if not item.there for piece in self._pieces(view, item)]
        first = found[0].turn if found else 0
        begun = [piece for piece in found if piece.turn == first]
        return [*begun[view.room.part :], *found[len(begun) :]]

    def _pieces(self, view: View, item: Item) -> Iterator[CardPiece]:
        author = bold(self._author(view, item))
        fate = item.seq if item.who == "agent" else 0
        for part in parts(item.text, LONGEST - ROOM_FOR_NAME):
            yield CardPiece(item.turn, author.then(StyledText(part)), seq=fate)
        for file in item.files:
            yield CardPiece(item.turn, author, file, fate)

    def _author(self, view: View, item: Item) -> str:
        names = {
            "customer": view.thread.customer or self.words.gettext("Customer"),
            "bot": self.words.gettext("Bot"),
            "notice": self.words.gettext("Notice"),
            "note": self.words.gettext("Note of %(name)s", name=item.name),
        }
        return f"{_AUTHORS.get(item.who, '')} {_line(names.get(item.who, item.name))[:80]}".strip()

    def doubtful(self, text: StyledText) -> StyledText:
        """The same, marked as something that may have been shown before."""
        return bold(self.words.gettext("⚠ Perhaps for the second time")).then(text)


def together(pieces: Sequence[CardPiece]) -> list[CardPiece]:
    """The pieces that go into the next message: a file alone, and of texts as many as fit.

    A group may be sent twenty messages a minute, so what waits is shown in as few as can be.
    """
    taken: list[CardPiece] = []
    for piece in pieces:
        if piece.file is not None:
            return taken or [piece]
        if len(taken) == TOGETHER or units(joined([*taken, piece]).words) > LONGEST - ROOM_FOR_NAME // 2:
            return taken or [piece]
        taken.append(piece)
    return taken


def joined(pieces: Iterable[CardPiece]) -> StyledText:
    """Pieces of text as one."""
    whole = StyledText("")
    for piece in pieces:
        whole = whole.then(piece.text, GAP)
    return whole


def _line(words: str) -> str:
    """On one line, whatever was typed."""
    return " ".join(words.split())
