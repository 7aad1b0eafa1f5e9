"""A scene: a conversation in the middle of a step, with what has been said and done so far.

Scenes are frozen; each verb returns the next one. That keeps the flows pure and lets a test look at
any moment of a step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from complaints.copies import altered
from complaints.record import Slot
from dialogs.flows.effects import Button, ChangeCase, Effect, OpenCase, Say
from dialogs.flows.state import Act, Conversation, Draft, Question, ShownButton, changed
from dialogs.understanding.language.courtesy import thanks_in, without_thanks

if TYPE_CHECKING:
    from complaints.case import Case
    from dialogs.flows.capability import Asking, Capabilities
    from dialogs.flows.events import Event
    from dialogs.flows.setting import Setting
    from dialogs.playbooks.playbook import Words

ASKABLE = frozenset({"consent", "confirm", "survey", "offer", *Slot})
"""The questions a client is told of by name; the rest are between the bot and the customer."""


@dataclass(frozen=True)
class Scene:
    """One step under way. `paragraphs` become one message at the end; `before` is how the step found things.

    `capabilities` are what the bot can do, by which questions are put and commands done; a scene that only words
    something has none.
    """

    conversation: Conversation
    event: Event
    setting: Setting
    paragraphs: tuple[str, ...] = ()
    effects: tuple[Effect, ...] = ()
    case: str | None = None
    before: Conversation | None = None
    capabilities: Capabilities | None = None

    @property
    def table(self) -> Capabilities:
        """What the bot can do. There must be something."""
        assert self.capabilities is not None
        return self.capabilities

    def asking(self, name: str) -> Asking:
        """How a question is put, and what a yes or no to it does. Raises KeyError for one that nobody puts."""
        known = self.table.questions.get(name)
        return known or self.table.of_slot(self.setting.playbook.file, name)

    @property
    def draft(self) -> Draft | None:
        return self.conversation.intake.draft

    @property
    def words(self) -> Words:
        return self.setting.playbook.words(self.conversation.session.language)

    @property
    def cases(self) -> tuple[Case, ...]:
        """The chat's cases as they stand by now in this step."""
        changed = {one.case.reference: one.case for one in self.effects if isinstance(one, OpenCase | ChangeCase)}
        known = tuple(changed.pop(case.reference, case) for case in self.setting.cases)
        return (*known, *changed.values())

    def text(self, key: str, **facts: Any) -> str:
        """The playbook's words for a key; a text with variants takes turns."""
        return self.words.say(key, self.conversation.turn, **facts)

    def say(self, key: str, **facts: Any) -> Scene:
        """Say a text; of an answer that has thanked already, without its thanks."""
        text = self.text(key, **facts)
        if thanks_in([text]) and thanks_in(self._said()):
            text = without_thanks(text, self.words.option(key, self.conversation.turn))
        return self.tell(text) if text else self

    def _said(self) -> tuple[str, ...]:
        """All that this answer says so far."""
        return (*(one.text for one in self.effects if isinstance(one, Say)), *self.paragraphs)

    def tell(self, paragraph: str) -> Scene:
        return altered(self, paragraphs=(*self.paragraphs, paragraph))

    def interject(self, key: str, **facts: Any) -> Scene:
        """Say it before the question of this turn, which stays last."""
        asked = self.conversation.asked
        if not self.paragraphs or not asked or asked.turn != self.conversation.turn:
            return self.say(key, **facts)
        *before, question = self.paragraphs
        said = altered(self, paragraphs=tuple(before)).say(key, **facts)
        return altered(said, paragraphs=(*said.paragraphs, question))

    def pause(self) -> Scene:
        """End the message here; what follows is the next one."""
        return self._spoken((), None) if self.paragraphs else self

    def do(self, *effects: Effect) -> Scene:
        return altered(self, effects=(*self.effects, *effects))

    def turn_to(self, **changes: Any) -> Scene:
        """The scene with the conversation changed."""
        return altered(self, conversation=changed(self.conversation, **changes))

    def next_turn(self) -> Scene:
        """The scene one turn on."""
        return self.turn_to(turn=self.conversation.turn + 1)

    def redraft(self, **changes: Any) -> Scene:
        """The scene with the draft changed. There must be one."""
        assert self.draft is not None
        return self.turn_to(draft=altered(self.draft, **changes))

    def about(self, reference: str) -> Scene:
        """The last message speaks of this case."""
        return altered(self, case=reference)

    def ask(self, name: str, choices: Sequence[tuple[str, Act]] = (), also: Sequence[str] = ()) -> Scene:
        """Remember what is asked, and which buttons go with it; the words are said already."""
        offers = tuple(ShownButton(self._button_id(n), title, act) for n, (title, act) in enumerate(choices))
        question = Question(name, offers, self.conversation.turn, self.times_put(name), tuple(also))
        scene = self.turn_to(asked=question)
        if scene.draft is None or not self.setting.playbook.file.slot(name) or self._asked_this_turn(name):
            return scene
        return scene.redraft(put=(*scene.draft.put, "+".join((name, *also))))

    def offer(self, title: str, act: Act) -> Scene:
        """One more button under the question of this turn, if there is one."""
        asked = self.conversation.asked
        if asked is None or asked.turn != self.conversation.turn:
            return self
        more = ShownButton(self._button_id(len(asked.offers)), title, act)
        return self.turn_to(asked=replace(asked, offers=(*asked.offers, more)))

    def _asked_this_turn(self, name: str) -> bool:
        asked = self.conversation.asked
        return asked is not None and asked.turn == self.conversation.turn and asked.name == name

    def times_put(self, name: str) -> int:
        """In how many turns on end a question has been put, with this one."""
        asked = self.before.asked if self.before else None
        return asked.times + 1 if asked and asked.name == name else 1

    def understood(self) -> Scene:
        """The customer got through to us: start counting misses anew."""
        return self.turn_to(misses=0) if self.conversation.intake.misses else self

    def finish(self) -> tuple[Conversation, tuple[Effect, ...]]:
        """The conversation and the effects, with the last message carrying buttons and question."""
        asked = self.conversation.asked
        fresh = asked if asked and asked.turn == self.conversation.turn else None
        buttons = tuple(Button(offer.id, offer.title) for offer in fresh.offers) if fresh else ()
        asks = self._visible(fresh)
        also = fresh.also if fresh and asks else ()
        scene = self._spoken(buttons, asks, also) if self.paragraphs else self
        return scene.conversation, scene.effects

    def _spoken(self, buttons: tuple[Button, ...], asks: str | None, also: tuple[str, ...] = ()) -> Scene:
        conversation = self.conversation
        person = conversation.queue.person_reason or None
        message = Say("\n\n".join(self.paragraphs), buttons, asks, self.case, also, person, conversation.safety.dangers)
        return altered(self, paragraphs=(), effects=(*self.effects, message))

    def _visible(self, question: Question | None) -> str | None:
        """The name of a question that clients are told of."""
        told = question and (question.name in ASKABLE or self.setting.playbook.file.slot(question.name))
        return question.name if question and told else None

    def _button_id(self, number: int) -> str:
        """Opaque, and bound to this chat and turn, so that another chat's buttons never fit."""
        seed = f"{self.setting.conversation_id}|{self.conversation.turn}|{number}"
        return "~" + blake2b(seed.encode(), digest_size=6).hexdigest()
