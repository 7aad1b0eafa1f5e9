"""Items and places, only where the wording leaves no doubt. Missing one costs a question; a wrong one, trust."""

from __future__ import annotations

import re

from dialogs.understanding.reading import Span
from dialogs.understanding.replies.answer_noise import past_curses
from dialogs.understanding.text import without_repeats

_MEASURE = r"[一两三]?(?:件|台|双|个|部|条|套|款|把|张|瓶|盒|只|箱|块|辆|顶|副|支|袋|罐|本|床|包)"
_STOP = (
    r"(?=$|[\s,.!?;:\0]|到现|到今|现在|坏|有|没|不|掉|质量|收|到货|到了|才|还|就|是|用|开|破|碎|裂|漏|褪|太|跟"
    r"|和|与|的|了|却|都"
    r"|一|已|今|昨|被|给|在|穿|脱|尺|颜|大小|味|竟|居|刚|发|快递|花|说|退|结果|上面|里面|很|特别|根本|完全|少|缺"
    r"|过|屏|充|至|怎|烂|变|跑|起|缩|断|[左右][边耳脚手只]|(?<=[箱柜机车])门(?=[关打开合锁坏掉松裂变漏])"
    r"|(?<=[壶锅箱机杯桶])盖子?(?=[关打开合盖拧坏掉松裂变漏])|[关打拉合按拧拔插扣锁盖推转](?=[不得没])|拉链)"
)
_ITEM_ZH = re.compile(
    rf"(?:买|订|购|下单|购买|拍(?=下|了))(?:下)?(?:了|的|过)?(?:(?:了|的|过){_MEASURE}|(?<=的)(?:就?是|那"
    rf"|这)?{_MEASURE}?"
    rf"|{_MEASURE})的?(?P<item>[一-鿿a-z0-9]{{2,9}}?){_STOP}"
)
_FAULT_ZH = (
    r"(?:左边|右边|一边|左耳|右耳|单边|屏幕?|盖子|按键|电池|插头|拉链|鞋底|轮子"
    r"|声音)?(?:用了?.{1,4}[天月周年]就)?(?:突然|又|就|已经|直接|完全|根本|全都?|都)?"
    r"(?:没(?:有)?(?:声音|反应|电|画面|信号)|坏了|坏掉|不(?:制冷|加热|热|亮|转|响|工作|通电|能用|好用|动|出水)"
    r"|开不了机|充不进|漏水|漏电|冒烟|开胶|掉色|褪色|断了|裂了|碎了|散架|塌了|发霉|变质|过期|起球|脱线|死机"
    r"|黑屏|烧了)"
)
_FAULTY_ZH = re.compile(
    rf"(?:^|[\s,.!;:])(?:你们家?的|我的|我家的?|新买的|刚买的|那[个台件双]|这[个台件双]"
    rf"|新)?(?P<item>[一-鿿a-z]{{1,7}}?)(?:{_FAULT_ZH})"
)
_NOT_FAULTY_ZH = re.compile(
    r"东西|商品|产品|物品|货|快递|包裹|箱|订单|网|页面|系统|账号|[把将让]|被(?=.)(?!子|套|单|罩)"
    r"|[我你他它她您也都又就还才刚天月的了没不是有用买收到打开说里上下个次时后前全一两]|客服|包装|质量|^(?:这"
    r"|那|全|已|突然|完全|根本|直接|左边|右边|屏幕?|电池|盖子|按键|拉链|声音)"
)
_SAID_ZH = re.compile(
    r"^\s*(?:(?:我买的)?(?:商品|产品|东西|货品|物品)(?:名称?|名字)?(?:就?是|叫|:)|(?:这"
    r"|就)?是一?[台个件双条套款把张瓶盒只箱部])\s?(?P<item>[^,.!?;:\s\0]{2,16})[.! ]*$"
)
_NOT_SAID_ZH = re.compile(r"坏|假|错|不|没|破|差|烂|旧|碎|问题|什么|我|你|他|投诉|退|骗|的$|贵|便宜|好|满意|服务|人")
_SAID_EN = re.compile(
    r"^\s*(?:(?:the |my )?(?:item|product|thing)(?: i (?:bought|ordered))?(?: is|'s| was|:) (?:an? |the |some "
    r"|my )?(?P<item>[a-z0-9][\w' -]{2,40}?)"
    r"|(?:it's|it is|it was|its) (?:an?|some|my) (?P<its>[a-z0-9][\w' -]{2,40}?))[.! ]*$",
    re.ASCII,
)
_NOT_SAID_EN = re.compile(
    r"\b(?:joke|scam|shame|disgrace|lie|fake|mess|disaster|complaint|problem|issue|long|bit|lot|pity|pain"
    r"|nightmare|bug|error|refund|mistake|friend|fault"
    r"|question|gift|company|business|broken|faulty|damaged|missing|late|wrong|not|never|no|here|there|gone"
    r"|lost|too|very|so|really|bad|good|rubbish|crap|terrible"
    r"|cracked|smashed|defective|expired|mouldy|stuck|i|you|it|is|was|that|which|different|new one|same|matter"
    r"|case|thing|week|day|month|year|number|delivery|late)\b|n't"
)
_FAULTY_EN = re.compile(
    r"(?:^|[.,!;] |\b(?:and|but|hi|hello) )(?:the|my|our|this"
    r"|your) (?P<item>[a-z][\w'-]*(?: [a-z][\w'-]*){0,2}?) (?:(?:is|was|has) )?(?:just |already |suddenly "
    r"|completely )?"
    r"(?:broken|faulty|defective|broke|stopped (?:working|heating|charging)|won't (?:turn on|work|charge|start"
    r"|heat)|doesn't (?:work|heat|charge)|does not (?:work|heat|charge)|leaks|is leaking)\b",
    re.ASCII,
)
_AWAITED_EN = re.compile(
    r"(?:^|[.,!;:] ?|\b(?:and|but|hi|hello|because|where are|where is|where's) )(?:(?:the|my|our) )?"
    r"(?:(?:order of|pair of|set of|box of) )?(?P<item>[a-z][\w'-]*(?: [a-z][\w'-]*){0,2}?) "
    r"(?:i (?:bought|ordered) )?(?:(?:has|have|had|did) )?(?:still |just |simply )?"
    r"(?:never|not|hasn't|haven't|didn't|hasnt|havent|didnt)"
    r"(?: even| yet| actually)* (?:arrived?|come|came|turn(?:ed)? up|been (?:delivered|sent)|shown? up)\b"
    r"|\b(?:my|an?|the) (?:order of|pair of|set of) (?P<of>[a-z][\w'-]*(?: [a-z][\w'-]*){0,2}?)"
    r"(?= (?:from|on|last|and|but|which|that|in|for|at|is|are|was|were|has|have|never|still|arrived|came)\b)",
    re.ASCII,
)
_NOT_FAULTY_EN = re.compile(
    r"\b(?:website|site|app|page|link|parcel|package|box|order|item|product|thing|delivery|button|checkout"
    r"|account|one|two|other|same|of|and|it|i|you|they|he|she|that|which|left|right|screen|lid|whole|rest|still"
    r"|keeps?|also|has|had|was|never|always|just)\b"
)
_NOT_AWAITED_EN = re.compile(
    rf"{_NOT_FAULTY_EN.pattern}"
    r"|\b(?:your|courier|carrier|driver|postman|man|guy|engineer|technician|refund|money|cash|payment|voucher"
    r"|points|code"
    r"|e-?mail|text|reply|answer|call|callback|confirmation|invoice|receipt|label|tracking|what|someone|somebody"
    r"|nobody|nothing|everything|anything|stuff|shipment|goods|rest|half|some|part|parts|people|team|he|she|is"
    r"|was|days?|weeks?)\b"
)
_NOT_ITEMS_ZH = re.compile(
    r"^[只收发]|^一打|^照片?|^图|^视频|^录像|是|假的?$|^[坏破碎裂漏烂错](?:了|掉|的|$)|东西|商品|产品|物品|货"
    r"|时候|什么|这个|那个|订单|我|你|他|它|她|这|那|人|钱|天|月|单|会员|小时"
    r"|星期|礼拜|价格"
    r"|次"
)
_ITEM_EN = re.compile(
    r"\bthe (?P<the>[a-z][\w' -]{1,38}?) (?:that |which )?i (?:have |had |just |recently )?(?:bought|ordered"
    r"|purchased)\b"
    r"|(?:\bi (?:have |had |just |recently )?|^\s*(?:just |recently )?|[.!?;,] (?:just )?|\band )(?:bought|ordered"
    r"|purchased) (?:an?|the|some|my|this|two|three) (?P<item>[a-z][\w'-]*(?: [\w'-]+){0,3}?)"
    r"(?= (?:from|on|last|and|but|which|that|in|for|at|it|is|was|a|two|three|yesterday|this|online|with|via"
    r"|through|off|about|today|because|as|only|then|when|after|over|to)\b|[,.!?;]|$)"
    r"|\bpaid\b[^.!?;,]{2,32}? for (?:an?|this|that|these|those) (?P<for>[a-z][\w'-]*(?: [\w'-]+){0,2}?)"
    r"(?= (?:from|on|last|and|but|which|that|in|at|it|is|was|yesterday|online|off|because|only|when|to)\b|[,.!?;]|$)",
    re.ASCII,
)
_NOT_ITEMS_EN = re.compile(
    r"^(?:of\b|delivery|shipping|postage|service|subscription|upgrade|privilege|refund|items?|things?|stuff"
    r"|products?|one|ones|order|goods|same|wrong|other|day|time|first|last|few|couple|lot"
    r"|website|app|new one|it)\b|\b(?:i|you|we|they)\b",
    re.ASCII,
)
_PLACE_EN = re.compile(
    r"\b(?:on|in|at) (?:your|the) (?P<place>(?:[a-z][\w'-]* ){0,2}(?:page|app|website|site|store|shop|branch"
    r"|counter|warehouse|checkout|screen))\b",
    re.ASCII,
)
_PLACE_ZH = re.compile(
    r"在(?:你们|你家|贵司)?的?(?P<place>[一-鿿a-z]{1,7}?(?:旗舰店|专卖店|门店|分店|页面|结算页|详情页|支付页|首页"
    r"|专柜|小程序|app|直播间|网站|官网))"
)
_NOT_PLACES_ZH = re.compile(r"我|你|他|买|是|的|了")


