"""The production board on floors where what must hold can be said exactly, or nearly so."""

import statistics

import pytest

from calls.routing import Idle, Need, Waiting, may_take
from calls.states import Strategy
from tests.sim import theory
from tests.sim.driver import Floor, arrivals, crew, drawn, in_order
from tests.sim.scenario import stream

# Conservation -----------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_whatever_the_priorities_the_same_number_is_inside_at_every_instant(seed):
    draw = stream(seed, "priorities")
    times = arrivals(seed, 4.5, 3000)
    mixed = (
        Waiting(place, time, queue_id=1, priority=draw.randint(-100, 100))
        for place, time in enumerate(times)
    )

    plain = Floor(crew(5), drawn(seed, 1.0), keeps_path=True).play(in_order(times))
    other = Floor(crew(5), drawn(seed, 1.0), keeps_path=True).play(mixed)

    assert other.inside == plain.inside
    assert sum(other.waits.values()) == pytest.approx(sum(plain.waits.values()), rel=1e-9)
    assert other.waits != plain.waits


def test_littles_law_and_the_utilisation_hold_exactly():
    agents, times = 5, arrivals(5, 4.0, 20_000)
    seen = {"at": 0.0, "length": 0, "area": 0.0}

    def watch(floor, now, made):
        seen["area"] += seen["length"] * (now - seen["at"])
        seen["at"], seen["length"] = now, len(floor.waiting) - len(made)

    path = Floor(crew(agents), drawn(5, 1.0), check=watch).play(in_order(times))

    assert seen["area"] == pytest.approx(sum(path.waits.values()), rel=1e-9)
    assert path.busy / (agents * seen["at"]) == pytest.approx(0.8, rel=0.03)


# Fairness --------------------------------------------------------------------------------------


def mixed_floor(seed):
    """Three queues, skills that are asked for at first, agents who serve some of them."""
    draw = stream(seed, "floor")
    needs = (Need(1, 3, 0.4), Need(1, 2, 1.0))
    agents = [
        Idle(
            number,
            0.0,
            frozenset(draw.sample([1, 2, 3], draw.randint(1, 3))),
            {1: draw.randint(1, 5)},
        )
        for number in range(8)
    ]
    agents[0] = Idle(0, 0.0, frozenset({1, 2, 3}), {1: 5})
    calls = (
        Waiting(place, time, queue_id=draw.randint(1, 3), needs=draw.choice([(), needs]))
        for place, time in enumerate(arrivals(seed, 6.5, 1500))
    )
    return agents, calls


def is_fair(floor, now, made):
    """Nobody overtakes their equals, and each goes to the longest idle who may take them."""
    waiting, idle = dict(floor.waiting), dict(floor.idle)
    for entry_id, agent_id in made:
        call, agent = waiting.pop(entry_id), idle[agent_id]
        able = [other for other in idle.values() if may_take(call, other, now)]
        assert agent == min(able, key=lambda one: (one.idle_since, one.agent_id))
        for other in waiting.values():
            is_equal = (other.queue_id, other.needs) == (call.queue_id, call.needs)
            assert not is_equal or other.entry_id > entry_id
        del idle[agent_id]
    assert not any(
        may_take(call, agent, now) for call in waiting.values() for agent in idle.values()
    )


@pytest.mark.parametrize("seed", range(6))
def test_nobody_is_overtaken_by_their_equals_and_nobody_idles(seed):
    agents, calls = mixed_floor(seed)

    path = Floor(agents, drawn(seed, 1.0), check=is_fair).play(calls)

    assert path.waits


# Skills ----------------------------------------------------------------------------------------


def chain_wait(seed, *, queues, each, load, size):
    """Mean wait when every agent serves two neighbouring queues, which close to a ring."""
    agents = [
        Idle(number, 0.0, frozenset({number % queues, (number + 1) % queues}))
        for number in range(queues * each)
    ]
    draw = stream(seed, "queues")
    calls = (
        Waiting(place, time, queue_id=draw.randrange(queues), strategy=Strategy.LONGEST_IDLE)
        for place, time in enumerate(arrivals(seed, load * len(agents), size))
    )
    path = Floor(agents, drawn(seed, 1.0)).play(calls)
    return statistics.fmean(path.waits.values())


def test_two_skills_an_agent_are_almost_as_good_as_all():
    queues, each, load = 5, 3, 0.8
    apart = theory.mean_wait(load * each, 1.0, each)
    pooled = theory.mean_wait(load * each * queues, 1.0, each * queues)

    ours = statistics.fmean(
        chain_wait(seed, queues=queues, each=each, load=load, size=12_000) for seed in range(3)
    )

    assert (apart - ours) / (apart - pooled) >= 0.8
