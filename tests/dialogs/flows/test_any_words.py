"""Whatever a customer writes or taps, whoever acts, in whatever order: the bot answers and keeps its head."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from complaints.lifecycle import State
from complaints.priority import Priority
from complaints.record import Attachment, Slot
from dialogs.flows.effects import OpenCase
from dialogs.flows.staff import (
    Claimed,
    HandedBack,
    Lost,
    Offered,
    Prioritised,
    Progressed,
    PutOnFile,
    Reopened,
    Replied,
    Resolved,
    SlotPut,
    Snoozed,
    StaffAct,
    Transferred,
)
from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.local_provider import LocalUnderstanding
from tests.conftest import sized
from tests.dialogs.flows.settled import file, settle
from tests.dialogs.talk import Talk

USUAL = """
hello / 你好 / my parcel never arrived / 我的包裹丢了 / AM2611020456 / yes / no / 不对 / skip / 没有 / back / 返回
cancel / 取消 / status / help / refund / 退款 / change the name / 改订单号 / last Tuesday / 昨天 / £49.99 / 350元
anna@example.com / 13800138000 / a person please / withdraw / thanks / asdfgh / 1 / 2 / English please / 说中文
another problem: the lamp is broken / 另外耳机也坏了 / start over / 就在这里回复 / C-2611-000001
it is broken again / 还是不行 / stop asking me / 别再问了 / 5 / 还行吧 / not solved / 没解决 / 好的谢谢 / 哦 / ？？ / 😡
it caught fire / 我不想活了 / my lawyer will hear of this / is anybody there? / how long does it take? / well done, Li
""".strip().replace("\n", " / ").split(" / ")  # fmt: skip

WORDS = st.one_of(st.sampled_from(USUAL), st.text(max_size=80))
EXAMPLES = sized(25, 1000)
PHOTO = Attachment("ab" * 32, "photo.jpg", "image/jpeg", 1000)
quietly = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.mark.prove
@pytest.mark.timeout(0)
@quietly
@given(words=st.lists(WORDS, max_size=25))
def test_every_message_is_answered_and_a_case_follows_only_a_summary(
    shop: Playbook, local: LocalUnderstanding, words: list[str]
) -> None:
    talk = Talk(shop, local)
    for text in words:
        asked = talk.asks
        heard = talk.says(text)
        assert heard
        assert "{" not in heard or any("{" in said for said in words)
        filed = any(isinstance(effect, OpenCase) for effect in talk.effects)
        assert not filed or asked == "confirm"


@dataclass(frozen=True)
class Tap:
    """A button of those that are live, counted round."""

    number: int


@dataclass(frozen=True)
class Photo:
    """A picture, with words or without."""

    text: str


@dataclass(frozen=True)
class Wait:
    """So many hours pass."""

    hours: float


@dataclass(frozen=True)
class Act:
    """A colleague does this, to the newest case where it is one's."""

    who: str
    what: str


DEEDS = (
    "claim", "pull", "offer", "transfer", "reply", "hand back", "snooze", "lost", "put a name", "put on file",
    "raise", "assess", "resolve", "reopen",
)  # fmt: skip
Move = str | Tap | Photo | Wait | Act
MOVES = st.one_of(
    WORDS,
    st.sampled_from(USUAL),
    st.builds(Tap, st.integers(0, 9)),
    st.builds(Photo, st.sampled_from(["", "look at this", "我的包裹丢了"])),
    st.builds(Wait, st.sampled_from([0.2, 1, 7, 26, 80, 400])),
    st.builds(Act, st.sampled_from(["li", "wang"]), st.sampled_from(DEEDS)),
)
Beginning = Literal["new", "filed", "settled"]


@pytest.mark.prove
@pytest.mark.timeout(0)
@quietly
@given(
    language=st.sampled_from(["en", "zh-CN"]),
    begin=st.sampled_from(["new", "filed", "settled"]),
    moves=st.lists(MOVES, min_size=5, max_size=20),
)
def test_a_chat_with_a_past_goes_on_whatever_comes(
    shop: Playbook, local: LocalUnderstanding, language: str, begin: Beginning, moves: list[Move]
) -> None:
    """Two messages that nobody could understand, from somebody with a case, once ended in an error."""
    talk = Talk(shop, local, language=language, timezone="Asia/Shanghai")
    match begin:
        case "filed":
            file(talk)
        case "settled":
            settle(talk)
    for move in moves:
        _make(talk, move)
        event(f"{talk.conversation.controller}, asks {talk.asks or 'nothing'}")


def _make(talk: Talk, move: Move) -> None:
    """The move; whoever writes to the bot is answered."""
    by_bot = talk.conversation.controller == "bot"
    match move:
        case str(text):
            assert talk.says(text) or not by_bot
        case Photo(text):
            assert talk.says(text, PHOTO) or not by_bot
        case Tap(number):
            offers = talk.conversation.asked.offers if talk.conversation.asked else ()
            heard = talk.taps_id(offers[number % len(offers)].id if offers else "~0123456789ab")
            assert heard or not by_bot
        case Wait(hours):
            talk.passes(timedelta(hours=hours))
        case Act(who, what):
            talk.acts(_deed(talk, what), who)


def _deed(talk: Talk, what: str) -> StaffAct:
    reference = list(talk.cases)[-1] if talk.cases else "C-2611-000001"
    deeds: dict[str, StaffAct] = {
        "claim": Claimed(),
        "pull": Claimed(pull=True),
        "offer": Offered("wang", "Wang"),
        "transfer": Transferred(team="support"),
        "reply": Replied("Let me see."),
        "hand back": HandedBack(),
        "snooze": Snoozed(talk.now + timedelta(hours=5), awaits=True),
        "lost": Lost(),
        "put a name": SlotPut(Slot.NAME, "Anna", reference if talk.cases else ""),
        "put on file": PutOnFile(),
        "raise": Prioritised(reference, Priority.HIGH),
        "assess": Progressed(reference, State.ASSESSED),
        "resolve": Resolved(reference, "A new one was sent.", "faulty batch", "exchange"),
        "reopen": Reopened(reference, "It came back."),
    }
    return deeds[what]
