"""What a text means as a reply to the question it was put to: heads and grammars together. Pure, and cheap at the step.

| asked | fields |
|---|---|
| `survey_solved` | `solved`, `score`, `new_problem`, `question`, `stop_asking` |
| `survey_score` | `score` from 1 to 5 or None, `solved` where it is said |
| `offer` | `answer`, and `counter` with its kind and amount where another remedy is named |
| `after_resolved` | `meaning` |
| `confirm` | `answer` |
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from complaints.record import Money
from dialogs.understanding.reading import Reading
from dialogs.understanding.replies.offer_replies import OfferAnswer, told_answer
from dialogs.understanding.replies.rating_parser import is_undecided, read_score
from dialogs.understanding.replies.resolution_replies import read_verdict
from dialogs.understanding.replies.summary_replies import summary_reply


class MeaningAfter(StrEnum):
    """What a message means that comes after we said that the case is settled; empty where no head is sure."""

    NONE = ""
    THANKS = "thanks"
    PRAISE = "praise"
    NOT_SETTLED = "not_settled"
    BROKEN_AGAIN = "broken_again"
    NEW_PROBLEM = "new_problem"
    QUESTION_ABOUT_CASE = "question_about_case"
    OTHER_QUESTION = "other_question"
    CORRECT_RECORD = "correct_record"
    AUTO_REPLY = "auto_reply"
    CHATTER = "chatter"


SURE = 0.5
FLAGS = ("new_problem", "question", "stop_asking")


def read_reply(asked: str, reading: Reading) -> dict[str, Any] | None:
    """The fields of a reply, or None for a question that has no such fields."""
    match asked:
        case "survey_solved":
            flags = reading.replies.get("survey_flags", {})
            solved, score = read_solved(reading), read_score(reading.text)
            found = {"solved": solved[0] if solved else "unclear", "score": score.value if score else None}
            return found | {flag: flags.get(flag, 0.0) >= SURE for flag in FLAGS}
        case "survey_score":
            given = None if is_undecided(reading.text) else read_survey_score(reading)
            return {"score": int(given[0]) if given else None, "solved": _said_solved(reading)}
        case "offer":
            answer = told_answer(reading)
            return {"answer": answer, "counter": _counter(reading) if answer == OfferAnswer.COUNTER else None}
        case "after_resolved":
            return {"meaning": _likeliest(reading.replies.get("after_resolved", {})) or MeaningAfter.CHATTER}
        case "confirm":
            return {"answer": summary_reply(reading)}
    return None


def _likeliest(chances: Mapping[str, float]) -> str:
    return max(chances, key=chances.__getitem__, default="")


def meaning_after(reading: Reading) -> MeaningAfter:
    """What a message means that comes after we said that the case is settled."""
    learned = reading.replies.get("after_resolved", {})
    best = _likeliest(learned)
    return MeaningAfter(best) if best and learned[best] >= _MEANT else MeaningAfter.NONE


_MEANT = 0.6


def read_solved(reading: Reading) -> tuple[str, bool] | None:
    """Whether it is put right, `yes`, `no` or `partly`, and whether that is sure; None where neither is said.

    Plain words and a head judge together. Where they contradict each other nothing is sure, and it is asked back. Who
    says only how good it was has said so in a way.
    """
    verdict, learned = read_verdict(reading.text), reading.replies.get("survey_solved", {})
    best = _likeliest(learned)
    heard = best if best in _SAID and learned[best] >= _HEARD else ""
    if verdict is None and heard:
        return heard, learned[heard] >= _PLAINLY
    if verdict is None:
        score = read_score(reading.text)
        return (_SAID_BY_SCORE[score.value], False) if score else None
    said = verdict.solved.value
    if not heard or heard == said:
        return said, verdict.sure or heard == said
    return (heard if learned[heard] >= _RATHER else said), False


def read_survey_score(reading: Reading) -> tuple[str, bool] | None:
    """The score from 1 to 5, and whether it is sure; None where none is given."""
    score = read_score(reading.text)
    if score is not None and score.sure:
        return str(score.value), True
    learned = reading.replies.get("survey_score", {})
    best = _likeliest(learned)
    if best and best != "null" and learned[best] >= SURE:
        return best, learned[best] >= _PLAINLY
    return (str(score.value), False) if score else None


_HEARD, _RATHER, _PLAINLY = 0.4, 0.6, 0.8
"""How likely what a head hears must be to count at all, against plain words that say otherwise, and without being asked
back.
"""
_SAID = ("yes", "no", "partly")
_SAID_BY_SCORE = {1: "no", 2: "partly", 3: "partly", 4: "yes", 5: "yes"}


def _said_solved(reading: Reading) -> str | None:
    verdict = read_verdict(reading.text)
    return verdict.solved.value if verdict and verdict.sure else None


def _counter(reading: Reading) -> dict[str, Any]:
    """The remedy that is named instead, and its amount."""
    money = reading.found("amount")
    kind = reading.wanted[0] if reading.wanted else "compensation" if money else "other"
    return {"kind": kind, "amount": f"{money.amount:f}" if isinstance(money, Money) else None}
