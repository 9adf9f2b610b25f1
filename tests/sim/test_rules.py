"""The rules under a virtual clock, with everything that can go wrong going wrong."""

from dataclasses import replace

import pytest

from calls import states
from calls.states import CallState
from tests.sim.checks import Violation
from tests.sim.rules import centre, offers, replies
from tests.sim.rules.simulation import Simulation
from tests.sim.scenario import BAD, NONE, Scenario

SEEDS = 25  # of the two hundred, in each test: they share the processes of the suite


def play(seed, *, calls=200, faults=BAD):
    return Simulation(Scenario.make(seed, calls=calls, faults=faults)).run()


@pytest.mark.parametrize("first", range(1, 201, SEEDS))
def test_nothing_is_ever_violated(first):
    for seed in range(first, first + SEEDS):
        result = play(seed)

        assert result.outcomes.total() + result.turned_away == 200
        assert result.kills == BAD.kills


def test_the_same_seed_gives_the_same_log():
    assert play(7).hash == play(7).hash


def test_another_seed_gives_another_log():
    assert play(7).hash != play(8).hash


def test_no_death_is_lost_however_often_our_process_dies():
    assert play(7, faults=replace(BAD, kills=60)).kills == 60


def test_a_good_world_turns_nobody_away_and_repeats_nothing():
    result = play(7, faults=NONE)

    assert (result.turned_away, result.repeated, result.kills) == (0, 0, 0)


def caught(seeds=50):
    """The seed with which a planted fault is found, and what is said of it."""
    for seed in range(1, seeds + 1):
        try:
            play(seed, calls=60)
        except Violation as found:
            return seed, str(found)
    return None


def test_a_timer_of_the_wrong_sign_is_caught(monkeypatch):
    monkeypatch.setattr(centre, "after", lambda now, seconds: now - seconds)

    assert caught()


def test_legs_that_may_go_back_are_caught(monkeypatch):
    monkeypatch.setattr(states, "advances", lambda old, new: old != new)

    _, words = caught()

    assert "went back" in words


def test_an_offer_that_outlives_its_call_is_caught(monkeypatch):
    monkeypatch.setattr(offers, "rescind", lambda centre, call: None)

    assert caught()


def test_a_dial_that_is_repeated_blindly_is_caught(monkeypatch):
    monkeypatch.setattr(replies, "_may_repeat", lambda one, result, now: result == "unknown")

    _, words = caught()

    assert "was dialled twice" in words


def test_a_row_that_is_changed_without_its_log_is_caught(monkeypatch):
    def connect(centre, call, agent):
        call.row["state"] = CallState.CONNECTED
        centre.touched[call] = None

    monkeypatch.setattr(offers, "connect", connect)

    _, words = caught()

    assert "not the fold of its log" in words


def test_a_violation_tells_how_to_see_it_again(monkeypatch):
    monkeypatch.setattr(states, "advances", lambda old, new: old != new)

    seed, words = caught()

    assert f"seed {seed}, event " in words
    assert len(words.splitlines()) <= 22
