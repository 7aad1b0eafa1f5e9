"""What a short text may be as an answer: a bare value, a refusal, a new matter or the one before."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from dialogs.understanding.cues.cancel_and_status import adds
from dialogs.understanding.cues.declined_slot import is_nameless
from dialogs.understanding.cues.phrase_matcher import trimmed
from dialogs.understanding.cues.signals import SLOT, Signs
from dialogs.understanding.reading import CaseHint, Span
from dialogs.understanding.replies.answer_noise import core, is_count, without_count
from dialogs.understanding.text import HAN, without_repeats

_MOST_WORDS, _MOST_HAN, _LONGEST = 6, 12, 60
_MOST_DIGITS, _LONGEST_CURSED, _LONGEST_THING = 5, 100, 20
_MOST_CURSED_HAN, _MOST_BLANKS = 40, 12
_LETTER = re.compile(r"[^\W\d_]")
_WORDS = re.compile(r"[^\s,，、;]+")
_NOT_BARE_EN = frozenset(
    re.findall(
        r"\S+",
        "i i'm i've i'd i'll im ive you you're u ur your he she they them we us it it's its this that that's these "
        "those is isn't are aren't was wasn't were be been am do don't dont does doesn't did didn't have haven't has "
        "hasn't had "
        "will won't wont would could couldn't can can't cant should shall may what what's why how when where "
        "who whose "
        "which whatever wait already told tell said say says none still no not nope nah never nothing hmm hm hmmm "
        "um uh oh "
        "ah er huh eh lol haha please pls plz yes yeah yep ok okay sure thanks thank hi hello hey sorry want need "
        "give get "
        "got stop go come came know think guess see look ask asked dunno idk maybe again later soon there here fuck "
        "fucking "
        "shit damn wtf idiot idiots stupid help broke works worked arrived bye cool great fine good nice anything "
        "something everything nobody someone anyone whatever done broken faulty damaged missing late wrong stolen "
        "lost dead expired defective torn cracked smashed leaking forget leave skip cancel then so because if",
    )
)
_NOT_BARE_ZH = re.compile(
    r"[我你您他她咱俺吗嘛呢不没冇吧啊呀哦嗯哈呵哎唉喂滚]|什么|啥|怎|咋|为何|为什么|哪|谁|算了|等等|等下|等会"
    r"|等一下|稍等|多少|几[个时天点]"
    r"|[了过着的啦]$(?<!色的)(?<!款的)(?<!装的)(?<!安的)|说|猜|骗|发了|只[发收有]|打|[买卖收送寄][了到来]|买|急"
    r"|快[点退修发送]|尽快|赶紧|马上|立刻|知道"
    r"|刚才|已经|还[是在有要能会]|怎么|为了"
    r"|退|赔|投诉|找人|人工|客服|帮忙|麻烦|谢|是的|对的|好的|可以|无所谓|随便|[这那]个?$|^[这那]"
    r"|^[要想给请能该别有是都就也]|错|坏|受伤|他妈|傻|操"
    r"|了[个一]|一样|也|换[货一个成]|道歉|再说|回头"
)
_ENDS_IN_KIND = re.compile(r"[色款装安版型号码升寸斤克只双件个盒瓶箱]的$")
_OF_MAKE = re.compile(r"(?<=[一-鿿][,， ])[^,，我你他坏错假]{2,5}的$")
"""Whose make it is, behind the thing: 血压计，欧姆龙的."""
_ASKS = re.compile(r"[?？]\s*$")
_NAMED = frozenset({"item", "name", "place_or_page"})
_THINGS = frozenset({"phone", "telephone", "手机", "电话", "电话机"})
_MAY_STAND = frozenset({"item", "name", "place_or_page", "number"})

_PAD_EN = (
    r"(?:(?:sorry|no|nope|nah|well|um|uh|oh|but|hi|and|ok|okay|look|actually|as i said|i said|i told you"
    r"|thanks)[,.! ]+)*"
)
_END_EN = (
    r"(?:[,.! ]+(?:sorry|thanks|thank you|please|mate|yet|now|at all|here|at the moment|i'm afraid|im afraid"
    r"|really|ok|okay))*"
)
_PROOF_EN = r"(?:photos?|pictures?|pics?|images?|screenshots?|evidence|proof|files?|videos?|attachments?|receipts?)"
_WITHHELD = (
    r"(?:that|it|this|them|those|those details|(?:you )?(?:my|the|any|a) (?:[a-z-]+ ){0,2}?(?:name"
    r"|e-?mail(?: address)?"
    r"|phone(?: number)?|number|contact(?: details)?|details|information|info|data|address|order number|amount|date))"
)
_REFUSES_EN = re.compile(
    rf"{_PAD_EN}(?:"
    rf"(?:i (?:have|got|took|own) |i've got |there (?:is|are) |got |have )?(?:no"
    rf"|zero) (?:\w+ )?{_PROOF_EN}(?: (?:of it|to send|to show|available))?"
    rf"|i (?:do not|don't|dont|did not|didn't|didnt|haven't|havent|have not|never|can't|cant|cannot)(?: really)?"
    rf"(?: even)?(?: (?:have|take|took|taken|keep|kept|got|get|make|made|save|saved|send))+ (?:any(?:thing)?"
    rf"|one|them|it|that|those|(?:a |any |the )?{_PROOF_EN})(?: of (?:it|that))?"
    rf"|(?:i've |i have |there's |there is )?(?:got )?nothing (?:to (?:show|send|add|attach|upload)"
    rf"|i can (?:show|send))"
    rf"|(?:haven't|havent|didn't|didnt|don't|dont) (?:have|take|got|keep) (?:any|one|a photo|photos|pictures)"
    rf"|(?:i )?(?:won't|wont|will not|refuse to|am not going to|i'm not|am not|not|don't want to|dont want to"
    rf"|do not want to|don't wish to"
    rf"|do not wish to|would rather not|i'd rather not|rather not|prefer not to|would prefer not to|don't like to)\s?"
    rf"(?:give|giving|tell|telling|share|sharing|provide|providing|say|saying|leave|leaving|disclose|disclosing"
    rf"|answer|answering|hand over)(?: you)?(?: (?:out )?{_WITHHELD})?"
    rf"|i'm not (?:giving|telling|sharing|saying|going to (?:say|tell|give))(?: you)?(?: {_WITHHELD})?"
    r"|none of your (?:damn |bloody |fucking )?business|(?:that's |it's |that is )?(?:private|confidential"
    r"|personal|a secret)"
    r"|(?:keep (?:me|it) )?(?:anonymous(?:ly)?|confidential)|i(?:'d| would)? (?:want|like|prefer|wish"
    r"|rather) (?:to )?(?:stay|remain|be) anonymous|stay anonymous"
    r"|(?:it's |it is |that's )?(?:on|in) (?:the|my) (?:order|account)(?: already)?|you (?:already )?have (?:it"
    r"|that) (?:already|on file|on the order)?"
    r"|i don't mind|i dont mind|don't mind|i don't care|don't care|doesn't matter|does not matter|whatever"
    r"|any(?:thing)? is fine|no preference|i've no preference"
    r"|(?:i'll |i will |ill |i can )?(?:send|do|add|upload)"
    rf" (?:it|them|that|those|(?:some |the |a )?{_PROOF_EN}) (?:later|another time|tomorrow"
    r"|tonight)|(?:maybe )?later|not right now|no can do"
    r"|why should i|decline|i decline|i refuse|no comment|no thanks"
    rf"){_END_EN}"
)
_NOT_AT_HAND = re.compile(
    rf"{_PAD_EN}(?:i )?(?:do not|don't|dont|haven't|have not|havent)(?: actually| even)?"
    r" (?:have|got|know|remember|keep)"
    r" (?:it|one|that|those|any|(?:the|my) (?:order )?(?:number|reference|confirmation))"
    r"(?: (?:to hand|at hand|handy|on me|with me|here|any ?more|in front of me|right now|at the moment))*"
    r"(?=[,.;!]|$| (?:its|it's|it is|as|because|since|cos|cause|but|sorry)\b)"
)
_LACKING_GATE = re.compile(r"\b(?:do|have|haven|don|haven't|don't|dont|havent|no)\b")
_NO_PROOF_YET = re.compile(
    rf"{_PAD_EN}(?:i (?:have|'ve got) )?no {_PROOF_EN}(?: yet| of it| at hand| obviously"
    r"| i'm afraid| sorry)*(?=[,.;!]|$| (?:as|because|since|cos|cause|though|but)\b)"
)
_DECLINED_EN = re.compile(
    r"sorry[, ]+(?:but )?no|(?:no|nope|nah|none)[, ]+(?:sorry|i haven't|i don't|i didn't|i can't"
    r"|i won't)(?: any)?(?:[, ]+sorry)?"
)
_PROOF_ZH = r"(?:图片?|照片?|相片?|截图|截屏|视频|证据|凭证|录像|录音|东西|小票|文件)"
_REFUSES_ZH = re.compile(
    r"(?:(?:我|俺|真的?|就是|都|也|已经|当时|现在|这个|那个|对不起|抱歉|不好意思|唉|哎|嗯|说了|说过了?"
    r"|早说了|你好|但是?|可是?|因为|的话|反正)[,. ]*)*"
    r"(?:"
    rf"(?:根本)?(?:没有?|木有|冇|无)(?:什么|啥|任何)?{_PROOF_ZH}(?:可以?[发给传]|可[发给传])?"
    rf"|(?:没有?|忘了|忘记|没顾上|没来得及|没想起来?|来不及)(?:拍照?片?|截图|录像?|留图?|存图?"
    rf"|保[存留])(?:{_PROOF_ZH})?"
    r"|(?:不会|不方便|不想|拍不|没法|不能|无法|懒得)(?:拍照?|截图?|上?传|发图?|了)(?:照片?|图片?|片)?"
    rf"|(?:{_PROOF_ZH}|图)?我?(?:晚点|等下|等会儿?|一会儿?|待会儿?|回头|之后|以后|明天|稍后|改天|过会儿?)再?(?:发|传|拍|补|给|说|填|上传)(?:给?你们?)?"
    r"|(?:就是)?不(?:想|愿意?|打算|方便|便|肯|会)?(?:再)?(?:给|留|说|提供|告诉|透露|填|写|讲|回答"
    r"|公开)(?:你们?)?(?:我的)?"
    r"(?:了|名字|姓名|电话|号码|邮箱|联系方式|信息|手机号?|真名|个人信息|地址|这个)?"
    r"|凭(?:什么|啥)(?:给|告诉|要)?(?:你们?|说)?|(?:要|想)?(?:匿名|保密)(?:投诉|处理)?|关你(?:们)?(?:什么|啥"
    r"|屁)事|你管得?着吗?|(?:这|这个)?(?:是)?隐私"
    r"|(?:订单|账号|后台|系统|单子)(?:上|里|里面)?(?:就|都|已经)?有(?:的|写|我的(?:电话|信息|名字))?"
    r"|不用(?:称呼|留名字?|写|填|留)|随便(?:你们?)?|无所谓|都行|都可以|怎么都行|看着办"
    r")(?:[了啊呀的吧呢嘛哦]|[,. ]*(?:谢谢|抱歉|不好意思|对不起|可以吗|行吗|真的))*"
)
_NEW = re.compile(
    r"\b(?:an?|another|one more|brand new|totally|completely|some|separate|different) ?(?:new|other|different"
    r"|separate|second)?"
    r" (?:complaint|problem|issue|matter|case|thing|topic)\b(?<!same problem)(?<!same issue)"
    r"|^(?:it's |this is |no,? )?(?:about |for )?(?:something|somewhat)(?: completely| totally"
    r"| entirely)? (?:else|new|different)\b"
    r"|^(?:a |the |it's a |this is a |is a )?(?:new|different|another|separate|other) one\b|^(?:new|another"
    r"|different)$"
    r"|^(?:it's |this is |it is )?(?:a )?new(?: one)?$|\bnot (?:about )?(?:that|the (?:same|old|other|last"
    r"|previous|earlier)) (?:one|complaint|case)\b"
    r"|(?:另外?|别的|另一|其他|其它|新的?|不同的?|还有)一?[件个桩回]?(?:别的|其他|新的?)?(?:投诉|问题|事情?"
    r"|情况|案子|单子?)"
    r"|^(?:我?这?次?个?是?|不是?[,. ]*)(?:另外?|别)的?(?:一?[件个]|的)(?:事情?)?$|^这?(?:次|个"
    r"|回)?是?新的(?:投诉|问题|事情?|一个)?$|^不是(?:那个|之前的|上次的|同一个)"
)
_SAME = re.compile(
    r"^(?:yes[, ]+|no[, ]+|it's |it is |that's |still |for |about |with )*(?:the )?same(?: (?:one|complaint"
    r"|case|issue|problem|thing|matter|as before|again))?$"
    r"|\b(?:it's|it is|this is|i mean|i'm asking|calling) about (?:the|my|that) (?:[\w-]+ ){0,4}(?:complaint"
    r"|case|ticket|one)\b"
    r"|\bthe (?:earlier|previous|first|last|old|existing|other day's|one (?:from|i) (?:before|filed|made|sent"
    r"|yesterday)\w*)(?: (?:complaint|case|one|ticket))?$"
    r"|\b(?:the|my) (?:earlier|previous|existing|last) (?:complaint|case|ticket)\b|\bsame (?:complaint|case"
    r"|issue|problem) as (?:before|last time|yesterday)\b"
    r"|^(?:that one|this one|the one (?:before|from before|i (?:made|filed|sent) (?:before|earlier|yesterday)))$"
    r"|(?:还是|就是|是)(?:那|这|同|之前|上次|刚才|原来|以前|昨天)(?:一?[个件]|的)?(?:那[个件]|这[个件])?(?:投诉"
    r"|问题|事情?|案子|单子?)?(?:的事)?$"
    r"|^(?:之前|上次|刚才|以前|原来|上一?[个次]|昨天|前面)的?(?:那|这)?一?[个件次]?(?:投诉|问题|事情?|案子"
    r"|的)?的?$|同一个?(?:投诉|问题|件?事|案子)"
    r"|^(?:那个|这个|老问题|同一个|同一件|一样的?)$"
)
_HINT_GATE = re.compile(
    r"new|other|different|else|same|separate|more|complaint|earlier|previous|one|last"
    r"|[另别新其同那这还之上刚以原]|昨天|前面|老问题|一样"
)
_LONGEST_HINT = 80


def is_bare(flat: str, families: Collection[str], signs: Signs, spans: Sequence[Span]) -> bool:
    """Whether the text could stand as a bare answer: a name, a thing or a place, and nothing said about it."""
    if len(flat) < _LONGEST_THING and trimmed(without_repeats(flat)) in _THINGS:
        return True
    if len(flat) > (_LONGEST_CURSED if flat.isascii() else _MOST_CURSED_HAN) or flat.count(" ") > _MOST_BLANKS:
        return False
    if any(not family.startswith(SLOT) for family in families):
        return False
    if _says_something(signs) or any(span.slot not in _MAY_STAND for span in spans):
        return False
    said = core(flat)
    bare = trimmed(without_count(said))
    if is_count(said):
        return False
    if not 1 < len(bare) + bool(HAN.search(bare)) <= _LONGEST or not _LETTER.search(bare) or "@" in flat:
        return False
    if (signs.anger and said == flat.strip()) or _ASKS.search(said):
        return False  # a curse that was thrown with a name is heard as anger, and the name stands
    if sum(map(str.isdigit, bare)) > _MOST_DIGITS:
        return False
    if any(span.slot in _NAMED and len(span.text) < len(bare) for span in spans):
        return False
    return _few_words(bare) and _is_nominal(bare)


def _says_something(signs: Signs) -> bool:
    spoken = bool(signs.signals or signs.wanted or signs.person or signs.question)
    spoken = spoken or signs.own_data or signs.disagrees
    return bool(spoken or signs.unknown or signs.categories or signs.language_wanted)


def _few_words(bare: str) -> bool:
    words = sum(not HAN.match(word) for word in _WORDS.findall(bare))
    return words <= _MOST_WORDS and len(HAN.findall(bare)) <= _MOST_HAN


def _is_nominal(bare: str) -> bool:
    if any(word.strip(".!'\"()-") in _NOT_BARE_EN for word in _WORDS.findall(bare)):
        return False
    plain = _OF_MAKE.sub("", _ENDS_IN_KIND.sub(lambda kind: kind[0][0], bare))
    return not HAN.search(bare) or not _NOT_BARE_ZH.search(plain)


def declines(flat: str, families: Collection[str]) -> bool:
    """Whether the customer declines to give what was asked, or has nothing to give, in any wording."""
    if "skip" in families or is_nameless(flat):
        return True
    bare = trimmed(flat)
    if (
        len(bare) <= _LONGEST_HINT
        and _LACKING_GATE.search(bare)
        and (_NOT_AT_HAND.match(bare) or _NO_PROOF_YET.match(bare))
    ):
        return True
    if not bare or len(bare) > _LONGEST:
        return False
    return any(pattern.fullmatch(bare) for pattern in (_REFUSES_EN, _REFUSES_ZH, _DECLINED_EN))


def case_hint(flat: str, families: Collection[str]) -> CaseHint:
    """`new` or `same` when a text says that it is about another matter, or about the earlier one."""
    if "new_case" in families:
        return CaseHint.NEW
    bare = trimmed(flat)
    if len(bare) > _LONGEST_HINT:
        return adds(bare)
    if not _HINT_GATE.search(bare):
        return adds(bare)
    return CaseHint.NEW if _NEW.search(bare) else CaseHint.SAME if _SAME.search(bare) else adds(bare)
