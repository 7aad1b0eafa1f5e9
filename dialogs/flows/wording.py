"""Values as a customer reads them: dates, money, contacts, cases; in the words of the playbook."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from complaints.record import AnySlot, Contact, Moment, Money, Record, Slot

if TYPE_CHECKING:
    from complaints.case import Case
    from dialogs.flows.scene import Scene
    from dialogs.playbooks.playbook import Words
    from dialogs.understanding.reading import Reading

_SIGNS = {"CNY": "¥", "GBP": "£", "USD": "$", "EUR": "€", "HKD": "HK$", "JPY": "JP¥"}
_LONGEST_SHOWN = 160


def show(scene: Scene, slot: AnySlot, record: Record) -> str:
    """The slot's value in normal form, as it stands in a summary."""
    words, value = scene.words, record.get(slot)
    if own := scene.setting.playbook.file.slots.get(slot):
        return _show_own(scene, slot, own.type, value)
    match slot:
        case Slot.CATEGORY:
            return words.say(f"category.{value}.title")
        case Slot.HAPPENED_AT:
            return show_moment(scene, value)
        case Slot.AMOUNT:
            return show_money(value)
        case Slot.EVIDENCE:
            return words.say("format.files", count=len(value))
        case Slot.WANTED:
            return listed(words, [words.say(f"wanted.{remedy}") for remedy in value])
        case Slot.CUSTOMER_TYPE:
            return words.say(f"customer_type.{value}")
        case Slot.CONTACT:
            return show_contact(words, value)
    return shorten(value)


def _show_own(scene: Scene, slot: AnySlot, kind: str, value: str) -> str:
    """A value of a slot that the playbook adds. What an earlier version of it kept may not fit any more."""
    if kind == "choice" and scene.words.has(f"option.{slot}.{value}"):
        return scene.text(f"option.{slot}.{value}")
    if kind == "day":
        with suppress(ValueError):
            return show_day(scene, date.fromisoformat(value))
    return shorten(value)


def called(words: Words, slot: AnySlot) -> str:
    """What a slot is called; one that the playbook does not know any more is called by its name."""
    key = f"slot.{slot}"
    return words.say(key) if words.has(key) else str(slot)


def shorten(text: str) -> str:
    """The beginning of a long text, on one line; the record keeps it whole."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_SHOWN else line[: _LONGEST_SHOWN - 1].rstrip() + "…"


def listed(words: Words, parts: list[str]) -> str:
    return words.say("format.comma").join(parts)


def show_moment(scene: Scene, moment: Moment) -> str:
    start = _show_iso(scene, moment.iso)
    return scene.words.say("format.range", start=start, end=_show_iso(scene, moment.until)) if moment.until else start


def _show_iso(scene: Scene, iso: str) -> str:
    return show_time(scene, datetime.fromisoformat(iso)) if "T" in iso else show_day(scene, date.fromisoformat(iso))


def show_day(scene: Scene, day: date) -> str:
    """A day with its weekday; the year only where it is not this year."""
    words = scene.words
    month, weekday = words.options("format.months")[day.month - 1], words.options("format.weekdays")[day.weekday()]
    key = "format.day" if day.year == scene.setting.now.year else "format.day_and_year"
    return words.say(key, year=day.year, month=month, day=day.day, weekday=weekday)


def show_time(scene: Scene, moment: datetime) -> str:
    return scene.words.say("format.day_time", day=show_day(scene, moment.date()), time=f"{moment:%H:%M}")


def show_deadline(scene: Scene, due: datetime) -> str:
    """A promised time (aware) on the customer's own clock."""
    zone = scene.conversation.session.timezone or scene.setting.playbook.file.timezone
    return show_time(scene, due.astimezone(ZoneInfo(zone)))


def show_money(money: Money) -> str:
    """`¥350`, `£49.99`, or `350 CHF` where the currency has no sign here."""
    amount = money.amount.quantize(Decimal("0.01"))
    number = f"{amount:,.0f}" if amount == amount.to_integral() else f"{amount:,}"
    sign = _SIGNS.get(money.currency)
    return f"{sign}{number}" if sign else f"{number} {money.currency}"


def show_contact(words: Words, contact: Contact) -> str:
    ways = [way for way in (contact.email, contact.phone, contact.handle) if way]
    if contact.preferred == "chat" or not ways:
        ways.append(words.say("format.this_chat"))
    elif contact.preferred and len(ways) > 1:
        ways.append(words.say(f"format.prefers_{contact.preferred}"))
    return listed(words, [*ways, *([contact.time] if contact.time else [])])


def show_case(scene: Scene, case: Case) -> str:
    """One case on one line: reference, kind, where it stands, and the promised time while it is open."""
    words = scene.words
    facts: dict[str, Any] = {
        "reference": case.reference,
        "title": words.say(f"category.{case.record.category}.title") if case.record.category else "",
        "state": words.say(f"state.{case.state}"),
    }
    if not case.is_open:
        return words.say("status.ended", **facts)
    if case.waiting_since:
        return words.say("status.waiting", **facts)
    if case.next_due <= scene.setting.now:
        return words.say("status.late", **facts)
    return words.say("status.line", **facts, by=show_deadline(scene, case.next_due))


def answer_beside(scene: Scene, reading: Reading) -> Scene:
    """Answer a question that was put in the same breath as something else."""
    known = f"answer.{reading.question}"
    beside = reading.question not in ("", "wait", "why", "next", "order_number") and scene.words.has(known)
    return scene.say(known) if beside else scene
