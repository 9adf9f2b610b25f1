"""A clock that jumps from one thing to the next."""

import heapq
from collections.abc import Callable
from typing import Any


class Clock:
    def __init__(self) -> None:
        self.now = 0.0
        self.steps = 0
        self._heap: list[tuple[float, int, Callable[..., None], tuple[Any, ...]]] = []
        self._serial = 0

    def at(self, time: float, action: Callable[..., None], *given: Any) -> None:
        """Do `action(*given)` at `time`; at the same time, in the order they were asked for."""
        self._serial += 1
        heapq.heappush(self._heap, (time, self._serial, action, given))

    def after(self, seconds: float, action: Callable[..., None], *given: Any) -> None:
        self._serial += 1
        heapq.heappush(self._heap, (self.now + seconds, self._serial, action, given))

    def step(self) -> bool:
        """Jump to the next action and do it. False: there is none."""
        if not self._heap:
            return False
        self.now, _, action, given = heapq.heappop(self._heap)
        self.steps += 1
        action(*given)
        return True
