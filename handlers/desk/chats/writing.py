"""Writing in a chat: replies to the customer, notes among colleagues, what is begun and not sent yet."""

from __future__ import annotations

from fastapi import Response
from starlette.datastructures import UploadFile

from complaints.record import Attachment
from handlers.desk.chats.actions import done, done_before, request_of, seen
from handlers.desk.chats.chat import opened
from handlers.desk.request_context import Visit
from handlers.desk.routing import Pages
from staff.actions import writing as actions
from staff.actions.files import file_refused
from staff.actions.refusals import ActionMalformed, ActionRefused, InputRefused, NotPossible
from staff.presence import Participant
from staff.rights import Right, needs
from storage.conversations.drafts import KINDS, keep_unsent
from storage.conversations.threads import address_of
from storage.db.errors import FileRefused
from storage.files.attachments import tidy_name
from storage.staff.accounts import Role

OPEN = needs(Role.AGENT)
LONGEST = 20_000


def add(pages: Pages) -> None:
    pages.post("/desk/chats/{id}/reply", reply, OPEN)
    pages.post("/desk/chats/{id}/note", note, OPEN)
    pages.post("/desk/chats/{id}/unsent", keep, OPEN)
    pages.post("/desk/chats/{id}/writing", writing, OPEN)


async def reply(visit: Visit) -> Response:
    """Words and files to the customer, and what the prepared answer that was sent does besides."""
    text = visit.text("text", LONGEST)
    try:
        sent = await seen(visit, actions.reply_with(request_of(visit), visit.text("macro"), text, _files_of(visit)))
    except (InputRefused, NotPossible) as why:
        return await _kept(visit, "reply", text, why)
    if sent.done.before:
        return done_before(visit)
    await _keep(visit, "reply", "")
    visit.desk.company.stops(visit.path("id"), Participant(visit.staff.id, visit.staff.name))
    besides = dict.fromkeys(why.said(visit.words) for why in sent.refused)
    return done(visit, " ".join((visit.words.gettext("Sent to the customer."), *besides)))


async def note(visit: Visit) -> Response:
    """Words and files among colleagues. They never leave."""
    text = visit.text("text", LONGEST)
    try:
        await seen(visit, actions.note(request_of(visit), text, _files_of(visit)))
    except (InputRefused, NotPossible) as why:
        return await _kept(visit, "note", text, why)
    await _keep(visit, "note", "")
    return done(visit, visit.words.gettext("The note is kept. The customer does not see it."))


def _files_of(visit: Visit) -> actions.Files:
    """The form's files. One that cannot be taken stops the message: nobody sends half of what they meant to."""

    async def keep_files(conversation: str) -> tuple[Attachment, ...]:
        uploads, kept, refused = visit.desk.uploads, [], []
        for each in visit.form.getlist("file"):
            if isinstance(each, UploadFile) and each.filename:
                try:
                    kept.append(await uploads.keep_upload(conversation, each))
                except FileRefused as fault:
                    why = file_refused(fault, tidy_name(each.filename), uploads.store.largest)
                    refused.append(why.said(visit.words))
        if refused:
            raise InputRefused(" ".join(dict.fromkeys(refused)))
        return tuple(kept)

    return keep_files


async def _kept(visit: Visit, kind: str, text: str, why: ActionRefused) -> Response:
    """What could not be sent is not lost."""
    await _keep(visit, kind, text)
    return done(visit, why.said(visit.words), "warning")


async def keep(visit: Visit) -> Response:
    """Keep what is being written, so that it is there on another screen too."""
    await opened(visit, Right.NOTE)
    kind = visit.text("kind")
    if kind not in KINDS:
        raise ActionMalformed
    await _keep(visit, kind, visit.raw("text", LONGEST))
    return Response(status_code=204)


async def _keep(visit: Visit, kind: str, text: str) -> None:
    dialect, of_id = visit.desk.database.dialect, visit.path("id")
    await visit.desk.write(keep_unsent, dialect, of_id, visit.staff.id, kind, text, visit.now)


async def writing(visit: Visit) -> Response:
    """The customer sees that somebody is writing to them: whoever has the chat, and nobody else."""
    chat = await opened(visit, Right.REPLY)
    visit.desk.company.writes(chat.id, Participant(visit.staff.id, visit.staff.name))
    show = visit.desk.typing.get(chat.thread.channel)
    if show and (address := await visit.desk.read(address_of, chat.id)):
        show(*address[1:])
    return Response(status_code=204)
