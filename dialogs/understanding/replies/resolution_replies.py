"""What customers say to a resolution: solved or not, broken again, kind words, and "do not ask me". By rules, pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from complaints.survey import Solved
from dialogs.understanding.text import flatten

_BARE_NO = re.compile(
    r"^(?:(?:no|nope|nah|of course|certainly|definitely|absolutely)[\s,.!]*)?(?:no|nope|nah|not|never"
    r"|not (?:really|yet"
    r"|at all)|hardly|barely|没有?|不是?|没呢|还没有?|否|并没有?|根本没有?|完全没有?)[\s,.!?]*$"
    r"|^(?:no|nope|nah)[,.!;]+ |^(?:没有?|还没有?|不是)[,.!;，。！；]+\s*(?:我|要|还|请|转|你|帮)"
)
_NO = re.compile(
    r"\b(?:nobody|no one|never) (?:has |have |ever )?(?:call|contact|wrote|writt|answer|came|come|help|heard|repl|got"
    r"|get|been|did|done)\w*\b(?! (?:unkind|rude|bad))|\b(?:did(?:n't| not)|does(?:n't| not)) (?:really )?(?:help"
    r"|solve|fix"
    r"|change|work)\b"
    r"|没有?人(?:联系|理|管|回|处理|答|来)|没(?:有)?(?:什么|任何|啥)?(?:变化|改善|效果|用$)"
    r"|不(?:能|算|会|敢)(?:说|算|是)?(?:真正|彻底|完全)?(?:解决|处理好|修好|搞定)(?!了?一)|解决个"
    r"|\b(?:not|isn't|wasn't|hasn't|haven't|never|nothing)\b(?! (?:completely|entirely|fully|quite|totally|sure"
    r"|too bad|bad))[^.]{0,20}"
    r"\b(?:solved|fixed|resolved|sorted|settled|arrived|received|got|come|been|changed|happened|repaired|working"
    r"|right|ok|okay|done|here)\b"
    r"|(?:没|未|没有|还没|并未|根本没|尚未)(?:被|能|得到|给我?)?(?:解决|处理|修好|弄好|搞定|收到|退|到|换|补|发"
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
    r"|\b(?:but|and|until|then) (?:then )?(?:it|that|this) (?:broke|stopped|failed|died|came back)\b"
    r"|\b(?:new|other|replacement|second|repaired)(?: one| \w+)?(?:'s| is| was| are| has)? (?:\w+ )?(?:broken"
    r"|faulty|leak\w*"
    r"|damaged|wrong|defective|dead)(?: again| too| as well)?\b"
    r"|(?:新的|换的|换来的|补发的|补寄的|修过|修完|修好).{0,6}(?:还|也|又|照样).{0,3}(?:坏|漏|不|没|错|破|有问题"
    r"|用不了)"
    r"|^(?:it(?:'s| is| has)? )?(?:broke|broken|not working)(?: now)?[\s.!]*$|^(?:这个|东西|它)?坏(?:了|掉了)[\s.!]*$"
    r"|又(?:坏|出|来了|开始|漏|不|没|犯|断|卡|错|失败|少|丢|扣)|还是(?:坏|不|没|老样子|一样|有问题|那样|漏|错|出)"
    r"|(?:仍然?|依然|依旧)(?:没|不|坏|有|是)|同样的问题|老问题|老毛病|再次(?:坏|出|发生)|问题(?:还在|依旧|又)"
    r"|重新(?:打开|处理|受理|投诉)"
)
_MAY_BE = re.compile(
    r"\b(?:if|in case|when) (?:it|this|that|the same|something)\b|\bhope (?:it|this|that) (?:does|do|will|won|is)"
    r"|如果|要是|万一|假如|但愿|会不会|希望(?:不|别|以后|下次)"
)
"""What might happen one day has not happened."""
_NOT_CONTENT = re.compile(
    r"\b(?:not|isn't|wasn't|un|dis) ?(?:really |at all |very |so |quite )?(?:happy|satisfied|content|pleased"
    r"|acceptable|good enough"
    r"|fair|okay|ok)(?: (?:with|about|to|for|at)\b|[\s.!,]*$)"
    r"|\b(?:do not|don't|can't|cannot|won't) (?:accept|agree)\b|\b(?:i |we )?(?:disagree|object to)\b"
    r"|\b(?:not|isn't|doesn't|does not) (?:put )?(?:it |things )?right\b"
    r"|不满意|不接受|不能接受|不同意|不认可|不认同|不服|不公平|不合理|不行"
    r"|(?:再|重新|继续)投诉"
)
"""What somebody says of an outcome, and of nothing else while no complaint is being taken."""
_UP_AGAIN = re.compile(
    r"\b(?:continue|go on|carry on|proceed)(?: with (?:it|this|that|my (?:complaint|case)|the (?:complaint"
    r"|case)))?(?: please)?[\s.!?]*$"
    r"|\b(?:open|pick|take) (?:it|this|that|my (?:complaint|case)) (?:up )?again\b"
    r"|^(?:我|还|想|要|请|请你们|麻烦|帮我|你好|您好|可以|能|[,，。 ])*(?:继续|接着)(?:处理|跟进|投诉|办|吧"
    r"|吗)?[\s,.!?，。！？吧吗]*$|重新开启"
)
_PARTLY = re.compile(
    r"\b(?:part(?:ly|ially)|in part|half|some of it|partial)\b"
    r"|\b(?:not|isn't|wasn't) (?:completely|entirely|fully|quite|totally|all of it)\b"
    r"|\b(?:not|isn't|wasn't|less than) (?:the )?(?:full|whole|entire)\b"
    r"|部分|一半|不完全|没完全|没有完全|没全|只.{0,4}(?:一部分|一点)|有些"
)
_HARDLY = re.compile(
    r"\b(?:mostly|almost|nearly|sort of|kind of|kinda|somewhat|more or less|a bit|up to a point|yes and no|so far"
    r"|i guess|i suppose|i think so)\b"
    r"|算是|基本|差不多|勉强|大致|大概|应该(?:是|算)|凑合|还行|将就"
)
_YES = re.compile(
    r"^(?:yes|yep|yeah|yup|sure|(?:it|that) (?:is|was|has|did)(?= ?(?:$|[,.!;]|now\b|thanks?\b|thank you))"
    r"|is(?: indeed)?|absolutely|definitely|是的?|对的?|嗯+|有|好了"
    r"|可以了|行了|是啊|ok|okay)[\s,.!~]*(?:$|[\s,.!])"
    r"|\bno (?:more |further )?(?:problems?|issues?|complaints?|trouble)\b"
    r"|\b(?:all )?(?:solved|fixed|resolved|sorted|settled|works? (?:now|fine|again|perfectly)|working (?:now|again"
    r"|fine)|all good|all fine|all right now|got (?:it|my (?:refund|money|parcel|order))"
    r"|(?:it|parcel|money|refund) (?:has )?(?:arrived|came|is here))\b"
    r"|\b(?:haven't|not) had (?:any|a single)(?: more| further)? (?:problems?|issues?|trouble)\b"
    r"|收到(?!(?:的|了?一))(?:.{1,6})了|(?:退款|钱|款|货|包裹|快递|东西|新的)(?:都|也|今天|昨天)?(?:到|退|来)了"
    r"|^(?:已经)?(?:好|搞定|解决|弄好|修好|行|OK|ok)[了啦咯喽]|没(?:有)?再(?:出现|发生|坏|漏|犯)"
    r"|(?:解决|处理|搞定|修好|弄好|收到|到账|退)(?:了|啦|好了|完了)|已(?:经)?(?:解决|处理|收到|退|好|修好|到账)"
    r"|没(?:有|什么|啥)*问题|好了|正常了"
)
_SURVEY = r"(?:surveys?|questionnaires?|follow[- ]?ups?|ratings?|feedback)"
_OUT = re.compile(
    r"^(?:unsubscribe|opt out|退订|拒收|取消订阅)[\s.!]*$"
    rf"|\b(?:stop|quit|no|don't|do not|never) (?:\w+ ){{0,5}}{_SURVEY}\b|\b(?:unsubscribe|opt(?:ing)? out)\b"
    r"|(?:别|不要|请勿|勿|不用|不想|拒绝|不愿意?|不需要|无需)再?.{0,6}(?:问卷|调查|回访|评价|评分|满意度)"
)
_STOP = re.compile(
    r"^(?:please )?(?:stop(?: (?:asking|it|this|writing|messaging))?|td|别烦我|请勿打扰|停|停止|leave me (?:alone"
    r"|in peace))(?: me)?(?: please)?[\s.!]*$"
    r"|\b(?:don't|do not|never|stop) (?:ask|asking|contact|message|write|bother)\w*(?: (?:me|to me))?(?: again"
    r"| any ?more)?[\s.!]*$"
    r"|\b(?:don't|do not|stop) send\w*(?: me)?(?: this| these| such| any)?(?: more)?(?: messages?"
    r"| questions?)?[\s.!]*$"
    r"|^(?:please )?no more (?:messages|questions|of (?:this|these))[\s.!,]*(?:please)?[\s.!]*$"
    r"|(?:别|不要|请勿|不用)再?(?:来|给我)?(?:问|发|打扰|烦)(?:我|这些?|这种|消息|信息|短信|问题|了|啦|吧)*[\s.!]*$"
)
_LATER = re.compile(
    r"^(?:sorry[, ]+)?(?:please[, ]+)?(?:not (?:right )?now|(?:maybe |perhaps )?later|(?:another|some other) time"
    r"|(?:i'm |i am )?(?:too |very )?busy"
    r"|(?:i )?(?:have |'ve )?(?:don't have|do not have|no|haven't got) (?:the |any )?time)\b.{0,20}$"
    r"|^(?:我|现在|这会儿?)*(?:晚点|晚些|待会儿?|等会儿?|回头|改天|稍后|过会儿?|没空|没时间|在忙|忙着?"
    r"|以后再说)[吧再了啊呢哈哦嘛说聊填回看弄,，。.!！\s]*$"
)
_BEGIN = re.compile(
    r"^(?=.*(?:\b(?:yes|yeah|yep|yup|go|start|begin|ask|ready|now|shoot)\b|是|开始|问|来吧|继续|有空|有时间|可以了))"
    r"(?:(?:ok|okay|yes|yeah|yep|yup|sure|alright|all right|right|fine|please|now|go (?:on|ahead)"
    r"|let'?s (?:go|start|begin|do it)|start|begin|ask(?: away| me)?|shoot|is (?:fine|good|ok)|i have (?:a minute|time)"
    r"|i(?:'m| am) (?:ready|free|back|here)|then"
    r"|好的?|行|嗯|是的?|可以|那|现在|有空|有时间|方便|了|开始|您?你?们?问|来|继续|说|吧|啊|呀)[\s,.!~]*)+$"
)
_ASKS = re.compile(
    r"\?\s*$|[吗么]\s*[.!~]*$|(?:什么时候|啥时候|几时|多久|几号|哪天|几天|怎么|为什么|为啥|凭什么)[^,.!?]{0,12}$"
    r"|^(?:(?:and|but|so|ok|okay|well|please|hi)[, ]+)*(?:(?:when|how|where|what|why|who) (?:do|does|did|will|would|can"
    r"|could|is|are|am|should|has|have|much|long|many)|(?:will|can|do|does|did|should|may) (?:i|we|you|u|they)|is my"
    r"|are my)\b"
)
_WHICH = re.compile(
    r"\b(?:what|which) (?:complaint|case|one|problem|matter|order)\b[^.]{0,12}\?*$|\bwhat(?:'s| is| was) (?:this"
    r"|it|that|all this)"
    r" (?:about|for)\b|(?:什么|哪个|哪件|哪一个|哪次)(?:投诉|事情?|问题|订单)[?？啊呀呢]*$|(?:关于|说的是?"
    r"|指的是?)(?:什么|哪)"
)
_FAREWELL = re.compile(
    r"^(?:(?:no|nothing)(?: else| more)?[, ]+)?(?:you(?:'re| are) welcome|good ?(?:night|bye)|bye(?:[ -]?bye)?"
    r"|see you|take care"
    r"|all right|alright|i don't need anything(?: else)?|nothing else|不客气|不用谢|晚安|再见|拜拜|没别的了?"
    r"|没其他的?了?)[\s.!~。！～了啦]*$"
)
_MAY_NOT = re.compile(
    r"^(?:no|nope|nah|not|never)\b|\b(?:rather not|not (?:necessary|needed)|no need|don't|do not|please not"
    r"|never ?mind)\b"
    r"|不用|不需要|不必|不要|不可以|不行|不了|别|免了|算了|没必要|没有?$"
)
_MAY = re.compile(
    r"^(?:yes|yep|yeah|yup|sure|ok(?:ay)?|fine|gladly|of course|certainly|absolutely|please|any ?time|go ahead"
    r"|feel free"
    r"|by all means|happy to|why not)\b|\b(?:you|they|she|he) (?:can|may)\b|\b(?:call|ring|phone|text"
    r"|write(?: to)?|e-?mail"
    r"|contact|reach) me\b|可以|好|行|嗯|随时|欢迎|没问题|愿意|当然|要的?$|(?:打|发|联系|找|加)我|电话|微信"
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


_BRIEF = 60
"""What is longer than so many characters tells a story, and may be another one."""


@dataclass(frozen=True, slots=True)
class ResolutionReply:
    """Whether it was put right; `sure` when that may be put down without asking back."""

    solved: Solved
    sure: bool


def read_verdict(text: str) -> ResolutionReply | None:
    """The answer to "was it put right?", or None."""
    flat = flatten(text).strip()
    if _PARTLY.search(flat):
        return ResolutionReply(Solved.PARTLY, sure=True)
    if _BARE_NO.search(flat) or _AGAIN.search(flat) or _NO.search(flat):
        mixed = _YES.search(_NO.sub("", flat)) and not _AGAIN.search(flat)
        return ResolutionReply(Solved.NO, sure=not mixed)
    if _HARDLY.search(flat):
        return ResolutionReply(Solved.PARTLY, sure=False)
    return ResolutionReply(Solved.YES, sure=True) if _YES.search(flat) else None


def says_broken_again(text: str) -> bool:
    """Whether somebody tells of their own accord that a resolution did not hold. Thanks do not."""
    flat = flatten(text).strip()
    return bool(_AGAIN.search(flat) or _NO.search(flat)) and not _MAY_BE.search(flat)


def says_not_content(text: str) -> bool:
    """Whether somebody who was told an outcome does not agree with it."""
    flat = flatten(text).strip()
    return bool(_NOT_CONTENT.search(flat)) and len(flat) <= _BRIEF and not _MAY_BE.search(flat)


def wants_it_taken_up(text: str) -> bool:
    """Whether somebody wants a case that has ended to go on."""
    flat = flatten(text).strip()
    return bool(_UP_AGAIN.search(flat)) and len(flat) <= _BRIEF


def wants_no_surveys(text: str, *, asked: bool = False) -> bool:
    """Whether somebody wants never to be asked again. Where we `asked` just now, "stop" is enough."""
    flat = flatten(text).strip()
    return bool(_OUT.search(flat)) or (asked and bool(_STOP.search(flat)))


def wants_it_later(text: str) -> bool:
    """Whether somebody has no time for a question just now."""
    return bool(_LATER.search(flatten(text).strip()))


def wants_to_begin(text: str) -> bool:
    """Whether somebody who had no time says "yes, go on"; "ok" alone only takes note."""
    return bool(_BEGIN.match(flatten(text).strip()))


def asks_something(text: str) -> bool:
    """Whether somebody's own words are a question that wants an answer."""
    return bool(_ASKS.search(flatten(text).strip()))


def asks_which(text: str) -> bool:
    """Whether somebody does not know what they are asked about."""
    return bool(_WHICH.search(flatten(text).strip()))


def read_may(text: str) -> bool | None:
    """The answer to "may a colleague write to you?", or None."""
    flat = flatten(text).strip()
    return False if _MAY_NOT.search(flat) else True if _MAY.search(flat) else None


def is_at_peace(text: str) -> bool:
    """Whether somebody says that all is well, or takes their leave."""
    flat = flatten(text).strip()
    return bool(_FAREWELL.search(flat)) or read_verdict(text) == ResolutionReply(Solved.YES, sure=True)


def is_kind(text: str) -> bool:
    """Whether the words are praise, without a "but"."""
    flat = flatten(text)
    return bool(_KIND.search(flat)) and not _UNKIND.search(flat)
