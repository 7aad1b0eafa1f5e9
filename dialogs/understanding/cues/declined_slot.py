"""Which fact a short refusal is about, where it names one: "no photos", 不用留名字. By rules, pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from dialogs.understanding.cues.phrase_matcher import Hit, trimmed
from dialogs.understanding.cues.signals import SLOT

_FACTS = frozenset({"evidence", "order_number", "name", "contact", "amount", "happened_at"})
_PROOF = re.compile(r"拍|图|截[图屏]|录[像音]|小票|\b(?:pics?|receipts?|videos?|screenshots|snaps?)\b")
_NUMBER = re.compile(r"\b(?:have|got|know|remember|keep|find) (?:the|my) (?:number|reference|confirmation)\b")
_NAMELESS_GATE = re.compile(r"名|姓|称呼|\bnames?\b|anonym")
_NAMELESS = re.compile(
    r"(?:(?:sorry|please|and|but|no|well|oh|hi)[,. ]+)*(?:"
    r"(?:there's |there is )?no need (?:for|of|to (?:give|leave|know|have|use|mention|put|say|take|write)(?: down)?)"
    r" (?:my|a|any|the) (?:\w+ )?names?"
    r"|(?:you )?(?:do not|don't|dont) (?:need|have|use|put|write|keep|store|mention|take|note|want)(?: down| to \w+)?"
    r" (?:my|a|any|the) (?:\w+ )?names?"
    r"|(?:leave|keep) my (?:\w+ )?name out(?: of (?:it|this|that))?"
    r"|no names?(?: (?:needed|necessary|required|from me))?|without (?:my|a|any) (?:\w+ )?name"
    r"|my name (?:is|does)(?: not|n't) (?:needed|necessary|required|important|matter|relevant)"
    r"|(?:i )?(?:want|wish|prefer|would like|'d like)? ?(?:to )?(?:stay|remain|be|keep this|make it) anonymous"
    r")(?:[,. ]+(?:please|thanks|thank you|ok|okay|sorry))*"
    r"|(?:(?:你们?|请|我|就|那|哦|嗯|麻烦|反正|对了)[,. ]*)*(?:"
    r"(?:不用|不必|无需|不需要|不要|别|不想|不愿意?|不方便)(?:再)?(?:留|写|给|填|登记?|记|问|知道|说|透露|报|署|告诉"
    r"|公开|用)(?:你们?|下|上)?(?:我的?)?(?:真实?)?(?:姓名|名字|姓|名|称呼)"
    r"|(?:我的?)?(?:真实?)?(?:姓名|名字|姓|名|称呼)(?:就|我)?(?:不用|不必|不|别|免|算)(?:留|写|给|填|登记?|记|说|透露|问)?了?"
    r"|(?:我)?(?:想|要|希望)?匿名(?:投诉|处理|就[好行])?"
    r")(?:[了啊呀的吧呢嘛哦]|[,. ]*(?:谢谢|可以吗|行吗))*"
)
_LONGEST = 60


def is_nameless(flat: str) -> bool:
    """Whether a short text says that the customer's name is not to be had, and nothing more."""
    bare = trimmed(flat)
    return len(bare) <= _LONGEST and bool(_NAMELESS_GATE.search(bare) and _NAMELESS.fullmatch(bare))


def withheld(flat: str, hits: Iterable[Hit]) -> str:
    """The slot that a refusal names first, or empty. `hits` are the listed phrases in it."""
    if is_nameless(flat):
        return "name"
    named = [(hit.start, family[len(SLOT) :]) for hit in hits for family in hit.families if family.startswith(SLOT)]
    named += [(found.start(), "order_number") for found in _NUMBER.finditer(flat)]
    named += [(found.start(), "evidence") for found in _PROOF.finditer(flat)]
    return next((slot for _, slot in sorted(named) if slot in _FACTS), "")
