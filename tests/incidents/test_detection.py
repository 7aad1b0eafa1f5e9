"""Detection of incidents, on bursts and near misses written for it among the usual complaints of a shop."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from time import perf_counter

import numpy as np
import pytest

from bench.bursts import BEGAN, DAYS, World
from complaints.incidents import detection
from complaints.incidents.belonging import gathered
from complaints.incidents.detection import Suspicion, suspicion
from complaints.incidents.stories import Story, telling_tokens, unit
from complaints.incidents.usual import ENOUGH, Usual, learnt
from dialogs.understanding.model.encoder import find_encoder


@pytest.fixture(scope="module")
def world() -> World:
    encoder = find_encoder()
    if encoder is None:
        pytest.skip("the encoder is not installed")
    return World(encoder)


def test_a_burst_is_found_by_its_fifth_message(world: World) -> None:
    usual, found = world.usual(80), []
    for texts in world.bursts:
        for _ in range(3):
            told = list(world.burst(texts, world.rng.randrange(81, 89), 8))
            first = next((n for n in range(1, len(told) + 1) if _suspected(world, told[:n], usual)), 99)
            found.append(first <= 5)
    assert np.mean(found) >= 0.95


def test_a_quarter_with_seasons_raises_at_most_one_false_alarm_a_month(world: World) -> None:
    alarms, spent, count = set[int](), 0.0, 0
    for day in range(7, DAYS):
        usual = world.usual(day)
        for one in world.days[day]:
            near = [other for other in world.before(one.at) if other.id != one.id]
            began = perf_counter()
            suspected = suspicion(one, near, usual)
            spent, count = spent + perf_counter() - began, count + 1
            alarms |= {day} if suspected else set()
    assert len(alarms) <= (DAYS - 7) / 56
    assert spent / count < 0.003 * _PATIENCE, "seconds a message"


_PATIENCE = 4
"""A busy machine is slow; the promise is of a quiet one."""


def test_members_are_the_bursts_own(world: World) -> None:
    usual, right, chosen, there = world.usual(80), 0, 0, 0
    for texts in world.bursts:
        told = list(world.burst(texts, world.rng.randrange(81, 89), 8))
        own, around = {one.id for one in told}, world.before(told[-1].at)
        suspected = _suspected(world, told, usual)
        if suspected:
            since = told[-1].at - detection.SPAN
            got = {one.id for one in gathered(suspected, [one for one in (*told, *around) if one.at >= since], usual)}
            right, chosen, there = right + len(got & own), chosen + len(got), there + len(own)
    assert right / chosen >= 0.9
    assert right / there >= 0.85


def _suspected(world: World, told: Sequence[Story], usual: Usual) -> Suspicion | None:
    return suspicion(told[-1], [*world.before(told[-1].at), *told[:-1]], usual)


def test_one_customer_alone_is_no_incident() -> None:
    stories = [_plain_story(f"s{n}", "always the same", n) for n in range(12)]
    assert suspicion(stories[-1], stories[:-1], learnt([], BEGAN, 4)) is None


def test_a_code_that_several_name_is_enough_without_an_encoder() -> None:
    none = np.zeros(0, np.float32)
    stories = [
        Story(f"s{n}", f"c{n}", BEGAN + timedelta(minutes=n), none, telling_tokens(f"It said {text}"))
        for n, text in enumerate(("error 502", "502 again", "a 502 page", "HTTP 502", "a 502"))
    ]
    found = suspicion(stories[-1], stories[:-1], learnt([], BEGAN, 0))
    assert found is not None
    assert found.tokens == ("502",)
    assert len(found.stories) == 5


def test_what_is_usual_for_the_hour_is_no_incident() -> None:
    daily = [_plain_story(f"d{day}-{n}", f"c{day}-{n}", n, day) for day in range(28) for n in range(6)]
    today = [_plain_story(f"t{n}", f"t{n}", n, 28) for n in range(6)]
    usual = learnt(daily, BEGAN + timedelta(days=28), 4)
    assert suspicion(today[-1], today[:-1], usual) is None


def test_many_at_once_that_are_not_alike_are_none() -> None:
    rng = np.random.default_rng(3)
    daily = [_story(f"d{n}", n * 480, rng.normal(size=64)) for n in range(80)]
    today = [_story(f"t{n}", 28 * 24 * 60 + n, rng.normal(size=64)) for n in range(30)]
    usual = learnt(daily, BEGAN + timedelta(days=28), 64)
    assert suspicion(today[-1], today[:-1], usual) is None


def test_stories_that_are_a_little_alike_count_together() -> None:
    rng, same = np.random.default_rng(3), np.eye(64)[0] * 6
    daily = [_story(f"d{n}", n * 480, rng.normal(size=64)) for n in range(80)]
    today = [_story(f"t{n}", 28 * 24 * 60 + n * 5, rng.normal(size=64) + same) for n in range(5)]
    usual = learnt(daily, BEGAN + timedelta(days=28), 64)
    assert suspicion(today[-1], today[:-1], usual) is not None


def test_complaints_of_elsewhere_stand_in_while_few_are_known() -> None:
    elsewhere = np.random.default_rng(1).normal(size=(400, 4)).astype(np.float32)
    usual = learnt([_plain_story("s", "c", 0)], BEGAN + timedelta(days=1), 4, elsewhere)
    assert len(usual.rows) == ENOUGH
    assert len(learnt([], BEGAN, 8, elsewhere).rows) == 0, "those of another encoder are of no use"


@pytest.mark.parametrize(
    ("text", "telling"),
    [
        (
            "Tracking says arrived Tewkesbury. Nothing since; FRIEND80 gave error 502.",
            {"tewkesbury", "friend80", "502"},
        ),
        ("Halden Couriers say it is late", {"halden", "couriers"}),
        ("CloudNest睡了三天,更新v3.1以后变砖", {"cloudnest", "v3.1"}),
        ("Halden那边说仓里进水", {"halden"}),
        ("Prawns arrived warm. NO THANKS", set()),
    ],
)
def test_codes_and_names_are_telling_and_the_first_word_is_not(text: str, telling: set[str]) -> None:
    assert telling_tokens(text, "Robot vacuum") == {*telling, "robot vacuum"}


def _plain_story(of_id: str, customer: str, minutes: int, day: int = 0) -> Story:
    at = BEGAN + timedelta(days=day, hours=10, minutes=minutes)
    return Story(of_id, customer, at, np.array([1, 0, 0, 0], np.float32), frozenset({"delay"}))


def _story(of_id: str, minutes: float, vector: np.ndarray) -> Story:
    return Story(of_id, of_id, BEGAN + timedelta(minutes=minutes), unit(vector.astype(np.float32)))
