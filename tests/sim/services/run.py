"""The real services and outbox, played by a scenario: one thread, one clock, one seed.

Webhooks come signed through the views; requests leave through the real client. Our process dies in
the midst of its work: at a statement drawn at random everything since the last commit is lost, and
so is the reply. Now and then a service reads a call as it was before somebody else changed it.
"""

import hashlib
from collections import Counter, deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings

from agents.models import Agent
from calls.models import Call, CallEvent
from calls.router import rounds, sender
from calls.services import budget, sending
from calls.states import CallState
from contactcenter.vonage.client import Vonage
from contactcenter.vonage.tokens import Key, load_key
from tests.sim.scenario import Scenario, stream
from tests.sim.services.checks import Checks, Violated
from tests.sim.services.clock import START, Clock
from tests.sim.services.deadlines import next_deadline
from tests.sim.services.floor import build
from tests.sim.services.people import Callers, Staff
from tests.sim.services.platform import Platform, PlatformLeg
from tests.sim.services.process import Process
from tests.sim.services.rest import Rest

SENDERS = 4
SOON = 0.1  # seconds from a change to the router's next round
LATEST = 30.0  # seconds between two rounds, when no deadline is nearer
FULL_EVERY = 1000
LONGEST = 4 * 86_400.0  # seconds; callbacks live for a day
REMEMBERED = 20


@dataclass(frozen=True, slots=True)
class Result:
    seed: int
    calls: int
    events: int
    kills: int
    requests: int
    outcomes: Counter[str]
    digest: str  # of the log of all calls: the same seed, the same digest


