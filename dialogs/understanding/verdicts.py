"""What customers say to a resolution: solved or not, broken again, kind words, and "do not ask me". By rules, pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from complaints.survey import Solved
from dialogs.understanding.text import flatten

_NO = re.compile(
    r"^(?:no|nope|nah|not (?:really|yet|at all)|never|没有?|不是?|没呢|还没有?|否|并没有?|根本没有?"
    r"|完全没有?)[\s,.!?]*$"
    r"|\b(?:not|isn't|wasn't|hasn't|haven't|never|nothing)\b(?! (?:completely|entirely|fully|quite|totally|sure"
    r"|too bad|bad))[^.]{0,20}"
    r"\b(?:solved|fixed|resolved|sorted|settled|arrived|received|got|come|been|changed|happened|repaired|working"
    r"|right|ok|okay|done|here)\b"
    r"|(?:没|未|没有|还没|并未|根本没|尚未)(?:被|能|得到|给我?)?(?:解决|处理|修好|弄好|搞定|收到|退|到账|换|补|发"
    r"|好)|解决不了"
)
_AGAIN = re.compile(
    r"\bstill (?:not|no|broken|the same|wrong|missing|waiting|faulty|leak\w*|bad|there|damaged|having|haven't"
    r"|hasn't|don't"
    r"|doesn't|isn't|won't|can't|stuck|nothing|an? (?:issue|problem)|fail\w*|happen\w*)\b"
    r"|\b(?:broke|broken|failed|stopped working|happened|happening|went wrong|wrong|leaking|playing up|the same"
    r"|cancelled) (?:down )?again\b"
    r"|\bsame (?:problem|issue|fault|thing)(?: (?:again|as before|has come back|is back))?|\b(?:problem|issue"
    r"|fault|it)(?:'s| is| has come| came) back\b"
    r"|\b(?:re-?open|take (?:it|this) up again|look (?:at|into) (?:it|this) again)\b"
    r"|\bnever (?:arrived|came|got|received)\b"
    r"|又(?:坏|出|来了|开始|漏|不|没|犯|断|卡|错|失败|少|丢|扣)|还是(?:坏|不|没|老样子|一样|有问题|那样|漏|错|出)"
    r"|(?:仍然?|依然|依旧)(?:没|不|坏|有|是)|同样的问题|老问题|老毛病|再次(?:坏|出|发生)|问题(?:还在|依旧|又)"
    r"|重新(?:打开|处理|受理|投诉)"
)
_PARTLY = re.compile(
    r"\b(?:part(?:ly|ially)|in part|half|some of it|partial)\b"
    r"|\b(?:not|isn't|wasn't) (?:completely|entirely|fully|quite|totally|all of it)\b"
    r"|部分|一半|不完全|没完全|没有完全|没全|只.{0,4}(?:一部分|一点)|有些"
)
_HARDLY = re.compile(
    r"\b(?:mostly|almost|nearly|sort of|kind of|kinda|somewhat|more or less|a bit|up to a point|yes and no|so far"
    r"|i guess|i suppose|i think so)\b"
    r"|算是|基本|差不多|勉强|大致|大概|应该(?:是|算)|凑合|还行|将就"
)
_YES = re.compile(
    r"^(?:yes|yep|yeah|yup|sure|it (?:is|was|has|did)|is(?: indeed)?|absolutely|definitely|是的?|对的?|嗯+|有|好了"
    r"|可以了|行了|是啊|ok|okay)[\s,.!~]*(?:$|[\s,.!])"
    r"|\bno (?:more |further )?(?:problems?|issues?|complaints?|trouble)\b"
    r"|\b(?:all )?(?:solved|fixed|resolved|sorted|settled|works? (?:now|fine|again|perfectly)|working (?:now|again"
    r"|fine)|all good|all fine|all right now|got (?:it|my (?:refund|money|parcel|order))"
    r"|(?:it|parcel|money|refund) (?:has )?(?:arrived|came|is here))\b"
    r"|(?:解决|处理|搞定|修好|弄好|收到|到账|退)(?:了|好了|完了)|已(?:经)?(?:解决|处理|收到|退|好|修好|到账)"
    r"|没(?:有|什么|啥)*问题|好了|正常了"
)
_SURVEY = r"(?:surveys?|questionnaires?|follow[- ]?ups?|ratings?|feedback)"
_OUT = re.compile(
    r"^(?:unsubscribe|opt out|退订|拒收)[\s.!]*$"
    rf"|\b(?:stop|quit|no|don't|do not|never) (?:\w+ ){{0,5}}{_SURVEY}\b|\b(?:unsubscribe|opt(?:ing)? out)\b"
    r"|(?:别|不要|请勿|勿|不用|不想|拒绝|不愿意?)再?.{0,6}(?:问卷|调查|回访|评价|评分|满意度)"
)
_STOP = re.compile(
    r"^(?:please )?(?:stop(?: (?:asking|it|this|writing|messaging))?|td|别烦我|请勿打扰)(?: me)?(?: please)?[\s.!]*$"
    r"|\b(?:don't|do not|never|stop) (?:ask|asking|contact|message|write|bother)\w*(?: (?:me|to me))?(?: again"
    r"| any ?more)?[\s.!]*$"
    r"|(?:别|不要|请勿|不用)再?(?:来|给我)?(?:问|发|打扰|烦)(?:我|这些?|了|啦|吧)*[\s.!]*$"
)
_KIND = re.compile(
    r"\b(?:thank(?:s| you)|grateful|great|kind|helpful|excellent|lovely|polite|patient|friendly|professional"
    r"|wonderful|amazing|brilliant|fantastic"
    r"|superb|quick|fast|well done|pleasure|caring|courteous|attentive|good (?:job|work|service))\b"
    r"|谢谢|感谢|多谢|辛苦|耐心|专业|热情|棒|赞|贴心|周到|好评|细心|给力|态度(?:很|非常)?好|负责|及时|很快|用心|表扬"
)
_UNKIND = re.compile(
    r"\b(?:but|not|isn't|wasn't|never|rude|slow|useless|terrible|awful|bad|poor|worst|no thanks)\b|但|可是|不过"
    r"|太慢|很慢|不耐|不专业|敷衍|差|没有?(?:耐心|用)|无语"
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether it was put right; `sure` when that may be put down without asking back."""

    solved: Solved
    sure: bool


