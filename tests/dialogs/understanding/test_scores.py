"""Scores, verdicts, praise and "do not ask me", as people say them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.survey import Solved
from dialogs.understanding.replies.rating_parser import Score, is_undecided, read_score
from dialogs.understanding.replies.resolution_replies import (
    ResolutionReply,
    asks_which,
    is_kind,
    read_verdict,
    says_broken_again,
    says_not_content,
    wants_it_later,
    wants_no_surveys,
)

SURE = {
    1: (
        "terrible",
        "awful",
        "1",
        "very bad",
        "差评",
        "很不满意",
        "非常不满意",
        "一星都嫌多",
        "1 out of 5",
        "糟透了",
        "给负分",
        "extremely unhappy",
    ),
    2: (
        "2",
        "not good",
        "not very good",
        "I'd give it a 2",
        "Two out of five",
        "不满意",
        "不太满意",
        "不怎么样",
        "⭐⭐",
    ),
    3: (
        "3",
        "so-so",
        "average",
        "3 stars",
        "打三分",
        "凑合给个三分",
        "maybe a 3",
        "一般",
        "一般般吧",
        "三",
        "3吧",
        "中评",
    ),
    4: ("a solid 4", "4/5", "good", "勉强四分吧", "我给4分", "四分", "满意", "五分满分给四分", "★★★★", "4 out of 5"),
    5: ("5", "very good", "perfect", "couldn't be better", "满分", "很满意", "非常满意", "五星", "5分", "excellent!"),
}
UNSURE = {
    1: ("0分", "useless", "couldn't be worse"),
    2: ("meh", "不好", "bad", "I had hoped for more", "有点差", "谈不上满意"),
    3: (
        "还行吧",
        "could be worse",
        "ok",
        "马马虎虎",
        "凑合",
        "还可以",
        "3-4",
        "三四分吧",
        "三到四分吧",
        "could be better",
        "all right",
    ),
    4: (
        "not bad",
        "不错",
        "还不错",
        "挺好的",
        "8/10",
        "不是5分，是4分",
        "好",
        "fine",
        "80分",
        "👍",
        "没什么不满意的",
        "not unhappy",
    ),
    5: ("great, thanks", "4.5", "10分", "很好", "love it"),
}
NO_SCORE = (
    "I waited 3 days", "等了3天", "it took 2 weeks and 3 calls", "2次都没修好", "yes", "什么时候退款", "3分钟",
    "my order is AM2611180042", "", "   ", "?", "第2天就坏了", "a person please",
)  # fmt: skip


@pytest.mark.parametrize(("text", "value"), [(text, value) for value, texts in SURE.items() for text in texts])
def test_a_score_said_plainly_is_put_down_as_it_is(text: str, value: int) -> None:
    assert read_score(text) == Score(value, sure=True)


@pytest.mark.parametrize(("text", "value"), [(text, value) for value, texts in UNSURE.items() for text in texts])
def test_a_score_half_said_is_read_and_asked_back(text: str, value: int) -> None:
    assert read_score(text) == Score(value, sure=False)


@pytest.mark.parametrize("text", NO_SCORE)
def test_other_numbers_and_words_are_no_score(text: str) -> None:
    assert read_score(text) is None


@given(st.text(max_size=200))
def test_whatever_is_written_a_score_is_from_one_to_five_or_none(text: str) -> None:
    score = read_score(text)
    assert score is None or 1 <= score.value <= 5
    read_verdict(text), says_broken_again(text), wants_no_surveys(text, asked=True), is_kind(text)


YES = (
    "yes",
    "no problems at all",
    "没什么问题",
    "是的，谢谢",
    "解决了",
    "it works now",
    "没问题了",
    "好了",
    "Yes, all sorted",
    "嗯",
    "I got my refund",
    "退款到了",
    "收到退款了",
    "搞定啦",
    "没再出现问题",
    "I haven't had any problems since",
)
PARTLY = ("partly", "部分解决", "half of it", "not completely", "没完全解决", "I got a refund but not the full amount")
NO = (
    "no", "没有", "没解决", "还是不行", "又坏了", "not really", "still broken", "The refund has not arrived",
    "还没收到退款", "yes but it broke again", "hasn't been fixed", "没有解决", "不是",
    "It was but then it broke", "不能说解决了", "不算解决", "no not yet", "of course not", "hardly",
    "没什么变化", "never heard back", "没人联系我", "that did not help", "the new one is also broken", "换来的还是漏",
    "no, and I'd like a person", "没解决，我要人工",
)  # fmt: skip
NEITHER = ("it is worse", "it was the blue one", "it has a scratch")
HARDLY = ("mostly", "基本解决了", "算是吧", "sort of")


@pytest.mark.parametrize(
    ("text", "solved"),
    [(text, solved) for solved, texts in zip(Solved, (YES, PARTLY, NO), strict=True) for text in texts],
)
def test_whether_it_was_solved_is_read(text: str, solved: Solved) -> None:
    assert read_verdict(text) == ResolutionReply(solved, sure=True)


@pytest.mark.parametrize("text", NEITHER)
def test_what_only_begins_like_a_yes_is_none(text: str) -> None:
    assert read_verdict(text) is None


@pytest.mark.parametrize("text", HARDLY)
def test_half_a_yes_is_partly_and_asked_back(text: str) -> None:
    assert read_verdict(text) == ResolutionReply(Solved.PARTLY, sure=False)


BROKEN = (
    "still broken", "又坏了", "it broke again after two days", "the refund never arrived", "还没收到退款",
    "please reopen it", "重新处理一下", "I have not received my refund", "same problem again", "问题还在",
    "that did not help", "没修好", "没退款", "退款还没到", "新的也坏了", "Thanks, but the new one is broken too",
    "坏了", "谢谢，但是新的也不能用", "nobody contacted me",
)  # fmt: skip
AT_PEACE = (
    "thanks", "谢谢", "thank you so much, it works", "没有", "no", "hello", "没有问题", "no problem", "没事了",
    "没有其他问题了", "my order number is AM2611180042", "not at all!", "of course not", "如果又坏了怎么办",
    "hope it does not break again", "if the same problem happens again, can I write here?", "没再坏过",
)  # fmt: skip


@pytest.mark.parametrize("text", BROKEN)
def test_who_says_that_it_is_broken_again_is_heard(text: str) -> None:
    assert says_broken_again(text)


@pytest.mark.parametrize("text", AT_PEACE)
def test_thanks_and_small_talk_are_not_taken_for_broken_again(text: str) -> None:
    assert not says_broken_again(text)


@pytest.mark.parametrize(
    "text",
    ["no more surveys please", "不要再发问卷了", "unsubscribe", "退订", "取消订阅", "不需要回访", "别再搞满意度调查了"],
)
def test_who_wants_no_surveys_may_say_so_at_any_time(text: str) -> None:
    assert wants_no_surveys(text)


@pytest.mark.parametrize(
    "text",
    ["stop", "don't ask me again", "别再问了", "以后别再问了", "don't contact me again", "leave me alone", "停",
     "please don't send me these", "no more messages please", "别再给我发消息了"],
)  # fmt: skip
def test_stop_means_the_survey_only_where_one_was_asked(text: str) -> None:
    assert wants_no_surveys(text, asked=True)
    assert not wants_no_surveys(text)


@pytest.mark.parametrize("text", ["please stop sending me broken parcels", "stop the leak", "别再发错货了", "no"])
def test_a_complaint_is_not_taken_for_an_opt_out(text: str) -> None:
    assert not wants_no_surveys(text)


def test_praise_with_a_but_is_no_praise() -> None:
    assert is_kind("Li was very kind and patient")
    assert is_kind("客服很耐心")
    assert not is_kind("friendly but too slow")
    assert not is_kind("态度好，但是太慢")


@pytest.mark.parametrize(
    "text",
    ["I'm not happy with the outcome", "not satisfied", "No, this is not acceptable", "I disagree", "我对结果不满意",
     "不接受这个处理", "我不同意", "不行，还是要退款"],
)  # fmt: skip
def test_who_does_not_agree_with_an_outcome_is_heard(text: str) -> None:
    assert says_not_content(text)


@pytest.mark.parametrize(
    "text", ["thanks", "that's fine, no worries", "好的，谢谢", "I'm not sure", "那行", "no problem"]
)
def test_who_agrees_is_not_taken_for_somebody_who_does_not(text: str) -> None:
    assert not says_not_content(text)


@pytest.mark.parametrize("text", ["not now", "later please", "I don't have time", "晚点再说", "没空", "我现在在忙"])
def test_who_has_no_time_just_now_is_heard(text: str) -> None:
    assert wants_it_later(text)
    assert not asks_which(text)


@pytest.mark.parametrize("text", ["What is this about?", "which complaint?", "什么投诉", "哪个订单？"])
def test_who_does_not_know_what_is_asked_about_is_heard(text: str) -> None:
    assert asks_which(text)
    assert not wants_it_later(text)


@pytest.mark.parametrize("text", ["it came a week later", "后来好了", "没时间观念的快递", "yes", "no", "5"])
def test_an_answer_is_neither(text: str) -> None:
    assert not wants_it_later(text)
    assert not asks_which(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5. no wait, wrong way round, 1. It is still in bits", 1),
        ("I put 5 earlier, it's a 1. nothing has been fixed", 1),
        ("刚手滑点成2了，想给4的", 4), ("按错了那个1，要按5", 5), ("点了5，改成1！", 1),
        ("★★ and one of them is for the lad", 2), ("五颗星里头亮三颗", 3), ("☆☆☆", 3), ("五粒星啦", 5),
        ("like a 4 outta 10", 2), ("100 percent, to the penny", 5), ("四成吧", 2), ("貳分", 2), ("肆", 4),
    ],
)  # fmt: skip
def test_the_score_that_is_meant_is_read_in_any_form(text: str, value: int) -> None:
    """Of a score that is taken back the last counts; stars, shares and other scales are brought onto ours."""
    found = read_score(text)
    assert found is not None
    assert found.value == value


@pytest.mark.parametrize(
    "text", ["somewhere between a 2 and a 4", "3分、4分都可以，我再想想", "手滑点了个3，先不算", "3-4"]
)
def test_who_chooses_no_score_is_undecided(text: str) -> None:
    assert is_undecided(text)


@pytest.mark.parametrize("text", ["4", "it's a solid 4", "改成4", "very good", "no wait, 4"])
def test_who_chooses_one_is_not(text: str) -> None:
    assert not is_undecided(text)
