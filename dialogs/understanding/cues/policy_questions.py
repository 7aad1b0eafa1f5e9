"""Questions about how a shop does things: they complain of nothing, though their words are those of complaints.

"Do u price match" and 发票怎么开 ask. What is said to have gone wrong beside it makes a complaint of it again.
"""

from __future__ import annotations

import re

from dialogs.understanding.cues.category_evidence import is_amiss
from dialogs.understanding.cues.signals import Signs

_LONGEST_EN, _LONGEST_ZH = 70, 18
_GATE = re.compile(r"\b(?:do|does|can|could|how|are|is|what)\b|怎么|怎样|如何|咋|[吗么]|有没有|什么时候|几点|不")
_HELLO = r"^\s*(?:(?:hi|hello|hey|hiya|ok|so|just|also|and|sorry|please|quick question|question)\b[,.!:]* )*"
_EN = re.compile(
    rf"{_HELLO}(?:(?:do|does) (?:you|u|ya|yous|it|the shop|your shop) (?:guys |lot |also |still |ever )?"
    r"(?:price ?match|sell|stock|deliver|ship|take|accept|offer|charge|open|close|repair|gift|honou?r|cost"
    r"|have (?:an? |any |the )?(?:\w+ )?(?:stores?|shops?|branch(?:es)?|sizes?|stock|sales?|discounts?|coupons?|codes?"
    r"|warranty|app|outlet|showroom|colou?rs?|catalogue)"
    r"|do (?:an? |any )?(?:price|gift|student|repairs?|refunds|returns|exchanges"
    r"|deliver\w+|invoices?|discounts?|click))"
    r"|(?:can|could|may) (?:i|we|you|u|one) (?:also |still )?(?:pay|use|order|buy|collect|pick up|price ?match|gift"
    r"|deliver to|ship to|get an? (?:invoice|receipt|discount|sample|catalogue))"
    r"|how (?:do|does|can|could|would|should|to) ?(?:i|we|you|one)? ?(?:get|request|download|find|print|use|apply"
    r"|redeem|claim|change|reset|update|register|sign up|track|contact|return|cancel|order|pay|join|delete)"
    r"|(?:are|is) (?:you|there|the (?:shop|store)) (?:open|closed|an? (?:size|app|sale|outlet|discount))"
    r"|what (?:time|days?) (?:do|are|does) (?:you|u|the shop|the store)"
    r"|what (?:sizes|colou?rs|payment methods|cards) (?:do|are|can))\b[^.!;]*$"
)
_NOT_EN = re.compile(
    r"\b(?:my|mine|this|that|(?<!does )it|them|me|back|money|again|ever|idea|clue|someone|somebody|anyone|manager"
    r"|real|refund|twice|double|everyone|everybody|crap|junk|rubbish|call (?:this|that|it))\b"
)
_HOW_TO = (
    r"(?:开(?!始)|申请|办理?|查|修改|改|领取?|使用|用|下单|付款|支付|付|注册|登录|登陆|绑定|参加|兑换|充值|联系"
    r"|退换?货?|换货|寄回|取消|安装|预约|买|订(?!单)|下载|注销|收费|计算|算)"
)
_NOUNS = (
    r"(?:优惠券?|折扣|打折|活动|现货|货|[大小]一?[号码]|(?:其他|别的|其它)(?:颜色|款式|尺[码寸])|实体店|门店|发票|会员|赠品"
    r"|保修|质保|运费险|客服电话|电话|尺[码寸]表?|样品|目录|团购|学生价|自提|礼[品盒]?包装|包装盒|货到付款|花呗|信用卡|分期)"
)
_ZH = re.compile(
    r"^(?:请问|想问一?下|问一?下|你好|您好|那个|亲|老板|[,. ])*(?:"
    rf"[一-鿿]{{0,6}}?(?:怎么|怎样|如何|咋)(?:才能|能|可以|去)?{_HOW_TO}(?:(?![了成到错得])[一-鿿]){{0,5}}"
    rf"|(?:你们?|咱们?|店里|这里|这边)?(?:家)?(?:还)?(?:有没有|有|能不能|能|可不可以|可以|支不支持|支持|提供|给不给|给|接不接受"
    rf"|接受|包不包|包|卖不卖|卖|用不用)(?:开|用|刷|送|做)?{_NOUNS}(?:付款|支付|可?以?(?:用|领|买|开))?"
    r"|什么时候(?:打折|上新|有货|有活动|搞活动|补货|开门|关门|营业|开始|结束)|几点(?:开门|关门|营业|下班|上班)"
    r")(?:吗|么|呢|啊|呀|嘛|的|[?? ])*$"
)
_CHOICES = re.compile(r"有没有|能不能|可不可以|支不支持|给不给|接不接受|包不包|卖不卖|用不用")


def is_inquiry(flat: str, signs: Signs) -> bool:
    """Whether a text asks how things are done here, and tells of nothing that went wrong."""
    if signs.anger or signs.signals or set(signs.wanted) - {"other"} or not _GATE.search(flat):
        return False
    if flat.isascii():
        return len(flat) <= _LONGEST_EN and bool(_EN.match(flat)) and not (_NOT_EN.search(flat) or is_amiss(flat))
    return len(flat) <= _LONGEST_ZH and bool(_ZH.match(flat)) and not is_amiss(_CHOICES.sub("", flat))
