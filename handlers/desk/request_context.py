"""What an endpoint gets: who visits, in which language and zone, with which form; and how to answer them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from gettext import NullTranslations
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from fastapi import Request, Response
from markupsafe import Markup, escape
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, RedirectResponse

from handlers.channels.base import http_events
from handlers.desk.csrf import CSRF_FIELD, FLASH, inside, place_of
from handlers.desk.translations import ago, brief, browser_name, moment, never, zone_of
from handlers.http.limits import peer
from staff.actions.action import ActionRequest
from staff.actions.times import SNOOZES
from staff.rights import Right, may
from storage.db.timestamps import to_micros
from storage.security.events import SecurityEvent, SecurityEventKind
from storage.staff.accounts import Role, Staff, StaffPresence

if TYPE_CHECKING:
    from handlers.desk.desk import Desk
    from storage.staff.sessions import Session

HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "same-origin", "Vary": "Cookie, HX-Request"}
"""On every page. The referrer stays within the desk, and with it browsers say where a form came from."""


@dataclass(frozen=True, slots=True)
class Guest:
    """One request of somebody who need not be signed in. `holder` is what the tokens of their forms are bound to."""

    desk: Desk
    request: Request
    language: str
    zone: ZoneInfo
    holder: str
    form: FormData = field(default_factory=FormData)

    @property
    def words(self) -> NullTranslations:
        """Translations: `_ = visit.words.gettext`."""
        return self.desk.screens.words[self.language]

    @property
    def now(self) -> datetime:
        return self.desk.clock()

    @property
    def csrf(self) -> str:
        """The token that this visitor's forms must hold."""
        return self.desk.marks.csrf(self.holder)

    @property
    def csrf_tokens(self) -> tuple[str, ...]:
        """The tokens that this visitor's forms may hold."""
        return self.desk.marks.csrf_tokens(self.holder)

    @property
    def is_htmx(self) -> bool:
        """Whether a part of a page is wanted."""
        return self.request.headers.get("hx-request") == "true"

    @property
    def address(self) -> str:
        return peer(self.request.scope)

    @property
    def origin(self) -> str:
        """Where this desk is: as it is set, else as the browser found it. No path, no slash at its end."""
        if self.desk.public_url:
            return self.desk.public_url.rstrip("/")
        return f"{self.request.scope['scheme']}://{self.request.headers.get('host', '')}"

    @property
    def browser(self) -> str:
        return self.request.headers.get("user-agent", "")

    def text(self, name: str, longest: int = 1000) -> str:
        """A field of the form without the blanks around it; empty when it is missing."""
        return self.raw(name, longest).strip()

    def raw(self, name: str, longest: int = 1000) -> str:
        """A field of the form just as it was typed, as a password must be."""
        value = self.form.get(name)
        return value[:longest] if isinstance(value, str) else ""

    def texts(self, name: str) -> tuple[str, ...]:
        """All values of a field that may be given several times."""
        return tuple(value.strip() for value in self.form.getlist(name) if isinstance(value, str) and value.strip())

    def path(self, name: str) -> str:
        """A part of the address."""
        return str(self.request.path_params[name])

    def render(self, template: str, status: int = 200, **context: Any) -> Response:
        """A page, or a part of one, from `templates/`."""
        flash = self._flash()
        page = self.desk.screens.page(template, self.language, {**self._about(), "flash": flash, **context})
        response = HTMLResponse(page, status, HEADERS)
        if flash:
            self.desk.cookies.drop(response, FLASH)
        return response

    def part(self, template: str, **context: Any) -> str:
        """A part of a page as text, to be sent by a stream."""
        return self.desk.screens.page(template, self.language, {**self._about(), **context})

    def go(self, path: str, said: str = "", tone: str = "done") -> Response:
        """Send the browser to a page of the desk, where `said` is shown once, `tone` being done, warning or error."""
        response = RedirectResponse(inside(path), 303, HEADERS)
        if said:
            self.desk.cookies.put(response, FLASH, self.desk.marks.sign("flash", [tone, said]), 60)
        return response

    def back(self, otherwise: str = "/desk", said: str = "", tone: str = "done") -> Response:
        """Send the browser to the page that it came from."""
        return self.go(inside(place_of(self.request.headers.get("referer", "")), otherwise), said, tone)

    def _flash(self) -> tuple[str, str] | None:
        match self.desk.marks.read("flash", self.desk.cookies.read(self.request, FLASH)):
            case [str(tone), str(said)]:
                return tone, said
        return None

    def _about(self) -> Mapping[str, Any]:
        """What every template knows."""
        return {
            "csrf": lambda: Markup('<input type="hidden" name="{}" value="{}">').format(CSRF_FIELD, self.csrf),
            "csrf_token": self.csrf,
            "fresh": fresh,
            "path": self.request.scope["path"],
            "staff": None,
            "when": self.when,
            "ago": self.ago,
            "brief": self.brief,
            "never": never,
            "team_named": self.team_named,
            "standing_of": self.desk.files.standing,
            "browser_name": browser_name,
            "Role": Role,
            "Presence": StaffPresence,
        }

    def team_named(self, team: str) -> str:
        """What the playbook calls a team in the visitor's language."""
        return self.desk.playbook.team_named(team, self.language)

    @property
    def category_names(self) -> dict[str, str]:
        """The playbook's kinds of complaint, as the visitor's language calls them."""
        words = self.desk.playbook.words(self.language)
        return {name: words.say(f"category.{name}.title") for name in self.desk.playbook.file.categories}

    def when(self, at: datetime) -> Markup:
        """A moment in the visitor's zone and language, as a `<time>`."""
        return _time(at, moment(at, self.language, self.zone), "")

    def brief(self, at: datetime) -> Markup:
        """A moment as short as it may be, with the whole of it as its title."""
        shown = brief(at, self.now, self.language, self.zone)
        return _time(at, shown, moment(at, self.language, self.zone))

    def ago(self, at: datetime) -> Markup:
        """How long ago, with the moment itself as its title."""
        return _time(at, ago(at, self.now, self.language, self.zone), moment(at, self.language, self.zone))


