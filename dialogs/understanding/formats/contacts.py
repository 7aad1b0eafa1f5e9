"""Who the customer is and how to reach them: e-mail, phone, name, the way and the time they prefer."""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import islice
from unicodedata import normalize

from dialogs.understanding.reading import Span
from dialogs.understanding.text import MOST_FACTS

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}", re.ASCII)
_AT, _DOT = r"(?:\s(?:at|@)\s|\s?(?:艾特|小老鼠)\s?)", r"(?:\s(?:dot|point)\s|\s?点\s?|\.)"
_ENDS = r"(?:com|net|org|edu|gov|info|io|me|co|uk|ie|eu|de|fr|es|it|pl|in|au|nz|ca|us|cn|hk|tw|sg|jp)"
_DICTATED_GATE = re.compile(r"\bdot\b|艾特|小老鼠|点(?:com|cn|net|org)")
_DICTATED_AT, _DICTATED_DOT = re.compile(_AT), re.compile(_DOT)
_DICTATED_EMAIL = re.compile(
    rf"(?<![\w.+-])[a-z0-9_+-]{{1,32}}(?:{_DOT}[a-z0-9_+-]{{1,32}}){{0,3}}{_AT}"
    rf"[a-z0-9-]{{1,32}}(?:{_DOT}[a-z0-9-]{{2,24}}){{0,2}}{_DOT}{_ENDS}(?![a-z])",
    re.ASCII,
)
"""sam dot reid at example dot com, zhaomin88艾特qq点com."""
_PHONE = re.compile(r"(?<![\w/@-])(?<!\d[.,:])(?:\+|00)?\(?\d(?:[ ().-]{0,2}\d){6,15}(?![\w@]|[-/]\d)", re.ASCII)
_CN_MOBILE = re.compile(r"1[3-9]\d{9}")
_DATE_LIKE = re.compile(
    r"(?:19|20)\d\d[-./]\d{1,2}[-./]\d{1,2}(?: \d{1,2}){0,3}$|\d{1,2}\.\d{1,2}\.\d{2}(?:\d\d)?(?: \d{1,2}){0,3}$"
)
_CALLED = re.compile(
    r"(?:电话|手机|座机|联系|号码|tel|phone|mobile|cell|call|ring|text|reach|number|whatsapp)[^\d]{0,16}$"
)
_NUMBERED = re.compile(r"(?:ref|reference|order|case|ticket|invoice|serial|编号|单号|工单|型号|序列号)[^\d,.]{0,10}$")
_HOTLINE = re.compile(r"[48]00[- ]?\d{3}[- ]?\d{4}|[48]00[- ]?\d{4}[- ]?\d{3}")
_NO_TRUNK = frozenset({"US", "CA"})
_SPOKEN = re.compile(
    r"(?<![零〇一二三四五六七八九幺])[一幺][三四五六七八九][零〇一二三四五六七八九幺]{9}(?![零〇一二三四五六七八九幺])"
)
_SPOKEN_DIGITS = str.maketrans("零〇一二三四五六七八九幺", "001234567891")
_LONGEST_PHONE, _SHORTEST_UNKNOWN = 11, 9
_SIX_DIGITS = re.compile(r"\d(?:[ ().-]{0,2}\d){6}", re.ASCII)

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭"
    "陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝"
)
_NAME_ZH = re.compile(
    r"(?:我(?:的名字)?叫做?|我的(?:姓名|名字)是|名字是|(?:姓名|名字|联系人|收件人|收货人)(?:应该)?(?:是|:|改成"
    r"|改为|换成|写成|为)?"
    r"|叫我)\s?(?P<full>[一-鿿]{1,4}?|[a-z]{2,20})"
    r"(?=$|[\s,.!;:的\0]|电话|手机|邮箱|联系|订单|就行|就好|吧|您|你)"
    rf"|(?:我|免贵|本人)姓(?P<family>[{_SURNAMES}])(?=$|[\s,.!;\0]|电话|手机)"
    rf"|(?:^|[,.!;\s])(?:我是|这里是)(?P<am>[{_SURNAMES}][一-鿿]{{1,2}}|[{_SURNAMES}](?:先生|女士|小姐))(?=$"
    rf"|[,.!;\s\0]|电话|手机)"
)
_NOT_NAMES_ZH = re.compile(r"^(?:什么|啥|关|屁|干|咋|不|你们|谁|个|了|来|客服|人工|帮|一|改|写|错|换|应|叫|是|号|填)")
_ALONE_ZH = re.compile(rf"[{_SURNAMES}][一-鿿]{{1,2}}")
_NO_NAMES_ZH = re.compile(
    r"[方任何全安解查单金项车管成于高时温商付支商连祝易包麻景游](?:便|何|部|全|决|询|号|额|目|票|理|功|是|兴|间"
    r"|馨|品|家|款|付|接|您|你|裹|烦|点|戏)"
)
_CAPITAL = r"[A-Z][a-zA-ZÀ-ɏ'’-]{1,20}"
_NAME_EN = re.compile(
    rf"(?:(?:[Mm]y (?:full |first |last |family |sur|real )?[Nn]ame(?:'s|’s| is)(?: actually)?(?: (?:spelt"
    rf"|spelled|written))?(?: as)?|[Nn]ame ?(?:is|:)|[Cc]alls? me|CALL ME|[Gg]oe?s? by|[Kk]nown as"
    rf"|MY NAME IS) (?P<full>{_CAPITAL}(?: {_CAPITAL}){{0,3}})"
    rf"|(?:[Mm]y (?:sur|last |first |full )?name(?:'s|’s| is)(?: spelt| spelled)?"
    rf"|[Cc]all me) (?P<small>[a-z]{{2,20}}(?: [a-z]{{2,20}})?)(?=$|[,.!;])"
    rf"|\b[Tt]his is (?P<this>{_CAPITAL}(?: {_CAPITAL}){{0,2}})(?= speaking| here| from |$|[,.!;])"
    rf"|(?:^|[.,!;] ?|\band )(?:I'm|I’m|I am|Im|it's"
    rf"|It's) (?P<am>[A-Z][a-zÀ-ɏ'’-]{{1,20}}(?: [A-Z][a-zÀ-ɏ'’-]{{1,20}}){{0,2}})(?=$|[,.!;]| and | from | here))"
)
_WHEN_TO_CALL = re.compile(
    r"(?:maybe|back|later|soon|now|tomorrow|tonight|today|any ?time|when(?:ever)?|after|before|on|at|in|if|please|asap"
    r"|then|again|first|instead|crazy|mad|old|names?|an?|the|by|between|from|mornings?|evenings?|afternoons?|anyway)\b",
    re.IGNORECASE,
)
_ALONE_EN = re.compile(rf"{_CAPITAL}(?: {_CAPITAL}){{1,2}}")
_BESIDE = " \0,.;:/|-()，。：；、（）"
_NAME_GATE_EN = re.compile(r"name|calls? me|goe?s? by|known as|this is|i'm|i am|\bim\b|it's", re.ASCII)
_NAME_GATE_ZH = re.compile(r"我叫|名|我姓|免贵姓|本人姓|我是|这里是|叫我|联系人|收[件货]人")

