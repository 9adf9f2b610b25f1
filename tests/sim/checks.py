"""What must hold after every event (design, "Invariants"), looked at where the event touched."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from agents.states import State
from calls.folding import fold
from calls.routing import may_take
from calls.states import LEG_ORDER, CallState, FailCause, LegState, OfferState
from tests.sim.rules.centre import Centre
from tests.sim.rules.rows import BLANK, NEVER, Agent, Call, Entry, Leg, Offer

PLACES = {state: place for place, state in enumerate(LEG_ORDER)}
OVER = PLACES[LegState.ENDED]
SLACK = 120.0  # seconds: deadlines wait for offers, and those for their dials
CALLING_BACK = {CallState.AWAITING_CALLBACK, CallState.DIALING}
WAITING = {CallState.QUEUED, CallState.OFFERED, CallState.AWAITING_CALLBACK}


class Violation(AssertionError):
    """Something that must always hold does not."""


@dataclass(slots=True)
class Shadow:
    """What the checks remember of a call: their own fold of its log, and how far its legs were."""

    row: dict[str, Any] = field(default_factory=lambda: dict(BLANK))
    legs: dict[int, int] = field(default_factory=dict)
    enqueued: dict[int, float] = field(default_factory=dict)


class Checks:
    def __init__(self, centre: Centre, *, seed: int) -> None:
        self.centre, self.seed = centre, seed
        self.number = 0  # of the event
        self.trail: deque[tuple[int, float, tuple[Any, ...]]] = deque(maxlen=20)
        self.shadows: dict[int, Shadow] = {}

    def violated(self, what: str) -> None:
        events = "\n".join(
            f"  {number} {now:.3f} {' '.join(map(str, event))}" for number, now, event in self.trail
        )
        raise Violation(
            f"{what}\nseed {self.seed}, event {self.number}; the last events:\n{events}"
        )

    def begin(self, *event: Any) -> None:
        """An event is about to be taken."""
        self.number += 1
        self.trail.append((self.number, self.centre.now, event))

    def end(self) -> None:
        """The event has been taken: whatever it touched must be right, and now and then all."""
        centre = self.centre
        for offer in centre.touched_offers:
            self.ended_offer(offer)
        for entry in centre.given_up:
            if entry.enqueued_at + entry.queue.max_wait > centre.now + 1e-6:
                self.violated(f"entry {entry.id} was given up before its maximum wait")
        for call in centre.touched:
            self.call(call)
        for agent in centre.touched_agents:
            self.agent(agent)
        if centre.waiting and centre.idle and not centre.was_limited:
            self.idling(centre.touched, centre.touched_agents)
        centre.touched.clear()
        centre.touched_agents.clear()
        centre.touched_offers.clear()
        centre.given_up.clear()
        if self.number % 1000 == 0:
            self.everything()

    # Calls ------------------------------------------------------------------------------------

    def call(self, call: Call) -> None:
        shadow = self.shadows.get(call.id)
        if shadow is None:
            shadow = self.shadows[call.id] = Shadow()
        row = shadow.row
        if len(call.log) != row["version"]:
            self.read_on(call, row)
        if row != call.row:
            self.violated(f"call {call.id}: its row is not the fold of its log")
        if not self.is_in_one_place(call):
            self.violated(f"call {call.id}: {call.state} does not fit {call.entry}")
        self.legs(call, shadow)
        known = shadow.enqueued
        for entry in call.entries:
            if known.setdefault(entry.id, entry.enqueued_at) != entry.enqueued_at:
                self.violated(f"entry {entry.id}: enqueued_at has changed")

    def read_on(self, call: Call, row: dict[str, Any]) -> None:
        """Fold what the log has got since the last look."""
        for version, kind, _, changes in call.log[row["version"] :]:
            if version != row["version"] + 1:
                self.violated(f"call {call.id}: event {version} follows {row['version']}")
            if row["state"] == CallState.ENDED:
                self.violated(f"call {call.id}: {kind} after its end")
            row |= changes
            row["version"] = version

    def is_in_one_place(self, call: Call) -> bool:
        state, entry = call.row["state"], call.entry
        if entry is None:
            return self.is_right_elsewhere(call)
        rings, is_virtual = bool(entry.pending), entry.is_virtual
        if len(entry.pending) > 1 and not all(offer.is_shared for offer in entry.pending):
            return False
        if state == CallState.OFFERED:
            return rings and not entry.is_paused
        if rings or state == CallState.IN_FLOW:
            return not rings and entry.is_paused
        if state == CallState.QUEUED:
            return not is_virtual and not entry.is_paused
        return is_virtual and state in CALLING_BACK

    def is_right_elsewhere(self, call: Call) -> bool:
        """It does not wait: nobody is rung for it, and it has an outcome once it has ended."""
        if any(one.pending for one in call.entries):
            return False
        has_end = call.row["ended_at"] is not None and bool(call.row["outcome"])
        return call.state not in WAITING and (call.state == CallState.ENDED) == has_end

    def legs(self, call: Call, shadow: Shadow) -> None:
        """A leg only moves forward; those of an ended call have been asked to end."""
        places, is_over = shadow.legs, call.row["state"] == CallState.ENDED
        for leg in call.legs:
            place = PLACES[leg.state]
            if place != places.get(leg.key):
                if place < places.get(leg.key, 0):
                    self.violated(f"leg {leg.key} went back to {leg.state}")
                places[leg.key] = place
            if is_over and place != OVER and not leg.on_purpose:
                self.violated(f"leg {leg.key} outlives its call, and nobody has ended it")

    def ended_offer(self, offer: Offer) -> None:
        """Without news, an offer ends when its ring time is over and not before."""
        is_silent = offer.leg.ended_as in {"", "unknown", "cancelled"}
        if offer.state == OfferState.FAILED and offer.cause == FailCause.PLATFORM and is_silent:
            rang = self.centre.now - (offer.dialled_at or NEVER)
            if rang < offer.entry.queue.offer_seconds:
                self.violated(f"offer {offer.id} was given up after {rang:.1f} s")

    # Agents -----------------------------------------------------------------------------------

    def agent(self, agent: Agent) -> None:
        if len(agent.pending) > 1 or len(agent.live) > 1:
            self.violated(f"agent {agent.id} has two offers or two live legs")
        state = agent.state
        if (state == State.OFFERED) != bool(agent.pending):
            self.violated(f"agent {agent.id} is {state}; offers: {agent.pending}")
        if state == State.BUSY and not agent.live:
            self.violated(f"agent {agent.id} is busy without a leg")
        if (state == State.WRAP_UP) != (agent.wrap_up_until < NEVER):
            self.violated(f"agent {agent.id} is {agent.state} until {agent.wrap_up_until}")
        total = sum(agent.sums.values()) + self.centre.now - agent.since
        if abs(total - self.centre.now) > 1e-3:
            self.violated(f"agent {agent.id}: time in states is {total}")

    def idling(self, calls: Iterable[Call], agents: Iterable[Agent]) -> None:
        """Nobody who may take a waiting call stays idle, unless the set-ups are used up."""
        centre = self.centre
        if centre.was_limited or not centre.waiting or not centre.idle:
            return
        for call in calls:
            entry = call.entries[-1].id if call.entries else 0
            if entry in centre.waiting:
                for agent_id in centre.idle:
                    self.pair(entry, agent_id)
        for agent in agents:
            if agent.id in centre.idle:
                for entry in centre.waiting:
                    self.pair(entry, agent.id)

    def pair(self, entry_id: int, agent_id: int) -> None:
        call, agent = self.centre.waiting[entry_id], self.centre.idle[agent_id]
        if may_take(call, agent, self.centre.now):
            self.violated(f"entry {entry_id} waits and agent {agent_id}, who may take it, is idle")

    # Everything -------------------------------------------------------------------------------

    def everything(self) -> None:
        centre = self.centre
        for call in centre.calls.values():
            self.call(call)
            if BLANK | fold((one[0], one[3]) for one in call.log) != call.row:
                self.violated(f"call {call.id}: its row cannot be made again")
            if entry := call.entry:
                self.entry(entry)
        for agent_id, agent in centre.agents.items():
            self.agent(agent)
            if centre.may_be_called(agent) != (agent_id in centre.idle):
                self.violated(f"agent {agent.id}: the board knows another {agent.state}")
        self.sizes()
        self.idling(centre.calls.values(), [])

    def sizes(self) -> None:
        sizes = dict.fromkeys(self.centre.queues, 0)
        for call in self.centre.calls.values():
            if call.entry:
                sizes[call.entry.queue.id] += 1
        if sizes != self.centre.sizes:
            self.violated(f"queues hold {sizes}, counted as {self.centre.sizes}")

    def entry(self, entry: Entry) -> None:
        """No deadline has been forgotten."""
        now, longest = self.centre.now, entry.queue.offer_seconds + 60 + SLACK
        if now > entry.give_up_at + longest and entry.call.state == CallState.QUEUED:
            self.violated(f"entry {entry.id} waits for ever")
        for offer in entry.pending:
            if now > offer.offered_at + longest:
                self.violated(f"offer {offer.id} rings for ever")

    def last(self, call: Call) -> None:
        """A call is over and let go: all of it, once more."""
        self.call(call)
        if (
            call.state != CallState.ENDED
            or BLANK | fold((o[0], o[3]) for o in call.log) != call.row
        ):
            self.violated(f"call {call.id} has not ended as its log says")
        self.shadows.pop(call.id, None)


def facts(leg: Leg) -> tuple[Any, ...]:
    """What is folded by the platform's own times, whatever the order."""
    return (leg.answered_at, leg.disconnected_by, leg.duration)
