"""What of a turn is kept for comparing complaints: the story that was begun or filed, with its vector.

Nothing is compared here: that is for `engine.upkeep.incident_watch`, beside the turns.
"""

from __future__ import annotations

from typing import Any

from complaints.case import Case
from dialogs.flows.events import Event, Said
from dialogs.flows.state import Conversation
from storage.conversations.conversations import ConversationRow
from storage.incidents.stories import row_of


def begun(place: ConversationRow, after: Conversation, event: Event) -> dict[str, Any] | None:
    """The row of a complaint whose story is told now, or differently from before; None where nothing was told."""
    draft, before = after.intake.draft, place.state.intake.draft
    if draft is None or not draft.record.story:
        return None
    if before and before.begun_at == draft.begun_at and before.record.story == draft.record.story:
        return None
    language = after.session.language
    return row_of(
        place.id, place.case_count, draft.record, at=draft.begun_at, reference="", language=language,
        vector=vector_of(event),
    )  # fmt: skip


def filed(place: ConversationRow, case: Case, event: Event) -> dict[str, Any] | None:
    """The row of a complaint that is on file now; None where nothing was told. `place` counts the case already."""
    if not case.record.story:
        return None
    draft = place.state.intake.draft
    # What files it may be a mere yes, which means nothing by itself.
    told_before = draft is not None and draft.record.story == case.record.story
    return row_of(
        place.id, place.case_count - 1, case.record, at=draft.begun_at if draft else case.opened_at,
        reference=case.reference, language=case.language, vector=b"" if told_before else vector_of(event),
    )  # fmt: skip


def vector_of(event: Event) -> bytes:
    """Where the meaning of what was said lies, if something was said and read."""
    body = event.body
    return body.reading.vector if isinstance(body, Said) and body.reading else b""
