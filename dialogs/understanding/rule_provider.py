"""Understanding by rules alone: phrases, grammars, and words that plainly belong to one category."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.cues.category_evidence import CategoryEvidence, is_amiss
from dialogs.understanding.cues.requested_remedies import without_turns
from dialogs.understanding.cues.signals import Signs
from dialogs.understanding.pipeline import Reader, Verdict
from dialogs.understanding.reading import Intent, Reading, Scored, Span, Utterance
from dialogs.understanding.text import HAN, blank, flatten, places

COMPLAIN = "complain/"

_TERM = re.compile(r"[a-zÀ-ɏ']{3,}|[㐀-鿿]+")
_QUESTION = re.compile(
    r"[?]\s*$|[吗呢么]\s*[.!]*$|怎么|多久|什么时候|能不能|可不可以|是不是|如何|^(?:how|what|when|where|who|why"
    r"|which|do|does|did|can|could|is|are|will|would)\b"
)
_QUESTION_WORD = re.compile(
    r"[吗]\s*[?.!]*$|怎么|多久|什么时候|能不能|可不可以|是不是|如何|^(?:how|what|when|where|who|which|do you"
    r"|can you|can i|are you|is this|is it|will you)\b"
)
_KEYBOARD = re.compile(
    r"(?:qwer|wert|erty|rtyu|tyui|yuio|uiop|asdf|sdfg|dfgh|fghj|ghjk|hjkl|zxcv|xcvb|cvbn|vbnm|lkjh|fdsa|poiu|rewq)"
)
_VOWEL = re.compile(r"[aeiouyÀ-ɏ]")
_LATIN = re.compile(r"[a-zÀ-ɏ]+")
_READABLE = re.compile(r"[^\W_]")
_PLAINLY = 0.85
_HARDLY = 0.4
_PUTS = re.compile(
    r"^(?:do you|can you|can i|could i|could you|do i|may i|are there|is there|how much"
    r"|when do you)\b[^.!]{4,60}\?\s*$"
)
_ASKS = re.compile(
    r"想问|请问|咨询|问一下|问下|了解一下"
    r"|\b(?:how (?:do|can|does) (?:i|one|it)|what(?:'s| is) (?:your|the)|where (?:do|can) i)\b"
)
_FILLERS = frozenset(
    re.findall(
        r"[a-z]+|[一-鿿]",
        "和并且要我都还给就只吧不想及与个请你们 and an a the please i want just or also full my me would like to",
    )
)
_INTRODUCES = 3
TELLING = frozenset({"item", "place_or_page"})
_IDENTIFYING = frozenset({"order_number", "order_like", "email", "phone", "handle", "name"})
_ENOUGH, _TOLD = 4, 2
_BUYING, _FROM_YOU = 7, 2
_CLAUSE = re.compile(r"[,.;!?](?=.)")
_ANSWERED = re.compile(
    r"^\s*(?:(?:yes|yeah|yep|no|nope|ok|okay|right|correct)\b(?:[,.!]* and\b|[,.!]+)|(?:是的?|对的?|嗯|好的?"
    r"|没错|不是|不)[,.! ]+(?:而且|还有|并且)?)(?=\s*\S{3})"
)
_WISH_GATE = re.compile(r"[退换赔补歉修释法]|refund|replace|money|compensat|apolog|exchange|repair|fix|explan")
_WISH = re.compile(
    r"(?:(?<=[\s,.!;?\0])|^)我?(?:现在|只|就|必须|强烈)?(?:不要|不想要|不需要|要求|想要|只要|要|想|希望|请|给我"
    r"|麻烦|求)(?:你们|商家|立即|马上|尽快)?(?:给我|帮我)?(?:全额|办理)?"
    r"(?:退货退款|退款|退货|退钱|换货|换新|换一[个件台双]|换个新的|重发|补发|赔偿|补偿|道歉|解释|一?个(?:说法|解释"
    r"|道歉)|维修)(?:给我|一下|就[行好])?(?=$|[\s,.!;?\0和并及])"
    r"|(?<=[\s,.!;?\0])(?:必须|要|给我)?(?:退一赔[一二三五十]|假一赔[一三十])[吧!. ]*(?=$|[\s,.!;?])"
    r"|\b(?:and |so |but )?i(?:'d| would)? (?:just |really |only |do not |don't )?(?:want|need|like|demand|expect"
    r"|request) (?:an? |my |the )?(?:full |immediate |partial )?"
    r"(?:refund|replacement|money back|compensation|apology|exchange|repair)\b(?=$|[\s,.!;?])"
    r"|(?:^|[,.!;] ?|\b(?:and|but) )(?:just|only) (?:an? |my |the )?(?:refund|replacement|compensation|apology"
    r"|exchange|explanation)\b(?=$|[\s,.!;?])"
    r"|(?<=[\s,.!;\0])(?:全额)?(?:退货退款|退款|退货|退钱|换货|换新|重发|补发|赔偿|赔钱|道歉|维修|不退了?"
    r"|不换了?|不用换了?|不要换了?)[吧!. ]*$"
    r"|[,.;!\0]\s?(?:and |so |but )?(?:a |full |please )*(?:refund|replacement|exchange|compensation|money back"
    r"|apology)(?: me)?(?: please| now| asap)?[.! ]*$"
    r"|\b(?:i'd|i would|actually|rather)(?: i'd)? (?:rather|prefer)? ?(?:have )?(?:an? |my |the "
    r"|full )*(?:refund|replacement|exchange|money back)(?: please| instead)?(?=$|[\s,.!;])"
    r"|(?<!when )\b(?:do|will|can|would) (?:i|we) (?:\w+ )?(?:get|have) (?:my|our|the|any|an?|full) "
    r"(?:money|refund|cash)"
    r"(?: back)?(?=$|[\s,.!;?])"
    r"|\b(?:and )?(?:not|no|rather than|instead of) (?:an? |the |any )?(?:refund|replacement|exchange|apology"
    r"|voucher|repair)(?=$|[\s,.!;])"
    r"|\b(?:please |kindly |just )(?:give me (?:a |my )?|send me (?:a |my )?)?(?:full )?(?:refund|replace|exchange"
    r"|money back|repair|fix)(?: me| it| this)?(?=$|[,.!;?])",
    re.ASCII,
)
_TOLD_OF = re.compile(r"\b(?:they|he|she)\b|店|商家|卖家|客服|他|她|没|未|不")
"""Beside a wish: somebody else, or something that was not done. Then it is told of rather than asked for."""
_CONTENT = re.compile(r"[a-z']+|[㐀-鿿]")
_REPEATED = re.compile(r"(.{1,2})\1{3,}")


_PERHAPS = Scored(Intent.COMPLAIN, 0.55)
NONSENSE = Verdict((Scored(Intent.NONE, 0.95),))
WISH = Verdict((Scored(Intent.ADD_FACTS, 0.6), Scored(Intent.COMPLAIN, 0.4)))
"""A remedy asked for and no word of what went wrong."""

NO_FACTS = 9999
PURCHASE = Verdict((Scored(Intent.ADD_FACTS, 0.6), Scored(Intent.COMPLAIN, 0.5)))
"""Something was bought, and not yet a word of what is wrong with it."""
UNSURE = Verdict((Scored(Intent.NONE, 0.4),))
"""Not nonsense, but like nothing we know: perhaps an answer to what was asked."""


class RulesUnderstanding:
    """The `Understanding` that is always there: no training, no model, no network. Others build on its parts."""

    def __init__(self, playbook: Playbook) -> None:
        self.keywords = KeywordJudge(playbook)
        self.reader = Reader(playbook, self.keywords)

    def read(self, utterances: Sequence[Utterance]) -> list[Reading]:
        """One reading per utterance, in order. Never raises for what a customer wrote."""
        return [self.reader.read(said) for said in utterances]


class KeywordJudge:
    """Judges by how many words of a text are plainly one category's."""

    def __init__(self, playbook: Playbook) -> None:
        self._votes = category_words(playbook)
        self.evidence = CategoryEvidence(playbook.file.categories)

    def judge(self, flat: str, language: str, signs: Signs, spans: Sequence[Span]) -> Verdict:
        if is_gibberish(flat):
            return NONSENSE
        votes = Counter({name: 2 * count for name, count in signs.categories})
        told = blank(flat, signs.afterthoughts)
        votes.update(self._votes[term] for term in set(terms(told)) if term in self._votes)
        votes.update(dict.fromkeys(self.evidence.shaped(told), 2))
        ranked = votes.most_common(2)
        total = sum(votes.values())
        lead = _lead(ranked, flat)
        plain = lead >= 2
        intents = _intents(flat, signs, spans, plain)
        if not lead or is_wish(flat, signs):
            return Verdict(intents)
        if not plain:
            intents = intents if _is_told(intents) else (_PERHAPS, *(one for one in intents if one.name != Intent.NONE))
            return Verdict(intents, Scored(ranked[0][0], 0.5))
        if not _is_told(intents):
            return Verdict(intents)
        first, *rest = (Scored(name, round(0.9 * count / total, 3)) for name, count in ranked)
        return Verdict(intents, first, rest[0] if rest else None)


