"""Writing in a chat: replies to the customer, notes among colleagues, what is begun and not sent yet."""

from __future__ import annotations

from fastapi import Response
from starlette.datastructures import UploadFile

from complaints.record import Attachment
from dialogs.flows.staff import Noted, Replied
from handlers.desk.chats.actions import UNFINISHED_FORM, NotDone, do, done, once
from handlers.desk.chats.chat import is_able, opened
from handlers.desk.request_context import Visit
from handlers.desk.routing import Pages
from handlers.http.problems import BadRequest
from staff.canned_replies import Besides, acts_of, blank
from staff.chat import Chat, load_chat
from staff.presence import Participant
from staff.rights import Right, needs
from storage.conversations.drafts import KINDS, keep_unsent
from storage.conversations.threads import address_of
from storage.staff.accounts import Role

OPEN = needs(Role.AGENT)
LONGEST = 20_000


def add(pages: Pages) -> None:
    pages.post("/desk/chats/{id}/reply", once(reply), OPEN)
    pages.post("/desk/chats/{id}/note", note, OPEN)
    pages.post("/desk/chats/{id}/unsent", keep, OPEN)
    pages.post("/desk/chats/{id}/writing", writing, OPEN)


async def reply(visit: Visit) -> Response:
    """Words and files to the customer."""
    chat = await opened(visit, Right.REPLY)
    text = visit.text("text", LONGEST)
    try:
        files = await _files(visit, chat)
        _check(visit, text, files)
        await do(visit, chat, Replied(text, files))
    except NotDone as why:
        return await _kept(visit, chat, "reply", text, why)
    await _forget(visit, chat, "reply")
    visit.desk.company.stops(chat.id, Participant(visit.staff.id, visit.staff.name))
    refused = await _besides(visit)
    return done(visit, chat, " ".join((visit.words.gettext("Sent to the customer."), *dict.fromkeys(refused))))


async def _besides(visit: Visit) -> list[str]:
    """Do what the prepared answer that was sent does besides; returns why some of it could not be done."""
    macro = visit.desk.playbook.file.macros.get(visit.text("macro"))
    chat = await visit.desk.read(load_chat, visit.path("id")) if macro else None
    if macro is None or chat is None:
        return []
    return [why for each in acts_of(macro, chat, visit.now) if (why := await _beside(visit, chat, each))]


async def _beside(visit: Visit, chat: Chat, each: Besides) -> str:
    """Why this could not be done; empty when it was."""
    if not is_able(visit, chat, each.right):
        return visit.words.gettext("This is not yours to do. Ask a supervisor.")
    try:
        await do(visit, chat, each.act, each.name)
    except NotDone as why:
        return str(why)
    return ""


async def note(visit: Visit) -> Response:
    """Words and files among colleagues. They never leave."""
    chat = await opened(visit, Right.NOTE)
    text = visit.text("text", LONGEST)
    try:
        files = await _files(visit, chat)
        if not text and not files:
            raise NotDone(visit.words.gettext("There is nothing to send yet."))
        await do(visit, chat, Noted(text, files))
    except NotDone as why:
        return await _kept(visit, chat, "note", text, why)
    await _forget(visit, chat, "note")
    return done(visit, chat, visit.words.gettext("The note is kept. The customer does not see it."))


def _check(visit: Visit, text: str, files: tuple[Attachment, ...]) -> None:
    _ = visit.words.gettext
    if not text and not files:
        raise NotDone(_("There is nothing to send yet."))
    if missing := blank(text):
        raise NotDone(_("Fill in %(blank)s first.") % {"blank": missing})


async def _files(visit: Visit, chat: Chat) -> tuple[Attachment, ...]:
    """The form's files, kept. One that cannot be taken stops the message: nobody sends half of what they meant to."""
    given = [each for each in visit.form.getlist("file") if isinstance(each, UploadFile) and each.filename]
    kept = await visit.desk.uploads.keep_uploads(chat.id, given, visit.language)
    if kept.notices:
        raise NotDone(" ".join(kept.notices))
    return kept.files


async def _kept(visit: Visit, chat: Chat, kind: str, text: str, why: NotDone) -> Response:
    """What could not be sent is not lost."""
    await _keep(visit, chat, kind, text)
    return done(visit, chat, str(why), "warning")


async def keep(visit: Visit) -> Response:
    """Keep what is being written, so that it is there on another screen too."""
    chat, kind = await opened(visit, Right.NOTE), visit.text("kind")
    if kind not in KINDS:
        raise BadRequest(UNFINISHED_FORM)
    await _keep(visit, chat, kind, visit.raw("text", LONGEST))
    return Response(status_code=204)


async def _keep(visit: Visit, chat: Chat, kind: str, text: str) -> None:
    await visit.desk.write(keep_unsent, visit.desk.database.dialect, chat.id, visit.staff.id, kind, text, visit.now)


async def _forget(visit: Visit, chat: Chat, kind: str) -> None:
    await _keep(visit, chat, kind, "")


async def writing(visit: Visit) -> Response:
    """The customer sees that somebody is writing to them: whoever has the chat, and nobody else."""
    chat = await opened(visit, Right.REPLY)
    visit.desk.company.writes(chat.id, Participant(visit.staff.id, visit.staff.name))
    show = visit.desk.typing.get(chat.thread.channel)
    if show and (address := await visit.desk.read(address_of, chat.id)):
        show(*address[1:])
    return Response(status_code=204)
