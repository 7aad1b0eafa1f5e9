"""What must stand in a text before a category or praise may be believed: evidence weighs more than likeness.

Which category needs which evidence is the playbook's to say: `needs` and `shown_by`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING

from dialogs.understanding.cues.nondelivery import awaits_goods

if TYPE_CHECKING:
    from dialogs.playbooks.schema import Category

_MONEY_BACK = re.compile(
    r"refund|reimburs|money|credited|deposit|repa[iy]d?|owed|paid back|cash back|退|钱|款|到账|打款|押金|錢"
    r"|运费险|差价"
)
_NOT_YET = re.compile(
    r"\b(?:not|never|no|still|yet|wait\w*|where|when|late|delay\w*|pending|chas\w+|days?|weeks?|months?"
    r"|promised|approved|process\w*"
    r"|agreed|only|short|partial\w*|half|slow\w*|fail\w*|ago|since|long|due|overdue|owed?|said|told|supposed"
    r"|missing|received?|half|until|hasn't|haven't"
    r"|isn't|didn't|hold\w*|stuck|nothing|less|rest|gone|appear\w*|show\w*|take|taking|took|ages|forever)\b|n't\b"
    r"|[没未还不等催慢迟拖呢哪少天周月半仲冇咋欠压卡失]|什么时候|多久|一直|处理中|审核|礼拜|星期|显示|同意|答应|说好"
)
_ON_THE_WAY = re.compile(
    r"arriv|deliver|parcel|packag|packing|\bbox|transit|\bpost|shipp|courier|carrier|driver|unpack|unbox|open"
    r"|\bcame\b|receiv|carton|crush|smash"
    r"|shatter|dent|\bway\b|pieces|soak|wet|squash|dropp|fragile|wrap|turned up|bubble|handl|thrown|threw"
    r"|收到|到手|到货|到家|送|快递|运|物流|包装|箱|包裹|拆|开箱|打开|路上|摔|压|撞|磕|碰|签收|寄|邮|碎|裂|盒|凹"
    r"|收货|淋|湿|变形|爛|烂|爆"
)
UNSUPPORTED = 0.4
"""What is left of the chances of a category without evidence."""

_PART = re.compile(
    r"(?:门|盖子?|拉链|抽屉|插头|轮子?|锁|阀门?|把手|开关|旋钮|扣子?|合页|按键)(?:[都也又就总老已经根本完全怎么现在]{0,4})?"
    r"(?:关|打|开|拉|合|按|拧|拔|插|扣|锁|推|转|盖)不(?:上|开|紧|严|动|住|了|进|拢|牢|下|回)"
    r"|\b(?:doors?|lids?|zips?|zippers?|drawers?|handles?|switch|plugs?|wheels?|locks?|hinges?|latch|caps?|knobs?|legs?|valve)"
    r"(?: (?:that|which|just|simply|still|already))*"
    r" (?:won't|wont|doesn't|doesnt|does not|will not|can't|cannot|never|no longer)"
    r" (?:shut|clos|open|lock|fasten|stay|turn|click|fit|mov|latch|budge|zip|hold|seal|screw|go )\w*"
)
_NO_PART = re.compile(
    r"页面|网站|网页|app|小程序|链接|登录|账号|快递柜|丰巢|驿站|取件|店|\b(?:website|site|page|app|link|lockers?|shop|store)\b"
)

_PRAISES = re.compile(
    r"\b(?:wonderful|excellent|brilliant|amazing|fantastic|superb|lovely|stellar|outstanding|great|awesome"
    r"|perfect|helpful|kind|patient|friendly"
    r"|best|well done|bravo|impressed|impressive|delighted|pleased|happy with|good job|nice work|top notch"
    r"|love(?:d)? (?:it|the|this|my))\b"
    r"|太棒|真棒|很棒|点赞|好评|表扬|满意|真好|很好|超好|厉害|优秀|耐心|热情|给力|靠谱|👍|👏|❤|喜欢"
)
_AMISS = re.compile(
    r"\b(?:not|no|never|nobody|nothing|without|but|still|yet|late|later|los[et]\w*|losing|broke\w*|break\w*"
    r"|wrong|ruin\w*|damag\w*|miss\w*|fault\w*|fail\w*"
    r"|wait\w*|rude\w*|refus\w*|cancel\w*|delay\w*|crack\w*|smash\w*|dent\w*|leak\w*|burn\w*|stopped|dead|died"
    r"|dies|fake|scam|worst|terrible|awful|useless"
    r"|rubbish|crap|again|instead|except|apart from|hole|empty|charged|overcharged|stole\w*|crash\w*|dump\w*"
    r"|left (?:it|my)|got (?:an?|the) \w+|nothing|smells?|rain"
    r"|complain\w*|problem\w*|issue\w*|weeks?|months?|days? (?:late|and|for))\b|n't\b|n't\b"
    r"|没|不(?!错|胜|断|仅|但|愧|过如此|尽)|坏|丢|错|烂|破|碎|漏|缺|少了|少发|等了|等到|迟|慢|差|退|骗|假|呵呵"
    r"|才怪|又.{0,3}了|结果|居然|竟然|天了|个月|坑|垃圾|投诉"
)
_MORE_MILD = re.compile(
    r"没(?:什么|有)?(?:可|要)?投诉|没毛病|一点毛病没有|没想到|\bno complaints?\b|nothing to complain"
    r"|\bnot? (?:a )?(?:single )?(?:problem|issue)s?\b|couldn't be (?:happier|better)|can't fault|不错|不是一般的"
)
_LONG_PRAISE = 160


def _is_part_failing(told: str) -> bool:
    """A part of a thing that does not do its work: a lid that will not close."""
    return bool(_PART.search(told)) and not _NO_PART.search(told)


_STANDS: Mapping[str, Callable[[str], object]] = {
    "money_back": _MONEY_BACK.search,
    "not_yet": _NOT_YET.search,
    "on_the_way": _ON_THE_WAY.search,
    "goods_awaited": awaits_goods,
    "part_failing": _is_part_failing,
}


class CategoryEvidence:
    """What speaks for and against the categories of one playbook."""

    def __init__(self, categories: Mapping[str, Category]) -> None:
        self._needs = {name: one.needs for name, one in categories.items() if one.needs}
        self._shown = {name: one.shown_by for name, one in categories.items() if one.shown_by}

    def unsupported(self, told: str) -> frozenset[str]:
        """The categories for which a text, without its wishes, holds no evidence: they are hardly to be believed."""
        return frozenset(name for name, needs in self._needs.items() if not all(_STANDS[need](told) for need in needs))

    def pointed_at(self, signals: Collection[str]) -> set[str]:
        """The categories that signals of harm speak for."""
        return {name for name, shown in self._shown.items() if not set(shown).isdisjoint(signals)}

    def shaped(self, told: str) -> tuple[str, ...]:
        """The categories that the shape of a text speaks for: goods awaited in vain, a part that fails."""
        return tuple(
            name for name, shown in self._shown.items() if any(one in _STANDS and _STANDS[one](told) for one in shown)
        )


def is_praise(flat: str) -> bool:
    """Praise and not a word of anything amiss; sarcasm names what is."""
    return len(flat) <= _LONG_PRAISE and bool(_PRAISES.search(flat)) and not is_amiss(flat)


def is_amiss(flat: str) -> bool:
    """Whether a text names something bad, whatever praise it wears."""
    return bool(_AMISS.search(_MORE_MILD.sub("", flat)))
