"""Time that only passes when the next thing happens."""

import heapq
import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 20, 10, tzinfo=UTC)
Action = Callable[[], object]


class Clock:
    """A heap of what is to happen, in order of time and then of planning."""

    def __init__(self, start: datetime = START) -> None:
        self._start = start
        self.seconds = 0.0
        self._order = itertools.count()
        self._heap: list[tuple[float, int, Action]] = []

    @property
    def now(self) -> datetime:
        return self._start + timedelta(seconds=self.seconds)

    def after(self, seconds: float, action: Action) -> None:
        heapq.heappush(self._heap, (self.seconds + seconds, next(self._order), action))

    def next_at(self) -> float | None:
        """When the next thing happens; None when nothing is planned any more."""
        return self._heap[0][0] if self._heap else None

    def step(self) -> None:
        """Go to the next thing, and do it."""
        self.seconds, _, action = heapq.heappop(self._heap)
        action()
