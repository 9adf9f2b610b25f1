"""The platform in memory: legs, rooms, webhooks on their way, requests and their answers."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.sim.rules.doors import Webhook
from tests.sim.rules.legs import News
from tests.sim.rules.rows import Instruction
from tests.sim.scenario import Caller, Scenario, stream

if TYPE_CHECKING:
    from tests.sim.rules.simulation import Simulation

TRIES = {"answer": 4, "input": 3, "event": 3}  # fallback included
ROOMS = {"room", "join", "ringback"}
Reply = Any


@dataclass(eq=False, slots=True)
class Journey:
    """All that the platform knows of one caller's legs."""

    caller: Caller
    legs: list["PlatformLeg"] = field(default_factory=list)
    by_key: dict[int, "PlatformLeg"] = field(default_factory=dict)
    in_flight: int = 0  # webhooks that are still on their way
    is_answered: bool = False  # our answer webhook said 200
    is_closing: bool = False
    talks: set[int] = field(default_factory=set)  # rooms in which a talk began

    @property
    def is_over(self) -> bool:
        return not self.in_flight and not any(leg.is_live for leg in self.legs)


@dataclass(eq=False, slots=True)
class PlatformLeg:
    journey: Journey
    uuid: str
    party: str  # customer, callback, number, agent
    born: float
    key: int = 0
    agent: int = 0
    is_live: bool = True
    answered_at: float | None = None
    ended_at: float | None = None
    ended_by: str = ""
    ncco: Reply = None

    @property
    def room(self) -> int:
        """The room it is in; 0: none."""
        is_inside = self.is_live and self.ncco and self.ncco[0] in ROOMS
        return self.ncco[1] if is_inside else 0


