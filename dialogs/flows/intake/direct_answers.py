"""What a reply gives to the question it was put to, read generously: people answer in their own form.

"its the timberland boots size 8, NB0066 2915" answers which item and which order; 俺叫马保山 tells a name. Where the
reading has found a fact by its grammar that counts; else the reply's own words are taken, without what only leads up
to them. Nothing is taken that is as long as a story.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import Any

from complaints.copies import altered
from complaints.record import AnySlot, Contact, Record, Slot
from dialogs.flows.intake.slot_filling import NO_NAME, answer_to, found_in, name_said
from dialogs.flows.message_cues import weight
from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.formats.number_tokens import NumberToken, said_last
from dialogs.understanding.reading import AnswerAct, Mark, Reading
from dialogs.understanding.replies.answer_noise import core, is_count
from dialogs.understanding.tagging.marks import number_of, words_of

_CLAUSE = re.compile(r"[,;，；。！!\n]|\.(?=\s|$)|(?<=[一-鿿])[ \u3000]+(?=[一-鿿])")
_LEAD_EN = re.compile(
    r"^(?:(?:well|ok|okay|so|yes|yeah|sure|hi|hello|sorry|please|ah|oh|um|it was|it is|it's|its"
    r"|that's|thats|that is|that was"
    r"|they're|they are|this is|i said|i bought|i ordered|i got|i have|we have|we bought|we ordered"
    r"|my name is|my name's|my name"
    r"|name is|name|the name is|the name's|i go by|i am called|i'm called|call me|you can call me|i am|i'm|im"
    r"|me is|just|only|the item is|my|our"
    r"|item is|item|about)\b[\s,:.-]{0,3}){1,3}",
    re.IGNORECASE,
)
_LEAD_ZH = re.compile(
    r"^(?:嗯|哦|啊|那个|就是|是的|是|买的|买的是|我买的是|我买的|我们|我是|我叫|俺叫|俺是|叫我|叫|名字叫|名字是|名字|姓名|称呼|"
    r"本人|我姓|姓|商品是|商品|东西是|一个|一台|一双|一件|一套|这个|那款)[\s,:：，]{0,2}"
)
_TAIL_EN = re.compile(r"(?<=\w) (?:here|speaking)(?: (?:love|pal|mate|again))?$", re.IGNORECASE)
_LONGEST_THING, _LONGEST_HAN_THING = 60, 20
_MOST_NAME_WORDS, _MOST_HAN_NAME = 4, 6
_HAN = re.compile(r"[\u3400-\u9fff]")
_LETTER = re.compile(r"[^\W\d_]")
_NOT_A_NAME = re.compile(
    r"\b(?:not?|none|nobody|why|what|who|where|when|how|chat|phone|email|e-mail|text|call|here|is best|best|fine|please"
    r"|number|order|refund|money|you|your|don't|dont|won't|can't|never|already|told|said|told|use"
    r"|ring|whatsapp|wechat|sorry|away|was|were|are|been|had|did|does|it|they|she|this|that)\b"
    r"|\b(?:real name|anonymous\w*|rather|prefer|private)\b"
    r"|^(?:就|写|填|记|留|用){0,2}我(?:自己|本人)?(?:吧|就行|好了|的)?$"
    r"|^(?:发吧|提交|就这样|行吧?|好吧?|随便|快点|赶紧)|算了|免了|真名|实名|匿名|[\u3400-\u9fff]的[\u3400-\u9fff]$"
    r"|[不没吗呢什怎哪谁]|电话|手机|邮箱|微信|这里|聊天|联系|方便|都行|可以|订单|号码|为啥|干嘛|已经|说过",
    re.IGNORECASE,
)
_NOT_A_THING = re.compile(
    r"^(?:no|nope|wrong|不对|不是|不|错了)$|^(?:i|we|you|he|she|they)\b.{12,}"
    r"|^(?:nobody|no ?one|everyone|everybody|all of us|none of us)\b|没事|没伤|平安"
    r"|\b(?:don't|dont|do not|can't|cant|cannot|haven't|no idea"
    r"|not sure|already|told you"
    r"|hang on|wait|one sec|let me|slip says|number is|order|as i (?:said|wrote))\b"
    r"|不知道|不清楚|找不|没有|说过|已经说|等一?下|稍等|订单|单号|编号|你们|什么",
    re.IGNORECASE,
)
_FACTUAL = frozenset(
    {
        "order_number",
        "order_like",
        "email",
        "phone",
        "handle",
        "amount",
        "mentioned_amount",
        "happened_at",
        "contact_time",
    }
)
_FEWEST_RUNG = 7


def direct_answers(
    asked: AnySlot, also: Collection[AnySlot], reading: Reading, record: Record, playbook: Playbook
) -> dict[AnySlot, Any]:
    """The values that a reply gives to what was asked, by slot; nothing where it gives none."""
    wanted = (asked, *also)
    found = {}
    for slot in wanted:
        value = _finder(slot, playbook)(reading, record, playbook, wanted)
        if value:
            found[slot] = value
    return found


def in_answer_to(wanted: Collection[AnySlot], reading: Reading) -> Reading:
    """The reading of a reply to a question for a contact: what is a telephone there is no order number, whatever it
    would be by itself.
    """
    if Slot.CONTACT not in wanted:
        return reading
    rung = [mark for mark in _marks(reading, wanted) if mark.fact == "phone" and mark.confidence >= _RUNG]
    return altered(
        reading,
        slots=tuple(
            span
            for span in reading.slots
            if span.slot not in ("order_number", "order_like")
            or not any(span.start < mark.end and mark.start < span.end for mark in rung)
        ),
    )


_RUNG = 0.5

Finder = Callable[[Reading, Record, Playbook, Collection[AnySlot]], Any]


def _finder(slot: AnySlot, playbook: Playbook) -> Finder:
    own = playbook.file.slots.get(slot)
    return _thing if own and own.type == "text" else _BY_SLOT.get(slot, _by_grammar(slot))


def _by_grammar(slot: AnySlot) -> Finder:
    return lambda reading, record, playbook, _: answer_to(slot, reading, record, playbook)


def order_number(reading: Reading, playbook: Playbook, *, asked: bool) -> str:
    """The order number in a text: what has the shop's own shape, what is called one, and, if it was asked for, any
    number that nothing else claims.
    """
    anew = said_last(reading.text)
    if any(token.start >= anew and token.plausible for token in reading.numbers):
        reading = altered(reading, numbers=tuple(token for token in reading.numbers if token.start >= anew))
        reading = altered(reading, slots=tuple(s for s in reading.slots if s.slot != "order_number" or s.start >= anew))
    elsewhere = [token for token in reading.numbers if token.called < 0]
    ours = next((span for span in reading.slots if span.slot == "order_number" and not _within(span, elsewhere)), None)
    if ours is not None:
        return str(ours.value)
    called = [token for token in reading.numbers if token.called > 0 and (token.plausible or asked)]
    rest = [token for token in reading.numbers if token.called == 0 and _is_free(token, reading)] if asked else []
    best = next(iter(called), None) or max(rest, key=lambda token: token.digits, default=None)
    return best.text.strip() if best else ""


def _within(span: Any, tokens: Collection[NumberToken]) -> bool:
    return any(token.start <= span.start < token.end for token in tokens)


def _is_free(token: NumberToken, reading: Reading) -> bool:
    """Whether no grammar took a number for money, a day, an address or a telephone."""
    taken = (span for span in reading.slots if span.slot in ("email", "phone", "amount", "happened_at", "handle"))
    return not any(span.start < token.end and token.start < span.end for span in taken)


def _marks(reading: Reading, wanted: Collection[AnySlot]) -> tuple[Mark, ...]:
    """What the tagger marks under this question; where it marks the same as in a story, it is kept once."""
    return reading.marks.get("+".join(wanted), reading.marks.get("story", ()))


def _answers(reading: Reading) -> bool:
    """Whether a reply as a whole may be taken for an answer: as a head hears it, where one has read it."""
    acts = reading.replies.get("answers", {})
    return not reading.marks or not acts or acts.get(AnswerAct.INFORM, 0.0) >= max(_ANSWERS, *_others(acts))


def _others(acts: Mapping[str, float]) -> list[float]:
    return [
        chance for act, chance in acts.items() if act not in (AnswerAct.INFORM, AnswerAct.CORRECT, AnswerAct.ALREADY)
    ] or [0.0]


_ANSWERS = 0.5


def _order(reading: Reading, _record: Record, playbook: Playbook, wanted: Collection[AnySlot]) -> str:
    marks = _marks(reading, wanted)
    marked = number_of(marks, reading, reading.slots)
    rung = [mark for mark in marks if mark.fact == "phone" and mark.confidence >= _RUNG]
    free = tuple(one for one in reading.numbers if one.called > 0 or not _is_marked(one, rung))
    said = str(marked.value) if marked else order_number(altered(reading, numbers=free), playbook, asked=True)
    return said or ("" if rung or not _CALLED_SO.search(reading.text[:_LONGEST_THING]) else reading.dictated)


_CALLED_SO = re.compile(r"\border|单号|訂單|订单|編號|编号", re.IGNORECASE)


def _is_marked(token: NumberToken, marks: Collection[Mark]) -> bool:
    return any(mark.start < token.end and token.start < mark.end for mark in marks)


def _contact(reading: Reading, record: Record, playbook: Playbook, _: Collection[AnySlot]) -> Contact | None:
    """A way to be reached; a number that is no valid phone here, or is spelled out, is kept as it was said."""
    known = found_in(reading, record, playbook).get(Slot.CONTACT)
    if known:
        return known  # type: ignore[no-any-return]
    if reading.dictated:
        return Contact(phone=reading.dictated)
    rung = [token for token in reading.numbers if token.digits >= _FEWEST_RUNG and not _is_an_order(token, reading)]
    return Contact(phone="".join(filter(lambda char: char.isdigit() or char == "+", rung[0].text))) if rung else None


def _is_an_order(token: NumberToken, reading: Reading) -> bool:
    """Whether a number is an order's: called so, of the shop's own shape, or with letters in it as no telephone has."""
    numbers = (span for span in reading.slots if span.slot == "order_number")
    ours = any(span.start < token.end and token.start < span.end for span in numbers)
    return ours or token.called > 0 or bool(_LETTER.search(token.text))


def _name(reading: Reading, _record: Record, _playbook: Playbook, wanted: Collection[AnySlot]) -> str:
    """The name where the reply says that it is one; else the first clause that could be, without its lead."""
    if (own := _SELF_NAMED.match(reading.text)) and _is_name(own["name"]) and not NO_NAME.search(own["name"]):
        return own["name"]
    if marked := words_of("name", _marks(reading, wanted), reading.text):
        return str(marked.value)
    if said := name_said(reading):
        return said
    if introduced := _introduced(reading, wanted):
        return introduced
    if reading.wanted or not _answers(reading):
        return ""  # a wish is no name
    for clause in _clauses(reading, wanted):
        bare = _without_lead(clause)
        if _is_name(bare):
            return bare
    return ""


_SELF_NAMED = re.compile(
    r"(?:(?:hi|hello)[ ,]{1,2})?(?:[Ii]'?m|[Ii] am|[Tt]his is|[Mm]y name is) "
    r"(?P<name>[A-Z][a-z'-]{1,20}(?: [A-Z][\w'-]{1,20}){0,2})"
    r"(?=[,.;]|$| here\b| and\b)"
)
"""Who begins with their own name may go on with somebody else's."""


