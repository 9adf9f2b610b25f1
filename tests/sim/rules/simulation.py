"""A whole run: everybody on one clock, a check after every event, one hash at the end."""

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from calls.states import LEG_STATES, LegKind, LegState
from tests.sim import checks
from tests.sim.rules import doors, legs, replies, rounds
from tests.sim.rules.centre import Centre
from tests.sim.rules.clock import Clock
from tests.sim.rules.doors import Webhook
from tests.sim.rules.people import People
from tests.sim.rules.process import Process
from tests.sim.rules.rows import NEVER, Call, Instruction, Leg
from tests.sim.rules.staff import Staff
from tests.sim.rules.vonage import Journey, Platform, PlatformLeg
from tests.sim.scenario import Caller, Scenario

STUCK = 1800.0  # seconds in which a call whose legs have all ended must be over
SHOWN = 50_000  # calls between two words of how far it is
TOO_LONG = 30 * 3600.0


@dataclass(slots=True)
class Result:
    hash: str
    events: int
    seconds: float
    outcomes: Counter[str] = field(default_factory=Counter)
    turned_away: int = 0  # callers whom we never answered with 200
    offers: int = 0
    kills: int = 0
    repeated: int = 0  # webhooks that came again


class Simulation:
    def __init__(self, scenario: Scenario, show: Callable[[str], None] | None = None) -> None:
        self.scenario, self.clock, self.show = scenario, Clock(), show
        self.centre = Centre(scenario)
        self.checks = checks.Checks(self.centre, seed=scenario.seed)
        self.platform = Platform(self, scenario)
        self.centre.platform = self.platform
        self.people = People(self, scenario)
        self.staff = Staff(self, scenario)
        self.hash = hashlib.blake2b(digest_size=16)
        self.result = Result("", 0, 0.0)
        self.process = Process(self, scenario)
        self.is_closing = False
        self.left = scenario.calls  # callers who are not done with
        self.wake_at = self.look_at = NEVER
        self.callers = scenario.callers()

    def run(self) -> Result:
        """Play all of it; raises `checks.Violation`."""
        self._next_caller()
        self.clock.after(10, self._heal)
        clock, process, latest = self.clock, self.process, self.scenario.seconds + TOO_LONG
        while (self.left or process.kills_left) and clock.step():
            if clock.now > latest:
                self.violated("it never ends")
        return self._sum_up()

    def violated(self, what: str) -> None:
        self.checks.violated(what)

    def _sum_up(self) -> Result:
        self.centre.now = self.clock.now
        if self.process.is_up:
            self.checks.everything()
        result, centre = self.result, self.centre
        if sum(result.outcomes.values()) + result.turned_away != self.scenario.calls:
            self.violated(f"outcomes do not add up: {result.outcomes}")
        for agent in centre.agents.values():
            self.hash.update(repr((agent.id, agent.state, agent.sums)).encode())
        result.hash, result.events = self.hash.hexdigest(), self.checks.number
        result.seconds, result.offers = self.clock.now, centre.assigned
        result.repeated, result.kills = centre.repeated, self.process.lives - 1
        return result

    # Callers come and go ----------------------------------------------------------------------

    def _next_caller(self) -> None:
        caller = next(self.callers, None)
        if caller is None:
            self.is_closing = True
        else:
            self.clock.at(caller.at, self._arrives, caller)

    def _arrives(self, caller: Caller) -> None:
        self.people.call(caller)
        self._next_caller()

    def journey_over(self, journey: Journey) -> None:
        """No leg of the caller's is left, and no webhook is on its way."""
        if not journey.is_closing:
            journey.is_closing = True
            self.clock.after(5, self._let_go, journey, self.clock.now)

    def _let_go(self, journey: Journey, since: float) -> None:
        first = self.centre.by_uuid.get(journey.legs[0].uuid)
        if not journey.is_over:
            journey.is_closing = False
        elif first is None:
            self._never_came(journey)
        elif first.call.row["outcome"] and self._is_done(first.call):
            self._archive(journey, first.call)
        else:
            entry = first.call.entry
            is_late = self.clock.now > since + STUCK and not (entry and entry.is_virtual)
            if is_late:
                legs = [(leg.kind, leg.state, leg.uuid, leg.ended_as) for leg in first.call.legs]
                self.violated(
                    f"call {first.call.id} is stuck: {first.call.row} {legs} {first.call.open}"
                )
            self.clock.after(60, self._let_go, journey, since)

    def _is_done(self, call: Call) -> bool:
        return not call.open and all(leg.state == LegState.ENDED for leg in call.legs)

    def _never_came(self, journey: Journey) -> None:
        if journey.is_answered:
            self.violated(f"{journey.legs[0].uuid} was answered and has no call")
        self.result.turned_away += 1
        self.centre.orphans.pop(journey.legs[0].uuid, None)
        self._forget(journey)

    def _archive(self, journey: Journey, call: Call) -> None:
        """Check it for the last time, put it into the hash, and let it go."""
        self.checks.last(call)
        for leg in call.legs:
            self._check_facts(leg)
        self.result.outcomes[call.row["outcome"]] += 1
        told = [
            f"{version} {kind} {at} {' '.join([f'{name}={it}' for name, it in changes.items()])}"
            for version, kind, at, changes in call.log
        ]
        self.hash.update("\n".join([call.uuid, *told, ""]).encode())
        self.centre.forget(call)
        self._forget(journey)

    def _forget(self, journey: Journey) -> None:
        self.left -= 1
        del self.platform.journeys[journey.legs[0].uuid]
        done = self.scenario.calls - self.left
        if self.show and done % SHOWN == 0:
            kills, log = self.process.lives - 1, self.hash.hexdigest()
            self.show(f"{done} calls, {self.checks.number} events, {kills} kills; log {log}")

    def _check_facts(self, leg: Leg) -> None:
        """The same news in another order must have left the same facts."""
        again = Leg(leg.key, leg.call, LegKind.CUSTOMER, 0, 0)
        for news in sorted(leg.heard, key=lambda one: (one.status, one.at)):
            legs.fold(again, LEG_STATES[news.status], news)
        if checks.facts(again) != checks.facts(leg):
            self.violated(
                f"leg {leg.key}: {checks.facts(leg)} in this order, {checks.facts(again)}"
            )

    # What reaches our process -----------------------------------------------------------------

    def receive(self, webhook: Webhook) -> tuple[bool, Any]:
        """A webhook arrives. (False, …): there was no answer."""
        if not self.process.takes():
            return False, None
        self.begin(webhook.kind, webhook.uuid, webhook.key, webhook.step, webhook.body)
        reply = doors.take(self.centre, webhook)
        if not self.process.replies():
            return False, None
        self.end()
        return True, reply

    def do(self, action: Callable[..., None], *given: Any) -> None:
        """Somebody asks for something; while nobody answers they try again."""
        if not self.process.is_up:
            self.clock.after(0.5, self.do, action, *given)
            return
        self.begin(action.__name__, *given)
        action(self.centre, *given)
        self.end()

    def console(self, action: Callable[..., None], key: int, *given: Any) -> None:
        """An agent's console speaks of the leg with this key."""
        leg = self.centre.by_key.get(key)
        if leg and self.process.is_up:
            self.begin(action.__name__, key, *given)
            action(self.centre, leg, *given)
            self.end()

    def reported(self, one: Instruction, tries: int, life: int, result: str, found: Any) -> None:
        """The answer to a request; a process that has died meanwhile does not get it."""
        if life != self.process.lives or one.tries != tries:
            return
        self.begin("answer to", one.verb, one.leg.key, result)
        replies.settle(self.centre, one, result, found)
        self.end()

    def platform_leg(self, leg: Leg) -> PlatformLeg | None:
        journey = self.platform.journeys.get(leg.call.uuid)
        return journey.by_key.get(leg.key) if journey else None

    def begin(self, *event: Any) -> None:
        self.centre.now = self.clock.now
        self.checks.begin(*event)

    def end(self) -> None:
        rounds.act(self.centre)
        for agent in self.centre.touched_agents:
            self.staff.notice(agent)
        self.checks.end()
        self._wake()

    def _wake(self) -> None:
        """The router looks again when something is due, or may have come."""
        self.look_at = rounds.next_look(self.centre)
        due = min(self.look_at, self.centre.reminders.next_time())
        if due < self.wake_at:
            self.wake_at = max(due, self.clock.now)
            self.clock.at(self.wake_at, self._tick)

    def _tick(self) -> None:
        now = self.clock.now
        if self.wake_at > now:
            return
        self.wake_at = NEVER
        if min(self.look_at, self.centre.reminders.next_time()) > now:
            self._wake()  # what it was to look at has settled by itself
        elif self.process.is_up:
            self.begin("tick")
            self.end()

    def _heal(self) -> None:
        if self.process.is_up:
            self.begin("heal")
            rounds.heal(self.centre)
            self.end()
        self.clock.after(10, self._heal)
