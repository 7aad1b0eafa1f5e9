"""Signs of harm by their shape: what hurt which part of whom, what burns or leaks, despair, threats of publicity."""

from __future__ import annotations

import re

_PART = (
    r"(?:hands?|fingers?|thumbs?|wrists?|arms?|elbows?|shoulders?|legs?|knees?|ankles?|foot|feet|toes?|face"
    r"|lips?|mouth"
    r"|tongue|eyes?|ears?|nose|neck|back|chest|head|skin|skull|ribs?|hip|throat|scalp|belly|stomach|tooth|teeth)"
)
_WHOSE = r"(?:my|his|her|our|their|me|him|the (?:baby|kid|child|boy|girl|dog|cat)'s|\w+'s)"
_HURT = (
    r"(?:burn(?:t|ed|s|ing)?|scald(?:ed|s)?|cut|slic(?:ed|es)|gash(?:ed)?|injur(?:ed|es|y)|hurt(?:s|ing)?"
    r"|broke(?:n)?|fractur(?:ed|es)"
    r"|sprain(?:ed)?|twist(?:ed)?|crush(?:ed|es)|swollen|swell(?:ed|ing)|bleed(?:s|ing)?|bled|blister(?:ed|s)"
    r"|stung|bruis(?:ed|es)"
    r"|pierc(?:ed|es)|stab(?:bed)?|trapped|itch(?:y|ing|es)|poisoned|numb)"
)
_HEALTH = re.compile(
    rf"\b{_HURT} (?:(?!in\b|into\b|off\b|with\b)\w+ ){{0,2}}?{_WHOSE} (?:\w+ ){{0,2}}?{_PART}\b"
    rf"|\b{_WHOSE} (?:\w+ ){{0,2}}?{_PART} (?:is|are|was|were|got|has been|have been|still|all|came"
    rf"|went) (?:\w+ ){{0,2}}?{_HURT}\b"
    rf"|\b{_WHOSE} {_PART} (?:swelled|bled|blistered|came up in)\b"
    rf"|\b(?:boiling|scalding|hot) (?:\w+ ){{0,2}}?(?:water|oil|coffee|tea|soup|wax|fat|steam"
    rf"|liquid) (?:\w+ ){{0,3}}?(?:on|over|down|onto|in) {_WHOSE} (?:\w+ ){{0,2}}?(?:{_PART}|son|daughter|child"
    rf"|baby|lap|wife|husband)\b"
    r"|\b(?:gave|give|giving|given|left|got|developed|caused|causing) (?:\w+ ){0,2}?(?:an? )?(?:\w+ )?(?:rash"
    r"|hives|blisters?|burns|eczema|infection|concussion|food poisoning)\b"
    rf"|\b(?:burn|cut|gash|blister|rash|bruise|wound|splinter|glass)s? (?:on|in|to"
    rf"|all over) {_WHOSE} (?:\w+ )?{_PART}\b"
    r"|\b(?:i|he|she|we|they|my \w+) (?:\w+ )?(?:(?:got|was|were|been) (?:\w+ )?(?:burnt|burned|scalded|injured"
    r"|electrocuted|poisoned|hospitali[sz]ed|bleeding|sick after)|vomited|threw up|collapsed)\b"
    r"|\b(?:fell|slipped) (?:and|off|from) [^.!?]{0,40}?(?:broke|hurt|injured|cut|hit)\b|\b(?:broken|fractured"
    r"|sprained) (?:wrist|arm|leg|ankle|finger|rib|nose|hip|toe|bone)s?\b"
    r"|(?:手指?|手臂|手腕|胳膊|腿|脚|腰|脸|嘴唇?|舌头|牙|眼睛?|头|额头|皮肤|身上|脖子|孩子|宝宝|小孩|儿子|女儿"
    r"|老人|我妈|我爸|老婆|老公|我|人)(?:都|也|直接|就)?(?:被|给|让)?[^,.!?不没]{0,6}?"
    r"(?:划伤|划破|割伤|割破|烫伤|烫破|烫起|烧伤|砸伤|夹伤|夹到|刺伤|扎伤|扎破|摔伤|摔断|摔骨折|摔折|撞伤|电伤"
    r"|电到|弄伤|骨折|砸到|烫到|割到|扎到|受伤)"
    r"|(?:划|割|烫|烧|砸|夹|刺|扎|摔|撞|磕|弄|电|炸|咬|灼)(?:伤|破|断|肿|到|着|坏|流血)了?(?:我|孩子|宝宝|小孩"
    r"|老人|儿子|女儿|别人|人)?的?(?:手|指|脚|腿|胳膊|脸|头|眼|嘴|腰|皮肤|牙|脖)"
    r"|摔断[手腿胳脚骨]|(?:手|脚|腿|脸|嘴|眼|皮肤|身上)[^,.!?]{0,4}(?:起(?:了)?(?:泡|疹|红)|肿了|流血|出血|红肿"
    r"|溃烂|过敏)"
    r"|(?:入|住|送)(?:咗|了|过|去|进|到)*(?:医院|急诊)|(?:入|住)(?:咗|了)(?:医)?院|肚(?:子)?(?:痛|疼)到?(?:入|进|去|送)"
    r"|(?:食|饮|吃|喝)(?:咗|了|完)[^,.!?]{0,12}?(?:肚子?[痛疼]|拉(?:了)?(?:一晚|一夜|一宿|一天|[好几两三]次|肚)"
    r"|头[昏疼痛晕]|发烧)"
    r"|(?:孩子|宝宝|小孩|老人|儿子|女儿|我|娃)[^,.!?]{0,4}[噎呛](?:着|到|住|了)"
    r"|(?:脸|皮肤|身上|嘴|手|屁股|眼)(?:上|部|皮)?(?:都|也|全)?(?:烂了|发炎|脱皮|痒得|长满|过敏)"
    r"|\b(?:go|going|gone|went|rush(?:ed)?|taken|took (?:\w+ )?\w+|been|end(?:ed)? up|admitted|straight)"
    r" (?:\w+ ){0,2}?(?:to|in|at) (?:the )?(?:hospital|a ?& ?e|casualty|emergency room|urgent care|minor injuries)\b"
    r"|上吐下泻|(?:吃|喝|用|涂|擦|抹)(?:完|了|过|了以后|了之后|完之后)[^,.!?]{0,6}[,. ]?[^,.!?]{0,6}(?:吐"
    r"|拉肚子|过敏|肚子疼|肚子痛|头晕|恶心|腹泻|起疹|长疹|中毒|烂脸|肿)"
)
_HEALTH_GATE = re.compile(
    r"burn|scald|cut|slic|gash|injur|hurt|brok|fractur|sprain|twist|crush|swoll|swel|ble[ed]|bleed|blister"
    r"|stung|bruis|pierc|stab|trapped"
    r"|itch|numb|boiling|hot |rash|hives|eczema|infection|concussion|poison|electrocut|hospital|sick|vomit"
    r"|threw up|collaps|fell|slipped|wound|splinter|glass"
    r"|a ?& ?e\b|casualty|emergency|urgent care"
    r"|[伤破断肿吐泻烫烧割划砸夹扎疹血噎呛]|医院|[住了咗]院|急诊|[食饮]咗|拉了|肚痛|肚疼|头[昏疼痛]|烂了|发炎|脱皮|痒|骨折|过敏|拉肚|肚子|头晕"
    r"|恶心|中毒|烂脸|电到|溃烂|起泡"
)
_SAFETY = re.compile(
    r"\b(?:gas|carbon monoxide|petrol|fuel) (?:is|was|has been|keeps|kept|started|were)? ?(?:leak|escap"
    r"|seep)\w*|\bsmell(?:s|ed|ing|t)? (?:of )?(?:the )?gas\b|\bleak(?:s|ing|ed)? (?:of )?gas\b"
    r"|\bsmok(?:e|ing|ed)\b (?:\w+ ){0,2}?(?:came|comes|coming|come|pour\w*|billow\w*|out|from|everywhere)"
    r"|\b(?:started|starts|began|begins|was|is|kept) (?:to )?smok(?:e|ing)\b(?! (?:a|cigar|again|shop))"
    r"|\b(?:saw|seen|see|lots of|so much|full of|black|white|thick) smoke\b(?! (?:alarm|detector))|\b(?:flames?"
    r"|sparks?) (?:\w+ ){0,2}?(?:came|coming|shot|flew|flying|out|from|everywhere)"
    r"|\b(?:caught|catch|catches|set|sets|went up in) (?:\w+ ){0,3}?(?:fire|flames)\b|\b(?:scorch|sing|char"
    r"|melt)(?:ed|ing|s) (?:\w+ ){0,2}?(?:table|floor|carpet|wall|bed\w*|sofa|worktop|socket|plug|outlet"
    r"|curtains?|counter\w*|sheets?|desk|rug|pillow|cable)\b"
    r"|\b(?:electric(?:al)?|static|nasty|bad|big) shock\b|\b(?:electrocuted|electrified)\b|\bblew up\b"
    r"|\b(?:got|gets?|getting|gave|gives|given|received|had) (?:\w+ ){0,2}?an? (?:\w+ )?shock (?:off|from|by"
    r"|every time|each time"
    r"|when(?:ever)? (?:i|he|she|we|you) (?:touch|plug|switch|turn)\w*)\b"
    r"|\bspark(?:ed|s|ing)\b(?=$|[,.!?]| (?:when|as|and|at|every|each|the moment|while|inside|up|out|like|on)\b)"
    r"|\b(?:went|goes) bang\b|\b(?:tyre|tire|glass|bottle|battery) (?:burst|exploded|blew)\b"
    r"|(?:燃气|煤气|天然气|液化气|瓦斯|热水器|燃气灶|灶)[^,.!?]{0,6}(?:漏气|泄漏|泄露|漏了)|(?:煤气|燃气|天然气)味"
    r"|(?<!嗓子)(?<!喉咙)(?<!嗓子都)(?<!嗓子要)(?<!嗓子快)(?<!喉咙都)(?<!气得)(?<!头顶)(?<!七窍)(?:冒(?:黑|白"
    r"|青|浓|大)?烟|起火|着火|冒火)(?!去)|(?:电|麻)(?:到|了)?(?:我|人|孩子|手)(?:一下|了)?(?!视|话|脑|机"
    r"|池)(?:$|[,.! ])"
    r"|(?:梯子|椅子|架子|床|秋千|吊床|婴儿车|自行车)[^,.!?]{0,8}(?:塌|散架|断)了?[^!?]{0,10}?(?:摔|砸|伤)"
)
_SAFETY_GATE = re.compile(
    r"\bgas\b|carbon|petrol|fuel|smok|flame|spark|\bfire\b|scorch|sing|char|melt|shock|electrocut|electrif|blew"
    r"|bang|burst|explo"
    r"|漏[气了]|泄[漏露]|烟|火|气味|气味|煤气|电[到了我人孩手]|麻|塌|散架|梯子|秋千|吊床"
)
_DESPAIR = re.compile(
    r"\b(?:feel(?:ing)? like|want(?:ing)? to|wanna|going to|thinking (?:of|about)|ready to|might|thought about"
    r"|consider(?:ed|ing)?) (?:just )?(?:end(?:ing)? (?:it all|it|my life|everything|myself)"
    r"|kill(?:ing)? myself|die|dying|(?:give|giving) up on life)\b(?! (?:of|for a|to|your|here|laughing))"
    r"|\b(?:can't|cant|cannot|can not|don't want to|dont want to|do not want to|couldn't) (?:go on|carry on"
    r"|keep going|live)(?: (?:like this|anymore|any more|any longer|living|with (?:this )?life))\b"
    r"|\bno(?:thing)? (?:point|reason) (?:in |to )?(?:living|live|going on)\b"
    r"|活不下去|(?:不想|没法|懒得)再?活(?:了|着|下去)|想(?:去)?死(?!你|我了|他|机|了心)|(?:轻生|自尽|寻死)"
    r"|生无可恋|(?:从|去|要|想)[^,.!?]{0,6}(?:跳下去|跳楼)|结束(?:这|自己的?|我的?)(?:生命|一切|性命)"
)
_DESPAIR_GATE = re.compile(
    r"end|kill|die|dying|go on|carry on|keep going|live|living|life|活|死|轻生|自尽|无恋|可恋|跳|结束"
)
_MEDIA = re.compile(
    r"\b(?:i'll|i will|i'm going to|im going to|gonna|going to|i am going to|i shall|let me|happy to|about to"
    r"|or i|i'm) (?:\w+ ){0,3}?(?:post|put|share|tell|upload|tweet|expose|write|film|blast|posting|sharing"
    r"|putting)\b[^.!?]{0,40}?"
    r"\b(?:tik ?tok|instagram|insta|facebook|twitter|youtube|reddit|x|trustpilot|linkedin|google reviews?"
    r"|online|social media|socials|everyone|internet|press|followers)\b"
    r"|(?:发|传|放|挂|捅|晒)(?:到|上|去)?(?:我的)?(?:抖音|微博|小红书|快手|b站|朋友圈|网上|知乎|头条|视频号"
    r"|tiktok)|(?:抖音|微博|小红书|快手|b站|知乎)(?:上)?(?:见|曝光|避雷|挂你)"
)
_MEDIA_GATE = re.compile(
    r"post|put|share|sharing|tell|upload|tweet|expose|writ|film|blast|抖音|微博|小红书|快手|b站|朋友圈|网上"
    r"|知乎|头条|视频号|tiktok"
)
_FRAIL = re.compile(
    r"\b(?:i'm|i am|im|he's|she's|he is|she is|(?:mother|father|mum|mom|dad|gran|grandma|grandad|grandmother"
    r"|grandfather|nan|neighbour|wife|husband) is|aged?) (?:now |nearly |almost |over |already )?(?:7[5-9]"
    r"|[89]\d|10\d)(?! ?(?:%|pounds|dollars|quid|euros|days|weeks|miles|minutes|hours|kg|items|out of))\b"
    r"|\b(?:7[5-9]|[89]\d|10\d|seventy[ -](?:five|six|seven|eight|nine)|eighty|ninety)(?:[ -](?:one|two|three"
    r"|four|five|six|seven|eight|nine))?[ -](?:years?|yrs?)[ -]old (?:and|mother|father|mum|mom|dad|gran\w*|nan"
    r"|woman|man|lady|neighbour|aunt|uncle)\b"
    r"|\b(?:i'm|i am|im|he's|she's|he is|she is|who(?:'s| is)|we're|they're|(?:mother|father|mum|mom|dad|gran"
    r"|grandma|grandad"
    r"|nan|neighbour|wife|husband|son|daughter|brother|sister|partner) is) (?:\w+ )?(?:disabled|paraly[sz]ed|bed-?bound"
    r"|wheelchair[- ]bound|terminally ill|an amputee|autistic)\b"
    r"|\b(?:rel(?:y|ies)|depends?|dependent) on (?:\w+ ){0,2}?(?:wheelchair|stair ?lift|oxygen|insulin|mobility scooter"
    r"|hearing aids?|dialysis|nebuli[sz]er|cpap|epipen)\b"
    r"|\b(?:live|lives|living) (?:all )?(?:alone|on (?:my|her|his) own|by (?:myself|herself|himself))\b"
    r"|(?:七十五|七十六|七十七|七十八|七十九|[八九]十[一二三四五六七八九]?|(?<!\d)(?:7[5-9]|[89]\d))(?:多|几"
    r"|来)?岁?(?:了|的)?(?:[,. ])?(?:一个人|独居|老人|老太|老头|老奶奶|老爷爷|老母|老父|行动不便|腿脚)"
    r"|一个人(?:在家)?(?:住|生活|过日子)|独居|孤寡|(?:我|妈|爸|奶奶|爷爷|外婆|外公|姥姥|姥爷|老人|母亲"
    r"|父亲)(?:今年|都|已经|快|也|有)*(?:[八九]十|[89]\d)(?:[一二三四五六七八九]|多|几|来)?(?:岁|了)"
)
_FRAIL_GATE = re.compile(
    r"disabled|paraly|bound|terminally|amputee|autistic|\brel(?:y|ies)\b|depend|\b(?:7[5-9]|[89]\d|10\d)\b"
    r"|(?<!\d)(?:7[5-9]|[89]\d)(?!\d)|seventy|eighty|ninety|alone|on (?:my|her"
    r"|his) own|by (?:my|her|him)self|[七八九]十|一个人|独居|孤寡"
)
_NEARLY = re.compile(
    r"(?:没有?|不会|并没有|未|以免|幸好没|没人|无人)$|\b(?:no one|nobody|not|without|never|no)\s(?:\w+\s){0,1}$"
    r"|n't\s(?:\w+\s){0,1}$"
)

