"""What a reply to "is this right, shall I send it?" means, when neither the words on a button nor a fact decide it.

A no taken for a yes files what nobody agreed to; a yes not heard costs one more question. So a yes by its words is one
only where nothing else in the reply objects, asks, adds, waits, or names a number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from dialogs.understanding.reading import Intent, Reading, TypedCommand
from dialogs.understanding.text import flatten


class SummaryAnswer(StrEnum):
    """What a reply to "shall I send it?" means."""

    YES = "yes"
    NO = "no"
    CORRECT = "correct"
    ADD = "add"
    QUESTION = "question"
    STOP = "stop"
    WAIT = "wait"
    PERSON = "person"
    UNCLEAR = "unclear"


_STRONG_EN = (
    r"yes+|yessir|yep|yeah|yup|aye|no (?:changes|objections)|nothing to change"
    r"|confirm(?:ed)?|agreed|approved|exactly|spot on|bang on|go ahead|(?:submit|send) it"
    r"|(?:it|that|this|everything)(?:'?s| is| looks)? (?:all |quite |perfectly )?(?:exact(?:ly)?|accurate|true)"
)
_WEAK_EN = (
    r"ok|okay|okey|sure|correct|right|fine|good|great|perfect|all good|ya|do it|go on"
    r"|(?:it |that )?looks (?:good|right|fine|correct)"
    r"|(?:that|it)(?:'?s| is)(?: all)? (?:right|correct|it|fine|good|perfect)"
)
_COURTESY_EN = (
    r"(?:yes|yeah|ok|okay|sure|correct|right|fine|good|great|perfect|thanks?|thanking|you|so much|very much|please|ta"
    r"|cheers|mate|love|pal|sir|madam|then|now|all|just|that'?s?|it'?s?|is|as|go|ahead|send|submit|do|by|to|with|me|i"
    r"|agree|confirm|looks?|the way|and|for listening|for your help|a lot|exactly|absolutely|indeed)"
)
_YES_EN = re.compile(
    rf"^(?:(?:{_STRONG_EN})\b"
    rf"|(?:{_WEAK_EN})(?:[\s,.!;:~–—-]+{_COURTESY_EN}\b)*[\s,.!;:~–—-]*$)"
)
_YES_ZH = re.compile(
    r"^(?:[对對是好嗯行中得啱可](?:[的啊呀啦哦喔吧嘛滴额額了]|[对對是好嗯])*(?=$|[\s,.!;~，。！；、])"
    r"|没错|沒錯|没问题|沒問題|没毛病|莫得问题|确认|確認|确定|確定|同意|可以(?=$|的|了|吧|啊|[\s,.!;~，。！；、])"
    r"|(?:[对對]|是的|是这样|是這樣|正确|正確|准确|準確|属实|屬實)"
    r"[的哈哒噠呀啊嘞咯呜嗚啦哦噢嗯额額哟喲滴了吧~ 呢哇]{0,6}$"
    r"|提交|发吧|發吧|就这样|就這樣|无误|無誤|分毫不差|一字不差|准了|[对對][额額]|[对對]啦)"
)
_NO_OBJECTION = re.compile(
    r"\b(?:no (?:problems?|worries|changes?|objections?)|(?:nothing|nowt) (?:wrong|to change)|not a word wrong"
    r"|no need to change)\b"
    r"|that's what happened|what you did|how it (?:was|is|went|happened)"
    r"|(?:没|沒|冇|无|無|莫得|没有|莫)(?:啥)?(?:出入|假话|假話|错|錯|误|誤|毛病|差)|一?[个個]?字[儿兒]?(?:不|没|沒|都没)(?:差|错|錯)|一句假话没得"
    r"|没错|沒錯|没(?:有|得)?问题|沒(?:有)?問題|莫得问题|没毛病|没什么问题|不错|不用改|不用动|分毫不差|一字不差|无误|無誤"
)
_OBJECTION_EN = re.compile(
    r"n't\b|\b(?:but|except|apart from|only|however|though|wait|hang on|hold on|not?|nope|nah|never|nothing|dont|cant"
    r"|wont|isnt|wrong|incorrect|mistakes?|change|instead|meant|should|also|add|mention|include|say|put|write"
    r"|tell (?:them|him|her)|plus"
    r"|while you|(?<!that is )(?<!that's )(?<!thats )(?<!that was )(?<!just )(?<!exactly )"
    r"(?:what|when|why|how|who|whose|which|where)|can|could|will|would|person|human|agent|someone|somebody"
    r"|cancel|stop|forget|later|first|before|until|unless|if)\b"
)
_OBJECTION_ZH = re.compile(
    r"但|不|没|沒|错|錯|改|别|別|等|只是|就是(?![这這就酱醬按]|[呀啊啦了嘛的]|$)|除了|另外|还有|還有|顺便|順便|加上|补充|補充|[吗嗎谁誰几幾?？]"
    r"|(?<![这這那])[么麼](?!$)|(?<=[对對是好行])[么麼嘛]$|(?<![对對着按])呢|(?<!嗯)哪|什|怎|多久|人工|真人|取消|先(?!忙|谢|謝)|算了|如果|要是|唔(?!该|該)|冇"
)
_DIGIT = re.compile(r"\d")
_LISTED = 0.95
_OTHERWISE = frozenset(
    {Intent.CHANGE, Intent.CANCEL, Intent.WITHDRAW, Intent.WANT_PERSON, Intent.ASK_QUESTION, Intent.ASK_STATUS}
)
"""Intents that are no yes to anything. A no by itself is judged by what was asked: 没有出入 finds no fault."""
_NO = re.compile(
    r"^(?:no|nope|nah|not|don't|dont|wrong|wait|stop|不|没有|没對|错|唔|冇|等|别)(?!.{0,3}(?:problem|错|问题|毛病|差))"
)


_SURE, _DOUBTED, _PLAINLY = 0.4, 0.75, 0.15
"""How likely a yes must be: where nothing objects, where a word does, and where it begins or consists of plain words
of agreement. Of 3,751 replies by nine writers, each left out while the others were learned from, 71 % of the yeses are
heard so and 6.3 % of all else passes for one; most of that adds or corrects something, which is kept.
"""
_AGAIN, _AGAIN_DOUBTED = 0.2, 0.5
"""The same for a reply that nothing more is asked after, where a yes is likelier than all else: the second to "shall I
send it as it stands?", or the last before a person takes over.
"""


def summary_reply(reading: Reading, again: bool = False) -> SummaryAnswer:
    """What it means, as a head has learned it; by its words alone where none has read the text. `again` says that
    nothing more is asked after it.
    """
    flat = flatten(reading.text).strip(" ,.!~。！，")
    learned = reading.replies.get("confirm")
    if not learned:
        return _by_words(reading, flat)
    if _is_yes(reading, flat, learned, again):
        return SummaryAnswer.YES
    best = SummaryAnswer(max(learned, key=learned.__getitem__))
    unsure = best is SummaryAnswer.YES or (best is SummaryAnswer.NO and learned[best] < _NO_LESS)
    return SummaryAnswer.UNCLEAR if unsure else best


_NO_LESS = 0.4
"""How likely a plain no must be: it leads to "which part shall I change?"."""


def _is_yes(reading: Reading, flat: str, learned: Mapping[str, float], again: bool) -> bool:
    likely = learned.get("yes", 0.0)
    if _NO.fullmatch(flat):
        return False  # 没有 may say that nothing is to be changed, or that it was not so
    if likely < _ALONE and (reading.intent() in _OTHERWISE or reading.act == TypedCommand.PERSON or _denies(flat)):
        return False
    if _objects(flat):
        return likely >= (_AGAIN_DOUBTED if again else _DOUBTED)
    if again and likely >= _AGAIN and likely == max(learned.values()):
        return True
    return likely >= _SURE or (likely >= _PLAINLY and _agrees(reading, flat) and not _DIGIT.search(flat))


def _denies(flat: str) -> bool:
    """Whether a reply begins with a no, and not to say that nothing is wrong."""
    return bool(_NO.match(flat)) and not _NO_OBJECTION.search(flat)


def is_plain_yes(reading: Reading) -> bool:
    """Whether a reply is so surely a yes, and nothing besides, that no other meaning of its words counts: "spot on pal"
    asks for nobody, "now do something" is no question, 赶紧的吧 cancels nothing.
    """
    learned = reading.replies.get("confirm", {})
    besides = max((learned.get(name, 0.0) for name in SummaryAnswer if name is not SummaryAnswer.YES), default=0.0)
    told = any(span.slot not in _LOOSE for span in reading.slots) or bool(_DIGIT.search(reading.text))
    least = _ALONE_DOUBTED if _objects(flatten(reading.text)) else _ALONE
    return learned.get("yes", 0.0) >= least and besides < _BESIDES and not told


_ALONE, _ALONE_DOUBTED, _BESIDES = 0.7, 0.9, 0.2
"""How likely a yes must be that stands alone, and how unlikely all else."""
_LOOSE = frozenset({"item", "place_or_page", "mentioned_at", "mentioned_amount"})
"""Slots that words may be taken for without anything being told."""


def _by_words(reading: Reading, flat: str) -> SummaryAnswer:
    elsewhere = reading.intent() in _OTHERWISE | {Intent.NO} or reading.act == TypedCommand.PERSON
    if not elsewhere and not _DIGIT.search(flat) and not _objects(flat) and _agrees(reading, flat):
        return SummaryAnswer.YES
    if reading.intent() == Intent.NO or _NO.match(flat):
        return SummaryAnswer.NO
    asks = reading.text.rstrip().endswith(("?", "？"))
    return SummaryAnswer.QUESTION if asks else SummaryAnswer.UNCLEAR


def _agrees(reading: Reading, flat: str) -> bool:
    return bool(_YES_EN.match(flat) or _YES_ZH.match(flat) or _is_listed(reading))


def _is_listed(reading: Reading) -> bool:
    """Whether the whole text is one that a language lists as a yes, or as the word to send it."""
    return reading.act == TypedCommand.CONFIRM or (
        reading.intent() == Intent.YES and reading.intends(Intent.YES, _LISTED)
    )


def _objects(flat: str) -> bool:
    """Whether anything in a reply objects, asks, adds or waits, however it begins."""
    bare = _NO_OBJECTION.sub(" ", flat)
    return bool(_OBJECTION_EN.search(bare) or _OBJECTION_ZH.search(bare))
