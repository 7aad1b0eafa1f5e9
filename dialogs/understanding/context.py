"""What a text is said into: for providers that read in context. Those that do not want it never look at it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import blake2b

import msgspec


@dataclass(frozen=True, slots=True)
class Filed:
    """A case of this chat: its reference, its category, and where it stands."""

    reference: str
    category: str
    state: str


@dataclass(frozen=True, slots=True)
class Context:
    """Where a conversation stood when a text was read.

    `asked` is a slot, one of the questions whose replies are read (`context_replies`), or another question's name;
    `also` further slots asked for in the same breath; `said` is the last thing the customer was told, `shown` the
    choices that stood below it. `facts` are those of the draft, by slot, and `cases` the chat's cases, oldest first;
    `about` is the case that a survey or an offer is about, `offer` what is offered, `survey` the part that is asked.
    `dangers` were heard earlier. `attended`: one of our people has the chat, and answers. `last` changes with
    whatever else was said to the customer.
    """

    asked: str = ""
    also: tuple[str, ...] = ()
    said: str = ""
    shown: tuple[str, ...] = ()
    drafting: bool = False
    facts: tuple[tuple[str, str], ...] = ()
    cases: tuple[Filed, ...] = ()
    about: str = ""
    offer: str = ""
    survey: str = ""
    dangers: tuple[str, ...] = ()
    attended: bool = False
    last: str = ""

    @property
    def digest(self) -> str:
        """The same for as long as a text would mean the same. The sentence follows from the rest."""
        return blake2b(msgspec.json.encode(replace(self, said="")), digest_size=16).hexdigest()


NOWHERE = Context()
"""Nothing is known of the conversation, or nothing was said yet."""