_HARMS = (
    ("safety", _SAFETY_GATE, _SAFETY),
    ("health", _HEALTH_GATE, _HEALTH),
    ("media", _MEDIA_GATE, _MEDIA),
    ("self_harm", _DESPAIR_GATE, _DESPAIR),
    ("vulnerable", _FRAIL_GATE, _FRAIL),
)
_FIGURES = re.compile(
    r"(?:嗓子|喉咙|头顶|七窍|气得)[^,.!?]{0,4}(?:冒烟|冒火|着火|生烟)|打不着火|点不着火|打不了火|气死|急死|烦死"
    r"|累死|笑死|恶心死|想死你|火大|上火|发火|恼火"
    r"|\bkilling me\b|\b(?:fire|fired) (?:him|her|them|someone|your)\b|\bon fire sale\b|\bdying to (?:\w+)"
    r"|\bburn(?:t|ed|ing)? (?:through|out of) (?:my )?(?:money|cash)\b|\bcut (?:my|the) (?:price|losses|bill"
    r"|order|cost)\b"
)


_FIGURE_GATE = re.compile(r"[火烟死]|kill|fire|dying|burn|cut")


def find_harms(flat: str) -> dict[str, str]:
    """The signals a text gives by its shape, beside the listed phrases, each with the words that give it."""
    plain = without_figures(flat)
    found = ((signal, _meant(signal, pattern, plain)) for signal, gate, pattern in _HARMS if gate.search(plain))
    return {signal: words.strip(" ,.\0") for signal, words in found if words}


def without_figures(flat: str) -> str:
    """The text with its figures of speech blanked: the throat that smokes, the stove that won't light."""
    return _FIGURES.sub(lambda found: "\0" * len(found[0]), flat) if _FIGURE_GATE.search(flat) else flat


def _meant(signal: str, pattern: re.Pattern[str], flat: str) -> str:
    """The first words that are meant so: of harm that nearly happened nothing is said."""
    every = signal not in ("safety", "health")
    found = pattern.finditer(flat)
    return next(
        (one[0] for one in found if every or not _NEARLY.search(flat[max(0, one.start() - 16) : one.start()])), ""
    )
