"""What a customer adds about how the service then behaved: it is heard, but it is not what the complaint is about."""

from __future__ import annotations

import re

from dialogs.understanding.cues.nondelivery import clauses, has_not_come

_CONTACT = re.compile(
    r"客服|售后|热线|人工|接线|打(?:了|过)?[^,.;!?]{0,6}电话"
    r"|\b(?:customer (?:service|support|care)|support|service|helpline|hotline|call cent(?:re|er)|agent|advis[eo]r"
    r"|representative|rep|operator|rang|phoned|called|e-?mailed|messaged|e-?mails|messages|calls)\b"
)
_MANNERS = re.compile(
    r"挂(?:断|了|掉)*(?:我|俺|我们)?的?电话|电话(?:给|都)?挂|骂|吼|凶我|态度|不耐烦|爱理不理|不理(?:我|人)|敷衍|阴阳怪气|怼"
    r"|没(?:有)?(?:一?个)?(?:人)?(?:接|理|回应|回复)|打不通|不接电话|没(?:有)?(?:一?个)?人(?:管|回|应|答|搭)"
    r"|不回(?:我|消息|信息|复|话|应)|不理(?=$|[\s,.!了你])|装死|已读不回|踢皮球|推来推去|联系不上|找不到人"
    r"|\b(?:h[ua]ng(?:ing)? up|put the phone down|rude\w*|laughed (?:at|in)|shouted|yelled|swore|sarcas\w+|attitude"
    r"|unhelpful|ignor(?:e|es|ed|ing) (?:me|us|my|our|every|all)|snapped at|cut me off|dismissive|condescending)\b"
    r"|\b(?:nobody|no ?one|never) (?:ever )?"
    r"(?:answer|pick|repl|respond|call(?:s|ed)? back|g[eo]ts? back|cares|bothers)\w*"
    r"|\b(?:no|without(?: an?| any)?|zero) (?:reply|replies|response|answer)\b"
    r"|\b(?:can't|cannot|couldn't|can not) (?:reach|get (?:hold of|through to|an answer from)) "
    r"(?:anyone|anybody|you|them)"
    r"|\b(?:you|they|u)(?: guys| lot)? (?:won't|don't|never|do not|will not) (?:even )?(?:answer|reply|respond|pick up)"
)
_SOMEBODY = re.compile(
    r"他们?|她们?|人家|对方|你们?|没(?:有)?(?:一?个)?人"
    r"|\b(?:they|he|she|you|u|someone|somebody|nobody|no ?one|anyone|who)\b"
)
_GONE_WRONG = re.compile(
    r"[漏触]电|电[麻到击]|[手人]都?麻|冒烟|冒火|火[花星]|[起着]火|烧(?:[坏焦起]|了)|爆炸|炸了|烫伤|割伤|过敏|中毒|坏[了掉的]|碎[了的成]|裂[了开]|破[了的损]"
    r"|(?:没有?|未)(?:收到|送到|到货|发货)|丢[了件]|少发|漏发|[发寄]错|假货|多[扣收]|重复扣|扣了?[两2][次笔遍]"
    r"|不(?:转|亮|热|响|制冷|加热|工作|通电|充电)|失灵|没反应|死机|黑屏|乱转|用不了|不能用|开不了机|漏水|用了?.{0,4}[天周月]就"
    r"|\b(?:won't|doesn't|does not|will not|not) (?:turn(?:ing)? on|start|work(?:ing)?|charg\w+|switch on|heat)\b"
    r"|\b(?:electric shock|shocked|smok(?:e|ed|ing)|(?:caught|on) fire|burn(?:t|ed|s|ing)?|explod\w+|broke|broken"
    r"|smashed|shattered|cracked|leak(?:s|ed|ing)?|stopped working|faulty|defective|fell apart|came apart"
    r"|the wrong|missing|counterfeit|overcharged"
    r"|charged (?:me )?(?:twice|double|two times)|double[- ]charged)\b"
    r"|(?:\bnever|\bnot|n't) (?:\w+ )?(?:arrived?|come|turn(?:ed)? up|received?|delivered)\b"
)


def afterthoughts(flat: str) -> tuple[tuple[int, int], ...]:
    """The clauses about the service's manners, where another says what went wrong with goods, delivery or payment."""
    if not _MANNERS.search(flat):
        return ()
    parts = list(clauses(flat))
    grave = [span for span in parts if _is_grave(flat, span)]
    ill = [span for span in parts if span not in grave and _is_about_manners(flat, span)]
    if not grave or not ill:
        return ()
    return tuple(span for span in parts if span in ill or (span not in grave and _CONTACT.search(flat, *span)))


def _is_grave(flat: str, span: tuple[int, int]) -> bool:
    return bool(_GONE_WRONG.search(flat, *span)) or has_not_come(flat[slice(*span)])


def _is_about_manners(flat: str, span: tuple[int, int]) -> bool:
    somebody = _CONTACT.search(flat, *span) or _SOMEBODY.search(flat, *span)
    return bool(somebody and _MANNERS.search(flat, *span))