_HANDLE_GATE = re.compile(r"微信|qq|vx|v信|wechat|whatsapp|telegram|line|kakao|skype|wx|signal", re.ASCII)
_HANDLE = re.compile(
    r"(?:我?的?(?:微信|v信|薇信)号?|(?<![a-z])(?:qq|vx|wx|wechat|weixin|telegram|line|kakao ?talk|skype"
    r"|signal))号?(?: ?(?:id|number|是|为|is)|(?:就|也|都)[行好]|吧)?\s?[:@,]?\s?"
    r"(?:(?<=[^a-z])|(?<=[: @,])|(?<=qq))(?!me\b)(?=[\w+.-]*\d)[a-z0-9_+][\w.+-]{4,30}"
    r"|(?<![a-z])whatsapp(?: ?(?:number|id|is|me|on|at))*\s?[:@]?\s?\+?\d[\d ()-]{6,18}\d",
    re.ASCII,
)
_WILL_DO = re.compile(r"(?:(?:就|也|都)[行好]|吧)[,，\s]*")
_SHOPS_OWN = re.compile(
    r"(?:help(?:desk)?|services?|no[-_.]?reply|do[-_.]?not[-_.]?reply|support|orders?|sales"
    r"|customer[-_.]?(?:service|care|support)s?|care|notifications?|alerts?"
    r"|billing|newsletter|mailer(?:-daemon)?|postmaster|returns?|kefu|noticed?|confirm(?:ation)?|shipping"
    r"|delivery|marketing|feedback)(?:[-_.+][\w.-]*)?@"
)
_NOBODYS = re.compile(r"(?:no|do[-_.]?not)[-_.]?reply|mailer-daemon|postmaster")
_MY_OWN = re.compile(
    r"(?:\bmy|\bmine|reach|contact|e-?mail (?:me|us)(?: at| on)?|write to|联系|邮箱|邮件|发到|email"
    r"|e-mail)(?: ?(?:is|address|me|at|on|us|:|是|我|给|发|到))*[\s:]*$"
)
_PREFERS = re.compile(
    r"(?P<phone>(?<!客服)(?<!你们)(?:打|来|回)个?电话(?:给我|联系我?|通知我?)|给我(?:打|来|回)个?电话|(?:用|通过"
    r"|请)?(?:电话|手机|短信|微信)(?:联系我?|通知我?|回复我?|给我)"
    r"|发短信(?:给我|联系|通知)|短信就[好行]|电话就[好行]|(?:call|phone|ring|text|message) me\b(?! (?!please"
    r"|back|now|later|on|at|in|after|before|tomorrow|today|tonight|asap|any|when|if|between|from|instead|by|to"
    r"|this|next|only|directly|about|soon|thanks|and|or|here|via|as)[a-z'-]+(?: [a-z'-]+)?[.! ]*$)|(?:by|via|over"
    r"|on) (?:the )?(?:phone|text|sms|telephone)\b|\bgive me a (?:call|ring)"
    r"|prefer (?:a )?(?:phone|calls?|texts?)\b)"
    r"|(?P<email>(?:用|通过|请?发|请)?(?:邮件|电邮|邮箱|email|e-mail)(?:联系我?|通知我?|回复我?|给我|就[好行])"
    r"|发(?:到)?(?:我的?)?邮箱|\be-?mail me\b|(?:by|via|over) e-?mail\b|prefer e-?mails?\b)"
    r"|(?P<chat>(?:就?在)?(?:这里?|这儿|这边|线上|聊天里?|此处)(?:跟我)?(?:联系我?|回复我?|聊|通知我?"
    r"|[说回]就[好行]|[说回]就可以)|在线(?:联系"
    r"|回复)|(?:in|on|via|through) (?:this|the) chat\b|\bchat (?:here|is fine)\b|\b(?:reply|answer"
    r"|message me) here\b)",
    re.ASCII,
)
_ALONE = {
    "电话": "phone", "手机": "phone", "打电话": "phone", "短信": "phone", "phone": "phone", "call": "phone",
    "text": "phone", "sms": "phone",
    "邮件": "email", "邮箱": "email", "电邮": "email", "email": "email", "e-mail": "email", "mail": "email",
    "这里": "chat", "在这里": "chat", "就在这里": "chat", "聊天": "chat", "这个聊天": "chat", "就这个聊天": "chat",
    "就在这个聊天": "chat", "这个聊天里": "chat", "就在这个聊天里": "chat", "就这里": "chat", "chat": "chat",
    "here": "chat", "here in chat": "chat",
}  # fmt: skip
_REFUSED = re.compile(
    r"(?:不要|别|不用|不想|不方便|没人|没有人|从来不|从不|不给我|客服|他们|你们|叫|让)[^,.!\s]{0,4}$"
    r"|(?:don't|do not|didn't|did not|never|nobody|no one|not|won't|wouldn't|refused to|they|he|she|who"
    r"|stop)\s(?:\w+\s){0,2}$",
    re.ASCII,
)
_SHORT = 60
_BREAK = re.compile(r"[,.!?;\0]\s?|(?<=[\u3400-\u9fff])\s(?=[\u3400-\u9fff])")
_ONLY = re.compile(
    r"^(?P<phone>(?:by )?(?:texts?|sms|calls?|phone)(?: messages?)? (?:only|please|preferred|is (?:best|fine"
    r"|better|ok|okay))|只?(?:发短信|短信|打电话)(?:就行|就好|最好|吧|联系))"
    r"|^(?P<email>(?:by )?e-?mails? (?:only|please|preferred|is (?:best|fine|better|ok|okay))|只?(?:发)?(?:邮件"
    r"|邮箱)(?:就行|就好|最好|吧|联系))"
    r"|(?P<chat>^(?:(?:right|just|only|yes|ok)[, ]+)*(?:here|in (?:this|the) chat|this chat|chat)(?: is|'s| will)?"
    r" (?:fine|ok|okay|good|best|do|only|please|preferred|works)"
    r"|^(?:on |use |it's )?(?:the |my )?(?:same|this) (?:number|chat|account)"
    r"(?: (?:i'm|im|i am|as|that i'm)\b[^,.]{0,30}| (?:is )?(?:fine|ok|good|please))?[.! ]*$"
    r"|^(?:那|就|还是)*(?:在)?(?:这里|这儿|这边|此处|这)(?:就|说|聊|联系|回复|回|跟我|给我|我)+"
    r"(?:行|好|可以|吧|了)*[!. ]*$)"
)
_UNCALLED = re.compile(
    r"(?:^|[,.!;] ?)(?:please |just |but )?(?:don't|do not|dont|no|rather not)(?: want)?(?: (?:to be|any|a|you"
    r"|to))*(?: (?:phone|call|ring|called|phoned|calls|calling)\b)(?: me)?(?: please)?(?=$|[,.!; ])"
    r"|(?:请?别|不要|不想|勿|请勿|不接|不方便接|不用)(?:再)?(?:给我|跟我)?(?:打|接|来)?(?:电话)",
    re.ASCII,
)
_TEXTED = re.compile(r"短信|信息|text|sms|message")
_NOT_THEN = re.compile(
    r"(?:请?(?:别|不要|勿|不能)(?:在|挑)?(?:大?早上|上午|中午|下午|晚上|夜里|半夜|午休|上班|工作日"
    r"|周末)(?:的?时[候间])?"
    r"(?:给我)?(?:打|联系|来电|回电|电话)[^,.!?]{0,4})"
)
_REACHABLE = re.compile(
    r"^(?:(?:我|平时|工作日|周末|每天)*(?:白天|上班(?:时间|时)?|早上|上午|中午|下午|晚上|夜里|午休|周末"
    r"|工作日)[^,.!?]{0,6}?(?:别打|不要打|打|不方便|没空|方便|有空|可以|再打|联系|接不了|不接)[^,.!?]{0,4})[!. ]*$"
    r"|^(?:not |never )(?:during |in |at |on )?(?:the )?(?:day(?:time)?|work(?:ing)?(?: hours)?|office hours"
    r"|mornings?|evenings?|night|weekends?|weekdays?)[!. ]*$"
)
_NARRATED = re.compile(r"说|称|告诉|but|and said|saying|yesterday|last")
_WEEKDAYS = (
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|weekdays|weekends|mornings|afternoons|evenings|lunch(?:time)?)"
)
_HOUR = (
    r"(?:(?:\d{1,2}(?::\d{2})?(?:\s?(?:[ap]m\b|o'clock))?"
    r"|(?:noon|midday|midnight|lunch(?:time)?|work|dinner(?:time)?|tea ?time|dark)\b"
    r"|(?:half (?:past )?)?(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)(?: ?[ap]m| o'clock)?\b)"
    r"(?! ?(?:days?|weeks?|months?|hours?|minutes?|mins?|years?|times|of|attempts|calls|goes|emails|uses|washes)\b))"
)
_EXCEPT = rf"(?:,? (?:except|but not|not|apart from)(?: (?:for|on|at))? {_WEEKDAYS})?"
_TIME = re.compile(
    r"(?:工作日|(?<![上这])周末|平时|每天|(?<!上)周[一二三四五六日]到周?[一二三四五六日天])?的?(?:(?:早上|上午"
    r"|中午|下午|晚上"
    r"|白天)?\s?(?:\d{1,2}|[一二三四五六七八九十两]{1,3})(?:点半?|:\d{2})(?:(?:到|至|-)\s?(?:\d{1,2}"
    r"|[一二三四五六七八九十两]{1,3})(?:点半?|:\d{2})(?:之?间)?|(?:以|之)?[后前]))"
    r"|(?:工作日|(?<![上这])(?<!上个)周末|平时|每天)的?(?:早上|上午|中午|下午|晚上|白天)?|(?:早上|上午|中午|下午|晚上"
    r"|白天)(?:都)?(?:可以|方便|有空|联系)|随时(?:都)?(?:可以|方便)?"
    r"|(?:(?:on )?(?:weekdays|weekends)[ ,]*)?\b(?:any ?time )?(?:but )?(?:not )?(?:after|before|from) "
    rf"{_HOUR}{_EXCEPT}"
    r"|\bbetween \d{1,2}(?::\d{2})?\s?(?:[ap]m)? (?:and|to) \d{1,2}(?::\d{2})?\s?(?:[ap]m\b)?"
    rf"|(?:on )?\b(?:weekdays|weekends|weekday (?:mornings|evenings|afternoons))\b|\b(?:any ?time{_EXCEPT}"
    r"|in the (?:mornings?|afternoons?|evenings?)|(?:mornings|evenings|afternoons)(?: only)?)\b",
    re.ASCII,
)
_TIME_GATE = re.compile(
    r"[点后前末日时]|\d:\d|早上|上午|中午|下午|晚上|白天|每天|平时|after|before|between|from|week|any ?time"
    r"|morning|evening|afternoon"
)
_CONTACT_WORD = re.compile(
    r"\0|联系|电话|邮件|打给|找我|通知|回复|方便|call|ring|phone|text|e-?mail|reach|contact|available|free", re.ASCII
)


