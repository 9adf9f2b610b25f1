"""What callers, agents and outside numbers do with the legs they hold."""

from collections import deque
from typing import TYPE_CHECKING

from calls.states import FailCause, OfferState
from tests.sim.rules import offers
from tests.sim.rules.doors import Webhook
from tests.sim.rules.vonage import Journey, Platform, PlatformLeg, Reply
from tests.sim.scenario import Caller, Scenario, answer, stream

if TYPE_CHECKING:
    from tests.sim.rules.simulation import Simulation

LONGEST = 7200.0  # seconds of a caller's leg
LONELY = {"join": 8.0, "ringback": 45.0}  # seconds after which an agent alone in a room leaves


class People:
    def __init__(self, sim: "Simulation", scenario: Scenario) -> None:
        self.sim, self.clock = sim, sim.clock
        self.draw = stream(scenario.seed, "people")
        self.manners = {plan.id: plan.manner for plan in scenario.agents}
        self.offer_seconds = {plan.id: plan.offer_seconds for plan in scenario.queues}
        self.latest: deque[tuple[float, PlatformLeg]] = deque()
        self.clock.after(60, self._leave_at_last)

    @property
    def platform(self) -> Platform:
        return self.sim.platform

    # Callers ----------------------------------------------------------------------------------

    def call(self, caller: Caller) -> None:
        journey = Journey(caller)
        leg = self.platform.new_leg(journey, "customer")
        self.platform.journeys[leg.uuid] = journey
        self.platform.answered(leg, lambda reply: self.run(leg, reply))
        self.latest.append((self.clock.now + LONGEST, leg))

    def _leave_at_last(self) -> None:
        """Nobody stays for ever, whatever we do with them."""
        while self.latest and self.latest[0][0] <= self.clock.now:
            _, leg = self.latest.popleft()
            self.platform.end(leg, "user")
        self.clock.after(60, self._leave_at_last)

    def run(self, leg: PlatformLeg, ncco: Reply) -> None:
        """The leg runs what it was told to, in place of what it ran before."""
        if not leg.is_live:
            return
        leg.ncco = ncco
        word = ncco[0] if ncco else "bye"
        if word == "ask":
            is_menu = ncco[1] == 1
            wait = leg.journey.caller.menu if is_menu else self.draw.uniform(2, 5)
            self.clock.after(wait, self._press, leg, ncco)
        elif word == "record":
            self.clock.after(self.draw.uniform(3, 20), self.platform.end, leg, "user")
        elif word == "bye":
            self.clock.after(3.0, self._said, leg, ncco)
        else:
            self._enter(leg, ncco)

    def _press(self, leg: PlatformLeg, ncco: Reply) -> None:
        if not leg.is_live or leg.ncco is not ncco:
            return
        caller, step = leg.journey.caller, ncco[1]
        keys = "1" if step == 1 else caller.press
        told = Webhook("input", leg.uuid, step=step, body=keys, queue=caller.queue)
        self.platform.post(leg.journey, told, lambda reply: self._replied(leg, ncco, reply))

    def _replied(self, leg: PlatformLeg, ncco: Reply, reply: Reply) -> None:
        if leg.ncco is ncco:  # otherwise it was moved meanwhile
            self.run(leg, reply)

    def _said(self, leg: PlatformLeg, ncco: Reply) -> None:
        if leg.ncco is ncco:
            self.platform.end(leg, "platform")

    def _enter(self, leg: PlatformLeg, ncco: Reply) -> None:
        journey, room = leg.journey, ncco[1]
        if leg.party == "customer" and ncco[0] == "room":
            self.clock.after(journey.caller.patience, self._bored, leg, room)
        if leg.party in {"agent", "number"}:
            self.clock.after(LONELY.get(ncco[0], 8.0), self._lonely, leg, room)
        if room not in journey.talks and self._staff(journey, room) and self._customer(leg, room):
            journey.talks.add(room)
            self.clock.after(journey.caller.talk, self._talk_over, journey, room)

    def _staff(self, journey: Journey, room: int) -> PlatformLeg | None:
        return _in_room(journey, room, {"agent", "number"})

    def _customer(self, leg: PlatformLeg, room: int) -> PlatformLeg | None:
        return _in_room(leg.journey, room, {"customer", "callback"})

    def _bored(self, leg: PlatformLeg, room: int) -> None:
        if leg.room == room and room not in leg.journey.talks:
            self.platform.end(leg, "user")

    def _lonely(self, leg: PlatformLeg, room: int) -> None:
        if leg.room == room and not self._customer(leg, room):
            self.platform.end(leg, "user")

    def _talk_over(self, journey: Journey, room: int) -> None:
        leg = _in_room(journey, room, {"customer", "callback"})
        if not journey.caller.hangs_up or leg is None:
            leg = self._staff(journey, room) or leg
        if leg:
            self.platform.end(leg, "user")

    # Those whom we call -----------------------------------------------------------------------

    def ring(self, leg: PlatformLeg) -> None:
        if leg.party == "agent":
            self._ring_agent(leg)
        elif self.draw.random() < leg.journey.caller.answers_callback:
            self.clock.after(self.draw.uniform(2, 15), self._pick_up, leg)
        else:
            self.clock.after(30, self.platform.end, leg, "platform", "timeout", 480)

    def _ring_agent(self, leg: PlatformLeg) -> None:
        does = answer(self.manners[leg.agent], self.draw)
        is_away = self.sim.staff.is_away(leg.agent)
        ring = self.offer_seconds[leg.journey.caller.queue]
        self.clock.after(ring, self._unanswered, leg)
        if is_away or does.kind == "unreachable":
            return
        self.clock.after(0.2, self.sim.console, offers.see, leg.key)
        if does.kind == "accept":
            self.clock.after(does.after, self._pick_up, leg)
        elif does.kind == "decline":
            self.clock.after(does.after, self.sim.console, offers.refuse, leg.key, DECLINED)
        elif does.kind == "media":
            self.clock.after(does.after, self.sim.console, offers.refuse, leg.key, *MEDIA)

    def _pick_up(self, leg: PlatformLeg) -> None:
        if leg.is_live and leg.answered_at is None:
            self.platform.answered(leg, lambda reply: self.run(leg, reply))

    def _unanswered(self, leg: PlatformLeg) -> None:
        if leg.answered_at is None:
            self.platform.end(leg, "platform", "timeout", 480)


DECLINED = OfferState.DECLINED
MEDIA = (OfferState.FAILED, FailCause.MEDIA)


def _in_room(journey: Journey, room: int, parties: set[str]) -> PlatformLeg | None:
    for leg in journey.legs:
        if leg.party in parties and leg.room == room:
            return leg
    return None