def _lead(ranked: list[tuple[str, int]], flat: str) -> int:
    """The votes of the leading category; 0 when two lead, or when one word stands in a mere answer."""
    votes = [count for _, count in ranked]
    if not votes or (len(votes) > 1 and votes[0] == votes[1]):
        return 0
    return votes[0] if votes[0] > 1 or content_words(flat) >= _ENOUGH + 1 else 0


def _is_told(intents: Sequence[Scored]) -> bool:
    return any(found.name == Intent.COMPLAIN for found in intents)


def _intents(flat: str, signs: Signs, spans: Sequence[Span], plain: bool) -> tuple[Scored, ...]:
    found = []
    question = bool(_QUESTION_WORD.search(flat))
    if (plain and not (question and not (signs.anger or signs.wanted))) or signs.anger or signs.signals or signs.wanted:
        found.append(Scored(Intent.COMPLAIN, 0.8 if plain else 0.6))
    if words_beside_facts(flat, spans, signs) <= 4:
        found.append(Scored(Intent.ADD_FACTS, 0.9))
    elif question or (not found and _QUESTION.search(flat)):
        found.append(Scored(Intent.ASK_QUESTION, 0.7 if not found else 0.4))
    elif spans and not found:
        found.append(Scored(Intent.ADD_FACTS, 0.6))
    if found:
        return tuple(found)
    return UNSURE.intents


