"""What a playbook says of offers, limits and causes; what is wrong with it is named with file and line."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from complaints.offers.offer import RemedyKind
from dialogs.playbooks.loading import load_playbook
from tests.dialogs.playbooks.test_loading import problems


def add(folder: Path, lines: str) -> Path:
    """The playbook with more lines at its end."""
    path = folder / "playbook.yml"
    path.write_text(path.read_text("utf-8") + lines, "utf-8")
    return folder


def test_without_a_word_of_them_offers_stand_a_week_and_nobody_has_a_limit(tiny: Path) -> None:
    file = load_playbook(tiny).file
    assert (file.offers.stands, file.offers.rounds, file.limits, file.cause_paths) == (timedelta(days=7), 3, {}, {})


def test_limits_times_and_causes_are_read(tiny: Path) -> None:
    add(tiny, "limits: {agent: 49.90, program: 10}\ntoken_limits: {crm: 5}\n")
    add(tiny, "offers: {stands: 3d, within: {coupon: 2h}, otherwise: 5d, rounds: 2}\n")
    file = load_playbook(tiny).file
    assert file.limits == {"agent": Decimal("49.90"), "program": Decimal(10)}
    assert file.token_limits == {"crm": Decimal(5)}
    assert file.offers.within == {RemedyKind.COUPON: timedelta(hours=2)}


def test_every_cause_of_the_tree_needs_its_words(tiny: Path) -> None:
    found = problems(add(tiny, "causes:\n  product: [faulty]\n"))
    assert {"there is no text cause.product", "there is no text cause.faulty"} <= {one.says for one in found}


@pytest.mark.parametrize(
    ("lines", "line", "says"),
    [
        ("limits:\n  clerk: 5\n", 2, "there is no clerk"),
        ("limits:\n  agent: -5\n", 2, "limits.agent"),
        ("offers:\n  stands: 90d\n", 2, "an offer that stands so long is forgotten"),
        ("offers:\n  within:\n    yacht: 2d\n", 3, "there is no yacht"),
        ("offers:\n  within:\n    gift: 500d\n", 3, "nobody waits for so long"),
        ("offers:\n  stand: 3d\n", 2, "there is no key offers.stand"),
        ("causes:\n  product: [faulty, faulty]\n", 2, "there are two causes faulty"),
        ("causes:\n  Product: [faulty]\n", 2, "Product is no name of a cause"),
        ("causes:\n  a: {b: {c: [d]}}\n", 2, "a/b/c/d is too deep"),
    ],
)
def test_what_cannot_be_is_refused_at_its_line(tiny: Path, lines: str, line: int, says: str) -> None:
    before = len((tiny / "playbook.yml").read_text("utf-8").splitlines())
    (problem,) = problems(add(tiny, lines))
    assert says in problem.says
    assert problem.file.endswith("playbook.yml")
    assert problem.line == before + line
    assert problem.remedy