def find_emails(text: str, flat: str) -> list[Span]:
    """E-mail addresses that are well formed, those that were dictated too; whether they receive mail is not asked."""
    spans = [
        _span(text, "email", value, *found.span())
        for found in (islice(_DICTATED_EMAIL.finditer(flat), MOST_FACTS) if _DICTATED_GATE.search(flat) else ())
        if (value := _valid_email(_DICTATED_DOT.sub(".", _DICTATED_AT.sub("@", found[0])))) and _is_told(flat, found)
    ]
    if "@" not in flat:
        return spans
    for found in islice(_EMAIL.finditer(flat), MOST_FACTS):
        end = found.end() - (len(found[0]) - len(found[0].rstrip("-_.")))
        if _is_shops(flat, found):
            continue
        if value := _valid_email(text[found.start() : end]):
            spans.append(Span("email", text[found.start() : end], value, found.start(), end))
    return spans


def _is_told(flat: str, found: re.Match[str]) -> bool:
    """Whether words that may be a dictated address are one, and not "look at that dot com": they are called so, stand
    alone, or the part before the "at" is no mere word.
    """
    name = _DICTATED_AT.split(found[0])[0]
    alone = len(flat.strip(" .!")) == len(found[0])
    return alone or not name.isalpha() or not found[0].isascii() or bool(_MY_OWN.search(flat[: found.start()][-30:]))


