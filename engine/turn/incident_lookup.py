"""Looking up whether what was said belongs to a confirmed incident, for the step that answers it.

The confirmed ones are few and change seldom: they are kept for some seconds, so a turn pays for a comparison at most.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection

from complaints.incidents.belonging import LIKE_TO_TELL, Gathering, belongs
from complaints.incidents.stories import Story, telling_tokens, unpacked
from complaints.incidents.usual import WEEKS, Usual, learnt
from dialogs.flows.events import Event, Said
from dialogs.flows.setting import KnownIncident
from dialogs.understanding.repeats.complaints import complaint_vectors
from storage.incidents import incidents, stories

FRESH = timedelta(seconds=5)
"""For how long the confirmed incidents are not read again."""
GOES_BY = timedelta(hours=48)
SAMPLE, NEWEST = 500, 60
"""Stories by which it is known what all complaints have in common, and stories of an incident that are compared."""


@dataclass(frozen=True, slots=True, eq=False)
class _Confirmed:
    known: KnownIncident
    gathering: Gathering


@dataclass(slots=True)
class IncidentLookup:
    """What is known of confirmed incidents. Two threads that read it anew at once do no harm."""

    _read_at: datetime | None = None
    _usual: Usual | None = None
    _confirmed: list[_Confirmed] = field(default_factory=list)

    def of(self, conn: Connection, event: Event, now: datetime) -> KnownIncident | None:
        """The confirmed incident that a message is about, if any: the likeliest first."""
        body = event.body
        if not isinstance(body, Said) or body.reading is None or body.reading.act:
            return None
        self._refresh(conn, now)
        if not self._confirmed or self._usual is None:
            return None
        tokens = telling_tokens(body.text)
        story = Story("", "", now, unpacked(body.reading.vector), tokens)
        usual = self._usual
        return next((one.known for one in self._confirmed if belongs(story, one.gathering, usual, LIKE_TO_TELL)), None)

    def _refresh(self, conn: Connection, now: datetime) -> None:
        if self._read_at is not None and timedelta() <= now - self._read_at < FRESH:
            return
        self._read_at = now
        found = [one for one in incidents.listed(conn, (incidents.CONFIRMED,)) if now - one.last_at < GOES_BY]
        if not found:
            self._confirmed = []
            return
        told = incidents.stories_of(conn, [one.id for one in found])
        confirmed = []
        for one in found:
            some = [story.story for story, is_in in told.get(one.id, []) if is_in]
            known = KnownIncident(one.id, one.category, one.opened_at, tuple(sorted(one.notices.items())))
            confirmed.append(_Confirmed(known, Gathering(some[-NEWEST:], one.tokens)))
        sample = [story.story for story in stories.between(conn, now - WEEKS, now, SAMPLE)]
        width = max((len(story.vector) for story in sample), default=0)
        self._usual = learnt(sample, now, width, complaint_vectors())
        self._confirmed = confirmed