class Platform:
    def __init__(self, sim: "Simulation", scenario: Scenario) -> None:
        self.sim, self.faults = sim, scenario.faults
        self.draw = stream(scenario.seed, "platform")
        self.skew = scenario.skew()
        self.journeys: dict[str, Journey] = {}  # by the first leg's uuid
        self.serial = 0
        self.arrivals = {"dial": deque[float](), "other": deque[float]()}
        self.violation: Callable[[str], None] = sim.violated

    @property
    def stamp(self) -> float:
        """What the platform's clock shows."""
        return self.sim.clock.now + self.skew

    # Legs -------------------------------------------------------------------------------------

    def new_leg(self, journey: Journey, party: str, *, key: int = 0, agent: int = 0) -> PlatformLeg:
        self.serial += 1
        leg = PlatformLeg(journey, f"leg-{self.serial}", party, self.sim.clock.now, key, agent)
        journey.legs.append(leg)
        if key:
            journey.by_key[key] = leg
        self.tell(leg, "started")
        self.tell(leg, "ringing")
        return leg

    def tell(self, leg: PlatformLeg, status: str, **facts: Any) -> None:
        news = News(status, self.stamp, **facts)
        self.post(leg.journey, Webhook("event", leg.uuid, key=leg.key, body=news))

    def answered(self, leg: PlatformLeg, on_reply: Callable[[Reply], None]) -> None:
        """The leg is picked up: what shall it run?"""
        leg.answered_at = self.stamp
        self.tell(leg, "answered")
        self.post(leg.journey, Webhook("answer", leg.uuid, key=leg.key), on_reply)

    def end(self, leg: PlatformLeg, by: str, status: str = "", sip_code: int | None = None) -> None:
        """The leg ends: `by` user or platform; `status` when it was never answered."""
        if not leg.is_live:
            return
        leg.is_live, leg.ended_at, leg.ended_by = False, self.stamp, by
        if leg.answered_at is None:
            self.tell(leg, status or "unanswered", sip_code=sip_code)
        self.tell(leg, "completed", **self.facts(leg))
        self._is_over(leg.journey)

    def facts(self, leg: PlatformLeg) -> dict[str, Any]:
        """What `completed` carries besides its time."""
        was_answered = leg.answered_at is not None and leg.ended_at is not None
        duration = round(leg.ended_at - leg.answered_at, 3) if was_answered else None  # type: ignore[operator]
        return {
            "answered_at": leg.answered_at,
            "disconnected_by": leg.ended_by,
            "duration": duration,
        }

    # Webhooks ---------------------------------------------------------------------------------

    def post(
        self, journey: Journey, webhook: Webhook, on_reply: Callable[[Reply], None] | None = None
    ) -> None:
        faults, dice = self.faults, self.draw.random()
        delay = self.draw.uniform(0.01, 0.08)
        if dice < faults.drop:
            if webhook.kind == "event":
                return
            delay += 1.0  # the first attempt is lost, the second comes through
        elif dice < faults.drop + faults.duplicate:
            again = delay + (self.draw.uniform(0, faults.reorder_seconds) if dice < 0.06 else 0.01)
            self._send(journey, webhook, None, again)
        elif dice < faults.drop + faults.duplicate + faults.reorder and webhook.kind == "event":
            delay = self.draw.uniform(0, faults.reorder_seconds)
        self._send(journey, webhook, on_reply, delay)

    def _send(
        self,
        journey: Journey,
        webhook: Webhook,
        on_reply: Callable[[Reply], None] | None,
        delay: float,
    ) -> None:
        journey.in_flight += 1
        self.sim.clock.after(delay, self._arrive, journey, webhook, on_reply, 1)

    def _arrive(
        self,
        journey: Journey,
        webhook: Webhook,
        on_reply: Callable[[Reply], None] | None,
        attempt: int,
    ) -> None:
        is_taken, reply = self.sim.receive(webhook)
        if not is_taken and attempt < TRIES[webhook.kind]:
            self.sim.clock.after(1.0, self._arrive, journey, webhook, on_reply, attempt + 1)
            return
        journey.in_flight -= 1
        journey.is_answered |= is_taken and webhook.kind == "answer"
        if on_reply:
            on_reply(reply)
        self._is_over(journey)

    def _is_over(self, journey: Journey) -> None:
        if journey.is_over:
            self.sim.journey_over(journey)

    # Requests ---------------------------------------------------------------------------------

    def request(self, one: Instruction) -> None:
        """A request leaves; its answer comes later, or never when our process dies meanwhile."""
        self.sim.clock.after(
            self.draw.uniform(0.02, 0.15), self._take, one, one.tries, self.sim.process.lives
        )

    def _take(self, one: Instruction, tries: int, life: int) -> None:
        if life != self.sim.process.lives and self.draw.random() < 0.5:
            return  # it died before the request left
        self._count(one)
        faults, dice = self.faults, self.draw.random()
        delay = self.draw.uniform(0.02, 0.15)
        result, found = "again", None
        if dice < faults.api_5xx:
            result = "unknown" if one.verb == "dial" and dice < faults.api_5xx / 2 else "again"
        elif dice < faults.api_5xx + faults.api_timeout:
            delay = 5.0
            if self.draw.random() < faults.timeout_executed:
                self._execute(one)
            result = "unknown" if one.verb == "dial" else "again"
        elif dice > 1 - faults.api_429:
            result = "again"
        else:
            result, found = self._execute(one)
        self.sim.clock.after(delay, self.sim.reported, one, tries, life, result, found)

    def _count(self, one: Instruction) -> None:
        """The account's limits hold for every second, wherever it begins."""
        kind, limit = ("dial", 3) if one.verb == "dial" else ("other", 15)
        now, recent = self.sim.clock.now, self.arrivals["dial" if kind == "dial" else "other"]
        while recent and recent[0] <= now - 1.0:
            recent.popleft()
        recent.append(now)
        if len(recent) > limit:
            self.violation(f"{len(recent)} requests ({kind}) within a second")

    def _execute(self, one: Instruction) -> tuple[str, Any]:
        journey = self.journeys.get(one.call.uuid)
        if journey is None:
            return "gone", None
        if one.verb == "dial":
            return self._dial(journey, one)
        leg = next((leg for leg in journey.legs if leg.uuid == one.leg.uuid), None)
        if leg is None:
            return "gone", None
        if one.verb == "check":
            return "done", self._status(leg)
        if not leg.is_live:
            return "gone", None
        if one.verb == "hang_up":
            self.end(leg, "platform", "cancelled", 487)
        else:
            self.sim.people.run(leg, one.body)
        return "done", None

    def _dial(self, journey: Journey, one: Instruction) -> tuple[str, Any]:
        if one.leg.key in journey.by_key:
            self.violation(f"leg {one.leg.key} was dialled twice")
        party = {"agent": "agent", "number": "number"}.get(one.leg.kind, "callback")
        agent = one.leg.agent.id if one.leg.agent else 0
        leg = self.new_leg(journey, party, key=one.leg.key, agent=agent)
        self.sim.people.ring(leg)
        return "done", leg.uuid

    def _status(self, leg: PlatformLeg) -> News:
        if leg.ended_at is not None:
            return News("completed", leg.ended_at, **self.facts(leg))
        return News("answered" if leg.answered_at is not None else "ringing", self.stamp)
