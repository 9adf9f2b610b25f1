"""Calls that wait and agents who are ready, as routing sees them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from calls.states import Strategy


@dataclass(frozen=True, slots=True)
class Need:
    """A skill that the agent of a call must have, maybe for the first seconds of waiting only."""

    skill_id: int
    level: int
    until: float | None = None  # seconds of waiting; None: always
    name: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"{self.name or f'skill {self.skill_id}'} {self.level}"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A call that waits: for one agent, or for anybody in its queue."""

    entry_id: int
    enqueued_at: float
    queue_id: int | None = None
    agent_id: int | None = None
    priority: int = 0
    strategy: Strategy = Strategy.LONGEST_IDLE
    needs: tuple[Need, ...] = ()
    preferred_agent_id: int | None = None
    preferred_until: float = 0.0
    is_kept: bool = False  # until then it is for the preferred agent alone
    rung: frozenset[int] = frozenset()  # ring all: the agents whom it rings already


@dataclass(frozen=True, slots=True)
class Idle:
    """An agent who may be given a call now."""

    agent_id: int
    idle_since: float
    queue_ids: frozenset[int]
    skills: Mapping[int, int] = field(default_factory=dict)  # skill id → level
    places: Mapping[int, int] = field(default_factory=dict)  # queue id → position (top-down)
    # Queue id → when they were last offered a call of it (round robin); absent: never.
    turns: Mapping[int, float] = field(default_factory=dict)
    # A call that they had last waits for them again, as this entry: they may take it alone, and
    # serve no queue meanwhile.
    only_entry_id: int | None = None


@dataclass(frozen=True, slots=True)
class Candidate(Idle):
    """An agent as explanations see them: idle, or kept from a call by what they do."""

    name: str = ""
    excluded: str = ""  # offline, busy, paused, …; empty: idle


@dataclass(frozen=True, slots=True)
class Assignment:
    entry_id: int
    agent_id: int
