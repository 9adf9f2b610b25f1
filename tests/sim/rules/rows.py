"""The rows of our tables, as plain objects: only what the rules look at."""

from dataclasses import dataclass, field
from typing import Any

from agents.states import State
from calls.states import CallState, FailCause, LegKind, LegState, OfferState
from tests.sim.scenario import AgentPlan, QueuePlan

NEVER = float("inf")
BLANK: dict[str, Any] = {
    "state": CallState.IN_FLOW, "outcome": "", "queue_id": None, "agent_id": None, "node": "",
    "step": 0, "room": 0, "enqueued_at": None, "first_enqueued_at": None, "answered_at": None,
    "ended_at": None, "hung_up_by": "", "version": 0,
}  # fmt: skip


@dataclass(eq=False, slots=True)
class Call:
    """`log` is the truth; `row` is its fold, and lost when the process dies."""

    id: int
    uuid: str
    row: dict[str, Any] = field(default_factory=lambda: dict(BLANK))
    log: list[tuple[int, str, float, dict[str, Any]]] = field(default_factory=list)
    legs: list["Leg"] = field(default_factory=list)
    entries: list["Entry"] = field(default_factory=list)
    open: list["Instruction"] = field(default_factory=list)  # waiting or claimed, as written
    replies: dict[tuple[Any, ...], Any] = field(default_factory=dict)  # webhook → what it got
    tries: int = 0  # of its callback

    @property
    def state(self) -> CallState:
        return self.row["state"]  # type: ignore[no-any-return]

    @property
    def entry(self) -> "Entry | None":
        """The open wait, if there is one."""
        last = self.entries[-1] if self.entries else None
        return last if last and last.left_at is None else None


@dataclass(eq=False, slots=True)
class Leg:
    key: int
    call: Call
    kind: LegKind
    planned_at: float
    news_at: float
    agent: "Agent | None" = None
    uuid: str = ""
    state: LegState = LegState.PLANNED
    room: int = 0
    on_purpose: bool = False
    answered_at: float | None = None
    ended_at: float | None = None
    ended_as: str = ""
    disconnected_by: str = ""
    duration: float | None = None
    checked_at: float | None = None
    dial_until: float = NEVER  # a customer's or number's ring, seen from our side
    offer: "Offer | None" = None
    heard: list[Any] = field(default_factory=list)  # all news of it, in the order it came


@dataclass(eq=False, slots=True)
class Entry:
    id: int
    call: Call
    queue: QueuePlan
    enqueued_at: float
    give_up_at: float
    left_at: float | None = None
    outcome: str = ""
    preferred_agent_id: int | None = None
    preferred_until: float = 0.0
    is_paused: bool = False
    is_virtual: bool = False
    retry_at: float = 0.0
    choices_at: float = NEVER
    pending: list["Offer"] = field(default_factory=list)


@dataclass(eq=False, slots=True)
class Offer:
    id: int
    entry: Entry
    agent: "Agent"
    leg: Leg
    offered_at: float
    is_shared: bool = False
    state: OfferState = OfferState.PENDING
    cause: FailCause | None = None
    dialled_at: float | None = None
    ring_until: float = NEVER
    seen_at: float | None = None
    ended_at: float | None = None


@dataclass(eq=False, slots=True)
class Agent:
    plan: AgentPlan
    choice: State = State.OFFLINE
    state: State = State.OFFLINE  # of the running interval
    since: float = 0.0
    idle_since: float = 0.0
    wrap_up_until: float = NEVER
    no_offer_until: float = 0.0
    failures: int = 0
    console_until: float = NEVER
    lost_at: float | None = None
    pending: list[Offer] = field(default_factory=list)
    live: list[Leg] = field(default_factory=list)
    turns: dict[int, float] = field(default_factory=dict)
    sums: dict[State, float] = field(default_factory=dict)  # of the intervals that are over

    @property
    def id(self) -> int:
        return self.plan.id


@dataclass(eq=False, slots=True)
class Instruction:
    id: int
    call: Call
    leg: Leg
    verb: str  # dial, transfer, hang_up, check
    written_at: float
    due_at: float
    body: Any = None
    state: str = "waiting"
    claimed_until: float = NEVER
    tries: int = 0
    token: "Token | None" = None
    is_lined_up: bool = False  # before the sender


@dataclass(eq=False, slots=True)
class Token:
    """The right to one request in any second."""

    free_at: float = 0.0
    instruction: Instruction | None = None
