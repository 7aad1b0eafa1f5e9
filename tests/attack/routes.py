"""Every route of the application, and whom it opens for. `python -m tests.attack.routes` prints docs/routes.md.

A new route needs a line here, or in the desk's own table (`tests/desk/test_routes.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum

from storage.staff.accounts import Role
from storage.staff.tokens import TokenScope
from tests.desk.test_routes import FILES, TABLE


class Open(StrEnum):
    """Whom a route opens for that asks for neither a scope nor a role."""

    ANYBODY = "anybody"
    VISITOR = "the chat's own token"
    TELEGRAM = "Telegram's secret"


Key = tuple[str, str]
For = Open | TokenScope | Role

EDGES: Mapping[Key, For] = {
    ("GET", "/"): Open.ANYBODY,
    ("GET", "/chat"): Open.ANYBODY,
    ("GET", "/embed"): Open.ANYBODY,
    ("GET", "/widget.js"): Open.ANYBODY,
    ("GET", "/static/{path:path}"): Open.ANYBODY,
    ("GET", "/chat/words"): Open.ANYBODY,
    ("POST", "/chat/messages"): Open.VISITOR,
    ("POST", "/chat/typing"): Open.VISITOR,
    ("POST", "/chat/files"): Open.VISITOR,
    ("GET", "/chat/files/{digest}"): Open.VISITOR,
    ("POST", "/chat/telegram"): Open.VISITOR,
    ("POST", "/chat/identity"): Open.VISITOR,
    ("GET", "/chat/stream"): Open.VISITOR,
    ("GET", "/webhooks/rest/"): Open.ANYBODY,
    ("POST", "/webhooks/rest/webhook"): TokenScope.CHAT,
    ("GET", "/api/v1/cases"): TokenScope.READ,
    ("GET", "/api/v1/cases/{reference}"): TokenScope.READ,
    ("GET", "/api/v1/handoffs"): TokenScope.READ,
    ("POST", "/api/v1/cases/{reference}/offers"): TokenScope.WRITE,
    ("POST", "/api/v1/cases/{reference}/offers/{n}/decision"): TokenScope.WRITE,
    ("POST", "/api/v1/cases/{reference}/offers/{n}/lines/{i}/done"): TokenScope.WRITE,
    ("POST", "/api/v1/cases/{reference}/finding"): TokenScope.WRITE,
    ("POST", "/api/v1/cases/{reference}/resolution"): TokenScope.WRITE,
    ("GET", "/api/v1/figures"): TokenScope.READ,
    ("GET", "/api/v1/incidents"): TokenScope.READ,
    ("POST", "/api/v1/incidents/{of_id}/confirm"): TokenScope.WRITE,
    ("POST", "/api/v1/incidents/{of_id}/tell"): TokenScope.WRITE,
    ("POST", "/api/v1/incidents/{of_id}/solve"): TokenScope.WRITE,
    ("GET", "/api/v1/figures/cases"): TokenScope.READ,
    ("GET", "/metrics"): TokenScope.METRICS,
    ("GET", "/healthz"): Open.ANYBODY,
    ("GET", "/readyz"): Open.ANYBODY,
    ("GET", "/openapi.json"): Open.ANYBODY,
    ("HEAD", "/openapi.json"): Open.ANYBODY,
}
TELEGRAM: Mapping[Key, For] = {("POST", "/telegram/{secret}"): Open.TELEGRAM}
"""There where a bot is set up with a public address; what follows the folder is made from the bot's token."""
DESK: Mapping[Key, For] = {
    FILES: Open.ANYBODY,
    **{key: Open.ANYBODY if role is None else role for key, role in TABLE.items()},
}
ROUTES: Mapping[Key, For] = {**EDGES, **TELEGRAM, **DESK}

COLUMNS: tuple[tuple[str, For | None], ...] = (
    ("nobody", None),
    ("chat", Open.VISITOR),
    *((f"`{scope}`", scope) for scope in TokenScope),
    *((role.value, role) for role in Role),
)
INTRODUCTION = """# Who may call what

Made from the tables that the tests walk (`python -m tests.attack.routes > docs/routes.md`): every route, and every kind
of caller. *chat* is whoever holds a chat's token; then tokens of [programs](tokens.md) by scope; then colleagues who
are signed in, by role. An expired, revoked or wrong token, and whoever was signed out, is *nobody*. What a colleague
may do to a chat that they may open depends on team and owner besides.

"""


def opens(who: For | None, key: Key) -> bool:
    """Whether a route opens for such a caller."""
    asked = ROUTES[key]
    if asked is Open.ANYBODY:
        return True
    if isinstance(asked, TokenScope):
        return who in (asked, TokenScope.ADMIN)
    if isinstance(asked, Role):
        return isinstance(who, Role) and who.rank >= asked.rank
    return who is asked


def page() -> Iterator[str]:
    """The page's lines."""
    yield INTRODUCTION + "| route | " + " | ".join(name for name, _ in COLUMNS) + " |"
    yield "|---|" + ":-:|" * len(COLUMNS)
    for key in sorted(ROUTES, key=lambda each: (each[1], each[0])):
        marks = " | ".join("✓" if opens(who, key) else "" for _, who in COLUMNS)
        yield f"| `{' '.join(key)}` | {marks} |"


if __name__ == "__main__":
    print("\n".join(page()))
