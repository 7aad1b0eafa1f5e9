"""Findings: a cause is a place in the tree, and a risk is in range."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from complaints.findings import BadFinding, Finding, Responsible, Risk, RiskKind, Upheld, check

NOW = datetime(2026, 11, 18, tzinfo=UTC)
TREE = ("product", "product/faulty", "person/unkind")


def finding(cause: str, **more: object) -> Finding:
    return Finding(Upheld.YES, Responsible.US, cause, "li", NOW, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("cause", ["product/faulty", "product"])
def test_a_leaf_or_a_branch_of_the_tree_is_a_cause(cause: str) -> None:
    check(finding(cause, contributing=("person/unkind",), risks=(Risk(RiskKind.MONEY, 3, 2),)), TREE)


@pytest.mark.parametrize("cause", ["", "weather", "product/", "product/faulty/very/much", "PRODUCT"])
def test_what_is_not_in_the_tree_is_no_cause_and_the_message_says_what_is(cause: str) -> None:
    with pytest.raises(BadFinding, match="person/unkind, product, product/faulty"):
        check(finding(cause), TREE)


def test_without_a_tree_any_path_of_three_names_is_a_cause() -> None:
    check(finding("a/b/c"), ())
    with pytest.raises(BadFinding):
        check(finding("a/b/c/d"), ())


@pytest.mark.parametrize("risk", [Risk(RiskKind.LEGAL, 0, 1), Risk(RiskKind.LEGAL, 1, 4)])
def test_a_risk_is_from_one_to_three(risk: Risk) -> None:
    with pytest.raises(BadFinding):
        check(finding("product", risks=(risk,)), TREE)


def test_a_contributing_cause_is_in_the_tree_too() -> None:
    with pytest.raises(BadFinding):
        check(finding("product", contributing=("weather",)), TREE)
