"""Intake: taking a complaint, from the story to a draft that lacks nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from complaints.record import AnySlot, Record, Slot, slot_named
from dialogs.flows.intake.case_creation import flag_draft
from dialogs.flows.intake.slot_filling import found_in, merged, order_called
from dialogs.flows.message_cues import weight
from dialogs.flows.questions import (
    LAST_MESSAGE,
    MOST_TIMES,
    VAGUE,
    ask_under,
    asked_name,
    asked_of,
    asked_slot,
    come_back,
    go_on,
    is_required,
    next_question,
    pose,
    times_asked,
    with_category,
)
from dialogs.flows.safety_messages import care_for, gravest
from dialogs.flows.scene import Scene
from dialogs.flows.state import Act, Draft, NamedQuestion
from dialogs.flows.wording import called, show
from dialogs.understanding.reading import Intent, Reading
from dialogs.understanding.text import says_again

_NOT_ECHOED = frozenset({Slot.STORY, Slot.CATEGORY, Slot.EVIDENCE})
"""All slots but these are repeated back in normal form when they are filled."""

_PLAINLY, _LIKELY, _CLEARLY = 0.6, 0.4, 0.7
"""How sure a later text must be that it complains, and of what, to name other categories than the story did; and of
what, to be believed where the story named none.
"""

_FEWEST = 3
"""Words below which what is said beside something else is not kept with the story."""

_SEVERITY = {"low": 0, "normal": 1, "high": 2}


def begin(scene: Scene, *, category: str = "", undecided: bool = False) -> Scene:
    """Open a draft. Who the customer is was said with an earlier case of this chat; nobody should say it twice."""
    setting = scene.setting
    known = setting.cases[-1].record if setting.cases else Record()
    record = scene.conversation.intake.prelude or Record(
        name=known.name, contact=known.contact, customer_type=known.customer_type
    )
    draft = Draft(replace(record, category=category), setting.now, setting.playbook.version, undecided=undecided)
    return fill_order(scene.turn_to(draft=draft, asked=None, prelude=None))


_OF_A_PRELUDE = (Slot.ITEM, Slot.AMOUNT, Slot.WANTED, Slot.HAPPENED_AT, Slot.ORDER_NUMBER)
"""Facts of a complaint. Whose the names and telephones of a pasted notice are is not clear yet."""


def keep_prelude(scene: Scene, reading: Reading) -> Scene:
    """Remember what was told and the facts in it, should it turn out to be the beginning of a complaint."""
    found = found_in(reading, Record(), scene.setting.playbook)
    values = {slot: value for slot, value in found.items() if slot in _OF_A_PRELUDE}
    return scene.turn_to(prelude=merged(Record().with_story(reading.text), values, ())[0]) if values else scene


def fill_order(scene: Scene) -> Scene:
    """Put the order that a link named into the draft, once. The customer confirms it with the rest."""
    number, draft = scene.conversation.intake.order, scene.draft
    if not number or scene.setting.playbook.file.order_number is None:
        return scene
    if draft is None or draft.record.order_number:
        return scene
    return scene.redraft(record=draft.record.put(Slot.ORDER_NUMBER, number)).turn_to(order="")


def take_story(scene: Scene, reading: Reading) -> Scene:
    """The customer tells what happened, or more of it."""
    assert scene.draft is not None
    record = scene.draft.record
    told = Slot.STORY in record.filled()
    scene = scene.redraft(record=record.with_story(reading.text), editing="")
    scene = heed(scene, reading)
    scene, changed = absorb(scene, reading)
    scene = still_telling(scene.say("story.added")) if told else scene
    scene = acknowledge(scene) if not told or Slot.CATEGORY in changed else scene
    return go_on(note(scene, changed))


def take_told(scene: Scene, story: str, category: str) -> Scene:
    """A story that was told before it was clear that it is one of its own."""
    scene = begin(scene, category=category)
    assert scene.draft is not None
    return go_on(acknowledge(scene.redraft(record=scene.draft.record.with_story(story))))


def heed(scene: Scene, reading: Reading) -> Scene:
    """Take in how grave it is and how the customer feels; speak of danger at once. Heeding twice changes nothing."""
    draft = scene.draft
    assert draft is not None
    fresh = tuple(signal for signal in reading.signals if signal not in draft.signals)
    severity = max(draft.severity, reading.severity, key=_SEVERITY.__getitem__)
    scene = care_for(scene, fresh)
    return scene.redraft(signals=draft.signals + fresh, severity=severity, anger=max(draft.anger, reading.anger))


def keep_story(scene: Scene, reading: Reading) -> Scene:
    """Keep what was told and ask nothing now."""
    scene = scene if scene.draft else begin(scene)
    assert scene.draft is not None
    record = scene.draft.record
    scene = scene.redraft(record=record.with_story(reading.text), acknowledged=True)
    return absorb(_weigh(scene, reading), reading)[0]


def with_words(scene: Scene, reading: Reading) -> Scene:
    """The complaint that a person is asked for in, with these words in its story too."""
    draft = scene.draft
    if not draft or not draft.record.story or reading.text in draft.record.story or weight(reading.text) < _FEWEST:
        return scene
    return scene.redraft(record=draft.record.with_story(reading.text))


def _weigh(scene: Scene, reading: Reading) -> Scene:
    """Note the signals without a word."""
    assert scene.draft is not None
    return scene.redraft(signals=tuple(dict.fromkeys(scene.draft.signals + reading.signals)))


def absorb(scene: Scene, reading: Reading, *overwrite: AnySlot) -> tuple[Scene, tuple[AnySlot, ...]]:
    """Fill every slot the reading answers, and keep the likeliest categories while we are unsure."""
    assert scene.draft is not None
    playbook = scene.setting.playbook
    values = found_in(reading, scene.draft.record, playbook)
    if number := order_called(reading):
        values[Slot.ORDER_NUMBER] = number
    if repeats(scene.draft, reading):
        values.pop(Slot.CATEGORY, None)
    anew = (*overwrite, Slot.CATEGORY) if is_clearer(scene.draft, reading) else overwrite
    record, changed = merged(scene.draft.record, values, anew)
    scene = scene.redraft(record=record, skipped=_without(scene.draft.skipped, changed))
    return _guess(scene, reading) if not record.category else scene, changed


def take_facts(scene: Scene, reading: Reading) -> Scene:
    """Keep the facts of a text that is no story, and say which."""
    scene, changed = absorb(scene, reading)
    return note(scene, changed)


def _without(skipped: tuple[str, ...], changed: tuple[AnySlot, ...]) -> tuple[str, ...]:
    return tuple(slot for slot in skipped if slot not in changed)


def repeats(draft: Draft, reading: Reading) -> bool:
    """Whether a text says again what the story holds already, and so nothing new on what it is about."""
    told = draft.record.story.removesuffix(reading.text).strip()
    return bool(told) and says_again(reading.text, told)


def is_clearer(draft: Draft, reading: Reading) -> bool:
    """Whether a text names a kind of problem where the words so far named none, and nobody has chosen."""
    found = reading.category
    named = found is not None and found.name != VAGUE and found.confidence >= _CLEARLY
    vague = draft.record.category == VAGUE and not draft.chosen
    return vague and named and reading.intends(Intent.COMPLAIN, _PLAINLY) and not repeats(draft, reading)


def _guess(scene: Scene, reading: Reading) -> Scene:
    """The two likeliest categories, where there is reason to name any. A repetition or a mere word changes nothing."""
    assert scene.draft is not None
    likely = [found for found in (reading.category, reading.second) if found and found.name != VAGUE]
    least = scene.setting.playbook.file.unsure
    if scene.draft.guesses:
        if repeats(scene.draft, reading) or not reading.intends(Intent.COMPLAIN, _PLAINLY):
            return scene
        least = max(least, _LIKELY)
    worth_naming = bool(likely) and likely[0].confidence >= least
    return scene.redraft(guesses=tuple(found.name for found in likely)) if worth_naming else scene


def acknowledge(scene: Scene) -> Scene:
    """Apologise for the experience, once, in a way that fits; restate what it is about as soon as we know."""
    draft = scene.draft
    assert draft is not None
    scene = scene.redraft(acknowledged=True)
    if not draft.record.category:
        return scene if draft.acknowledged else scene.say(f"sorry.{_mood(draft)}")
    restate = scene.text(f"category.{draft.record.category}.restate")
    return scene.say("restated" if draft.acknowledged else f"opening.{_tone(draft)}", restate=restate)


def _mood(draft: Draft) -> str:
    if gravest(draft.signals):
        return "safety"
    return "angry" if draft.anger >= 2 else "unsure"


def _tone(draft: Draft) -> str:
    mood = _mood(draft)
    if mood != "unsure":
        return mood
    return "high" if draft.severity == "high" else "normal"


def note(scene: Scene, changed: tuple[AnySlot, ...]) -> Scene:
    """Repeat back what was understood, in normal form."""
    assert scene.draft is not None
    words, record = scene.words, scene.draft.record
    echoed = [slot for slot in changed if slot not in _NOT_ECHOED]
    facts = [words.say("noted.fact", slot=called(words, s), value=show(scene, s, record)) for s in echoed]
    return scene.say("noted.these", facts=words.say("noted.join").join(facts)) if facts else scene


def put_answer(scene: Scene, slot: AnySlot, value: Any) -> Scene:
    """An answer to one slot, by words or by button; then on to the next question."""
    assert scene.draft is not None
    draft = scene.draft
    record, changed = merged(draft.record, {slot: value}, [slot])
    scene = scene.redraft(record=record, editing="", skipped=_without(draft.skipped, (slot,)))
    if slot is Slot.CATEGORY:
        scene = _recategorised(scene.redraft(chosen=True))
    return come_back(note(scene, changed))


def _recategorised(scene: Scene) -> Scene:
    assert scene.draft is not None
    return acknowledge(scene) if scene.draft.record.story else scene


def skip(scene: Scene, extra: Sequence[tuple[str, Act]] = (), tapped: str = "") -> Scene:
    """Leave out what was asked for: the first "I don't have it" is accepted.

    `extra` are more choices for the next question; `tapped` is the slot on whose button it was said.
    """
    asked, draft = scene.conversation.asked, scene.draft
    slot = scene.setting.playbook.file.slot(asked.name) if asked else None
    if not asked or not draft or slot is None:
        return go_on(scene)
    if slot in (Slot.STORY, Slot.CATEGORY):
        return _cannot_skip(scene, slot)
    left = _left_out(slot, [slot_named(one) for one in asked.also], tapped)
    scene = with_category(scene.redraft(skipped=(*draft.skipped, *left), editing="").say("skipped"))
    return pose(scene, next_question(scene.conversation, scene.setting.playbook), extra)


def _left_out(slot: AnySlot, also: Sequence[AnySlot], tapped: str) -> tuple[AnySlot, ...]:
    """What is not had of what was asked for in one breath: a number is, where the thing itself can always be named."""
    missing = tapped or (Slot.ORDER_NUMBER if Slot.ORDER_NUMBER in also else slot)
    return (Slot.ORDER_NUMBER,) if missing == Slot.ORDER_NUMBER else (slot, *also)


def without(scene: Scene, reading: Reading) -> Scene:
    """Leave out what was asked for, or the fact that the customer says is missing or kept back."""
    if scene.draft and reading.lacks not in ("", asked_name(scene), *scene.draft.skipped):
        return do_without(scene, slot_named(reading.lacks))
    return skip(scene, tapped=asked_name(scene) if reading.lacks == asked_name(scene) else "")


def do_without(scene: Scene, slot: AnySlot) -> Scene:
    """Leave out a slot that was not asked for just now, so that it never is; the pending question stays."""
    assert scene.draft is not None
    if scene.draft.record.has(slot) or slot is Slot.CONTACT:
        return go_on(scene)
    skipped = tuple(dict.fromkeys((*scene.draft.skipped, slot)))
    return come_back(scene.redraft(skipped=skipped).say("skipped"))


def skip_optional(scene: Scene) -> Scene:
    """The customer wants it sent: leave out what need not be there, and ask only for the rest."""
    draft, playbook = scene.draft, scene.setting.playbook
    assert draft is not None
    optional = tuple(slot for slot in asked_of(draft, playbook) if not is_required(draft, slot, playbook))
    skipped = tuple(dict.fromkeys(draft.skipped + tuple(slot for slot in optional if not draft.record.has(slot))))
    scene = scene.redraft(skipped=skipped, editing="")
    return go_on(scene if next_question(scene.conversation, playbook) == NamedQuestion.CONFIRM else scene.say("almost"))


def pass_over(scene: Scene) -> Scene:
    """Something else was said instead of the answer; a question put twice is not put again."""
    slot, draft = asked_slot(scene), scene.draft
    if not slot or not draft or draft.record.has(slot) or slot in (Slot.STORY, Slot.CATEGORY):
        return scene
    spent = times_asked(draft, slot) >= MOST_TIMES
    return scene.redraft(skipped=(*draft.skipped, slot)) if spent else scene


_OPENING = 3
"""Messages after the first in which people still open their story."""


def still_telling(scene: Scene) -> Scene:
    """Who is still telling has not failed to answer: the question that came too early does not count, once.

    A question that is put twice anyway loses nothing by it.
    """
    slot, draft = asked_slot(scene), scene.draft
    if not slot or not draft or not times_asked(draft, slot) or draft.told > _OPENING:
        return scene
    last = max(at for at, put in enumerate(draft.put) if slot in put.split("+"))
    together = [slot_named(one) for one in draft.put[last].split("+")]
    if any(one in draft.passed or draft.record.has(one) or _is_put_twice(scene, one) for one in together):
        return scene
    return scene.redraft(put=draft.put[:last] + draft.put[last + 1 :], passed=(*draft.passed, *together))


def _is_put_twice(scene: Scene, slot: AnySlot) -> bool:
    assert scene.draft is not None
    return slot is not Slot.CATEGORY and is_required(scene.draft, slot, scene.setting.playbook)


def _cannot_skip(scene: Scene, slot: AnySlot) -> Scene:
    if slot is Slot.CATEGORY:
        scene = with_category(scene)
        known = scene.draft is not None and bool(scene.draft.record.category)
        return go_on(acknowledge(scene)) if known else put_answer(scene, slot, VAGUE).redraft(chosen=False)
    return go_on(scene.say("why.story"))


MOST_UNCLEAR = 2
"""Unclear answers to the summary before it goes to a person as it stands."""


def unclear_at_summary(scene: Scene) -> Scene:
    """Neither a yes nor a no: ask once more; then a person gets it, unconfirmed, and the customer is told so."""
    assert scene.draft is not None
    unclear = scene.draft.unclear + 1
    if unclear >= MOST_UNCLEAR or scene.draft.told >= LAST_MESSAGE:
        return flag_draft(scene)
    return ask_under(scene.redraft(unclear=unclear).say("bad.confirm"), "confirm")


def change(scene: Scene, slot: AnySlot) -> Scene:
    """The customer wants to answer one slot anew."""
    return pose(scene.redraft(editing=slot), slot)


def step_back(scene: Scene) -> Scene:
    """Ask again what was asked before the present question."""
    draft, asked = scene.draft, scene.conversation.asked
    if not draft:
        return go_on(scene)
    order: list[str] = [*asked_of(draft, scene.setting.playbook), "confirm"]
    here = order.index(asked.name) if asked and asked.name in order else len(order) - 1
    return change(scene, slot_named(order[max(here - 1, 0)]))