@dataclass(frozen=True, slots=True)
class Visit(Guest):
    """One request of somebody who is signed in."""

    staff: Staff = field(kw_only=True)
    session: Session = field(kw_only=True)

    def may(self, act: Right, team: str, owner: str) -> bool:
        """Whether this person may do this to a chat of this team and owner."""
        return may(self.staff, act, team, owner)

    def asks(self, conversation_id: str, name: str = "") -> ActionRequest:
        """What this person asks to be done in a chat; `name` is its own, so that it is done once."""
        return ActionRequest(self.desk.work, self.staff, conversation_id, name, self.zone)

    def saw(self, conversation_id: str) -> None:
        """This person has a chat before them: that goes into the security log."""
        if self.desk.security:
            self.desk.security.viewed(SecurityEventKind.CHAT_VIEWED, self.staff.id, conversation_id, self.address)

    def exported(self, what: str, rows: int) -> None:
        """This person saves a table: that goes into the security log."""
        if self.desk.security:
            detail = {"what": what, "rows": str(rows)}
            kind = SecurityEventKind.EXPORTED
            self.desk.security.note(SecurityEvent(self.now, kind, self.staff.id, "", self.address, detail))

    def note(self, connection: Any, action: str, subject: str, **detail: str) -> None:
        """Put what this person does to an account into the log of accounts."""
        self.desk.note(connection, self.staff.id, action, subject, **detail)

    def _about(self) -> Mapping[str, Any]:
        # Not super(): a dataclass with slots is another class than the one that was written here.
        # A page knows what was so when it was made: what comes before its first line is up rings too.
        known = {"staff": self.staff, "session": self.session, "since": to_micros(self.now), "snoozes": SNOOZES}
        return {**Guest._about(self), **known}


def fresh() -> str:
    """A name for what a form will do, so that the same form sent twice does it once."""
    return secrets.token_hex(16)


def zone_for(cookie: str) -> ZoneInfo:
    """The zone of a browser that nobody is signed in with; else UTC."""
    return zone_of(http_events.timezone_of(cookie))


def _time(at: datetime, shown: str, title: str) -> Markup:
    about = Markup(' title="{}"').format(title) if title else ""
    return Markup('<time datetime="{}"{}>{}</time>').format(at.isoformat(), about, escape(shown))