def find_handles(text: str, flat: str) -> list[Span]:
    """Names in a messenger: WeChat, QQ, WhatsApp, … Values are as said, the messenger's name before them."""
    if not _HANDLE_GATE.search(flat):
        return []
    return [
        _span(text, "handle", _WILL_DO.sub(" ", text[found.start() : found.end()]), found.start(), found.end())
        for found in islice(_HANDLE.finditer(flat), MOST_FACTS)
    ]


def find_phones(text: str, flat: str, regions: tuple[str, ...]) -> list[Span]:
    """Phone numbers valid in one of the `regions` (tried in order) or written with their country, as E.164.

    A hotline (400…) is the shop's. One that is called a phone number need only be possible in the first region:
    numbers reserved for examples are.
    """
    spans = [_span(text, "phone", "+86" + found[0].translate(_SPOKEN_DIGITS), *found.span()) for found in _spoken(flat)]
    if not _SIX_DIGITS.search(flat):
        return spans
    for found in islice(_PHONE.finditer(flat), MOST_FACTS):
        if found[0].isdigit() and len(found[0]) > _LONGEST_PHONE and not found[0].startswith("00"):
            continue
        before = flat[max(0, found.start() - 24) : found.start()]
        alone = len(found[0]) == len(flat.strip()) and sum(map(str.isdigit, found[0])) == _LONGEST_PHONE
        called = (alone or bool(_CALLED.search(before))) and (found[0].lstrip("(")[0] == "0" or regions[0] in _NO_TRUNK)
        if _DATE_LIKE.match(found[0]) or _HOTLINE.fullmatch(found[0]) or _NUMBERED.search(before):
            continue
        if value := _valid_phone(found[0], regions, called):
            spans.append(Span("phone", text[found.start() : found.end()], value, found.start(), found.end()))
    return spans


