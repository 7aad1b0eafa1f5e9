"""Prepared answers in the staff chat: chosen from a menu, read as they would leave, and sent with one more tap."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from complaints.refusals import RefusalReason
from dialogs.flows.staff import Replied
from dialogs.playbooks.schema import Macro
from handlers.staff_telegram import forms
from handlers.staff_telegram.buttons import LONGEST, InlineButton, Pressed, Rows, data, first_rows, owner
from handlers.staff_telegram.cards import StyledText
from handlers.staff_telegram.context import BotContext
from handlers.staff_telegram.incoming import StaffUpdate
from staff.canned_replies import Besides, Prepared, acts_of, blank, prepared
from staff.chat import Chat, load_chat
from staff.rights import Right, may
from storage.staff.accounts import Staff
from storage.staff.topics import View

PER_ROW = 2


class Shelf:
    """The playbook's prepared answers, for the chat at hand."""

    def __init__(self, office: BotContext) -> None:
        self._office = office

    async def rows(self, staff: Staff, view: View) -> Rows:
        """A button for each."""
        words = self._office.playbook.words(self._office.words.language)
        buttons = [
            InlineButton(words.say(f"macro.{each.name}.title"), data("can", view.room.conversation_id, each.name))
            for each in await self._prepared(staff, view)
        ]
        fit = [button for button in buttons if len(button.data.encode()) <= LONGEST]
        return tuple(tuple(fit[at : at + PER_ROW]) for at in range(0, len(fit), PER_ROW))

    async def take(self, incoming: StaffUpdate, staff: Staff, view: View, pressed: Pressed) -> None:
        """A tap on one of them, or on the button that sends it."""
        chosen = next((one for one in await self._prepared(staff, view) if one.name == pressed.about), None)
        if chosen is None:
            return self._office.answers.tell(incoming, "stale", alert=True)
        if not may(staff, Right.REPLY, view.thread.team, owner(view)):
            return self._office.answers.tell(incoming, "not_allowed", alert=True)
        if pressed.verb == "can":
            return self._show(incoming, view, chosen)
        return await self._send(incoming, staff, view, chosen)

    async def _prepared(self, staff: Staff, view: View) -> list[Prepared]:
        office = self._office
        chat = await office.read(load_chat, view.room.conversation_id)
        return prepared(office.playbook, chat, staff.name, office.clock()) if chat else []

    def _show(self, incoming: StaffUpdate, view: View, chosen: Prepared) -> None:
        """Nothing leaves unread. With a gap in it, it is to be written by hand."""
        office, words = self._office, self._office.words
        title = office.playbook.words(words.language).say(f"macro.{chosen.name}.title")
        shown = forms.offer(title, [*self._besides(chosen.macro)], chosen.text)
        office.answers.silence(incoming)
        if missing := blank(chosen.text):
            office.answers.answer(incoming, shown.then(StyledText("\n\n" + words.say("said.blank", blank=missing))))
        else:
            send = InlineButton(words.say("button.send"), data("send", view.room.conversation_id, chosen.name))
            office.answers.answer(incoming, shown, ((send,),))
        office.answers.rebutton(incoming, first_rows(view, words, office.place, incoming.message))

    async def _send(self, incoming: StaffUpdate, staff: Staff, view: View, chosen: Prepared) -> None:
        """Send what was read, and do what belongs to it; once, however often it is pressed."""
        office, of_id = self._office, view.room.conversation_id
        event = f"canned:{incoming.chat}:{incoming.message}"
        outcome = await office.act(staff, of_id, Replied(forms.carried(incoming.shown)), event)
        if outcome.refused:
            return office.answers.tell(incoming, "not_allowed", alert=True)
        office.answers.rebutton(incoming)
        chat = await office.read(load_chat, of_id)
        acts = acts_of(chosen.macro, chat, office.clock()) if chat else ()
        refused = [why for each in acts if chat and (why := await self._do(staff, chat, each, event))]
        if refused:
            return office.answers.tell(incoming, "sent_only", why=office.words.say(f"said.{refused[0]}"))
        return office.answers.silence(incoming)

    async def _do(self, staff: Staff, chat: Chat, each: Besides, event: str) -> str:
        """Do one of the things that belong to an answer; the key of why not, empty when it was done."""
        if not may(staff, each.right, chat.thread.team, chat.owner):
            return "not_allowed"
        outcome = await self._office.act(staff, chat.id, each.act, event + each.name)
        if outcome.refused is None:
            return ""
        return "no_case_here" if outcome.refused.reason == RefusalReason.NO_CASE else "not_now"

    def _besides(self, macro: Macro) -> Iterator[str]:
        """What is done besides, in words."""
        words, playbook = self._office.words, self._office.playbook
        if macro.tags:
            yield words.say("also.tags", tags=" ".join(macro.tags))
        if macro.state:
            yield words.say("also.state", state=playbook.words(words.language).say(f"state.{macro.state}"))
        if macro.team:
            yield words.say("also.team", team=playbook.team_named(macro.team, words.language))
        if macro.then:
            yield words.say(f"also.{macro.then}", hours=macro.wait // timedelta(hours=1))
