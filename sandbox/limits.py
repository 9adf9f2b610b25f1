"""Vonage's limits per account: so many requests in any second."""

from __future__ import annotations

from collections import deque

from sandbox.clock import Clock
from sandbox.faults import Faults


class SlidingWindow:
    """Counts what happened in the last second."""

    def __init__(self) -> None:
        self._times: deque[float] = deque()

    def admit(self, now: float, limit: float) -> bool:
        """Count one more at `now` (seconds), unless `limit` have been in the second before."""
        while self._times and self._times[0] <= now - 1.0:
            self._times.popleft()
        if len(self._times) >= limit:
            return False
        self._times.append(now)
        return True


class Limits:
    """The windows of one account: call set-ups, and other requests about calls."""

    def __init__(self, faults: Faults, clock: Clock) -> None:
        self.faults = faults
        self.clock = clock
        self._setups = SlidingWindow()
        self._requests = SlidingWindow()

    def admit_setup(self) -> bool:
        """Count one more call set-up, by REST or by `connect`; False if there are too many."""
        return self._setups.admit(self.clock.seconds(), self.faults.plan.setups_per_second)

    def admit_request(self) -> bool:
        """Count one more GET, PUT or DELETE of a call."""
        return self._requests.admit(self.clock.seconds(), self.faults.plan.requests_per_second)
