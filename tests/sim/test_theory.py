"""The production board against queueing theory: exactly where that is possible, else by batches.

Near full load a mean wait within three per cent takes many millions of calls, whatever plays them:
`references.calls_for` says how many, from the variance that theory gives. These are played by
references of a few lines, which the board equals to the last bit at the same load and size.
"""

import itertools
import statistics

import numpy as np
import pytest

from tests.sim import references, theory
from tests.sim.driver import Floor, arrivals, crew, drawn, in_order, urgent_and_patient
from tests.sim.references import BATCHES, T_999, calls_for, of_queue

LOAD = 0.9
AT_ONCE = 500_000  # numbers drawn at a time


def assert_agree(means, expected):
    """Theory lies inside the 99.9 % interval by 20 batches, and that is narrow.

    One more batch comes first: it fills the floor and is left out.
    """
    _, *means = means
    assert len(means) == BATCHES
    mean, width = statistics.fmean(means), T_999 * statistics.stdev(means) / BATCHES**0.5
    print(f"{mean:.5f} ± {width:.5f}, by theory {expected:.5f}")  # noqa: T201
    assert width <= 0.03 * expected
    assert abs(mean - expected) <= width


def by_batches(values, count):
    """The means of the batches: `count` values in all, and those of the first one."""
    size = count // BATCHES
    return [statistics.fmean(itertools.islice(values, size)) for _ in range(BATCHES + 1)]


def exponentials(seed, name, rate):
    """Without end, a stream for every name."""
    draw = np.random.default_rng([seed, *name.encode()])
    return itertools.chain.from_iterable(
        draw.exponential(1 / rate, AT_ONCE).tolist() for _ in itertools.count()
    )


def times_of(seed, rate, name="arrivals"):
    return itertools.accumulate(exponentials(seed, name, rate))


# First come, first served ----------------------------------------------------------------------


@pytest.mark.parametrize(("agents", "load"), [(1, 0.5), (5, 0.7), (1, LOAD), (10, LOAD)])
def test_the_board_equals_the_reference_to_the_last_bit(agents, load):
    times = arrivals(1, load * agents, 5000)

    path = Floor(crew(agents), drawn(1, 1.0)).play(in_order(times))

    waits = [path.waits[place] for place in range(len(times))]
    assert waits == list(references.fcfs(times, iter(drawn(1, 1.0), None), agents))


@pytest.mark.parametrize(("seed", "agents"), [(1, 1), (2, 10)])
def test_callers_wait_as_erlang_c_says(seed, agents):
    rate = LOAD * agents
    count = calls_for(of_queue(rate, 1.0, 0.0, agents))

    waits = references.fcfs(times_of(seed, rate), exponentials(seed, "services", 1.0), agents)

    assert_agree(by_batches(waits, count), theory.mean_wait(rate, 1.0, agents))


# Impatient callers ------------------------------------------------------------------------------


def test_the_board_equals_the_reference_with_callers_who_leave():
    agents, impatience = 10, 0.5
    times = arrivals(3, LOAD * agents, 20_000)

    floor = Floor(crew(agents), drawn(3, 1.0), patience=drawn(3, impatience, "patience"))
    path = floor.play(in_order(times))

    found = references.impatient(
        times, iter(drawn(3, 1.0), None), iter(drawn(3, impatience, "patience"), None), agents
    )
    everybody = path.waits | path.gave_up
    assert list(found) == [(everybody[n], n in path.gave_up) for n in range(len(times))]


def both_means(pairs, count):
    """As `by_batches`, of both members of pairs."""
    size = count // BATCHES
    batches = [list(itertools.islice(pairs, size)) for _ in range(BATCHES + 1)]
    return (
        [statistics.fmean(one[member] for one in batch) for batch in batches] for member in (0, 1)
    )


def test_impatient_callers_wait_and_leave_as_erlang_a_says():
    seed, agents, impatience = 3, 10, 0.5
    rate = LOAD * agents
    count = calls_for(of_queue(rate, 1.0, impatience, agents))
    services = exponentials(seed, "services", 1.0)
    patience = exponentials(seed, "patience", impatience)

    found = references.impatient(times_of(seed, rate), services, patience, agents)
    waits, gone = both_means(found, count)

    expected = theory.erlang_a(rate, 1.0, impatience, agents)
    assert_agree(waits, expected.wait)
    assert_agree(gone, expected.abandons)


