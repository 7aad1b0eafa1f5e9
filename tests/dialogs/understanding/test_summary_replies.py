"""What counts as a yes to the summary: a yes with anything kind around it, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from dialogs.playbooks.loading import load_playbook
from dialogs.understanding.heads.model import load
from dialogs.understanding.learned import HEADS
from dialogs.understanding.local_provider import LocalUnderstanding
from dialogs.understanding.model.encoder import find_encoder
from dialogs.understanding.reading import Utterance
from dialogs.understanding.replies.summary_replies import summary_reply

NOW = datetime(2026, 11, 18, 4, tzinfo=UTC)


@pytest.fixture(scope="module")
def local() -> LocalUnderstanding:
    return LocalUnderstanding(load_playbook("shop"))


def means(local: LocalUnderstanding, text: str) -> str:
    return summary_reply(local.read([Utterance(text, NOW)])[0])


@pytest.mark.parametrize(
    "text",
    [
        "yes, and thank you for listening", "Confirmed. Thanking you.", "yes exactly, thank you", "it's correct",
        "Looks good, please send", "No changes from me, off it goes", "yep go ahead",
        "分毫不差", "对额对额", "对對", "没问题，发吧", "是的", "好的，谢谢", "中",
    ],
)  # fmt: skip
def test_a_yes_with_anything_around_it_is_a_yes(local: LocalUnderstanding, text: str) -> None:
    assert means(local, text) == "yes"


@pytest.mark.parametrize(
    "text",
    [
        "yes the phone number is wrong", "okay no", "okay that's not right", "yes? no", "right, this is all wrong",
        "sure is a mess", "right shoe broken", "fine print is wrong", "ok so what about my refund",
        "ok I want a person",
        "send me the refund first", "yeah n tell them he laughed", "great, another form", "my number is 13800138",
        "好像不对", "是错的", "是吗", "电话是13800138", "好的但是电话错了", "行不行", "可以改一下吗", "可以不提交吗",
        "对不起，我不想投诉了", "对方态度很差", "行李箱坏了", "好什么好",
        "对的对的,就是电话最后一位是3",
        "好啊你们就这样骗人",
    ],
)  # fmt: skip
def test_nothing_else_is_taken_for_one(local: LocalUnderstanding, text: str) -> None:
    assert means(local, text) != "yes"


@pytest.fixture(scope="module")
def hearing() -> LocalUnderstanding:
    """As it is served: with the heads that come along."""
    encoder, heads = find_encoder(), load(HEADS)
    assert heads
    reader = LocalUnderstanding(load_playbook("shop"))
    reader.listen(heads, encoder)
    return reader


@pytest.mark.parametrize("text", ["分毫不差", "一字不差", "准确无误", "nothing wrong there", "not a thing to change"])
def test_a_yes_that_denies_a_fault_is_no_no(hearing: LocalUnderstanding, text: str) -> None:
    """A customer said so eleven times, and was asked eleven times what to change."""
    assert means(hearing, text) == "yes"


@pytest.mark.parametrize("text", ["没有", "没有了", "no", "nope", "不用了", "不对", "不要提交", "no that's wrong"])
def test_a_no_is_none_though_nothing_is_wrong_with_it(hearing: LocalUnderstanding, text: str) -> None:
    assert means(hearing, text) != "yes"
