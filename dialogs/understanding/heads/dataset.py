"""The examples that heads learn from: `languages/<code>/<head>/<writer>.tsv`, one message a line.

A line is fields with tabs between them; the last is the text, in which ` ⏎ ` stands for a new line. Each file is the
work of one writer: what a head has learned is measured on writers it has not seen, for one house style passes every
random split and fails strangers.

| head | fields before the text |
|---|---|
| `dangers` | kinds joined by `,`, with a final `!` where somebody must see to it at once; `-` for none |
| `acts` | what the message does, joined by `,`, the main one first |
| `answers` | the slot asked for, what the answer does joined by `,` (a story also of what kind: `story@delivery`) |
| `rights` | what is asked of personal data, or what only sounds so |
| `replies` | the question it answers, `key=value` and flags joined by `;`, what was said before |

In the texts of `answers` the facts are marked, `[words](slot)`, and wishes with their kind, `[words](wanted:refund)`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dialogs.understanding.reading import AnswerAct, LearnedAct

LANGUAGES = Path(__file__).parent.parent / "languages"

DANGERS = (
    "health", "safety", "self_harm", "fraud_now", "privacy_breach", "violence", "vulnerable", "legal", "media",
    "deadline",
)  # fmt: skip
URGENT, ANY = "urgent", "any"
ACTS = tuple(one.value for one in LearnedAct)
OPENINGS = ACTS[: ACTS.index("smalltalk") + 1]
"""What a first message does. Later, the same words may as well answer a question."""
REPLIES = {
    "survey_solved": ("yes", "no", "partly", "unclear"),
    "survey_score": ("1", "2", "3", "4", "5", "null"),
    "offer": ("accept", "reject", "counter", "question", "conditional", "unclear"),
    "after_resolved": (
        "thanks", "praise", "not_settled", "broken_again", "new_problem", "question_about_case", "other_question",
        "correct_record", "auto_reply", "chatter",
    ),
    "confirm": ("yes", "no", "correct", "add", "question", "stop", "wait", "person", "unclear"),
}  # fmt: skip
RIGHTS = (
    "rights_access", "rights_erase", "rights_correct", "rights_restrict", "rights_object", "rights_withdraw_consent",
    "rights_portability", "opt_out_of_sale",
)  # fmt: skip
"""What somebody may ask about the data that is kept about them."""
NO_RIGHT = "none"
_SOUNDS_SO = ("survey_opt_out", "delete_draft", "withdraw_case", NO_RIGHT)
"""What sounds like one of them and is something else."""
_ASK_NOTHING_OF_DATA = frozenset({"w16", "w17", "w18"})
"""Writers of acts whose messages show what asks nothing of personal data. More of them drown the rights."""
ANSWERS = tuple(one.value for one in AnswerAct)
WISHES = ("refund", "exchange", "repair", "compensation", "apology", "explanation", "deliver", "cancel", "other")
"""What customers wish for."""
_HARMLESS = frozenset(
    {"praise", "suggest", "ask_policy", "ask_presale", "auto_reply", "smalltalk", "thanks", "facts", "yes", "no"}
)
"""Acts whose examples tell of no danger either; so do plain answers to a question."""
FLAGS = ("new_problem", "question", "stop_asking")
_MAIN = {
    "survey_solved": "solved",
    "survey_score": "score",
    "offer": "answer",
    "after_resolved": "meaning",
    "confirm": "answer",
}


class BadExample(ValueError):
    """A line that cannot be learned from; the message names file, line and what to write."""


@dataclass(frozen=True, slots=True)
class Example:
    """A text and the labels that apply to it. `head` is the head it teaches, `writer` whose work it is."""

    head: str
    text: str
    labels: frozenset[str]
    language: str
    writer: str


def read_examples(folder: Path = LANGUAGES) -> tuple[Example, ...]:
    """Every example of every language, in a fixed order. Raises `BadExample`."""
    files = sorted(folder.glob("*/*/*.tsv"))
    return tuple(example for file in files for example in _of_file(file))


def _of_file(file: Path) -> Iterator[Example]:
    language, kind = file.parent.parent.name, file.parent.name
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        *fields, text = line.split("\t")
        if not line.strip():
            continue
        try:
            for head, labels in _READ[kind](fields, text):
                bare = _MARKED.sub(r"\1", text) if kind == "answers" else text
                yield Example(head, bare.replace(" ⏎ ", "\n"), labels, language, f"{language}/{file.stem}")
            if kind == "acts" and file.stem in _ASK_NOTHING_OF_DATA:
                yield Example(
                    "rights", text.replace(" ⏎ ", "\n"), frozenset({NO_RIGHT}), language, f"{language}/{file.stem}"
                )
        except (KeyError, ValueError) as fault:
            raise BadExample(f"{file}:{number}: {fault or 'fields are missing'}; see {__name__} for the form") from None


def _dangers(fields: list[str], text: str) -> Iterator[tuple[str, frozenset[str]]]:
    (said,) = fields
    yield "dangers", danger_labels(said)


def danger_labels(said: str) -> frozenset[str]:
    """The labels that `health,vulnerable!` stands for. Raises ValueError for a kind that is not known."""
    kinds = [kind for kind in said.rstrip("!").split(",") if kind != "-"]
    labels = {_known(kind, DANGERS) for kind in kinds} | ({ANY} if kinds else set())
    return frozenset(labels | ({URGENT} if said.endswith("!") else set()))


def _acts(fields: list[str], text: str) -> Iterator[tuple[str, frozenset[str]]]:
    (said,) = fields
    acts = [_known(act, ACTS) for act in said.split(",")]
    yield "acts", frozenset(acts)
    if acts[0] in OPENINGS:
        yield "opening", frozenset(acts[:1])
    if _HARMLESS.issuperset(acts):
        yield "dangers", frozenset()


def _replies(fields: list[str], text: str) -> Iterator[tuple[str, frozenset[str]]]:
    asked, gold, *_ = fields
    told = dict(part.partition("=")[::2] for part in gold.split(";") if part)
    yield asked, frozenset({_known(told[_MAIN[asked]], REPLIES[asked])})
    if asked == "survey_solved":
        yield "survey_flags", frozenset(flag for flag in FLAGS if flag in told)
        yield "survey_score", frozenset({told.get("score", "null")})
    if asked == "survey_score" and "solved" in told:
        yield "survey_solved", frozenset({_known(told["solved"], REPLIES["survey_solved"])})


def _answers(fields: list[str], text: str) -> Iterator[tuple[str, frozenset[str]]]:
    asked, said = fields
    if asked != "story" and said in ("inform", "dont_know", "later"):
        yield "dangers", frozenset()
    if said.startswith("story@") or (asked != "story" and said == "inform"):
        yield "acts", frozenset({"complain" if said.startswith("story@") else "facts"})
    if said.startswith("story@"):
        yield "opening", frozenset({"complain"})
    yield "answers", frozenset(_known(act.partition("@")[0], ANSWERS) for act in said.split(","))
    yield "wishes", frozenset(_known(kind, WISHES) for kind in _WISHED.findall(text))


def _rights(fields: list[str], text: str) -> Iterator[tuple[str, frozenset[str]]]:
    (said,) = fields
    yield "rights", frozenset({_known(said, (*RIGHTS, *_SOUNDS_SO))})


_READ = {"rights": _rights, "dangers": _dangers, "acts": _acts, "answers": _answers, "replies": _replies}
_MARKED = re.compile(r"\[([^\[\]]+)\]\([a-z_]+(?::[a-z_]+)?\)")
_WISHED = re.compile(r"\]\(wanted:([a-z_]+)\)")


def _known(name: str, names: tuple[str, ...]) -> str:
    if name not in names:
        raise ValueError(f"{name!r} is none of {', '.join(names)}")
    return name


HEADS: dict[str, tuple[str, ...]] = {
    "dangers": (*DANGERS, URGENT, ANY),
    "acts": ACTS,
    "opening": OPENINGS,
    "answers": ANSWERS,
    "wishes": WISHES,
    "rights": (*RIGHTS, *_SOUNDS_SO),
    **REPLIES,
    "survey_flags": FLAGS,
}
"""Each head with its labels. In those of `ONE_OF_ALL` one label applies; in the others any number may."""
ONE_OF_ALL = frozenset({"opening", "rights", *REPLIES})
