"""What queueing theory says of a floor. Pure formulas; rates per second, times in seconds.

Sources: A. K. Erlang, "Solution of some problems in the theory of probabilities" (1917), for B and
C; C. Palm (1946) and O. Garnett, A. Mandelbaum, M. Reiman, "Designing a call center with impatient
customers" (2002), for Erlang A; A. Cobham, "Priority assignment in waiting line problems" (1954),
for priorities; L. Kleinrock, "Queueing Systems II" (1976), 3.4, for the law of conservation;
J. D. C. Little (1961) for L = lambda W.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Impatient:
    """Erlang A in the steady state."""

    waits: float  # share of callers who do not get an agent at once
    abandons: float  # share of callers
    queue: float  # mean number who wait
    wait: float  # mean seconds over all callers


def erlang_b(load: float, agents: int) -> float:
    """Share of callers lost when nobody can wait; `load` is arrivals per mean service time."""
    blocked = 1.0
    for count in range(1, agents + 1):
        blocked = load * blocked / (count + load * blocked)
    return blocked


def erlang_c(arrivals: float, service: float, agents: int) -> float:
    """Share of callers who wait in M/M/c, all of whom stay."""
    load = arrivals / service
    blocked = erlang_b(load, agents)
    return blocked / (1 - load / agents * (1 - blocked))


def mean_wait(arrivals: float, service: float, agents: int) -> float:
    """Over all callers of M/M/c."""
    return erlang_c(arrivals, service, agents) / (agents * service - arrivals)


def served_within(seconds: float, arrivals: float, service: float, agents: int) -> float:
    """Share of callers of M/M/c who wait at most so long: the service level."""
    spare = agents * service - arrivals
    return 1 - erlang_c(arrivals, service, agents) * math.exp(-spare * seconds)


def erlang_a(arrivals: float, service: float, patience: float, agents: int) -> Impatient:
    """M/M/c+M, solved as the birth and death process it is; `patience` is a rate too."""
    chances, largest = [1.0], 1.0
    while chances[-1] > 1e-16 * largest or len(chances) <= agents:
        inside = len(chances)
        leaving = min(inside, agents) * service + max(0, inside - agents) * patience
        chances.append(chances[-1] * arrivals / leaving)
        largest = max(largest, chances[-1])
    total = sum(chances)
    queue = sum((inside - agents) * one for inside, one in enumerate(chances) if inside > agents)
    queue /= total
    return Impatient(
        sum(chances[agents:]) / total, patience * queue / arrivals, queue, queue / arrivals
    )


def priority_waits(arrivals: Sequence[float], service: float, agents: int) -> list[float]:
    """Mean wait of each class, the most urgent first: never interrupted, one service rate."""
    full = agents * service
    residual = erlang_c(sum(arrivals), service, agents) / full
    waits, before = [], 0.0
    for rate in arrivals:
        upto = before + rate / full
        waits.append(residual / ((1 - before) * (1 - upto)))
        before = upto
    return waits


# How long a simulation must be -------------------------------------------------------------------


def wait_variance(load: float) -> float:
    """N times the variance of the mean of N successive waits in M/M/1, in service times squared.

    D. J. Daley, "The serial correlation coefficients of waiting times in a stationary single
    server queue" (1968).
    """
    return load * (2 + 5 * load - 4 * load**2 + load**3) / (1 - load) ** 4


def queue_variance(arrivals: float, service: float, patience: float, agents: int) -> float:
    """T times the variance of the mean number who wait in M/M/c+M over a time T.

    W. Whitt, "Asymptotic formulas for Markov processes with applications to simulation" (1992),
    for birth and death processes: 2 sum_j (sum_{i<=j} (f_i - f) p_i)^2 / (arrivals p_j).
    """
    chances, last = [1.0], 1.0
    while last > 1e-16 * sum(chances) or len(chances) <= agents:
        inside = len(chances)
        last *= arrivals / (min(inside, agents) * service + max(0, inside - agents) * patience)
        chances.append(last)
    total = sum(chances)
    waiting = [max(0, inside - agents) for inside in range(len(chances))]
    mean = sum(map(math.prod, zip(waiting, chances, strict=True))) / total
    so_far = variance = 0.0
    for number, chance in zip(waiting, chances, strict=True):
        so_far += (number - mean) * chance / total
        variance += 2 * so_far**2 / (arrivals * chance / total)
    return variance