def _spoken(flat: str) -> list[re.Match[str]]:
    """Mobile numbers that were dictated: 幺三八零零零零零零零零."""
    return [] if flat.isascii() else list(islice(_SPOKEN.finditer(flat), MOST_FACTS))


def find_names(text: str, flat: str, words: Collection[str], reached: bool = False) -> list[Span]:
    """Names said as names, or standing alone beside a way to be `reached`: 王小明 13800138000.

    `words` are ordinary English words, which "I'm Furious" must not turn into a name.
    """
    pattern = None
    if not flat.isascii() and _NAME_GATE_ZH.search(flat):
        pattern = _NAME_ZH
    spans = (
        [span for found in islice(pattern.finditer(flat), MOST_FACTS) if (span := _name_zh(text, found))]
        if pattern
        else []
    )
    if not spans and _NAME_GATE_EN.search(flat):
        spans = [span for found in islice(_NAME_EN.finditer(text), MOST_FACTS) if (span := _name_en(found, words))]
    return spans or (_name_alone(text, words) if reached else [])


def _name_alone(text: str, words: Collection[str]) -> list[Span]:
    """The name that is all there is to a text beside a phone number or an address. `text` lacks these."""
    said = text.strip(_BESIDE)
    zh = _ALONE_ZH.fullmatch(said) and not _NO_NAMES_ZH.match(said)
    en = _ALONE_EN.fullmatch(said) and not all(word.lower() in words for word in said.split())
    start = text.find(said)
    return [_span(text, "name", said, start, start + len(said))] if zh or en else []