class Run:
    """One scenario from the first caller to the last end."""

    def __init__(self, scenario: Scenario, *, start: datetime = START) -> None:
        self._scenario, self.clock = scenario, Clock(start)
        self.platform = Platform(
            self.clock, scenario.faults, seed=scenario.seed, skew=scenario.skew()
        )
        self.checks = Checks(self.platform)
        self._dice = stream(scenario.seed, "router")
        self.process = Process(scenario, self.clock)
        self._rest = Rest(
            self.platform, seed=scenario.seed, setups=settings.VONAGE_SETUPS_PER_SECOND,
            requests_=settings.VONAGE_REQUESTS_PER_SECOND,
        )  # fmt: skip
        self._vonage = Vonage(
            api_url=settings.VONAGE_API_URL, rest_url=settings.VONAGE_REST_URL,
            key=Key(settings.VONAGE_APPLICATION_ID, load_key(settings.VONAGE_PRIVATE_KEY)),
            api_key=settings.VONAGE_API_KEY, api_secret=settings.VONAGE_API_SECRET,
            transport=self._rest, clock=lambda: self.clock.now,
        )  # fmt: skip
        self._in_flight, self._route_at = 0, -1.0
        self._seen, self._events = 0, 0
        self._healed_at = self.clock.now
        self.last: deque[str] = deque(maxlen=REMEMBERED)

    def play(self) -> Result:
        """To the end. Violated as soon as something does not hold, with the last events."""
        with self.process.world():
            rows = build(self._scenario)
            budget.prepare(now=self.clock.now)
            self._people(rows)
            try:
                self._until_all_is_over()
            except Violated as error:
                raise Violated(self._told(error)) from error
        return self._result()

    def _people(self, rows: dict[int, Agent]) -> None:
        platform = self.platform
        platform.deliver = self.process.deliver
        callers = Callers(self._scenario, platform, self.clock)
        staff = Staff(self._scenario, rows, platform, self.clock, self.process.does)
        self._staff = staff

        def rung(leg: PlatformLeg) -> None:
            (staff if leg.kind == "app" else callers).is_rung(leg)

        def in_room(leg: PlatformLeg) -> None:
            callers.enters(leg)
            callers.joined(leg.room)

        platform.on_ring, platform.on_ask, platform.on_room = rung, callers.is_asked, in_room

    # The course of time ---------------------------------------------------------------------

    def _until_all_is_over(self) -> None:
        end = self._scenario.seconds + 600
        self._plan_route(SOON)
        while self.clock.next_at() is not None:
            self.clock.step()
            self._look()
            if self.clock.seconds > end:
                end += 60
                self._staff.returns()
                if self._is_over():
                    break
            if self.clock.seconds > LONGEST:
                break
        self.checks.everything(now=self.clock.now)
        self.checks.all_over()

    def _is_over(self) -> bool:
        live = Call.objects.exclude(state=CallState.ENDED).exists()
        legs = any(leg.is_live for leg in self.platform.legs.values())
        return not live and not legs and not self._in_flight

    def _look(self) -> None:
        """After each thing that happened: all calls whose log has grown; sometimes everything."""
        self._events += 1
        grown = CallEvent.objects.filter(id__gt=self._seen).order_by("id")
        found = list(grown.values_list("id", "call_id", "version", "type"))
        if found:
            self.last.extend(f"{self.clock.seconds:.2f} call {c} v{v} {t}" for _, c, v, t in found)
            self._seen = found[-1][0]
            self.checks.touched({call_id for _, call_id, _, _ in found})
            self._plan_route(SOON)
        else:
            self.checks.platform()
        if self._events % FULL_EVERY == 0:
            self.checks.everything(now=self.clock.now)

    def _plan_route(self, after: float) -> None:
        at = self.clock.seconds + after
        if not self.clock.seconds < self._route_at <= at:
            self._route_at = at
            self.clock.after(after, lambda: self._route(at))

    def _route(self, at: float) -> None:
        if at != self._route_at:
            return  # an earlier one was planned meanwhile
        self.process.does(self._round)
        self._plan_route(self._until_next())

    def _round(self) -> None:
        now = self.clock.now
        rounds.expire(now=now)
        rounds.pair(now=now)
        if now - self._healed_at > timedelta(seconds=2):
            self._healed_at = now
            rounds.heal(now=now, started_at=self.process.born_at)
        while self._in_flight < SENDERS and (order := sending.claim(now=now)):
            self._in_flight += 1
            self.checks.taken(order.id)
            life, after = self.process.life, self._dice.uniform(0.02, 0.1)
            self.clock.after(after, partial(self._send, order, life))

    def _send(self, order: sending.Order, life: int) -> None:
        """The request and its outcome; when the sender has died, the request at most."""
        self._in_flight -= 1
        if life != self.process.life:
            if self._dice.random() < 0.5:
                sender.send(order, self._vonage)
            return

        def act() -> None:
            report = sender.send(order, self._vonage)
            sending.settle(order, report, now=self.clock.now)

        self.process.does(act)
        self._plan_route(SOON)

    def _until_next(self) -> float:
        """Seconds to the next deadline that a router keeps."""
        next_at, waiting = next_deadline(self.clock.now)
        # Needs relax at instants that no column holds.
        near = 1.0 if waiting else LATEST
        ahead = (next_at - self.clock.now).total_seconds() if next_at else LATEST
        return max(min(near, ahead), 0.02) + 0.001

    # What came of it ------------------------------------------------------------------------

    def _result(self) -> Result:
        log = hashlib.sha256()
        for row in CallEvent.objects.order_by("call_id", "version").values_list(
            "call_id", "version", "type", "at", "reason"
        ):
            log.update(repr(row).encode())
        outcomes = Counter(Call.objects.values_list("outcome", flat=True))
        return Result(
            seed=self._scenario.seed, calls=sum(outcomes.values()), events=self._events,
            kills=self.process.life, requests=self._rest.made, outcomes=outcomes,
            digest=log.hexdigest(),
        )  # fmt: skip

    def _told(self, error: Violated) -> str:
        return "\n".join([f"seed {self._scenario.seed}, event {self._events}: {error}", *self.last])
