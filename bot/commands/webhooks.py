"""What `amends webhooks` does, beside a running server too. Each act returns what to print."""

from __future__ import annotations

from bot.commands.quarantine import plain
from bot.opening import opened
from bot.refusal import Refusal
from bot.settings import Settings
from bot.wiring.webhook_sender import webhook_seal
from handlers.webhooks.places import NotAllowed, Places
from storage.db.timestamps import utc_now
from storage.delivery.webhooks import (
    ALL,
    Attempt,
    Logged,
    WebhookReceiver,
    add_webhook,
    list_webhooks,
    log,
    remove_webhook,
    resend,
)

LONGEST = 2000


def add(settings: Settings, url: str, kinds: tuple[str, ...]) -> str:
    """Add a receiver."""
    if unknown := [kind for kind in kinds if kind not in ALL]:
        raise Refusal(f"{plain(unknown[0])} is no kind of news; choose among: {', '.join(ALL)}")
    try:
        Places(private=settings.webhooks_private == "on").check(url)
    except NotAllowed as error:
        raise Refusal(str(error)) from None
    if len(url) > LONGEST:
        raise Refusal(f"an address may have {LONGEST} characters")
    with opened(settings) as database, database.write() as conn:
        of_id, secret = add_webhook(conn, webhook_seal(settings), url, tuple(dict.fromkeys(kinds)) or ALL, utc_now())
    return f"Webhook {of_id} is told from now on. Its secret, which is not shown again:\n{secret}"


def listed(settings: Settings) -> str:
    """The receivers, one a line."""
    with opened(settings) as database, database.read() as conn:
        found = list_webhooks(conn)
    return "\n".join(map(_line, found)) or "There are no webhooks. Add one: amends webhooks add https://…"


def logged(settings: Settings, limit: int, message_id: str) -> str:
    """What was sent; one message whole, with each attempt and its body."""
    with opened(settings) as database, database.read() as conn:
        found = log(conn, limit, message_id)
    if message_id and not found:
        raise Refusal(f"there is no message {plain(message_id)}; see: amends webhooks log")
    if message_id:
        return "\n\n".join("\n".join([_entry(one), *map(_attempt, one.attempts), one.body]) for one in found)
    return "\n".join(map(_entry, found)) or "Nothing was sent yet."


def sent_again(settings: Settings, message_id: str) -> str:
    """Send a message once more."""
    with opened(settings) as database, database.write() as conn:
        count = resend(conn, message_id, utc_now())
    if not count:
        raise Refusal(f"there is no message {plain(message_id)} for anybody who still listens")
    return f"It is sent once more, to {count}."


def removed(settings: Settings, of_id: str) -> str:
    """Forget a receiver."""
    with opened(settings) as database, database.write() as conn:
        if not remove_webhook(conn, of_id):
            raise Refusal(f"there is no webhook {plain(of_id)}; see: amends webhooks list")
    return f"Webhook {of_id} is forgotten."


def _line(one: WebhookReceiver) -> str:
    kinds = "all news" if set(one.kinds) == set(ALL) else ", ".join(one.kinds)
    ended = [f"ended {one.ended_at:%Y-%m-%d %H:%M}: {one.reason}"] if one.ended_at else []
    return "  ".join([one.id, one.url, f"since {one.created_at:%Y-%m-%d}", kinds, *ended])


def _entry(one: Logged) -> str:
    last = [_came(one.attempts[-1])] if one.attempts else []
    tries = f"{len(one.attempts)} attempts" if len(one.attempts) != 1 else "1 attempt"
    return "  ".join(
        [
            f"{one.at:%Y-%m-%d %H:%M:%S}",
            one.id,
            one.kind,
            one.reference,
            f"to {one.webhook_id}",
            one.state,
            tries,
            *last,
        ]
    )


def _attempt(one: Attempt) -> str:
    return f"  {one.at:%Y-%m-%d %H:%M:%S}  {_came(one)}  {one.milliseconds} ms"


def _came(one: Attempt) -> str:
    return str(one.status) if one.status else one.trouble
