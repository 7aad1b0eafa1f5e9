"""Misses: not understanding a person is a value. Two offer buttons, three a person."""

from __future__ import annotations

from complaints.record import Slot
from dialogs.flows.intake import drafting
from dialogs.flows.intake.slot_questions import category_choices
from dialogs.flows.message_cues import weight
from dialogs.flows.questions import (
    IDLE,
    ask_under,
    asked_name,
    asked_slot,
    come_back,
    go_on,
    is_required,
    is_spent,
    open_cases,
)
from dialogs.flows.queue.person_request import bring_person
from dialogs.flows.scene import Scene
from dialogs.flows.state import Act, Controller, NamedQuestion
from dialogs.understanding.reading import Intent, Reading

_NONSENSE = 0.9


def miss(scene: Scene, reading: Reading) -> Scene:
    """We did not understand. Say so kindly, with an example; never scold, and never ask three times."""
    if asked_slot(scene) is Slot.WANTED and scene.draft and _makes_sense(reading):
        return _other_wish(scene, reading) if _is_a_wish(reading) else _more_told(scene, reading)
    scene = _kept(scene, reading)
    if scene.draft and asked_slot(scene) not in (None, Slot.STORY):
        return _not_an_answer(scene)
    if scene.draft and asked_name(scene) == NamedQuestion.CHANGE_WHICH:
        return go_on(scene)  # they said no: the summary comes back, and it is not sent on for being unclear
    if scene.conversation.controller == Controller.QUEUE:
        return scene.say("person.noted")
    scene = scene.turn_to(misses=scene.conversation.intake.misses + 1)
    limits = scene.setting.playbook.file.misses
    if scene.conversation.intake.misses >= limits.person:
        return bring_person(scene, "misses")
    many = scene.conversation.intake.misses >= limits.buttons
    if many and _can_do_without(scene):
        return drafting.skip(scene, _person(scene))
    return _ask_again(scene, offer_more=many)


def _not_an_answer(scene: Scene) -> Scene:
    """Ask once more with an example, or leave the fact open: nothing is asked a third time."""
    slot = asked_slot(scene)
    assert slot is not None
    if slot is Slot.CATEGORY or is_spent(scene, slot):
        return drafting.skip(scene, _person(scene))
    return _ask_again(scene, offer_more=False)


def _kept(scene: Scene, reading: Reading) -> Scene:
    """What is no number may yet be more of the story, told in bits: "two", "no, three"."""
    asked_early = asked_slot(scene) is Slot.ORDER_NUMBER and _makes_sense(reading) and not reading.act
    if not asked_early or not scene.draft or not scene.draft.record.story:
        return scene
    return scene.redraft(record=scene.draft.record.with_story(reading.text))


def _makes_sense(reading: Reading) -> bool:
    return not reading.intends(Intent.NONE, _NONSENSE) and 1 <= weight(reading.text) <= 10


def _is_a_wish(reading: Reading) -> bool:
    """Whether words that name no remedy are meant as one: as a tagger marks them, or else a head hears an answer."""
    if not reading.marks:
        return True
    if any(mark.fact == "wanted" for mark in reading.marks.get(Slot.WANTED, reading.marks.get("story", ()))):
        return True
    return reading.replies.get("wishes", {}).get("other", 0.0) >= _WISHED


_WISHED = 0.4


def _more_told(scene: Scene, reading: Reading) -> Scene:
    """It answers something else, 人没事 say: it is kept with what happened, and the question stands."""
    assert scene.draft is not None
    scene = scene.redraft(record=scene.draft.record.with_story(reading.text))
    return come_back(drafting.pass_over(scene.say("story.added")))


def _other_wish(scene: Scene, reading: Reading) -> Scene:
    """A wish we have no name for is kept in the customer's own words."""
    assert scene.draft is not None
    scene = scene.redraft(record=scene.draft.record.with_story(reading.text))
    return drafting.put_answer(scene, Slot.WANTED, ("other",))


def _can_do_without(scene: Scene) -> bool:
    slot, draft = asked_slot(scene), scene.draft
    return slot is not None and draft is not None and not is_required(draft, slot, scene.setting.playbook)


def _ask_again(scene: Scene, *, offer_more: bool) -> Scene:
    if not asked_name(scene) and open_cases(scene):
        return scene.say("bad.idle").ask(IDLE, _open_door(scene))
    name = asked_name(scene) or Slot.STORY.value
    key = f"bad.{name}" if scene.words.has(f"bad.{name}") else "bad.general"
    scene = scene.say(key, example=scene.setting.playbook.file.example_of(name))
    return ask_under(scene, name, _ways_out(scene, name) if offer_more else ())


def _open_door(scene: Scene) -> list[tuple[str, Act]]:
    status, new = (scene.text("button.status"), Act("status")), (scene.text("button.new_case"), Act("new_case"))
    return [status, new, *_person(scene)]


def _person(scene: Scene) -> list[tuple[str, Act]]:
    return [(scene.text("button.person"), Act("person"))]


def _ways_out(scene: Scene, name: str) -> list[tuple[str, Act]]:
    if name != Slot.STORY:
        return _person(scene)
    categories = tuple(scene.setting.playbook.file.categories)
    return [*category_choices(scene.words, categories), *_person(scene)]
