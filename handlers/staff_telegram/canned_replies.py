"""Prepared answers in the staff chat: chosen from a menu, read as they would leave, and sent with one more tap."""

from __future__ import annotations

from handlers.staff_telegram import forms
from handlers.staff_telegram.buttons import LONGEST, InlineButton, Pressed, Rows, data, first_rows
from handlers.staff_telegram.cards import StyledText
from handlers.staff_telegram.context import BotContext
from handlers.staff_telegram.incoming import StaffUpdate
from staff.actions.action import ActionRequest, opened
from staff.actions.refusals import ActionMalformed
from staff.actions.writing import reply_with
from staff.canned_replies import Prepared, blank, prepared, told
from staff.chat import load_chat
from staff.rights import Right
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
        """A tap on one of them, or on the button that sends it. Raises `ActionRefused`."""
        chosen = next((one for one in await self._prepared(staff, view) if one.name == pressed.about), None)
        if chosen is None:
            raise ActionMalformed
        # Once, however often it is pressed.
        name = f"canned:{incoming.chat}:{incoming.message}"
        asked = self._office.asks(staff, view.room.conversation_id, name)
        if pressed.verb == "send":
            return await self._send(incoming, asked, chosen)
        await opened(asked, Right.REPLY)
        return self._show(incoming, view, chosen)

    async def _prepared(self, staff: Staff, view: View) -> list[Prepared]:
        office = self._office
        chat = await office.read(load_chat, view.room.conversation_id)
        return prepared(office.playbook, chat, staff.name, office.clock()) if chat else []

    def _show(self, incoming: StaffUpdate, view: View, chosen: Prepared) -> None:
        """Nothing leaves unread. With a gap in it, it is to be written by hand."""
        office, words = self._office, self._office.words
        title = office.playbook.words(words.language).say(f"macro.{chosen.name}.title")
        besides = told(chosen.macro, office.playbook, words.language, words.translations)
        shown = forms.offer(title, [*besides], chosen.text)
        office.answers.silence(incoming)
        if missing := blank(chosen.text):
            by_hand = words.gettext("Fill in %(blank)s: copy these words and write them here yourself.", blank=missing)
            office.answers.answer(incoming, shown.then(StyledText(f"\n\n{by_hand}")))
        else:
            send = InlineButton(words.gettext("Send"), data("send", view.room.conversation_id, chosen.name))
            office.answers.answer(incoming, shown, ((send,),))
        office.answers.rebutton(incoming, first_rows(view, words, office.place, incoming.message))

    async def _send(self, incoming: StaffUpdate, asked: ActionRequest, chosen: Prepared) -> None:
        """Send what was read, and do what belongs to it."""
        office, words = self._office, self._office.words
        sent = await office.did(reply_with(asked, chosen.name, forms.carried(incoming.shown)))
        office.answers.rebutton(incoming)
        if not sent.refused:
            return office.answers.silence(incoming)
        why = " ".join(dict.fromkeys(words.refusal(one) for one in sent.refused))
        said = words.gettext("Sent. But not all that belongs to it was done: %(why)s", why=why)
        return office.answers.tell(incoming, said)
