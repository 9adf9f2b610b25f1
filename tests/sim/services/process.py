"""Our process: it answers webhooks, does its rounds, and dies now and then in the midst of it."""

import hashlib
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from copy import copy
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from django.db import connection
from django.test import RequestFactory
from django.urls import resolve

from calls.models import Call
from calls.services import healing, journal
from calls.services.journal import ConcurrentChange
from contactcenter.errors import Refused
from tests.sim.scenario import Scenario, stream
from tests.sim.services.clock import Clock
from tests.world import authorization

DOWN = 1.5  # seconds until a process that died is there again
STALE = 0.02  # share of reads that see a call as it was before somebody else changed it
RARELY = timedelta(minutes=10)  # the simulation has looks of its own
STATEMENTS = 40  # a process dies at one of the next so many statements


class Killed(BaseException):
    """Our process is no more."""


class Process:
    """Whatever runs in it may die at a statement drawn at random: what was not committed is lost.

    `life` counts the processes: what one of them had in hand dies with it.
    """

    def __init__(self, scenario: Scenario, clock: Clock) -> None:
        self._clock, self._dice = clock, stream(scenario.seed, "process")
        self._kills = deque(scenario.kills())
        self._down_until, self._dies_in = 0.0, 0
        self._requests, self._snapshots = RequestFactory(), dict[int, Call]()
        self.life = 0
        self.born_at = clock.now

    @contextmanager
    def world(self) -> Iterator[None]:
        """The clock is the only one there is, and statements and reads pass through us."""
        with ExitStack() as stack:
            stack.enter_context(patch("django.utils.timezone.now", lambda: self._clock.now))
            stack.enter_context(patch.object(journal, "locked", self._reading(journal.locked)))
            stack.enter_context(patch.object(healing, "CHECK_EVERY", RARELY))
            stack.enter_context(connection.execute_wrapper(self._executes))
            yield

    def deliver(self, path: str, body: bytes) -> tuple[int, Any]:
        """A signed webhook; 599 when there is nobody to answer, or no more."""
        if self._clock.seconds < self._down_until:
            return 599, None
        jti = hashlib.sha256(path.encode() + body).hexdigest()[:32]
        signature = authorization(body, iat=self._clock.now, jti=jti)
        request = self._requests.post(
            path, body, content_type="application/json", headers={"Authorization": signature}
        )
        found = resolve(path)
        try:
            with self._mortal():
                response = found.func(request, *found.args, **found.kwargs)
        except Killed:
            return 599, None
        return response.status_code, response.data if response.status_code == 200 else None

    def does(self, work: Callable[[], object]) -> None:
        """A piece of work; refusals and races are no faults. Later, while there is no process."""
        if self._clock.seconds < self._down_until:
            self._clock.after(DOWN, lambda: self.does(work))
            return
        try:
            with self._mortal():
                work()
        except (Killed, Refused, ConcurrentChange):
            pass

    def _executes(self, execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        if self._dies_in:
            self._dies_in -= 1
            if not self._dies_in:
                raise Killed
        return execute(sql, params, many, context)

    def _reading(self, locked: Callable[..., Call | None]) -> Callable[..., Call | None]:
        def read(**known_by: Any) -> Call | None:
            call = locked(**known_by)
            if call is None:
                return None
            before, self._snapshots[call.id] = self._snapshots.get(call.id), copy(call)
            is_old = before is not None and before.version < call.version
            return copy(before) if is_old and self._dice.random() < STALE else call

        return read

    @contextmanager
    def _mortal(self) -> Iterator[None]:
        is_last = bool(self._kills) and self._clock.seconds >= self._kills[0]
        if is_last:
            self._kills.popleft()
            self._dies_in = self._dice.randint(1, STATEMENTS)
        try:
            yield
            if is_last:
                raise Killed
        except Killed:
            self.life += 1
            self._down_until = self._clock.seconds + DOWN
            self.born_at = self._clock.now
            raise
        finally:
            self._dies_in = 0