def find_preferences(text: str, flat: str, near_contact: bool) -> list[Span]:
    """How (`prefers`: email, phone or chat) and when (`contact_time`) the customer wants to be reached."""
    spans = [_alone(text, flat)] if len(flat) < 20 and flat.strip(" .!,~") in _ALONE else []
    if not spans and len(flat) < _SHORT and (only := _ONLY.search(flat)):
        spans = [_span(text, "prefers", only.lastgroup or "", *only.span())]
    if not spans and len(flat) < _SHORT and (uncalled := _UNCALLED.search(flat)):
        way = [_span(text, "prefers", "phone", *uncalled.span())] if _TEXTED.search(flat) else []
        start, end = _clause_around(flat, uncalled)
        return [*way, _span(text, "contact_time", text[start:end], start, end)]
    for found in islice(_PREFERS.finditer(flat), MOST_FACTS):
        before, after = flat[max(0, found.start() - 16) : found.start()], flat[found.end() : found.end() + 8]
        if not _REFUSED.search(before) and not _NARRATED.search(after):
            spans.append(_span(text, "prefers", found.lastgroup or "", found.start(), found.end()))
    if len(flat) < _SHORT and (hour := _REACHABLE.search(flat) or _NOT_THEN.search(flat)):
        spans.append(_span(text, "contact_time", text[hour.start() : hour.end()], *hour.span()))
    elif _TIME_GATE.search(flat):
        spans += _times(text, flat, near_contact or bool(spans))
    return spans


