"""What a step is told about the world: everything it may not look up itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from dialogs.flows.reach import ALWAYS, Other, Reach

if TYPE_CHECKING:
    from complaints.case import Case
    from dialogs.playbooks.playbook import Playbook


@dataclass(frozen=True, slots=True)
class KnownIncident:
    """A confirmed incident that what was said belongs to: since when (aware, UTC), and its notices by language."""

    id: str
    category: str
    since: datetime
    notices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Setting:
    """The arguments of a turn besides the conversation and the event.

    `now` is aware (UTC); `cases` are this chat's cases, oldest first; `reference` is what a case
    filed in this step will be called; `room` is how many more chats a colleague may hold, for those whom
    the event names; `speaking` says that a message of the bot's is on its way at this moment; `reach`
    whether this chat's channel lets us write of our own accord, and `others` are the same customer's other chats;
    they are known to a survey's timer alone, as is whether this customer has `opted_out` of being asked. `crowded`: as
    many have rung from this customer's network as may for now, so whoever asks for a person waits aside. `incident` is
    what others complain of as well, where the message is about the same.
    """

    conversation_id: str
    playbook: Playbook
    now: datetime
    cases: tuple[Case, ...] = ()
    reference: str = ""
    room: Mapping[str, int] = field(default_factory=dict)
    speaking: bool = False
    reach: Reach = ALWAYS
    others: tuple[Other, ...] = ()
    opted_out: bool = False
    crowded: bool = False
    incident: KnownIncident | None = None
