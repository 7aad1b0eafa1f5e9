"""A survey keeps to its order, asks for what applies only, and remembers the first answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from complaints.survey import Part, Solved, Survey, next_part, parts, unhappy

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
NEW = Survey(1, NOON, "li", "product", "delivery", "v1")
LOW = 2


def test_a_happy_customer_is_asked_four_things() -> None:
    happy = replace(NEW, solved=Solved.YES, outcome=5, treatment=5)
    assert parts(happy, LOW) == (Part.SOLVED, Part.OUTCOME, Part.TREATMENT, Part.WORDS)


def test_whoever_is_not_content_is_asked_why_and_whether_we_may_write() -> None:
    content = replace(NEW, solved=Solved.PARTLY, outcome=3, treatment=4)
    assert parts(content, LOW)[3:] == (Part.REASON, Part.WORDS, Part.CONTACT)


def test_anything_else_is_asked_of_those_who_said_something() -> None:
    assert Part.MORE not in parts(NEW, LOW)
    praise = replace(NEW, solved=Solved.YES, outcome=5, words="kind")
    assert parts(praise, LOW)[-1] is Part.MORE
    assert parts(replace(praise, more="one more thing"), LOW)[-1] is Part.CONTACT


def test_whoever_says_that_nothing_is_solved_is_not_asked_for_marks() -> None:
    assert parts(replace(NEW, solved=Solved.NO), LOW) == (Part.SOLVED, Part.REASON, Part.WORDS)


def test_a_part_left_out_is_not_asked_again_and_may_still_be_answered() -> None:
    passed = NEW.left_out(Part.SOLVED, NOON)
    assert next_part(passed, LOW) is Part.OUTCOME
    assert passed.answered(Part.SOLVED, "yes", LATER).skipped == ()


def test_the_first_answer_says_which_wave_was_answered() -> None:
    asked = NEW.asked("web", NOON).answered(Part.SOLVED, "yes", NOON).asked("web", LATER)
    again = asked.answered(Part.OUTCOME, 4, LATER)
    assert (again.wave, again.answered_wave, again.answered_at) == (2, 1, NOON)
    assert (again.asked_at, again.reminded_at) == (NOON, LATER)


def test_what_has_ended_does_not_end_anew() -> None:
    assert NEW.ended("opted_out").ended("reopened").dropped == "opted_out"
    assert replace(NEW, done_at=NOON).ended("reopened").dropped == ""


def test_low_is_what_the_playbook_says() -> None:
    assert unhappy(replace(NEW, outcome=2), LOW)
    assert not unhappy(replace(NEW, outcome=3), LOW)
    assert unhappy(replace(NEW, outcome=3), 3)
    assert not unhappy(NEW, LOW)