_SAID = ((_SAID_EN, _NOT_SAID_EN), (_FAULTY_EN, _NOT_FAULTY_EN), (_AWAITED_EN, _NOT_AWAITED_EN))
_SAID_IN_CHINESE = ((_SAID_ZH, _NOT_SAID_ZH), (_FAULTY_ZH, _NOT_FAULTY_ZH))


def find_things(text: str, flat: str) -> list[Span]:
    """At most one item and one place named beyond doubt."""
    spans = []
    if ("买" in flat or "拍" in flat or "订" in flat or "购" in flat or "下单" in flat) and (
        found := _ITEM_ZH.search(flat)
    ):
        spans += _thing(text, "item", found, _NOT_ITEMS_ZH)
    if ("bought" in flat or "ordered" in flat or "purchased" in flat or "paid" in flat) and (
        found := _ITEM_EN.search(flat)
    ):
        spans += _thing(text, "item", found, _NOT_ITEMS_EN)
    if not spans and (said := _said(without_repeats(flat))):
        spans += _thing(text, "item", *said)
    if "在" in flat and (found := _PLACE_ZH.search(flat)):
        spans += _thing(text, "place_or_page", found, _NOT_PLACES_ZH)
    elif found := _PLACE_EN.search(flat):
        spans += _thing(text, "place_or_page", found, None)
    return spans


def _said(flat: str) -> tuple[re.Match[str], re.Pattern[str]] | None:
    """An item called one in so many words, or that something is said to be wrong with."""
    for pattern, barred in _SAID if flat.isascii() else _SAID_IN_CHINESE:
        if found := pattern.search(flat):
            return found, barred
    return None


def _thing(text: str, slot: str, found: re.Match[str], barred: re.Pattern[str] | None) -> list[Span]:
    group = found.lastgroup or ""
    start, end = found.span(group)
    if "\0" in found[group] or (barred and barred.search(found[group])):
        return []
    start += past_curses(found[group])
    return [Span(slot, text[start:end], text[start:end], start, end)]