def read_verdict(text: str) -> Verdict | None:
    """The answer to "was it put right?", or None."""
    flat = flatten(text).strip()
    if _PARTLY.search(flat):
        return Verdict(Solved.PARTLY, sure=True)
    if _AGAIN.search(flat) or _NO.search(flat):
        mixed = _YES.search(_NO.sub("", flat)) and not _AGAIN.search(flat)
        return Verdict(Solved.NO, sure=not mixed)
    if _HARDLY.search(flat):
        return Verdict(Solved.PARTLY, sure=False)
    return Verdict(Solved.YES, sure=True) if _YES.search(flat) else None


def says_broken_again(text: str) -> bool:
    """Whether somebody tells of their own accord that a resolution did not hold. Thanks do not."""
    flat = flatten(text).strip()
    plain_no = _NO.search(flat) and len(flat) > len("没有解决")
    return bool(_AGAIN.search(flat)) or bool(plain_no)


def wants_no_surveys(text: str, *, asked: bool = False) -> bool:
    """Whether somebody wants never to be asked again. Where we `asked` just now, "stop" is enough."""
    flat = flatten(text).strip()
    return bool(_OUT.search(flat)) or (asked and bool(_STOP.search(flat)))


def is_kind(text: str) -> bool:
    """Whether the words are praise, without a "but"."""
    flat = flatten(text)
    return bool(_KIND.search(flat)) and not _UNKIND.search(flat)
