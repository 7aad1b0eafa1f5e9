"""What the listed phrases in a text add up to: signals, anger, wishes, who is speaking, how grave it sounds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dialogs.understanding.cues.faq_topics import find_topic
from dialogs.understanding.cues.requested_remedies import RequestedRemedy, still_wanted, wishes_by_shape
from dialogs.understanding.cues.safety_signals import find_harms, without_figures
from dialogs.understanding.cues.secondary_clauses import afterthoughts
from dialogs.understanding.cues.urgency import calm_words, is_denied, urgency
from dialogs.understanding.reading import SIGNALS
from dialogs.understanding.text import HAN, blank

if TYPE_CHECKING:
    from dialogs.understanding.cues.phrase_matcher import Hit

CATEGORY, SLOT, WANTED, CUSTOMER, QUESTION = "category_", "slot:", "wanted_", "customer_", "question_"
LANGUAGE = "language_"
WAIT = f"{QUESTION}wait"
"""Not a question: the customer asks for a moment."""

_UNWANTED = re.compile(
    r"(?:不要|不想要?|不需要|不用|别|无需|不是要?|不是来要?|没说要|没要求|不接受)(?:给我|什么|你们|再)?$"
    r"|(?:don't|do not|didn't|did not|not|doesn't)\s(?:really\s)?(?:want|need|asking|ask|looking|after|care"
    r"|accept)(?:\sto\s|\sfor)?\s?(?:\w+\s){0,3}$"
    r"|\b(?:rather than|instead of|not)\s(?:an?\s|the\s|my\s)?$",
    re.ASCII,
)
_HAD_BEFORE = re.compile(
    r"(?:收到|拿到)(?:了|你们的?|全部|全额|我的)*$|(?<!not )(?<!n't )(?<!never )\b(?:got|received) (?:the|my|a)\s$",
    re.ASCII,
)
_HAD_AFTER = re.compile(
    r"(?:已经?|刚|都|今天|昨天)++(?:到账?了|收到了|退了|到了)(?![吗没么?])"
    r"| (?:has )?(?:just |already |now )?(?:arrived|came (?:in|through)|gone through|went through)\b"
)
"""A remedy that was given is wished for no more: 收到退款了, "got my refund"."""
_NOT_OURS = re.compile(
    r"(?:你们?|您们?|贵|他们?|她|快递|物流|这家|那家|什么|your|their|the|courier|delivery)\s?$", re.ASCII
)
_UNHARMED = re.compile(
    r"(?:没有?|不会|并没有|未|以免|不是|幸好没|no|not|nobody was|without|isn't|wasn't|didn't)\s?$", re.ASCII
)
_PERSON = re.compile(
    r"(?:转|找|要|叫|换|接|联系|和|跟|同|让)(?:一?个|接|到|我|你们)?(?:人工|真人|活人)|人工客服|真人客服"
    r"|\b(?:talk|speak|chat|talking|speaking|connect me|put me through|transfer me|hand me over|get me|give me"
    r"|want|need) (?:to |with |through to )?"
    r"(?:an? |some |the |your )?(?:real |actual |live |proper |human )*(?:human|person|people|agent|someone real"
    r"|somebody real|representative|rep|manager|supervisor|operator|adviser|advisor)\b"
    r"|\b(?:real|actual|live) (?:person|human|human being|agent)\b|\bhuman (?:please|agent|now|being)\b",
    re.ASCII,
)
_PERSON_GATE = re.compile(
    r"人工|真人|活人|human|person|people|agent|someone real|somebody real|rep|manager|supervisor|operator|advis"
)
_DATA_GATE = re.compile(
    r"data|details|info|record|about me|on me|of me|chats?|forgotten|subject access|信息"
    r"|资料|数据|记录|隐私|存|收集"
)
_OWN_DATA = re.compile(
    r"\b(?:delete|erase|remove|wipe|destroy|forget) (?:all |everything )?(?:of )?(?:(?:my|our) (?:personal "
    r"|private )?(?:data"
    r"|details|information|info|records?|chats?|conversation)|(?:what )?(?:you (?:have|keep|hold|store|know)"
    r"|everything) (?:on"
    r"|about|of) me)"
    r"|\b(?:see|get|have|request|send me|give me|show me|want|copy of|access to?"
    r"|download) (?:\w+ ){0,4}?(?:(?:all )?my (?:personal "
    r")?(?:data|information|records)|(?:what|everything|the data|the information"
    r"|all)(?: (?:that )?you)? (?:keep|have|hold|store|know|stored)"
    r"(?: you)? (?:on|about) me)\b|\bwhat (?:data |information |info )?(?:do )?you (?:keep|have|hold|store"
    r"|know) (?:on|about) me\b"
    r"|\bsubject access\b|\bright to be forgotten\b"
    r"|(?:删除?|清除|抹掉|抹去|销毁)(?:掉)?(?:我的?|所有|全部|一切)(?:所有|全部|的|个人)*(?:信息|资料|数据|记录"
    r"|隐私)|(?:把|将)我?的?(?:所有|全部|个人|的)*(?:信息"
    r"|资料|数据|记录)(?:都|全|全部|统统|给我|通通)*(?:删|清除|抹|销毁)|(?:看|查|要|知道|提供"
    r"|导出)[^,.!?]{0,4}(?:你们)?(?:保存|存|留|收集|掌握)(?:了|的)?"
    r"(?:我的?|关于我的?)[^,.!?]{0,4}(?:信息|资料|数据|什么|哪些)|(?:你们)?(?:存|保存|收集)了我(?:的)?(?:哪些|什么)"
)
_ALREADY_ASKED = re.compile(
    r"\b(?:asked|told|requested|refus\w+|won't|didn't|never|haven't|hasn't|can't|cannot|tried|trying"
    r"|unable)\s(?:\w+\s){0,3}$"
    r"|(?:不给|不能|不肯|拒绝|没法|无法|要求过|让你们|叫你们)[^,.]{0,4}$"
)
_LONGEST_REQUEST, _SHORT = 120, 80
_DISAGREES = re.compile(
    r"\b(?:do not|don't|dont|never|cannot|can't) (?:agree|consent|allow|permit|give (?:my )?(?:consent"
    r"|permission))\b(?! with (?:the|your) (?:decision|price|reason))"
    r"(?: (?:to|with|that|you|this|any))*(?:$|[,.! ]*$| (?:\w+ ){0,4}?(?:stor\w+|keep\w*|sav\w+|record\w*"
    r"|process\w*|shar\w+|us(?:e|ing)|hold\w*|collect\w*))"
    r"|^(?:我)?不(?:同意|愿意|允许|接受|想)(?:让)?(?:你们?)?(?:来)?(?:保存|存储?|储存|记录|收集|使用"
    r"|留存?(?!.{0,4}(?:名|姓|电话|手机|号码|邮箱|联系))|处理)[^,.]{0,6}(?:信息|资料|数据|聊天|任何|我的|东西|$)"
)
_NO_PERSON = re.compile(
    r"(?:不要|不用|不想|别|不需要)(?:给我|再)?$|(?:don't|do not|no need|rather not|not|didn't)\s(?:\w+\s){0,3}$"
    r"|\bno $",
    re.ASCII,
)
_TRIED = re.compile(
    r"\b(?:tried to|trying to|asked to|couldn't|could not|unable to|never got to|when i)\s$|(?:打|说|昨天|一直"
    r"|之前)[^,.]{0,3}$",
    re.ASCII,
)
_UNKNOWN = re.compile(
    r"\b(?:don'?t|do not|dinnae|can'?t|cannot|can not|couldn'?t) (?:know|ken|remember|recall|find|have)\b"
    r"|\bno idea\b"
    r"|\b(?:can|could)nae (?:mind|remember|find)\b|\bno clue\b|\bforgot(?:ten)?\b"
    r"|(?:不知道|不晓得|不记得|记不[清到]|忘记?了|找不[到着])"
)
_MAY_LACK = ("order_number", "evidence", "contact", "amount", "happened_at")
_LACKABLE = frozenset(SLOT + slot for slot in _MAY_LACK)
_HELD = ("order_number", "evidence")
_BREAK = re.compile(r"[,.;!?]")
_CLOSE_BY = 24
_LACKS = re.compile(
    r"(?:没[有得]?|无)(?:任何)?$|\b(?:no|don'?t have|do not have|haven'?t got) (?:any |the |an? |my )?$"
)
REASONED = {
    **{signal: signal for signal in SIGNALS},
    "urgent": "urgency",
    "anger_strong": "anger",
    "anger_mild": "anger",
}
"""Under which name the phrases of a list are given as a reason."""
_LOUD = re.compile(r"[!?]{3,}")
_SHOUTED = re.compile(r"(?<![A-Z])[A-Z]{3,}+(?:[\s,.!]++[A-Z]{2,}+){2}")


@dataclass(frozen=True, slots=True)
class Signs:
    """What was found.

    `categories` counts phrases per category; `slots` are names of slots spoken of, with their places;
    `wishes` are the places of the phrases behind `wanted` and of what is expressly not; `afterthoughts` those of
    clauses that are not what the text is about; `lacks` is the slot whose fact is said not to be known or not to be
    there; `own_data` says that the customer asks to see, or to have erased, what is kept about them; `disagrees` that
    nothing may be stored; `reasons` are the words behind urgency, anger and signals, each under its name.
    """

    signals: tuple[str, ...] = ()
    anger: int = 0
    urgent: bool = False
    wanted: tuple[str, ...] = ()
    wishes: tuple[tuple[int, int], ...] = ()
    afterthoughts: tuple[tuple[int, int], ...] = ()
    customer_type: str = ""
    person: bool = False
    no_person: bool = False
    own_data: bool = False
    disagrees: bool = False
    question: str = ""
    unknown: bool = False
    lacks: str = ""
    language_wanted: str = ""
    changes: tuple[Hit, ...] = ()
    slots: tuple[tuple[str, int, int], ...] = ()
    categories: tuple[tuple[str, int], ...] = ()
    calm: bool = False
    reasons: tuple[str, ...] = ()

    def urgency(self) -> str:
        """How soon something must happen: `urgent`, `normal` or `low`."""
        return urgency(self.signals, self.urgent, self.calm)

    def severity(self, complaint: bool) -> str:
        """How grave it sounds: `high`, `normal` or `low`."""
        if self.signals or self.anger > 1 or (self.urgent and self.anger):
            return "high"
        return "normal" if complaint or self.urgent or self.anger else "low"


def weigh_signs(text: str, flat: str, hits: Iterable[Hit]) -> Signs:
    """Add up the phrases found in a text; negated ones do not count."""
    named: dict[str, list[Hit]] = {}
    declined: list[tuple[int, int]] = []
    beside, meant = afterthoughts(flat), without_figures(flat)
    for hit in hits:
        aside = any(start <= hit.start < end for start, end in beside)
        for family in hit.families:
            if _counts(family, hit, flat, meant) and not (aside and family.startswith(CATEGORY)):
                named.setdefault(family, []).append(hit)
            elif family.startswith(WANTED) and (no := _UNWANTED.search(flat, max(0, hit.start - 28), hit.start)):
                declined.append((no.start(), hit.end))
    harms, calm = find_harms(flat), calm_words(flat)
    topic, *asked = find_topic(flat)
    rest = blank(flat, [(asked[0], asked[1])]) if topic == "bot" else flat
    person = _asks_for_person(rest, [hit for hit in named.get("person", []) if rest[hit.start] != "\0"])
    wishes = [
        RequestedRemedy(name[len(WANTED) :], hit.start, hit.end)
        for name in named
        if name.startswith(WANTED)
        for hit in named[name]
    ]
    wishes += wishes_by_shape(flat, bool(wishes))
    wanted = still_wanted(flat, wishes)
    lacks = _lacking(flat, named)
    return Signs(
        signals=tuple(signal for signal in SIGNALS if signal in named or signal in harms),
        anger=_anger(text, flat, named),
        urgent="urgent" in named,
        wanted=tuple(name for name in wanted if name != "other" or len(wanted) == 1),
        wishes=(*((wish.start, wish.end) for wish in wishes), *declined),
        afterthoughts=beside,
        customer_type=next((name[len(CUSTOMER) :] for name in named if name.startswith(CUSTOMER)), ""),
        person=person is True,
        no_person=person is False,
        own_data=_asks_for_data(flat),
        disagrees=len(flat) < _SHORT and bool(_DISAGREES.search(flat)),
        question=topic or next((name[len(QUESTION) :] for name in named if name.startswith(QUESTION)), ""),
        unknown="unknown" in named or bool(_UNKNOWN.search(flat)) or _has_none(flat, named),
        lacks=lacks,
        language_wanted=language_named(named),
        changes=tuple(named.get("change", ())),
        slots=tuple(
            (name[len(SLOT) :], hit.start, hit.end) for name in named if name.startswith(SLOT) for hit in named[name]
        ),
        categories=tuple(
            Counter(
                {name[len(CATEGORY) :]: len(found) for name, found in named.items() if name.startswith(CATEGORY)}
            ).most_common()
        ),
        calm=bool(calm),
        reasons=tuple(dict.fromkeys(_reasons(text, flat, named, harms, calm))),
    )


def with_signals(signs: Signs, text: str, flat: str, hits: Iterable[Hit]) -> Signs:
    """The signs of a text with the signals of a further stretch of it, and nothing else from there."""
    harms, meant = find_harms(flat), without_figures(flat)
    named: dict[str, list[Hit]] = {}
    for hit in hits:
        for family in hit.families:
            if family in SIGNALS and _counts(family, hit, flat, meant):
                named.setdefault(family, []).append(hit)
    if not named and not harms:
        return signs
    reasons = dict.fromkeys((*signs.reasons, *_reasons(text, flat, named, harms, ())))
    found = {*signs.signals, *named, *harms}
    return replace(signs, signals=tuple(signal for signal in SIGNALS if signal in found), reasons=tuple(reasons))


def _reasons(
    text: str, flat: str, named: dict[str, list[Hit]], harms: Mapping[str, str], calm: tuple[str, ...]
) -> Iterator[str]:
    """`name: words` for all that raises or lowers urgency, anger and signals, as it stands in the text."""
    for family, name in REASONED.items():
        yield from (f"{name}: {text[hit.start : hit.end]}" for hit in named.get(family, ()))
    for name, words in (*harms.items(), *(("urgency", words) for words in calm)):
        yield f"{name}: {text[(at := flat.find(words)) : at + len(words)]}"
    if "anger_strong" not in named and "anger_mild" not in named:
        loud = _SHOUTED.search(text) or _LOUD.search(text)
        yield from (f"anger: {found[0]}" for found in (loud,) if found and any(map(str.isalpha, text)))


def language_named(families: Iterable[str]) -> str:
    """The language asked for by name, if any; "traditional chinese" is more than "chinese"."""
    named = [family[len(LANGUAGE) :] for family in families if family.startswith(LANGUAGE)]
    return max(named, key=len, default="")


def _counts(family: str, hit: Hit, flat: str, meant: str) -> bool:
    """Whether a phrase inside a longer text means what its list says. `meant` is the text without figures of speech."""
    before = flat[max(0, hit.start - 28) : hit.start]
    if family.startswith(WANTED):
        if _HAD_BEFORE.search(before) or _HAD_AFTER.match(flat, hit.end):
            return False
        return _is_long(hit, 2) and not _UNWANTED.search(before) and not _split_negation(hit, before)
    if family.startswith(CUSTOMER):
        return _is_long(hit, 3) and not _NOT_OURS.search(before)
    if family == "person" or family.startswith(LANGUAGE):
        return _is_long(hit, 3) and len(flat) < 80
    if family == "urgent":
        return not is_denied(before)
    if family == WAIT:
        # "No wait" is a request for a moment by itself; before more words it takes back what was said.
        return not hit.phrase.startswith("no ") and len(flat) < (
            _LONGEST_REQUEST if flat.isascii() else _LONGEST_REQUEST // 4
        )
    if family in ("safety", "health"):
        return not _UNHARMED.search(before) and bool(meant[hit.start : hit.end].strip("\0"))
    return True


def _split_negation(hit: Hit, before: str) -> bool:
    """`不` before a phrase that begins with the wish itself: 不 + 要退款."""
    return hit.phrase[0] in "要想需给" and before.endswith(("不", "别", "不需", "不想", "没说", "不是"))


def _is_long(hit: Hit, least: int) -> bool:
    """Long enough not to stand in a text by chance: so many Chinese characters, or two words."""
    if HAN.search(hit.phrase):
        return len(hit.phrase) >= least and hit.phrase not in ("其他", "其它", "别的")
    return (
        " " in hit.phrase
        or "'" in hit.phrase
        or any(family.startswith(WANTED) and family != "wanted_other" for family in hit.families)
    )


def _asks_for_person(flat: str, hits: list[Hit]) -> bool | None:
    """Whether a person is asked for; False when that is ruled out or told of, None when nothing is said of it."""
    starts = [hit.start for hit in hits]
    if _PERSON_GATE.search(flat):
        starts += [found.start() for found in _PERSON.finditer(flat)]
    if not starts:
        return None
    return not any(
        _NO_PERSON.search(before) or _TRIED.search(before)
        for before in (flat[max(0, start - 28) : start] for start in starts)
    )


def _asks_for_data(flat: str) -> bool:
    """Asked for now, of us; not a tale of having asked."""
    if len(flat) > _LONGEST_REQUEST or not _DATA_GATE.search(flat) or not (found := _OWN_DATA.search(flat)):
        return False
    return not _ALREADY_ASKED.search(flat[max(0, found.start() - 24) : found.start()])


def _has_none(flat: str, named: dict[str, list[Hit]]) -> bool:
    """`我没有照片`, "no order number": nothing there of what is named, and nothing more said."""
    hits = [(slot, hit) for slot in _MAY_LACK for hit in named.get(SLOT + slot, ())]
    return any(
        _LACKS.search(flat[max(0, hit.start - 24) : hit.start])
        and (len(flat) - hit.end < 3 or (slot in _HELD and _BREAK.match(flat, hit.end)))
        for slot, hit in hits
    )


def _lacking(flat: str, named: dict[str, list[Hit]]) -> str:
    """The slot that is named beside words for not knowing, in one clause: "no idea what the order number is"."""
    if _LACKABLE.isdisjoint(named):
        return ""
    slots = [(slot, hit) for slot in _MAY_LACK for hit in named.get(SLOT + slot, ())]
    places = [found.span() for found in _UNKNOWN.finditer(flat)]
    places += [(hit.start, hit.end) for hit in named.get("unknown", ())]
    for slot, hit in slots:
        between = [flat[min(end, hit.end) : max(start, hit.start)] for start, end in places]
        if any(len(gap) <= _CLOSE_BY and not _BREAK.search(gap) for gap in between):
            return slot
        if _LACKS.search(flat[max(0, hit.start - 24) : hit.start]):
            return slot
    return ""


def _anger(text: str, flat: str, named: dict[str, list[Hit]]) -> int:
    if "anger_strong" in named:
        return 2
    if "anger_mild" in named or _SHOUTED.search(text):
        return 1
    return 1 if _LOUD.search(flat) and any(char.isalpha() for char in flat) else 0
