"""Questions put to the bot itself, by their shape: whether it is human, why it asks, what an order number is."""

from __future__ import annotations

import re

_GATE = re.compile(
    r"why|whom? |human|robot|\bbot\b|person|real|machine|computer|\bai\b|order|reference|为|干[嘛吗什啥]|啥用|机器"
    r"|机械|真人|人[吗么]|ai|单号|编号|where|哪|name|[你您]叫|贵姓|名字"
)
_PERSON_OR_NOT = (
    r"(?:humans?|persons?|people|robots?|bots?|chatbots?|machines?|computers?|programs?|ai|a\.i\.|real"
    r"|automated|chatgpt)"
)
_BOT = re.compile(
    rf"\b(?:are|r) (?:you|u|ya) (?:(?:\w+|f\*+\w*) ){{0,4}}?{_PERSON_OR_NOT}\b(?! (?:help|stop))"
    rf"|\b(?:am i|i'm|is this|are we) (?:\w+ ){{0,2}}?(?:talk|speak|chat|typ|writ)ing (?:to|with) (?:an? |some "
    rf"|the )?(?:\w+ ){{0,2}}?{_PERSON_OR_NOT}\b"
    r"|\bwhat(?:'?s| is) (?:your|ur) name\b|[你您]叫(?:什么|啥)|[你您]贵姓|[你您]的名字(?:是|叫)(?:什么|啥)"
    r"|\b(?:to )?whom? (?:am i|i am|i'm) (?:speaking|talking|chatting)\b"
    rf"|\bis (?:this|it|that) (?:\w+ ){{0,2}}?(?:an? )?(?:\w+ )?(?:robot|bot|chatbot|machine|computer|ai|human"
    rf"|automated)\b"
    r"|(?:你|妳|您|对面|那边|这)(?:们)?[^,.!?\s]{0,5}?(?:是不是|是|係咪|係"
    r"|系)(?:一?个)?[^,.!?\s]{0,4}?(?:机器人|机械人|機械人|真人|活人|人工智能|ai|程序|人[吗么])"
    r"(?!.{0,4}(?:投诉|客服电话))"
)
_WHY = re.compile(
    r"\bwhy (?:do|does|would|did|are|is|should|must|have) (?:you|u|i|this|that|it|they) (?:\w+ ){0,3}?(?:need"
    r"|want|ask|asking|require|have to (?:give|tell|say|provide|answer)|give|tell|necessary|required|relevant"
    r"|matter|needed)\b"
    r"|\bwhat (?:do|would|will) (?:you|u) (?:need|want|use|do with) (?:that|this|it|them|my \w+"
    r"|the \w+)(?: \w+)? ?(?:for)?\b"
    r"|\bwhat(?:'s| is) (?:that|this|it) for\b|^why(?: that| this| though| not)?[?! ]*$|\bwhy (?:all )?(?:these"
    r"|so many|the) questions\b"
    r"|(?:为什么|为啥|为何|干嘛|干吗|干什么|凭什么|点解)(?:还|一定|非|老|都|总|就|又)*(?:要|得|需要|問|问"
    r"|得填)(?:我)?(?:问|填|说|提供|给|知道|留|这|那|我|呢|$|的|电话|姓名|名字|邮箱|联系)"
    r"|(?:问|要|填|需要)(?:这|那|我|这些|这个|那个)(?:些|个|么多)?(?:信息|电话|干|名字"
    r"|姓名)?[^,.!?]{0,3}?(?:干嘛|干吗|干什么|干啥|做什么|做啥|有什么用|有啥用|什么用|为什么|为啥)"
    r"|^(?:为什么|为啥|干嘛)(?:要)?[?吗呢啊 ]*$"
)
_ORDER = r"(?:order|purchase|reference) ?(?:number|no\.?|num|id|#|code|ref)"
_ORDER_NUMBER = re.compile(
    rf"\bwhat(?:'s| is| are| do you mean by)?(?: (?:an?|the|my|your|this|that))? {_ORDER}s?\b"
    rf"|\bwhere (?:\w+ ){{1,5}}?(?:my |the |an |that )?{_ORDER}\b"
    rf"|\bhow (?:do|can|to|would) (?:i )?(?:find|get|see|know|look up) (?:my |the |an |that )?{_ORDER}\b"
    rf"|\bwhich (?:number|one) is the {_ORDER}\b"
    r"|\bwhere (?:do|can|would|will|should) i (?:find|see|get|look for) (?:it|that|this)\b|\bwhere (?:is it"
    r"|to find it|to look)\b[?! ]*$"
    r"|(?:订单|单)(?:编?号码?|编号)(?:是|在|去|从|到|要|我|可以|能|你|一般)*(?:哪|什么|啥|怎么|咋|如何|长什么样)"
    r"|(?:什么|啥|怎么|如何|咋|哪里|哪儿|去哪|在哪|从哪)(?:是|叫做?|查|看|找|能|可以|里|儿"
    r"|到)*(?:我的)?(?:订单|单)(?:编?号|编号)"
    r"|^(?:在哪|去哪|哪里|哪儿|到哪)(?:里|儿)?(?:可以|能)?(?:看|找|查)?(?:到)?(?:的)?(?:啊|呢|呀)?[? ]*$"
)
_TO_DO = re.compile(
    r"怎么办|咋办|怎么[做弄处用洗]|[要该]不[要该]|还能|能不能(?:再|接着|继续)?[吃用喝穿碰留]|[吃用喝穿扔碰]|医|药|安全|危险|严重|有事|要紧"
    r"|\b(?:should|safe|dangerous|doctor|hospital|poison\w*|use|eat|drink|wear|throw|bin|keep|touch|serious|worry|worried|harm\w*)\b"
    r"|\bwhat (?:do|can|shall) (?:i|we) do\b"
)
_LONGEST = 120


def asks_what_to_do(text: str) -> bool:
    """Whether somebody who spoke of a danger asks what to do about it, rather than whether we listen."""
    return bool(_TO_DO.search(text.lower()))


def find_topic(flat: str) -> tuple[str, int, int]:
    """The topic of a question to the bot (`bot`, `order_number`, `why`), and where it stands; or an empty topic."""
    if len(flat) > _LONGEST or not _GATE.search(flat):
        return "", 0, 0
    for topic, pattern in (("bot", _BOT), ("order_number", _ORDER_NUMBER), ("why", _WHY)):
        if found := pattern.search(flat):
            return topic, *found.span()
    return "", 0, 0
