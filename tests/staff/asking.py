"""How a colleague asks for something in these tests."""

from __future__ import annotations

from functools import cache
from zoneinfo import ZoneInfo

from dialogs.playbooks.loading import load_playbook
from dialogs.playbooks.playbook import Playbook
from staff.actions.action import ActionRequest, Workplace
from storage.staff.accounts import Staff
from tests.staff.conftest import Office

UTC_CLOCK = ZoneInfo("UTC")


def asks(office: Office, staff: Staff, chat: str, name: str = "", zone: ZoneInfo = UTC_CLOCK) -> ActionRequest:
    """A request for something to be done in a customer's chat."""
    work = Workplace(office.acting, office.acting.reads, _shop(), lambda: office.now)
    return ActionRequest(work, staff, office.id_of(chat), name or f"asked{next(office.numbers)}", zone)


@cache
def _shop() -> Playbook:
    return load_playbook("shop")
