"""Progress: whatever anybody writes, a complaint comes to an end within ten messages.

Customers are drawn from sentences of the shop's examples and of strangers, in both languages: some write at random,
some always the same, some answer every question with another one's answer, some write nonsense.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest

from complaints.copies import altered
from complaints.record import Slot
from dialogs.flows.effects import OpenCase, Say
from dialogs.flows.questions import MOST_TIMES
from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.heads.dataset import ACTS, DANGERS, OPENINGS, REPLIES
from dialogs.understanding.local_provider import LocalUnderstanding
from dialogs.understanding.reading import Reading, Understanding, Utterance
from dialogs.understanding.replies.summary_replies import is_plain_yes, summary_reply
from tests.conftest import sized
from tests.dialogs.talk import Talk

CHATS = sized(1_000, 100_000)
MOST_MESSAGES = 10
"""From the message that begins the complaint, with that one."""

BLIND = Path(__file__).parents[2] / "blind"
ANSWERS = {
    "en": """
yes / no / ok / skip / back / cancel / help / status / language / start over / I don't have it / not sure / hang on
AM2611020456 / NB0066 2915 / the order is 4471/B / last Tuesday / £49.99 / refund / 2 / done / all good / that's right
Ann Lee / call me Bev / ann@example.com / oh seven seven double oh nine one two three four five / here in this chat
the blue kettle / its the timberland boots size 8 / why do you ask? / what? / as I said / change the name / add photos
change the order number / another problem: the lamp is broken / and it also leaks / that is wrong / no, the other one
""",
    "zh": """
