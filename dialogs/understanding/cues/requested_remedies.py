"""Wishes by their shape, and which of them stand once a customer has thought again. By rules, pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_LONGEST = 80


@dataclass(frozen=True, slots=True)
class RequestedRemedy:
    """A remedy asked for, by the playbook's name, and where."""

    name: str
    start: int
    end: int


_REPLACED = re.compile(
    r"\b(?:want|need|like|get|have) (?:it|this|that|them|one|mine|(?:the|my) \w+) (?:replaced|exchanged|swapped)\b"
    r"|\b(?:send|give|want|need|like) (?:me |us )?an? (?:new|working|proper|undamaged|different) "
    r"(?!order|account|courier|driver|agent)\w+"
    r"|(?:重新|再)(?:给我|帮我|为我)?(?:发|寄|补)(?:给我|我|过来)?"
    r"(?:一?[个件份套双台只]|[两三四五六七八九十\d]+[个件份套双台只]?|新)"
    r"|(?<![不别退更交兑])换(?:一|个|过)?[副双件台条把瓶盒只张辆部套本](?!公司|电话|号码|手机号)(?:新的|好的)?"
    r"|(?:还是|想|直接|干脆|只要)(?:给我|帮我)?换(?:了|掉)?吧?(?=$|[\s,.!])"
)
_REPLACED_GATE = re.compile(r"replaced|exchanged|swapped|new|working|proper|undamaged|different|换|重新|再")
_REPAIRED = re.compile(
    r"\b(?:want|need|like|get|have) (?:it|this|that|them|mine|(?:the|my) \w+) (?:fixed|repaired|mended)\b"
    r"|(?<![没不])(?:给我|帮我|要你?们?|想|能)(?:免费|上门)?修(?:一?[下修好]|就[行好])"
)
_REPAIRED_GATE = re.compile(r"fixed|repaired|mended|修")
_BACK_GATE = re.compile(r"back|refunded|returned|退|还")
_BACK = re.compile(
    r"\b(?:want|get|need|like|have|give me|send me) (?:\w+ )?(?:the|my|that|this)"
    r"(?: (?:extra|second|other|duplicate|double|charge|payment|amount|money|cash|fee|difference|half|one|deposit)s?)+"
    r" (?:back|refunded|returned)\b(?! to you)"
    r"|(?:多|重复|乱)(?:扣|收|付|刷)的?[^,.!?没不未]{0,5}(?:退|还)(?:给我|回来?|我)"
    r"|(?:还是|想|直接|干脆|只要)(?:给我|帮我)?退(?:了|掉)?吧?(?=$|[\s,.!])"
)
_HELD_BACK = re.compile(r"\b(?:won't|can't|cannot|didn't|never|not|refus\w+|where|when)\b", re.ASCII)
_SORRY = re.compile(
    r"\b(?:and|plus|with|or)(?: an?)? (?:proper |real )?sorry\b[.! ]*$|^\s*(?:an? )?sorry (?:and|plus) "
)

_TURN = re.compile(
    r"\b(?:no[,.!]? (?:wait|actually|hang on|hold on|sorry)|(?:wait|hang on|hold on|sorry|actually)[,.!]? no\b|no[,.!…]"
    r"|wait[,.!…]|actually|(?:on|having) (?:second|thinking) thoughts?|scratch that|forget that|make (?:that|it)\b"
    r"|or rather|i mean\b|i meant\b|i(?:'ve| have)? changed my mind)"
    r"|\bbut (?=[^,.;!?]{0,120}\binstead\b(?! of\b))|[,.;!?] (?!or\b)(?=[^,.;!?]{0,120}\binstead\b(?! of\b))"
    r"|[啊哦噢呃哎欸诶唉]{1,6}[,. ]?不[,. 是对]?|不不+|不对[,. ]|不是[,. ]|算了|等等|等一下|改(?:变)?主意|想了[想一]"
    r"|说错了?|要不(?!然|是|给)(?:还是)?|(?:^|[,.!;…\s吧])还是(?![没不坏老那])",
)
_TURN_GATE = re.compile(
    r"\bno\b|wait|actually|thought|scratch|forget|make|rather|mean|mind|instead"
    r"|不|算了|等|主意|想了|说错|还是"
)
_BESIDES = re.compile(r"\b(?:also|too|as well|plus|both|on top)\b|还要|也要|也[得行]|另外|并且|而且|同时|再加|以及")
_SOFTENER = re.compile(
    r"(?:就|也|都)?(?:[行得成]了?|可以)[吧啊呀]?(?=$|[\s,.!])|吧"
    r"|\b(?:either|please|will do|would do|is fine|ok|okay|idc|i don't (?:care|mind)|whatever)\b"
)


def wishes_by_shape(flat: str, wishing: bool) -> Iterator[RequestedRemedy]:
    """Wishes told by their shape: "want it replaced", 换一副, 修修就行; and "sorry" beside another wish."""
    if len(flat) <= _LONGEST:
        for name, gate, pattern in _SHAPES:
            if gate.search(flat) and (found := pattern.search(flat)) and not _is_tale(name, flat, found.start()):
                yield RequestedRemedy(name, *found.span())
    if wishing and (found := _SORRY.search(flat)):
        yield RequestedRemedy("apology", *found.span())


_SHAPES = (
    ("exchange", _REPLACED_GATE, _REPLACED),
    ("repair", _REPAIRED_GATE, _REPAIRED),
    ("refund", _BACK_GATE, _BACK),
)


def _is_tale(name: str, flat: str, start: int) -> bool:
    """Money that was asked back in vain is told of, not asked for."""
    return name == "refund" and bool(_HELD_BACK.search(flat, 0, start))


def still_wanted(flat: str, wishes: Sequence[RequestedRemedy]) -> tuple[str, ...]:
    """The names of the wishes that stand: those behind the last "no wait" or 算了, where others lie before it.

    Who wants the one "as well" wants both.
    """
    names = tuple(dict.fromkeys(wish.name for wish in wishes))
    if len(names) < 2 or not _TURN_GATE.search(flat):
        return names
    for turn in reversed([found.start() for found in _TURN.finditer(flat)]):
        later = {wish.name for wish in wishes if wish.start >= turn}
        earlier = any(wish.end <= turn for wish in wishes)
        if later and earlier and not _BESIDES.search(flat, turn):
            return tuple(name for name in names if name in later)
    return names


def without_turns(flat: str) -> str:
    """The text without the words of a customer who thinks again or says how little it takes, at the same places."""
    plain = _TURN.sub(_blanked, flat) if _TURN_GATE.search(flat) else flat
    return _SOFTENER.sub(_blanked, plain)


def _blanked(found: re.Match[str]) -> str:
    return "\0" * len(found[0])