def category_words(playbook: Playbook) -> Mapping[str, str]:
    """Words that at least two examples of one category have and hardly any others: word to category."""
    counts: dict[str, Counter[str]] = {}
    for examples in playbook.examples.values():
        for label, texts in examples.intents.items():
            for text in texts:
                for term in set(terms(flatten(text))):
                    counts.setdefault(term, Counter())[label] += 1
    words = {}
    for term, labels in counts.items():
        (label, count), total = labels.most_common(1)[0], sum(labels.values())
        if label.startswith(COMPLAIN) and count >= 2 and count / total >= 0.6:
            words[term] = label[len(COMPLAIN) :]
    return words


def terms(flat: str) -> list[str]:
    """Latin words of three letters or more, and pairs of Chinese characters."""
    found: list[str] = []
    for run in _TERM.findall(flat):
        found += [run[at : at + 2] for at in range(len(run) - 1)] if HAN.match(run) else [run]
    return found


def words_beside_facts(flat: str, spans: Sequence[Span], signs: Signs) -> int:
    """How many words are left of a text once its facts and their names are taken out; very many without facts."""
    if not any(span.slot != "number" for span in spans):
        return NO_FACTS
    named = [(start, end) for _, start, end in signs.slots]
    return content_words(blank(flat, sorted([*places(spans), *named])))


