"""Rows that have to be looked at when a time has come."""

import heapq
from collections.abc import Callable
from typing import Any

from calls.states import OfferState
from tests.sim.rules.rows import NEVER, Entry


class Reminders:
    def __init__(self) -> None:
        self._heap: list[tuple[float, int, str, Any]] = []
        self._serial = 0

    def add(self, time: float, kind: str, row: Any) -> None:
        if time < NEVER:
            self._serial += 1
            heapq.heappush(self._heap, (time, self._serial, kind, row))

    def take(self, now: float) -> tuple[str, Any] | None:
        """The kind and the row of the next whose time has come."""
        heap = self._heap
        return heapq.heappop(heap)[2:] if heap and heap[0][0] <= now else None

    def next_time(self) -> float:
        """When the next row has to be looked at; what has settled by itself is let go."""
        heap = self._heap
        while heap:
            time, _, kind, row = heap[0]
            is_settled = IS_SETTLED.get(kind)
            if is_settled is None or not is_settled(row, time):
                return time
            heapq.heappop(heap)
        return NEVER


def _has_left(entry: Entry, time: float) -> bool:
    return entry.left_at is not None


IS_SETTLED: dict[str, Callable[[Any, float], bool]] = {
    "wrap_up": lambda agent, time: agent.wrap_up_until > time,
    "ring": lambda offer, time: offer.state != OfferState.PENDING,
    "dial": lambda leg, time: leg.dial_until > time,
    "give_up": _has_left,
    "choices": _has_left,
    "retry": _has_left,
    "claim": lambda one, time: one.claimed_until > time,
    "send": lambda one, time: one.state != "waiting",
}
