"""Fields of a form as values of the record: read, checked, and told what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol
from unicodedata import normalize

from complaints.record import AnySlot, Attachment, Contact, CustomerType, Moment, Money, Remedy, Slot
from dialogs.flows.intake.own_answers import fitting
from dialogs.playbooks.playbook import Playbook
from staff.actions.refusals import InputRefused
from staff.words import later

LONGEST = 300
LONGEST_STORY = 20_000
_MOST_MONEY = Decimal(10) ** 12


class Fields(Protocol):
    """A form: a field, or all of several of one name. `Visit` is one."""

    def text(self, name: str, longest: int = 1000) -> str: ...

    def texts(self, name: str) -> tuple[str, ...]: ...


Reading = Callable[[Fields, Playbook], Any]


def slot_value(slot: AnySlot, form: Fields, playbook: Playbook, files: Sequence[Attachment]) -> Any:
    """The slot's value as the form has it; its empty value where nothing was filled in.

    `files` are the chat's own. Raises `InputRefused`.
    """
    if slot is Slot.EVIDENCE:
        chosen = set(form.texts("file"))
        return tuple(file for file in files if file.digest in chosen)
    if slot in playbook.file.slots:
        return _own(slot, form, playbook)
    return _READINGS.get(slot, _words)(form, playbook)


def _own(slot: AnySlot, form: Fields, playbook: Playbook) -> str:
    """A slot that the playbook adds."""
    given = normalize("NFKC", form.text("value", LONGEST)).strip()
    value = fitting(slot, given, playbook) if given else ""
    if value is None:
        raise InputRefused(later("This does not fit this field."))
    return value


def _words(form: Fields, _: Playbook) -> str:
    return form.text("value", LONGEST)


def _category(form: Fields, playbook: Playbook) -> str:
    return _one_of(form.text("value"), tuple(playbook.file.categories))


def _story(form: Fields, _: Playbook) -> str:
    return _some(form.text("value", LONGEST_STORY))


def _wanted(form: Fields, _: Playbook) -> tuple[str, ...]:
    return tuple(_one_of(each, tuple(Remedy)) for each in form.texts("wanted"))


def _customer_type(form: Fields, _: Playbook) -> str:
    given = form.text("value")
    return _one_of(given, tuple(CustomerType)) if given else ""


def _some(text: str) -> str:
    if not text:
        raise InputRefused(later("This cannot be left empty."))
    return text


def _one_of(given: str, known: Sequence[str]) -> str:
    if given not in known:
        raise InputRefused(later("Choose one of the list."))
    return str(given)


def _order_number(form: Fields, playbook: Playbook) -> str:
    number = normalize("NFKC", form.text("value", LONGEST)).strip()
    fits = any(re.fullmatch(pattern, number, re.IGNORECASE) for pattern in _patterns(playbook))
    if number and not fits:
        raise InputRefused(later("This does not look like one of our order numbers."))
    return number


def _patterns(playbook: Playbook) -> tuple[str, ...]:
    return playbook.file.order_number.patterns if playbook.file.order_number else (".*",)


def _moment(form: Fields, _: Playbook) -> Moment | None:
    day, clock, until = form.text("day"), form.text("clock"), form.text("until")
    if not day and (clock or until):
        raise InputRefused(later("Give the day as well."))
    if not day:
        return None
    try:
        start = datetime.fromisoformat(f"{day}T{clock}") if clock else date.fromisoformat(day)
        end = date.fromisoformat(until) if until else None
    except ValueError:
        raise InputRefused(later("This is not a day of the calendar.")) from None
    first = start.date() if isinstance(start, datetime) else start
    if end and end < first:
        raise InputRefused(later("It ends before it begins."))
    iso = start.strftime("%Y-%m-%dT%H:%M") if isinstance(start, datetime) else start.isoformat()
    return Moment(iso, end.isoformat() if end else "")


def _money(form: Fields, playbook: Playbook) -> Money | None:
    given = normalize("NFKC", form.text("amount", 40)).replace(",", "")
    currency = form.text("currency", 3).upper() or playbook.file.currency
    if not given:
        return None
    try:
        amount = Decimal(given)
    except InvalidOperation:
        raise InputRefused(later("This is not an amount. Write it in digits, like 49.90.")) from None
    if not re.fullmatch("[A-Z]{3}", currency):
        raise InputRefused(later("A currency has three letters, like CNY."))
    if not amount.is_finite() or not 0 <= amount < _MOST_MONEY or amount != round(amount, 2):
        raise InputRefused(later("This is not an amount. Write it in digits, like 49.90."))
    return Money(amount, currency)


def _contact(form: Fields, playbook: Playbook) -> Contact | None:
    preferred = form.text("preferred")
    contact = Contact(
        _email(form.text("email", LONGEST)),
        _phone(form.text("phone", 40), playbook.file.region),
        form.text("handle", 100),
        _one_of(preferred, ("email", "phone", "chat")) if preferred else "",
        form.text("time", LONGEST),
    )
    return contact if contact else None


_LONGEST_EMAIL, _LONGEST_PHONE = 254, 40
"""Characters that are given to libraries whose patterns are not ours."""


def _email(given: str) -> str:
    from email_validator import EmailNotValidError, validate_email

    if not given:
        return ""
    if len(given) > _LONGEST_EMAIL:
        raise InputRefused(later("This is not an e-mail address."))
    try:
        return validate_email(normalize("NFKC", given), check_deliverability=False).normalized
    except EmailNotValidError:
        raise InputRefused(later("This is not an e-mail address.")) from None


def _phone(given: str, region: str) -> str:
    import phonenumbers

    if not given:
        return ""
    if len(given) > _LONGEST_PHONE:
        raise InputRefused(later("This is not a phone number."))
    try:
        number = phonenumbers.parse(normalize("NFKC", given), region)
    except phonenumbers.NumberParseException:
        raise InputRefused(later("This is not a phone number.")) from None
    if not phonenumbers.is_valid_number(number):
        raise InputRefused(later("This is not a phone number."))
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


_READINGS: Mapping[AnySlot, Reading] = {
    Slot.CATEGORY: _category,
    Slot.STORY: _story,
    Slot.ORDER_NUMBER: _order_number,
    Slot.HAPPENED_AT: _moment,
    Slot.AMOUNT: _money,
    Slot.WANTED: _wanted,
    Slot.CUSTOMER_TYPE: _customer_type,
    Slot.CONTACT: _contact,
}