def _introduced(reading: Reading, wanted: Collection[AnySlot]) -> str:
    """A name that is said to be one, "call me Spud", unless a tagger knows it for somebody else's."""
    others = [mark for mark in _marks(reading, wanted) if mark.fact == "other_name" and mark.confidence >= _ANSWERS]
    named = next((span for span in reading.slots if span.slot == "name"), None)
    if named is None or any(mark.start < named.end and named.start < mark.end for mark in others):
        return ""
    return str(named.value) if str(named.value) in reading.text else ""


def _is_name(words: str) -> bool:
    if not words or not _LETTER.search(words) or any(map(str.isdigit, words)) or _NOT_A_NAME.search(words):
        return False
    if _HAN.search(words):
        return len(words) <= _MOST_HAN_NAME
    return len(words.split()) <= _MOST_NAME_WORDS


def _thing(reading: Reading, _record: Record, _playbook: Playbook, wanted: Collection[AnySlot]) -> str:
    """The first clause that could name a thing; a grammar's finding where the clause is long. A wish is no thing."""
    if marked := words_of("item", _marks(reading, wanted), reading.text):
        return str(marked.value)
    if reading.wanted or not _answers(reading):
        return str(reading.found("item") or "")
    for clause in () if is_count(reading.text) else _clauses(reading, wanted):
        bare = _without_lead(clause)
        if bare and _LETTER.search(bare) and not _NOT_A_THING.search(bare) and not is_count(bare):
            longest = _LONGEST_HAN_THING if _HAN.search(bare) else _LONGEST_THING
            return bare if len(bare) <= longest else str(reading.found("item") or "")
    return str(reading.found("item") or "")


