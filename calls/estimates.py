"""How long a wait may be, how wrong we were, and the words for it. Pure: no Django, no I/O."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median

FEWEST = 10  # measured waits; fewer say nothing of how wrong we are
LEAST_ERROR = 60.0  # seconds that nobody minds
LONGEST_SPOKEN = 60  # minutes
ORDINALS = [
    "next", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Error:
    """How far foreseen waits were from the true ones, in seconds, whichever way."""

    measured: int
    median: float
    most: float  # the 90th percentile: nine of ten were not more wrong than this


def estimate(*, position: int, handling: float, agents: int) -> float | None:
    """Seconds until the caller at `position` (1 is next) is served; None when nobody works.

    Each of the agents finishes a call every `handling` seconds, and takes the next in line.
    """
    return position * handling / agents if agents > 0 else None


def error(waits: Iterable[tuple[float, float]]) -> Error | None:
    """Of (foreseen, actual) waits; None while too few are known."""
    wrong = sorted(abs(actual - foreseen) for foreseen, actual in waits)
    if len(wrong) < FEWEST:
        return None
    return Error(len(wrong), median(wrong), wrong[ceil(0.9 * len(wrong)) - 1])


def may_be_told(foreseen: float, measured: Error | None) -> bool:
    """Whether an estimate is good enough to be announced: recent ones came true."""
    return measured is not None and measured.most < max(LEAST_ERROR, foreseen / 2)


def place(own: tuple[float, int], places: Sequence[tuple[float, int]]) -> int:
    """The position of `own` among sorted (order key, id) pairs: 1 is served next."""
    return 1 + bisect_left(places, own)


def position_words(position: int) -> str:
    """ "You are third in line." """
    if position <= len(ORDINALS):
        return f"You are {ORDINALS[position - 1]} in line."
    return f"You are number {position} in line."


def wait_words(seconds: float) -> str:
    """ "The wait is about three minutes.", in whole minutes, rounded up."""
    minutes = ceil(seconds / 60)
    if minutes <= 1:
        return "The wait is about one minute."
    if minutes > LONGEST_SPOKEN:
        return "The wait is more than an hour."
    return f"The wait is about {minutes} minutes."


def comfort(messages: str, told: int) -> str:
    """The line whose turn it is, after `told` announcements; "" when there are none."""
    lines = [line.strip() for line in messages.splitlines() if line.strip()]
    return lines[told % len(lines)] if lines else ""