def test_impatient_callers_of_the_board_itself_wait_and_leave_as_erlang_a_says():
    seed, agents, rate, impatience = 3, 4, 8.0, 1.0
    size = calls_for(of_queue(rate, 1.0, impatience, agents)) // BATCHES
    times = arrivals(seed, rate, size * (BATCHES + 1))

    patience = drawn(seed, impatience, "patience")
    path = Floor(crew(agents), drawn(seed, 1.0), patience=patience).play(in_order(times))
    everybody = path.waits | path.gave_up
    found = iter([(everybody[n], n in path.gave_up) for n in range(len(times))])
    waits, gone = both_means(found, size * BATCHES)

    expected = theory.erlang_a(rate, 1.0, impatience, agents)
    assert_agree(waits, expected.wait)
    assert_agree(gone, expected.abandons)


# Priorities ------------------------------------------------------------------------------------


@pytest.mark.parametrize("agents", [1, 5])
def test_the_board_serves_classes_as_the_reference_to_the_last_bit(agents):
    calls = urgent_and_patient(arrivals(3, LOAD * agents, 5000), 3)

    path = Floor(crew(agents), drawn(3, 1.0)).play(iter(calls))

    urgent = [one for one in calls if one.priority]
    patient = [one for one in calls if not one.priority]
    expected = list(
        references.two_classes(
            (one.enqueued_at for one in urgent),
            (one.enqueued_at for one in patient),
            iter(drawn(3, 1.0), None),
            agents,
        )
    )
    assert [path.waits[one.entry_id] for one in urgent] == [wait for is_u, wait in expected if is_u]
    assert [path.waits[one.entry_id] for one in patient] == [
        wait for is_u, wait in expected if not is_u
    ]


def test_classes_of_callers_wait_as_cobham_says():
    """The patient wait for all the work there is, so their mean varies as without classes."""
    seed, rates = 3, [0.3 * LOAD, 0.7 * LOAD]
    count = calls_for(theory.wait_variance(LOAD) / theory.mean_wait(LOAD, 1.0, 1) ** 2)
    urgent, patient = (times_of(seed, rate, f"arrivals {rate}") for rate in rates)
    sums, callers = np.zeros((2, BATCHES + 1)), np.zeros((2, BATCHES + 1))

    found = references.two_classes(urgent, patient, exponentials(seed, "services", 1.0), 1)
    for batch in range(BATCHES + 1):
        waits = [0.0, 0.0]
        of_urgent = 0
        for is_urgent, wait in itertools.islice(found, count // BATCHES):
            waits[is_urgent] += wait
            of_urgent += is_urgent
        sums[:, batch] = waits
        callers[:, batch] = count // BATCHES - of_urgent, of_urgent

    expected = theory.priority_waits(rates, 1.0, 1)
    patient_means, urgent_means = (sums / callers).tolist()
    assert_agree(urgent_means, expected[0])
    assert_agree(patient_means, expected[1])


def test_the_law_of_conservation_holds_for_the_formulas():
    rates = [0.5, 1.0, 2.5]
    waits = theory.priority_waits(rates, 1.0, 5)

    in_all = sum(rate * wait for rate, wait in zip(rates, waits, strict=True))

    assert in_all == pytest.approx(sum(rates) * theory.mean_wait(sum(rates), 1.0, 5), rel=1e-12)


# The formulas themselves -----------------------------------------------------------------------


def test_the_formulas_agree_with_published_values():
    assert theory.erlang_b(5.0, 10) == pytest.approx(0.018385, abs=1e-6)
    assert theory.erlang_c(9.0, 1.0, 10) == pytest.approx(0.668732, abs=1e-6)
    assert theory.mean_wait(0.5, 1.0, 1) == pytest.approx(1.0)  # M/M/1: load / spare
    assert theory.served_within(0.0, 0.5, 1.0, 1) == pytest.approx(0.5)


def test_patience_without_end_makes_erlang_c_of_erlang_a():
    endless = theory.erlang_a(9.0, 1.0, 1e-9, 10)

    assert endless.waits == pytest.approx(theory.erlang_c(9.0, 1.0, 10), rel=1e-6)
    assert endless.wait == pytest.approx(theory.mean_wait(9.0, 1.0, 10), rel=1e-6)


def test_the_length_of_a_run_agrees_with_published_values():
    assert theory.wait_variance(0.8) == pytest.approx(1976.0)
    assert theory.wait_variance(0.9) == pytest.approx(35901.0)
    assert of_queue(0.9, 1.0, 0.0, 1) == pytest.approx(35901 / 81, rel=0.05)
    assert calls_for(443.2) == pytest.approx(17.1e6, rel=0.01)
