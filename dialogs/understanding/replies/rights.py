"""Which right of theirs a text asks for: to see, take along, correct or erase what is kept, and their like."""

from __future__ import annotations

from dialogs.understanding.heads.dataset import RIGHTS
from dialogs.understanding.reading import Reading

LIKELY = 0.6
"""How likely a right must be, of twelve answers of which one applies. Of 1,260 messages that ask for none, four were
as likely one as this."""
PLAIN = 0.85
"""How likely it must be while something else is asked: "I accept" and a photo of a label sound a little like rights."""


def right_in(reading: Reading, least: float = LIKELY) -> str:
    """The right that a text asks for, or empty."""
    chances = reading.replies.get("rights", {})
    best = max(chances, key=chances.__getitem__, default="")
    return best if best in RIGHTS and chances[best] >= least else ""
