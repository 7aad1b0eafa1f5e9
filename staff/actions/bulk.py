"""Together: the same done to each of several chosen chats, as if one by one, and told one by one where it was not."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from complaints.priority import Priority
from staff.actions.access import is_seen
from staff.actions.action import ActionDone, ActionRequest, was_done
from staff.actions.barring import block, let_through, mark_spam, unbar
from staff.actions.casework import add_tag, set_category, set_listed_priority
from staff.actions.refusals import ActionForbidden, ActionMalformed, ActionRefused, SubjectNotFound
from staff.actions.resolving import resolve_only_case
from staff.actions.takeover import assign, claim, colleague, hand_back, snooze
from staff.actions.times import SNOOZES
from staff.chat import Chat, load_chat
from staff.words import later

GONE = later("A chat is not there any more.")


@dataclass(frozen=True, slots=True)
class BulkChoice:
    """What is to be done to each chat: which action, and what it asks for."""

    do: str
    to: str = ""
    until: str = ""
    priority: str = ""
    category: str = ""
    tag: str = ""
    outcome: str = ""
    cause: str = ""

    @property
    def meaning(self) -> str:
        """The same form may be sent again with another choice, which means something else."""
        fields = {"assign": self.to, "snooze": self.until, "priority": self.priority, "category": self.category}
        return f"{self.do}:{self.tag if self.do == 'tag' else fields.get(self.do, '')}"


@dataclass(frozen=True, slots=True)
class BulkRefusal:
    """A chat that it was not done to, and why. A chat that they may not see is None: nothing names it."""

    chat: Chat | None
    why: ActionRefused


async def act_on_each(asked: ActionRequest, chats: Sequence[str], choice: BulkChoice) -> list[BulkRefusal]:
    """Do it to each; those that it was not done to. `asked` names the form, and no chat yet.

    Raises `ActionMalformed` for a choice that there is not, and `Unavailable`.
    """
    await _check(asked, choice)
    refused = []
    for conversation_id in chats:
        name = f"{asked.name}:{choice.meaning}:{conversation_id}"
        request = replace(asked, conversation_id=conversation_id, name=name)
        chat = await request.work.read(load_chat, conversation_id)
        if chat is None or not is_seen(request.staff, chat):
            refused.append(BulkRefusal(None, SubjectNotFound(GONE)))
        elif why := await _refusal(request, choice):
            refused.append(BulkRefusal(chat, why))
    return refused


async def _refusal(request: ActionRequest, choice: BulkChoice) -> ActionRefused | None:
    """Why it could not be done to this chat; None when it was."""
    if await was_done(request):
        return None
    try:
        await _DO[choice.do](request, choice)
    except ActionMalformed:
        raise
    except ActionForbidden:
        # The same words for all of them, so that they are told together.
        return ActionForbidden()
    except ActionRefused as why:
        return why
    return None


async def _check(asked: ActionRequest, choice: BulkChoice) -> None:
    """Raises `ActionMalformed` before anything is done."""
    file = asked.work.playbook.file
    given = {
        "snooze": choice.until in SNOOZES,
        "priority": choice.priority in set(Priority),
        "category": choice.category in file.categories,
    }
    if choice.do not in _DO or not given.get(choice.do, True):
        raise ActionMalformed
    if choice.do == "assign":
        await colleague(asked.work, choice.to)


_DO: Mapping[str, Callable[[ActionRequest, BulkChoice], Awaitable[ActionDone]]] = {
    "claim": lambda request, _: claim(request),
    "hand_back": lambda request, _: hand_back(request),
    "assign": lambda request, choice: assign(request, choice.to),
    "snooze": lambda request, choice: snooze(request, choice.until),
    "tag": lambda request, choice: add_tag(request, choice.tag),
    "priority": lambda request, choice: set_listed_priority(request, choice.priority),
    "category": lambda request, choice: set_category(request, choice.category),
    "resolve": lambda request, choice: resolve_only_case(request, choice.outcome, choice.cause),
    "spam": lambda request, _: mark_spam(request),
    "block": lambda request, _: block(request),
    "unbar": lambda request, _: unbar(request),
    "let_through": lambda request, _: let_through(request),
}
"""Each choice and the action that it is in one chat."""
CHOICES = frozenset(_DO)
