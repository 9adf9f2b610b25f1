"""What the board must equal to the last bit, in a few lines each, fast enough for millions.

The services are drawn at each start, in order of the starts, as `driver.Floor` draws them.
"""

import heapq
from collections.abc import Iterable, Iterator

from tests.sim import theory

INFINITE = float("inf")


def fcfs(times: Iterable[float], services: Iterator[float], agents: int) -> Iterator[float]:
    """The waits in M/M/c, first come first served, by the times at which the agents are free."""
    free = [0.0] * agents
    replace = heapq.heapreplace
    for time, service in zip(times, services, strict=False):
        start = max(time, free[0])
        yield start - time
        replace(free, start + service)


def impatient(
    times: Iterable[float], services: Iterator[float], patience: Iterator[float], agents: int
) -> Iterator[tuple[float, bool]]:
    """The same with callers who leave: (seconds waited, whether in vain)."""
    free = [0.0] * agents
    replace = heapq.heapreplace
    for time, seconds in zip(times, patience, strict=False):
        latest, soonest = time + seconds, free[0]
        if latest < soonest:
            yield latest - time, True
        else:
            start = max(time, soonest)
            yield start - time, False
            replace(free, start + next(services))


def two_classes(
    urgent: Iterator[float], patient: Iterator[float], services: Iterator[float], agents: int
) -> Iterator[tuple[bool, float]]:
    """Never interrupted, first come first served in each class: (whether urgent, wait)."""
    free, replace = [0.0] * agents, heapq.heapreplace
    first, second = next(urgent, INFINITE), next(patient, INFINITE)
    while first < INFINITE or second < INFINITE:
        start = max(free[0], min(first, second))
        if first <= start:
            yield True, start - first
            first = next(urgent, INFINITE)
        else:
            yield False, start - second
            second = next(patient, INFINITE)
        replace(free, start + next(services))


# How many calls ----------------------------------------------------------------------------------

T_999 = 3.883  # Student's t, 19 degrees of freedom, two-sided 99.9 %
CHI_999 = 43.82  # chi squared, 19 degrees of freedom: 99.9 % lie below
BATCHES = 20


def calls_for(relative_variance: float, half_width: float = 0.03) -> int:
    """So many that the 99.9 % interval by 20 batches is as narrow in 999 of 1,000 runs.

    `relative_variance`: N times the variance of the mean of N calls, by the mean squared. The
    standard deviation that 20 batches show is rarely above the true one by more than the root of
    chi squared over 19.
    """
    widest = T_999 * (CHI_999 / (BATCHES - 1)) ** 0.5
    return int((widest / half_width) ** 2 * relative_variance)


def of_queue(arrivals: float, service: float, patience: float, agents: int) -> float:
    """The relative variance of the mean wait, by Little's law that of the mean number waiting."""
    wait = theory.erlang_a(arrivals, service, patience, agents).wait
    return theory.queue_variance(arrivals, service, patience, agents) / (arrivals * wait**2)
