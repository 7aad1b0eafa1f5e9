"""A test client for the flows alone: no database, no network, a clock that is told the time.

talk = Talk(playbook, understanding)
talk.says("my parcel is late")
assert talk.asks == "order_number"
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from complaints.case import Case
from complaints.record import Attachment
from dialogs.flows.effects import Announce, CancelTimer, ChangeCase, Effect, OpenCase, Say, SetTimer, Tell
from dialogs.flows.events import Body, Event, Fired, Said, Tapped
from dialogs.flows.reach import ALWAYS, Reach
from dialogs.flows.setting import KnownIncident, Setting
from dialogs.flows.staff import Acted, StaffAct
from dialogs.flows.state import Conversation, from_json, to_json
from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.reading import Understanding, Utterance
from tests.step import step

TAKES = timedelta(seconds=5)
"""How long each word takes."""


@dataclass
class Talk:
    """One chat with the pure step; every state goes through its saved form, as it would in a database."""

    playbook: Playbook
    understanding: Understanding
    language: str = "en"
    timezone: str = "Europe/London"
    now: datetime = datetime(2026, 11, 18, 10, tzinfo=UTC)
    conversation: Conversation = field(default_factory=Conversation)
    cases: dict[str, Case] = field(default_factory=dict)
    effects: tuple[Effect, ...] = ()
    timers: list[SetTimer] = field(default_factory=list)
    room: dict[str, int] = field(default_factory=dict)
    pending: dict[tuple[str, str], datetime] = field(default_factory=dict)
    told: list[tuple[datetime, str]] = field(default_factory=list)
    trail: list[tuple[datetime, str, dict[str, str]]] = field(default_factory=list)
    chat: str = "chat"
    reach: Reach = ALWAYS
    incident: KnownIncident | None = None
    surveys: list[tuple[datetime, str, str, int, bool]] = field(default_factory=list)

    def says(self, text: str, *files: Attachment) -> str:
        """The customer writes; returns what the bot answers, all messages together."""
        reading = self.understanding.read([Utterance(text, self.now, self.timezone)])[0]
        return self._takes(Said(text, files, reading))

    def commands(self, act: str, text: str) -> str:
        """The customer writes a command with words behind it: "/new my kettle is broken"."""
        said = Said(text, act=act)
        return self._takes(
            replace(said, reading=self.understanding.read([Utterance(said.words, self.now, self.timezone)])[0])
        )

    def taps(self, title: str) -> str:
        """The customer taps the button with these words."""
        asked = self.conversation.asked
        assert asked is not None, "nothing is asked, so there are no buttons"
        return self.taps_id(next(offer.id for offer in asked.offers if offer.title == title))

    def taps_id(self, button: str) -> str:
        return self._takes(Tapped(button))

    def waits(self, time: timedelta) -> str:
        """Time passes; a timer that comes due meanwhile fires."""
        end, heard = self.now + time, ""
        while (due := self.conversation.intake.nudge_due) and due <= end:
            timer = next(e for e in reversed(self.timers) if e.due == due)
            self.now = due
            heard += self._takes(Fired(timer.kind, timer.subject, due))
        self.now = end
        return heard

    def takes(self, body: Body) -> str:
        """Something else happens."""
        return self._takes(body)

    def acts(self, act: StaffAct, who: str = "li") -> tuple[Effect, ...]:
        """A colleague does something."""
        self.room = self.room or {"li": 8, "wang": 8}
        self._takes(Acted(who, who.title(), act))
        return self.effects

    def passes(self, time: timedelta) -> list[tuple[datetime, str]]:
        """Time passes, and every timer that is set fires when it is due; what the customer heard, and when."""
        end, heard = self.now + time, len(self.told)
        while self.pending and min(self.pending.values()) <= end:
            (kind, subject), due = min(self.pending.items(), key=lambda one: one[1])
            self.fires(kind, subject, max(due, self.now))
        self.now = max(self.now, end)
        return self.told[heard:]

    def fires(self, kind: str, subject: str, at: datetime) -> None:
        """A timer fires, when it is due or later."""
        due = self.pending.pop((kind, subject))
        self.now = at - TAKES
        self._takes(Fired(kind, subject, due))

    def did(self, action: str) -> list[tuple[datetime, dict[str, str]]]:
        """When the trail has it that this was done to a case, with the particulars."""
        return [(at, detail) for at, done, detail in self.trail if done == action]

    @property
    def asks(self) -> str:
        return self.conversation.asked.name if self.conversation.asked else ""

    @property
    def buttons(self) -> tuple[str, ...]:
        return tuple(offer.title for offer in self.conversation.asked.offers) if self.conversation.asked else ()

    def _takes(self, body: Body) -> str:
        self.now += TAKES
        event = Event("1", "test", "test", "chat", self.now, body, self.language, self.timezone)
        reference = f"C-2611-{len(self.cases) + 1:06}"
        known = tuple(self.cases.values())
        place = (self.chat, self.playbook, self.now, known, reference, self.room)
        setting = Setting(*place, reach=self.reach, incident=self.incident)
        stopped = self.conversation.surveys.no_surveys
        conversation, self.effects = step(self.conversation, event, setting)
        self.conversation = from_json(to_json(conversation))
        assert self.conversation == conversation, "a state must survive being saved"
        self._carry_out(stopped)
        return "\n".join(effect.text for effect in self.effects if isinstance(effect, Say))

    def _carry_out(self, stopped: bool = False) -> None:
        self.timers = [*self.timers, *(e for e in self.effects if isinstance(e, SetTimer))]
        for effect in self.effects:
            match effect:
                case OpenCase(case) | ChangeCase(case):
                    self.cases[case.reference] = case
                case SetTimer(kind, subject, due):
                    self.pending[kind, subject] = due
                case CancelTimer(kind, subject):
                    self.pending.pop((kind, subject), None)
            if isinstance(effect, ChangeCase) and effect.action in ("survey_sent", "survey_reminded"):
                count = effect.case.survey.resolution if effect.case.survey else 0
                self.surveys.append((self.now, effect.action, effect.case.reference, count, stopped))
            if isinstance(effect, ChangeCase):
                self.trail.append((self.now, effect.action, effect.detail))
            if isinstance(effect, Say | Announce | Tell):
                self.told.append((self.now, effect.text))

    def fork(self) -> Talk:
        """The same chat, to be continued in another way."""
        copied = {
            name: getattr(self, name).copy() for name in ("cases", "timers", "pending", "told", "trail", "surveys")
        }
        return replace(self, **copied)

    def words_of(self, key: str) -> str:
        """What the playbook says for a key, in the language of the chat."""
        return self.playbook.words(self.conversation.session.language).say(key)