def gist(flat: str, spans: Sequence[Span], signs: Signs) -> str:
    """What happened, rather than to which order or what should be done about it.

    Facts, the names that introduce them, afterthoughts, and a wish that stands as a clause of its own are blanked:
    "I want a refund" is no complaint about refunds. When nothing else is left, the wish stays.
    """
    return _told(flat, [span for span in spans if span.slot not in TELLING], signs)


def story(flat: str, spans: Sequence[Span], signs: Signs) -> str:
    """The gist with its days and amounts: ten days, or 50 instead of 20, say what happened to who can read them."""
    return _told(flat, [span for span in spans if span.slot in _IDENTIFYING], signs)


def _told(flat: str, spans: Sequence[Span], signs: Signs) -> str:
    facts = places(spans)
    named = [(start, end) for _, start, end in signs.slots if any(0 <= fact[0] - end <= _INTRODUCES for fact in facts)]
    told = blank(flat, sorted([*facts, *named, *signs.afterthoughts]))
    unwished = without_wishes(told)
    unanswered = _ANSWERED.sub(lambda answer: "\0" * len(answer[0]), unwished)
    return unanswered if content_words(unanswered) >= _TOLD else told


def is_wish(flat: str, signs: Signs) -> bool:
    """Whether a text says what should be done and hardly a word of what went wrong."""
    if not signs.wanted:
        return False
    rest = without_turns(blank(without_wishes(flat), sorted(signs.wishes)))
    if _TOLD_OF.search(rest):
        return False
    return sum(word not in _FILLERS for word in _CONTENT.findall(rest)) <= 1


def is_purchase(flat: str, spans: Sequence[Span], signs: Signs) -> bool:
    """Whether a text only says what was bought: "I ordered a chair", 我买的杯子."""
    item = next((span for span in spans if span.slot == "item"), None)
    if item is None or signs.categories or signs.anger or signs.signals or signs.wanted or is_amiss(flat):
        return False
    rest = blank(flat, places(spans))
    before, after = rest[: item.start], rest[item.end :]
    brief = content_words(before) <= _BUYING and content_words(after) <= (_FROM_YOU if flat.isascii() else 1)
    return brief and not _CLAUSE.search(rest)


def asked(flat: str, verdict: Verdict, signs: Signs) -> Verdict:
    """A question put in so many words is one, unless the text is plainly a complaint too."""
    put = _ASKS.search(flat) or _PUTS.search(flat)
    if signs.anger or signs.signals or not put or verdict.intents[0].confidence >= _PLAINLY:
        return verdict
    others = (Scored(found.name, min(found.confidence, _HARDLY)) for found in verdict.intents)
    return Verdict(
        (Scored(Intent.ASK_QUESTION, _PLAINLY), *(found for found in others if found.name != Intent.ASK_QUESTION))
    )


def without_wishes(flat: str) -> str:
    """The text without the clauses that only say what is wanted, or not wanted."""
    return _WISH.sub(lambda wish: "\0" * len(wish[0]), flat) if _WISH_GATE.search(flat) else flat


def content_words(flat: str) -> int:
    """Latin words and Chinese characters together."""
    return len(_CONTENT.findall(flat))


def is_gibberish(flat: str) -> bool:
    """Nothing readable at all, keys struck at random, or one sound over and over."""
    if not _READABLE.search(flat):
        return True
    if _KEYBOARD.search(flat) and len(flat) < 40:
        return True
    words = _LATIN.findall(flat)
    if words and flat.isascii() and not any(_VOWEL.search(word) for word in words) and sum(map(len, words)) > 3:
        return True
    return bool(
        (repeated := _REPEATED.search(flat))
        and len(repeated[0]) > len(flat.strip()) * 0.7
        and not repeated[0].isdigit()
    )