_CALLS_THEMSELVES = re.compile(r"(?:\bcall me|\bmy name(?:'s| is)?|叫我|我叫) ?[^\s,，.。]{1,20}", re.IGNORECASE)


def _clauses(reading: Reading, wanted: Collection[AnySlot]) -> list[str]:
    """The parts of a short reply that hold no fact of another kind."""
    text = core(reading.text)
    if weight(text) > _STORY:
        return []
    taken = [span.text for span in reading.slots if span.slot in _FACTUAL]
    taken += [token.text for token in reading.numbers if token.called or token.plausible]
    taken += [] if Slot.NAME in wanted else _CALLS_THEMSELVES.findall(text)
    parts = [part.strip(" \t\"'“”‘’") for part in _CLAUSE.split(text)]
    return [part for part in parts if part and not any(fact in part or part in fact for fact in taken)]


_STORY = 30
"""Words of a reply beyond which it is a story, and no part of it is taken for a name or a thing."""


def _without_lead(clause: str) -> str:
    bare = _LEAD_EN.sub("", clause, count=1)
    bare = _LEAD_ZH.sub("", bare, count=1) if _HAN.search(bare) else _TAIL_EN.sub("", bare)
    only_leads_up = _LETTER.search(clause) and not _LETTER.search(bare)
    return "" if only_leads_up else bare.strip(" .:：,-")


def _place(reading: Reading, record: Record, playbook: Playbook, wanted: Collection[AnySlot]) -> str:
    marked = words_of("place_or_page", _marks(reading, wanted), reading.text)
    found = marked.value if marked else answer_to(Slot.PLACE_OR_PAGE, reading, record, playbook)
    return str(found or _thing(reading, record, playbook, wanted))


_BY_SLOT: Mapping[AnySlot, Finder] = MappingProxyType(
    {
        Slot.ORDER_NUMBER: _order,
        Slot.CONTACT: _contact,
        Slot.NAME: _name,
        Slot.ITEM: _thing,
        Slot.PLACE_OR_PAGE: _place,
    }
)
