"""What a reply to an offer means. An acceptance binds, so plain words alone are one; whatever else sounds like a yes is
asked back with the terms, and what is unclear is asked back as well.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from dialogs.understanding.reading import Intent, Reading
from dialogs.understanding.text import flatten


class OfferAnswer(StrEnum):
    """`accept`: in plain words, and nothing besides. `agrees`: perhaps; the terms are repeated."""

    ACCEPT = "accept"
    AGREES = "agrees"
    REJECT = "reject"
    COUNTER = "counter"
    CONDITIONAL = "conditional"
    QUESTION = "question"
    UNCLEAR = "unclear"


_MOST = 60
"""Characters of a plain acceptance, or of giving up; a longer text says more than that."""


def _any(*words: str) -> str:
    return "|".join(words)


_TAKE_EN = r"(?:accept|take|agree (?:to|with))"
_IT_EN = r"(?:it|that|this|the offer|your offer|that offer)"
_GOOD_EN = r"(?:fine|good|great|perfect|acceptable|fair|okay|ok|all right|alright|lovely|brilliant|fair enough)"
_CORE_EN = _any(
    r"yes(?: please)?|yeah|yep|yup|aye|okay|ok|okey|deal|done deal|agreed|accepted|accept|absolutely|certainly",
    r"of course|go on then|please do|no objections?(?: here| from me)?|yes pls",
    rf"i(?:'ll| will|'d| would)?(?: gladly| happily| gratefully| like to)? {_TAKE_EN}(?: {_IT_EN})?",
    r"i agree|i do|(?:i'm )?happy with (?:it|that|this|your offer)|i'm fine with (?:it|that|this)",
    rf"(?:that|it|this)(?:'s| is| sounds| seems| looks|'ll be| will be| would be)? {_GOOD_EN}(?: (?:with|by|for) me)?",
    r"(?:that|it|this)(?:'ll| will|'d| would)? (?:works?|do)(?: (?:fine|well|nicely|great))?(?: for me)?",
    r"works for me|sounds (?:good|fair|great|fine|perfect)(?: to me)?|fair enough|you're on|sure(?: thing)?|suits me",
    r"(?:please )?(?:go ahead|proceed)(?: (?:with (?:it|that)|and (?:do|send) (?:it|that)))?",
    r"(?:please )?(?:book|do|send) it(?: over)?",
)
_PADS_EN = _any(
    r"please|pls|thanks|thank you|thankyou|thx|ty|cheers|ta|very much|so much|a lot|then|now|well|great|good|perfect",
    r"lovely|brilliant|fantastic|wonderful|excellent|nice|fine|super|right|all right|alright|and|mate|sir|madam",
    r"hi|hello|many|i appreciate (?:it|that)|much appreciated",
)
_CORE_ZH = _any(
    r"好的|好滴|好嘞|好呀|好啊|好哒|好|行的|行呀|行啊|行|可以的|可以呀|可以啊|可以|接受|同意|成交|没问题|没意见",
    r"没有问题|没有意见|(?:那)?就这样(?:办|定)?|(?:那)?就这么(?:办|定)|就按(?:这个|你们说的)(?:来|办)",
    r"中|要得|阔以|妥了?|好喔|就这么着|求之不得|赞成|答应|愿意|冇问题|得|ok|okay|yes",
)
_PADS_ZH = _any(
    r"我|俺|那|嗯嗯?|哦|噢|也|就|都|是的|对|呀|啊|嘛|哈|谢谢(?:你们|您|你)?|多谢|感谢|辛苦(?:了|你们)?",
    r"麻烦(?:你们|您)?了?|唔该晒?|您好|你好|这个|方案|完全|请|尽快(?:办|处理|安排)?|快点",
)
_CORE_ES = _any(
    r"si|sí|vale|acepto|lo acepto|de acuerdo|me parece bien|est[aá] bien|perfecto|trato hecho|adelante|por supuesto",
    r"claro|conforme",
)
_PADS_ES = r"gracias|muchas|por favor|muy|bien"


def _whole(core: str, pads: str, between: str) -> re.Pattern[str]:
    """Texts that consist of words of acceptance and of padding alone, few of each."""
    return re.compile(rf"(?:(?:{pads}){between}){{0,4}}(?:{core})(?:{between}(?:{pads}|{core})){{0,6}}[ .!。！~]*")


_PLAIN = (
    _whole(_CORE_EN, _PADS_EN, "[ ,.!]{1,3}"),
    _whole(_CORE_ZH, _PADS_ZH, "[ ,.!，。！~]{0,3}"),
    _whole(_CORE_ES, _PADS_ES, "[ ,.!]{1,3}"),
)
_MOCKING = re.compile(r"(?:[好行得][ ,，]{0,2}){3}")
"""Said three times it is rarely meant."""

_GIVES_UP_EN = _any(
    r"do (?:what(?:ever)?|as) you (?:want|like|please|will|must)|whatever(?: you (?:say|want|like|think))?|up to you",
    r"suit yourself|if you (?:say|think) so|i suppose(?: so)?|forget (?:it|about it)|never ?mind|i don't care",
    r"if i must|(?:i'm )?past caring|as you (?:wish|like)|(?:i )?guess so",
)
_GIVES_UP_ZH = _any(
    r"算了(?:吧|算了)?|随便(?:吧|你们?|您)?|随你们?(?:便)?(?:吧)?|(?:你们?|您)?看着办(?:吧)?|都行(?:吧)?|都可以(?:吧)?",
    r"无所谓(?:了)?|爱咋咋(?:地|的|滴)?|爱怎么(?:样|办|着)(?:就)?(?:怎么(?:样|办|着))?(?:吧)?|你们?说了算(?:吧)?",
    r"还能怎么办(?:呢)?|(?:就)?这样吧|罢了|得了吧?",
)
_GIVES_UP = re.compile(
    rf"(?:(?:fine|ok|okay|oh|well|just|then|whatever),? ){{0,3}}(?:{_GIVES_UP_EN})"
    rf"|(?:(?:那|唉|哎|好吧|行吧|得)[ ,，]{{0,2}}){{0,3}}(?:{_GIVES_UP_ZH})"
)
"""Words of somebody who gives up: neither a yes nor a no."""

_IF = re.compile(
    r"\b(?:if|provided|providing|as long as|so long as|on (?:the )?condition|unless|but only|only when|once you)\b"
    r"|的话|如果|只要|要是|前提|除非|才(?:行|接受|同意|可以|算)|先.{1,20}再"
)
_YES_IN = re.compile(r"\b(?:yes|ok|okay|accept|deal|fine|agreed?|take it)\b|接受|同意|可以|行|好|成交|答应")
_NO_IN = re.compile(r"\b(?:no|not|never|don't|won't|can't|isn't)\b|不|没|别|甭|休想|做梦|拒绝")
_ASKS = re.compile(r"[?？]\s*$")
_SURE, _HEARD, _HINTED = 0.5, 0.35, 0.3
"""How likely an answer must be: for a yes to be told as one, to be heard at all, and in place of a condition."""


def told_answer(reading: Reading) -> str:
    """The same for whoever asks what a text means: what sounds like a yes is one where that is likelier than not."""
    answer = read_offer(reading)
    if answer is not OfferAnswer.AGREES:
        return answer.value
    learned = reading.replies.get("offer", {})
    return OfferAnswer.ACCEPT if not learned or learned.get("accept", 0.0) >= _SURE else OfferAnswer.UNCLEAR


def read_offer(reading: Reading) -> OfferAnswer:
    """What a reply to an offer means: by its plain words, else as a head has learned it, never a yes by that alone."""
    flat = flatten(reading.text).strip()
    bare = flat.strip(" .!。！~")
    learned = reading.replies.get("offer", {})
    if len(bare) <= _MOST and _GIVES_UP.fullmatch(bare):
        return OfferAnswer.UNCLEAR
    if is_plain(flat):
        return OfferAnswer.ACCEPT
    if _IF.search(flat) and _YES_IN.search(flat) and not _NO_IN.search(flat):
        return OfferAnswer.CONDITIONAL
    return _learned(reading, flat, learned)


def is_plain(flat: str) -> bool:
    """Whether a text, flattened, consists of words of acceptance and nothing more."""
    if len(flat) > _MOST or _MOCKING.search(flat):
        return False
    return any(pattern.fullmatch(_without_signs(flat)) for pattern in _PLAIN)


_SIGNS = re.compile(r"[\U0001f44c\U0001f44d\U0001f91d\U0001f64f\U0001f642\U0001f60a❤☺✅\ufe0f\U0001f3fb-\U0001f3ff]")


def _without_signs(flat: str) -> str:
    return _SIGNS.sub("", flat).strip()


def _learned(reading: Reading, flat: str, learned: Mapping[str, float]) -> OfferAnswer:
    if not learned:
        return _by_rules(reading, flat)
    best = max(learned, key=learned.__getitem__)
    if best == "accept":
        return _half_heard(flat, learned)
    if best == "conditional" and not _IF.search(flat):
        if reading.found("amount") or reading.wanted:
            return OfferAnswer.COUNTER
        if not _YES_IN.search(flat):
            return _without_condition(learned)
    if learned[best] >= _HEARD:
        return OfferAnswer(best)
    return OfferAnswer.QUESTION if _ASKS.search(flat) else OfferAnswer.UNCLEAR


def _without_condition(learned: Mapping[str, float]) -> OfferAnswer:
    """There is no yes in it for a condition to be of: what else it may be, but for a yes."""
    rest = {name: chance for name, chance in learned.items() if name not in ("conditional", "accept")}
    best = max(rest, key=rest.__getitem__, default="unclear")
    return OfferAnswer(best) if rest.get(best, 0.0) >= _HINTED else OfferAnswer.UNCLEAR


def _half_heard(flat: str, learned: Mapping[str, float]) -> OfferAnswer:
    """What sounds like a yes: the terms are repeated, unless something in it objects or asks."""
    if _ASKS.search(flat):
        return OfferAnswer.QUESTION if learned.get("question", 0.0) > _HEARD / 2 else OfferAnswer.AGREES
    return OfferAnswer.CONDITIONAL if _IF.search(flat) else OfferAnswer.AGREES


def _by_rules(reading: Reading, flat: str) -> OfferAnswer:
    """Where no head has read it."""
    if _ASKS.search(flat):
        return OfferAnswer.QUESTION
    if reading.intent() == Intent.YES:
        return OfferAnswer.AGREES
    if reading.intent() == Intent.NO and not reading.found("amount"):
        return OfferAnswer.REJECT
    return OfferAnswer.COUNTER if reading.found("amount") or reading.wanted else OfferAnswer.UNCLEAR
