"""Offices with open doors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from dialogs.playbooks.loading import load_playbook
from dialogs.playbooks.playbook import Playbook
from storage.staff.accounts import Role
from tests.desk.scenery import Browser, Office, office

OpenOffice = Callable[..., Office]


@pytest.fixture(scope="session")
def playbook() -> Playbook:
    return load_playbook("shop")


@pytest.fixture
def open_office(playbook: Playbook, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenOffice]:
    """An office for one test, with parts of its choice."""
    with ExitStack() as doors:

        def opened(**parts: Any) -> Office:
            return doors.enter_context(office(tmp_path_factory.mktemp("office"), playbook, **parts))

        yield opened


@pytest.fixture
def place(open_office: OpenOffice) -> Office:
    """An office with one of each: mei, an agent; sam, a supervisor; ada, an administrator."""
    opened = open_office()
    opened.hire("mei", Role.AGENT)
    opened.hire("sam", Role.SUPERVISOR)
    opened.hire("ada", Role.ADMINISTRATOR)
    return opened


@pytest.fixture
def mei(place: Office) -> Browser:
    return place.at_work("mei")


@pytest.fixture
def ada(place: Office) -> Browser:
    return place.at_work("ada")
