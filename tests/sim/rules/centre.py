"""Our side: the tables, and what a process keeps in memory and can make again from them."""

from typing import TYPE_CHECKING, Any

from agents.states import State
from calls.folding import fold
from calls.routing import Board, Idle, Need, Waiting
from calls.states import CallState, LegKind, LegState, Strategy
from tests.sim.rules.reminders import Reminders
from tests.sim.rules.rows import BLANK, NEVER, Agent, Call, Entry, Instruction, Leg, Offer, Token
from tests.sim.scenario import Scenario

if TYPE_CHECKING:
    from tests.sim.rules.vonage import Platform

SETUPS, REQUESTS = 3, 15  # a second
CLOSED = 5.0  # `agents.phones.CLOSED_LEASE`


def after(now: float, seconds: float) -> float:
    """When a time of `seconds` that begins now is over. All our deadlines are made here."""
    return now + seconds


class Centre:
    """The first half are tables and outlive the process; the second half does not."""

    platform: "Platform"

    def __init__(self, scenario: Scenario) -> None:
        self.now = 0.0
        self.queues = {plan.id: plan for plan in scenario.queues}
        self.needs = {
            plan.id: tuple(Need(one.skill, one.level, one.until) for one in plan.needs)
            for plan in scenario.queues
        }
        self.agents = {plan.id: Agent(plan) for plan in scenario.agents}
        self.calls: dict[int, Call] = {}
        self.by_uuid: dict[str, Leg] = {}
        self.by_key: dict[int, Leg] = {}
        self.entries: dict[int, Entry] = {}  # the open ones
        self.orphans: dict[str, list[Any]] = {}  # events whose answer has not come
        self.setups = [Token() for _ in range(SETUPS)]
        self.requests = [Token() for _ in range(REQUESTS)]
        self.serial = 0
        self.assigned = 0
        self.repeated = 0  # webhooks known already
        self.touched: dict[Call, None] = {}  # for the checks
        self.touched_agents: dict[Agent, None] = {}
        self.touched_offers: dict[Offer, None] = {}  # that have just ended
        self.given_up: dict[Entry, None] = {}  # waits that have just been found too long
        self.start()

    def next_id(self) -> int:
        self.serial += 1
        return self.serial

    def start(self) -> None:
        """The process starts: everything it keeps in memory is made from the tables."""
        self.started_at = self.now
        self.board = Board()
        self.waiting: dict[int, Waiting] = {}
        self.idle: dict[int, Idle] = {}
        self.sizes = dict.fromkeys(self.queues, 0)
        self.reminders = Reminders()
        # What may be sent now, by what it competes for; see `outbox.KINDS`.
        self.outbox: dict[str, list[tuple[int, Instruction]]] = {
            "live": [], "dial": [], "check": []
        }  # fmt: skip
        self.is_changed = True  # something that could be paired has come
        self.is_fresh = True  # something that could be sent has come
        self.was_limited = False
        for call in self.calls.values():
            # ↑ a merge of the log and nothing else: whatever else was known is gone
            folded = fold((version, changes) for version, _, _, changes in call.log)
            call.row = BLANK | folded
            for leg in call.legs:
                self.remind(leg.dial_until, "dial", leg)
            self._remember(call)
        for agent in self.agents.values():
            self.remind(agent.wrap_up_until, "wrap_up", agent)
            self.remind(agent.console_until - CLOSED, "lapse", agent)
            self.show_agent(agent)

    def _remember(self, call: Call) -> None:
        for instruction in call.open:
            instruction.is_lined_up = False
            self.remind(instruction.claimed_until, "claim", instruction)
            if instruction.state == "waiting":
                self.remind(instruction.due_at, "send", instruction)
        if entry := call.entry:
            self.sizes[entry.queue.id] += 1
            self.remind_of(entry)
            for offer in entry.pending:
                self.remind(offer.ring_until + 5, "ring", offer)
            self.show(call)

    def remind(self, time: float, kind: str, row: Any) -> None:
        """Look at the row when `time` has come; whether it is due then, the row says."""
        self.reminders.add(time, kind, row)

    def remind_of(self, entry: Entry) -> None:
        self.remind(entry.give_up_at, "give_up", entry)
        self.remind(entry.choices_at, "choices", entry)
        self.remind(entry.retry_at, "retry", entry)

    def forget(self, call: Call) -> None:
        """The call is archived."""
        del self.calls[call.id]
        self.touched.pop(call, None)
        for leg in call.legs:
            del self.by_key[leg.key]
            self.by_uuid.pop(leg.uuid, None)
        for entry in call.entries:
            self.entries.pop(entry.id, None)

    # What the board is told ------------------------------------------------------------------

    def show(self, call: Call) -> None:
        """Put the call's wait on the board, or take it off, as the rows say."""
        entry = call.entry
        if entry and self._waits(call, entry):
            seen = self._seen(entry)
            if self.waiting.get(entry.id) != seen:
                self.entries[entry.id] = entry
                self.waiting[entry.id] = seen
                self.board.wait(seen)
                self.is_changed = True
        elif call.entries and call.entries[-1].id in self.waiting:
            del self.waiting[call.entries[-1].id]
            self.board.leave(call.entries[-1].id)

    def _waits(self, call: Call, entry: Entry) -> bool:
        if entry.is_paused:
            return False
        if call.state == CallState.AWAITING_CALLBACK:
            return entry.retry_at <= self.now
        is_ringing_all = call.state == CallState.OFFERED and bool(entry.pending)
        return call.state == CallState.QUEUED or (
            is_ringing_all and entry.queue.strategy == Strategy.RING_ALL and not entry.is_virtual
        )

    def _seen(self, entry: Entry) -> Waiting:
        return Waiting(
            entry.id,
            entry.enqueued_at,
            queue_id=entry.queue.id,
            priority=entry.queue.priority,
            strategy=Strategy.LONGEST_IDLE if entry.is_virtual else entry.queue.strategy,
            needs=self.needs[entry.queue.id],
            preferred_agent_id=entry.preferred_agent_id,
            preferred_until=entry.preferred_until,
            rung=frozenset(offer.agent.id for offer in entry.pending),
        )

    def may_be_called(self, agent: Agent) -> bool:
        """The one predicate: available, console there, not paused, no live leg."""
        return (
            agent.state == State.AVAILABLE
            and not agent.live
            and agent.console_until > self.now + CLOSED
            and agent.no_offer_until <= self.now
        )

    def show_agent(self, agent: Agent) -> None:
        self.touched_agents[agent] = None
        if self.may_be_called(agent):
            if agent.id not in self.idle:
                plan = agent.plan
                turns = dict(agent.turns)
                queue_ids = frozenset(plan.queues)
                seen = Idle(agent.id, agent.idle_since, queue_ids, plan.skills, plan.queues, turns)
                self.idle[agent.id] = seen
                self.board.ready(seen)
                self.is_changed = True
        else:
            if agent.state == State.AVAILABLE and agent.no_offer_until > self.now:
                self.remind(agent.no_offer_until, "pause", agent)
            if agent.state == State.AVAILABLE and agent.console_until <= self.now + CLOSED:
                self.remind(agent.console_until, "lapse", agent)
            if self.idle.pop(agent.id, None):
                self.board.busy(agent.id)

    # Legs -------------------------------------------------------------------------------------

    def plan_leg(self, call: Call, kind: LegKind, *, agent: Agent | None = None) -> Leg:
        leg = Leg(self.next_id(), call, kind, self.now, self.now, agent=agent)
        call.legs.append(leg)
        self.by_key[leg.key] = leg
        if agent:
            agent.live.append(leg)
            self.show_agent(agent)
        return leg

    def end_leg(self, leg: Leg, *, at: float, how: str = "") -> None:
        """The leg's row has ended, by news or because we gave it up."""
        if leg.state == LegState.ENDED:
            return
        leg.state, leg.dial_until = LegState.ENDED, NEVER
        leg.ended_at, leg.ended_as = at, how or leg.ended_as
        self.free_of(leg)

    def free_of(self, leg: Leg) -> None:
        if leg.agent and leg in leg.agent.live:
            leg.agent.live.remove(leg)
            self.show_agent(leg.agent)


def customer_leg(call: Call) -> Leg | None:
    """The newest customer leg that has not ended."""
    for leg in reversed(call.legs):
        if leg.kind == LegKind.CUSTOMER and leg.state != LegState.ENDED:
            return leg
    return None