是的 / 不是 / 好的 / 跳过 / 返回 / 取消 / 帮助 / 查进度 / 语言 / 重新开始 / 没有 / 不知道 / 等一下 / 我找找
AM2611020456 / 订单号 88-1020 / 昨天 / 350元 / 退款 / 2 / 好了 / 没问题 / 对的 / 马保山 / 俺叫马保山 / 13800138000
幺三八 零零幺三 八零零零 / 就在这里回复 / 蓝色的水壶 / 你问这个干嘛 / 什么 / 我说过了 / 改名字 / 改订单号 / 补充照片
另外耳机也坏了 / 而且还漏水 / 不对 / 不是这个 / 说过了呀
""",
}
NONSENSE = (
    "asdfgh",
    "？？？",
    "...",
    "😡😡",
    "1",
    "zzz zzz zzz",
    "。",
    "0",
    "lorem ipsum dolor",
    "哦",
    "!!!",
    "呃呃呃",
    " ",
)


@dataclass
class ReadOnce:
    """Reads a text the first time it comes, and knows it afterwards."""

    understanding: Understanding
    known: dict[str, Reading] = field(default_factory=dict)

    def read(self, batch: Sequence[Utterance]) -> list[Reading]:
        return [self._of(utterance) for utterance in batch]

    def _of(self, utterance: Utterance) -> Reading:
        if utterance.text not in self.known:
            self.known[utterance.text] = self.understanding.read([utterance])[0]
        return self.known[utterance.text]


@dataclass
class Imagining:
    """Reads as another does, and hears besides what heads could hear in any text: the same in the same text."""

    understanding: Understanding

    def read(self, batch: Sequence[Utterance]) -> list[Reading]:
        return [_imagined(reading) for reading in self.understanding.read(batch)]


def _imagined(reading: Reading) -> Reading:
    chance = Random(reading.text)
    asked, act = chance.choice(tuple(REPLIES)), chance.choice(ACTS)
    kind = chance.choice((*DANGERS, *[""] * 30))
    return altered(
        reading,
        acts={act: chance.random(), "complain": chance.random()},
        replies={
            "confirm": {chance.choice(REPLIES["confirm"]): 0.9},
            asked: {chance.choice(REPLIES[asked]): 0.9},
            "opening": {chance.choice(OPENINGS): chance.random(), "complain": chance.random()},
        },
        signals=(*reading.signals, kind) if kind else reading.signals,
        urgent=bool(kind) and chance.random() < 0.5,
        look=bool(kind),
    )


@dataclass(frozen=True)
class Sentences:
    """What customers of one language may write."""

    code: str
    stories: tuple[str, ...]
    anything: tuple[str, ...]
    answers: tuple[str, ...]


@pytest.fixture(scope="module")
def languages(shop: Playbook) -> tuple[Sentences, ...]:
    return tuple(_sentences(shop, code) for code in ("en", "zh"))


def _sentences(shop: Playbook, code: str) -> Sentences:
    """A part of the sentences drawn once, so that reading them does not take longer than the chats."""
    chance = Random(f"sentences {code}")
    intents = shop.examples[code].intents
    stories = [text for name in sorted(intents) if name.startswith("complain") for text in intents[name]]
    others = [text for name in sorted(intents) if not name.startswith("complain") for text in intents[name]]
    strange = [*_column(f"categories.{code}.csv"), *_column(f"intents.{code}.csv")]
    few = sized(150, 1_500)
    drawn = tuple(chance.sample(stories, min(few, len(stories))))
    anything = [*chance.sample(others, min(few, len(others))), *chance.sample(strange, min(few, len(strange)))]
    answers = tuple(ANSWERS[code].strip().replace("\n", " / ").split(" / "))
    return Sentences(code, drawn, (*drawn, *anything, *answers, *NONSENSE), answers)


def _column(name: str) -> list[str]:
    with (BLIND / name).open(encoding="utf-8", newline="") as file:
        return [row["text"] for row in csv.DictReader(file)]


def _customer(chance: Random, said: Sentences) -> Iterator[str]:
    """What one customer writes, without end; the first message is mostly a complaint."""
    kind = chance.choice(("random", "same", "shuffled", "nonsense", "story", "stubborn"))
    first = chance.choice(said.anything if kind == "random" else said.stories)
    stubborn = chance.sample(said.answers, 2)
    yield first
    while True:
        match kind:
            case "random":
                yield chance.choice(said.anything)
            case "same":
                yield first
            case "shuffled":
                yield chance.choice(said.answers)
            case "nonsense":
                yield chance.choice(NONSENSE)
            case "story":
                yield chance.choice(said.stories)
            case _:
                yield chance.choice(stubborn)


@dataclass
class Watch:
    """What is counted while a complaint is being told."""

    messages: int = 0
    put: Counter[str] = field(default_factory=Counter)
    said: list[str] = field(default_factory=list)

    def note(self, talk: Talk, text: str) -> None:
        self.messages += 1
        self.said.append(f"{text} -> {talk.asks}")
        last = [effect for effect in talk.effects if isinstance(effect, Say)][-1:]
        for say in last:
            wanted = (say.asks or "", *say.also)
            self.put.update(slot for slot in wanted if slot in Slot.__members__.values() and _is_ours(talk, slot))


def _is_ours(talk: Talk, slot: str) -> bool:
    """Whether a complaint is still being taken by the bot alone, and the customer did not ask to answer it anew."""
    draft = talk.conversation.intake.draft
    return draft is not None and draft.editing != slot and talk.conversation.controller == "bot"


def _chat(talk: Talk, words: Iterator[str]) -> None:
    """Let a customer write until their complaint has come to an end; fail where it does not in time."""
    watch = Watch()
    for _ in range(3 * MOST_MESSAGES):
        text, asked, before = next(words), talk.asks, talk.conversation.intake.draft
        talk.says(text)
        _check_filed(talk, text, asked)
        draft = talk.conversation.intake.draft
        if before is None and draft is None:
            continue
        watch.note(talk, text)
        if _is_over(talk):
            break
        assert watch.messages < MOST_MESSAGES, ("late", *watch.said)
    most = watch.put.most_common(1)
    assert not most or most[0][1] <= MOST_TIMES, (*most[0], *watch.said)


def _is_over(talk: Talk) -> bool:
    """A reference, a person, or a goodbye."""
    return bool(talk.cases) or talk.conversation.controller != "bot" or talk.conversation.intake.draft is None


def _check_filed(talk: Talk, text: str, asked: str) -> None:
    for effect in talk.effects:
        if isinstance(effect, OpenCase) and not effect.case.partial:
            assert asked == "confirm", text
            reading = talk.understanding.read([Utterance(text, talk.now, talk.timezone)])[0]
            yes = is_plain_yes(reading) or "yes" in (reading.intent(), summary_reply(reading, again=True))
            assert yes or reading.act == "confirm" or text == "1", text


@pytest.mark.prove
@pytest.mark.timeout(0)
@pytest.mark.parametrize("heads", [False, True], ids=["as read", "with whatever heads may hear"])
def test_every_complaint_ends_in_time_and_no_question_is_put_three_times(
    shop: Playbook, local: LocalUnderstanding, languages: tuple[Sentences, ...], heads: bool
) -> None:
    once = ReadOnce(Imagining(local) if heads else local)
    faults = []
    for number in range(CHATS // 2):
        chance = Random(number)
        said = chance.choice(languages)
        try:
            _chat(Talk(shop, once, language=said.code), _customer(chance, said))
        except AssertionError as fault:
            faults.append(f"{number}: {fault}")
    assert not faults, f"{len(faults)} of {CHATS // 2}\n" + "\n".join(faults[:8])