def _times(text: str, flat: str, near_contact: bool) -> list[Span]:
    """Times to be reached count only beside a way to be reached, or when nothing else is said."""
    spans = []
    for found in islice(_TIME.finditer(flat), MOST_FACTS):
        alone = len(flat.strip(" .!,")) - len(found[0].strip()) < 3
        around = flat[max(0, found.start() - 14) : found.end() + 14]
        if alone or (near_contact and _CONTACT_WORD.search(around)):
            spans.append(
                _span(text, "contact_time", text[found.start() : found.end()].strip(), found.start(), found.end())
            )
    return spans[:1]


def _clause_around(flat: str, found: re.Match[str]) -> tuple[int, int]:
    """The clause that a match stands in: what else is said, a name kept back, an address, is nothing about calling."""
    start = max((one.end() for one in _BREAK.finditer(flat, 0, found.start() + 1)), default=0)
    rest = _BREAK.search(flat, max(start, found.end()))
    said = flat[start : rest.start() if rest else len(flat)]
    start += len(said) - len(said.lstrip())
    return start, start + len(said.strip())


def _alone(text: str, flat: str) -> Span:
    bare = flat.strip(" .!,~")
    start = flat.index(bare)
    return _span(text, "prefers", _ALONE[bare], start, start + len(bare))


def _span(text: str, slot: str, value: str, start: int, end: int) -> Span:
    return Span(slot, text[start:end], value, start, end)


def _name_zh(text: str, found: re.Match[str]) -> Span | None:
    group = found.lastgroup or "full"
    start, end = found.span(group)
    if _NOT_NAMES_ZH.match(found[group]):
        return None
    return _span(text, "name", text[start:end], start, end)


def _name_en(found: re.Match[str], words: Collection[str]) -> Span | None:
    group = found.lastgroup or "full"
    name = found[group]
    if group != "full" and any(word.lower() in words for word in name.split()):
        return None
    if group == "small" and _WHEN_TO_CALL.match(name):
        return None
    value = name.title() if name.islower() else name
    return _span(found.string, "name", value, *found.span(group))


def _is_shops(flat: str, found: re.Match[str]) -> bool:
    """An address like help@ in a pasted mail is the shop's, unless it is given as the customer's own."""
    if _NOBODYS.match(found[0]):
        return True
    alone = len(flat.strip()) - len(found[0]) < 3
    return bool(_SHOPS_OWN.match(found[0]) and not alone and not _MY_OWN.search(flat[: found.start()][-30:]))


_LONGEST_EMAIL = 254
"""RFC 5321; more is not given to a library whose patterns are not ours."""


def _valid_email(said: str) -> str:
    from email_validator import EmailNotValidError, validate_email  # costs start-up time, and few messages need it

    if len(said) > _LONGEST_EMAIL:
        return ""
    try:
        return validate_email(normalize("NFKC", said), check_deliverability=False).normalized
    except EmailNotValidError:
        return ""


def _valid_phone(said: str, regions: tuple[str, ...], called: bool) -> str:
    digits = re.sub(r"\D", "", said)
    if _CN_MOBILE.fullmatch(digits) and said[0] == "1" and "CN" in regions[:1]:
        return f"+86{digits}"
    import phonenumbers  # costs start-up time, and few messages need it

    for region in ("",) if said.startswith("+") else regions:
        if region == "CN" and said[0] == "0" and regions[0] != "CN" and not said.startswith("00"):
            continue  # a trunk prefix belongs to the customer's own country
        try:
            number = phonenumbers.parse(f"+{digits[2:]}" if said.startswith("00") else said, region or None)
        except phonenumbers.NumberParseException:
            continue
        possible = called and region == regions[0] and phonenumbers.is_possible_number(number)
        if phonenumbers.is_valid_number(number) or (possible and len(digits) > _SHORTEST_UNKNOWN):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return ""
