"""What every attack may ask for, and the table that `make attack` prints of them.

What a test tells of itself travels with its reports, so the table is the same with several workers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from dialogs.playbooks.loading import load_playbook
from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.local_provider import LocalUnderstanding
from tests.attack.table import Attack, lines

Tried = Callable[[int], None]
WHAT, TRIES, LARGER = "attack", "attack tries", "attack has a larger size"


@pytest.fixture
def tried(request: pytest.FixtureRequest) -> Tried:
    """`tried(40)` says how many times this attack was made; the test's docstring or name says what it is."""

    def count(times: int) -> None:
        request.node.user_properties.append((TRIES, times))

    return count


class Rows:
    """Gathers the reports of all workers."""

    def __init__(self) -> None:
        self.attacks: dict[str, Attack] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        told = report.user_properties
        what = next((str(value) for name, value in told if name == WHAT), "")
        if not what:
            return
        attack = self.attacks.setdefault(report.nodeid.partition("[")[0], Attack(what))
        attack.larger = any(name == LARGER for name, _ in told)
        if report.when == "call":
            attack.tries += sum(int(str(value)) for name, value in told if name == TRIES)
        if report.when == "call" or report.outcome != "passed":
            attack.cases[report.nodeid] = "failed" if attack.cases.get(report.nodeid) == "failed" else report.outcome
        if report.outcome == "skipped" and isinstance(report.longrepr, tuple):
            attack.reasons.append(report.longrepr[2])

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for line in lines(self.attacks.values()) if self.attacks else ():
            terminalreporter.write_line(line)


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Rows(), "the table of attacks")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever is tried here is an attack, whether or not it comes to say how often."""
    for item in _attacks(items):
        doc = (getattr(getattr(item, "function", None), "__doc__", "") or "").strip().partition("\n\n")[0]
        name = item.name.partition("[")[0].removeprefix("test_").replace("_", " ")
        item.user_properties.append((WHAT, " ".join(doc.split()) or name))
        if item.get_closest_marker("prove"):
            item.user_properties.append((LARGER, True))


def _attacks(items: list[pytest.Item]) -> Iterator[pytest.Item]:
    return (item for item in items if "tried" in getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session")
def shop() -> Playbook:
    return load_playbook("shop")


@pytest.fixture(scope="session")
def local(shop: Playbook) -> LocalUnderstanding:
    return LocalUnderstanding(shop)
