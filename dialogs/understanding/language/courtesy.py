"""Courtesy: one answer thanks once, however many texts it is made of.

Each text of a playbook may thank, for each may stand alone. Where the answer has thanked already, the thanks of a later
text are left out, and with them the words that only belong to them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

THANKS = re.compile(r"\bthank(?:s\b| you\b|ing you\b)|谢谢|多谢|感谢|謝謝|多謝|感謝|\bgracias\b", re.IGNORECASE)
"""Thanks, in the languages that come along."""

_ALONE = re.compile(
    r"(?:\bThank you|谢谢您?|謝謝您?|\bGracias)(?: (?:for|por) [^.,;!]{1,40}|[^。，！,.!\s]{0,12})[.,!。，！] ?"
)
"""Thanks that begin a sentence, with what they are for."""
_BESIDE = re.compile(
    r"(?:,? and thank you|, thank you|,? y gracias|, gracias)(?: (?:for|por) [^.,;!]{1,40})?(?=[.,;!])"
    r"|[，,](?:也)?(?:谢谢|謝謝)您?[^。，！]{0,12}(?=[。，！])"
)
"""Thanks that go along with something else."""


def thanks_in(texts: Iterable[str]) -> int:
    """How often texts thank."""
    return sum(len(THANKS.findall(text)) for text in texts)


def without_thanks(text: str, template: str) -> str:
    """The text without the thanks that its template has; what a customer's own value says stays as it is."""
    for pattern in (_BESIDE, _ALONE):
        for found in pattern.finditer(template):
            if found[0] in text:
                text = text.replace(found[0], "", 1)
    return text[:1].upper() + text[1:]
