"""Items and places, only where the wording leaves no doubt. Missing one costs a question; a wrong one, trust."""

from __future__ import annotations

import re

from dialogs.understanding.reading import Span

_MEASURE = r"[一两三]?(?:件|台|双|个|部|条|套|款|把|张|瓶|盒|只|箱|块|辆|顶|副|支|袋|罐|本|床|包)"
_STOP = (
    r"(?=$|[\s,.!?;:\0]|到现|到今|现在|坏|有|没|不|掉|质量|收|到货|到了|才|还|就|是|用|开|破|碎|裂|漏|褪|太|跟|和|与|的|了|却|都"
    r"|一|已|今|昨|被|给|在|穿|脱|尺|颜|大小|味|竟|居|刚|发|快递|花|说|退|结果|上面|里面|很|特别|根本|完全|少|缺"
    r"|过|屏|充|至|怎|烂|变|跑|起|缩|断)"
)
_ITEM_ZH = re.compile(
    rf"(?:买|订|购|下单|购买)(?:了|的|过)?(?:(?:了|的|过){_MEASURE}|(?<=的)(?:那|这)?{_MEASURE}?"
    rf"|{_MEASURE})的?(?P<item>[一-鿿a-z0-9]{{2,9}}?){_STOP}"
)
_NOT_ITEMS_ZH = re.compile(
    r"东西|商品|产品|物品|货|时候|什么|这个|那个|订单|我|你|他|它|她|这|那|人|钱|天|月|单|会员|小时|星期|礼拜|价格"
    r"|次"
)
_ITEM_EN = re.compile(
    r"\bthe (?P<the>[a-z][\w' -]{1,38}?) (?:that |which )?i (?:have |had |just |recently )?(?:bought|ordered"
    r"|purchased)\b"
    r"|\bi (?:have |had |just |recently )?(?:bought|ordered|purchased) (?:an?|the|some|my|this|two"
    r"|three) (?P<item>[a-z][\w'-]*(?: [\w'-]+){0,3}?)"
    r"(?= (?:from|on|last|and|but|which|that|in|for|at|it|is|was|a|two|three|yesterday|this|online|with|via"
    r"|through|off|about|today|because|as|only|then|when|after|over|to)\b|[,.!?;]|$)",
    re.ASCII,
)
_NOT_ITEMS_EN = re.compile(
    r"^(?:items?|things?|stuff|products?|one|ones|order|goods|same|wrong|other|day|time|first|last|few|couple|lot"
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


def find_things(text: str, flat: str) -> list[Span]:
    """At most one item and one place named beyond doubt."""
    spans = []
    if ("买" in flat or "订" in flat or "购" in flat or "下单" in flat) and (found := _ITEM_ZH.search(flat)):
        spans += _thing(text, "item", found, _NOT_ITEMS_ZH)
    if ("bought" in flat or "ordered" in flat or "purchased" in flat) and (found := _ITEM_EN.search(flat)):
        spans += _thing(text, "item", found, _NOT_ITEMS_EN)
    if "在" in flat and (found := _PLACE_ZH.search(flat)):
        spans += _thing(text, "place_or_page", found, _NOT_PLACES_ZH)
    elif found := _PLACE_EN.search(flat):
        spans += _thing(text, "place_or_page", found, None)
    return spans


def _thing(text: str, slot: str, found: re.Match[str], barred: re.Pattern[str] | None) -> list[Span]:
    group = found.lastgroup or ""
    start, end = found.span(group)
    if "\0" in found[group] or (barred and barred.search(found[group])):
        return []
    return [Span(slot, text[start:end], text[start:end], start, end)]
