"""Who takes which call. Pure: no Django, no clock, no I/O."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """A call that waits: for one agent, or for anybody in its queue."""

    entry_id: int
    enqueued_at: datetime
    queue_id: int | None = None
    agent_id: int | None = None
    preferred_agent_id: int | None = None


@dataclass(frozen=True, slots=True)
class Idle:
    """An agent who may be given a call now."""

    agent_id: int
    idle_since: datetime
    queue_ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class Assignment:
    entry_id: int
    agent_id: int


def may_take(call: Waiting, agent: Idle) -> bool:
    """The one rule of who may take what; explanations use it too."""
    if call.agent_id is not None:
        return call.agent_id == agent.agent_id
    return call.queue_id in agent.queue_ids


def rank(call: Waiting, agent: Idle) -> tuple[bool, datetime, int]:
    """Smallest first: the preferred agent, then the longest idle."""
    return (agent.agent_id != call.preferred_agent_id, agent.idle_since, agent.agent_id)


def assign(waiting: Iterable[Waiting], idle: Iterable[Idle]) -> list[Assignment]:
    """The oldest call first; each goes to the longest-idle agent who may take it."""
    free = list(idle)
    assignments = []
    for call in sorted(waiting, key=lambda call: (call.enqueued_at, call.entry_id)):
        able = [agent for agent in free if may_take(call, agent)]
        if able:
            chosen = min(able, key=lambda agent: rank(call, agent))
            free.remove(chosen)
            assignments.append(Assignment(call.entry_id, chosen.agent_id))
    return assignments


def _rule(call: Waiting, chosen: int) -> str:
    if call.agent_id is not None:
        return "the agent asked for"
    return "preferred agent" if chosen == call.preferred_agent_id else "longest idle"


def reason(rule: str, queue: str | None) -> str:
    """What a rule of `explain` says of the chosen agent, in words for them and for anybody."""
    if rule == "the agent asked for":
        return "Asked for by the caller"
    if rule == "preferred agent":
        return "Was talking to this caller before"
    return f"Longest available with {queue}"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An agent as the explanation sees them: idle, or kept from it by a reason."""

    agent_id: int
    name: str
    idle_since: datetime
    queue_ids: frozenset[int]
    excluded: str = ""  # offline, busy, paused, … ; empty: idle


def explain(call: Waiting, chosen: int, candidates: Sequence[Candidate]) -> dict[str, object]:
    """Why this agent: the winner, the next ten by rank, and a count per reason for the rest."""
    stranger = "not in the queue" if call.agent_id is None else "not the agent asked for"
    counts: dict[str, int] = {}
    able: list[Candidate] = []
    for candidate in candidates:
        agent = Idle(candidate.agent_id, candidate.idle_since, candidate.queue_ids)
        reason = candidate.excluded if may_take(call, agent) else stranger
        if reason and candidate.agent_id != chosen:
            counts[reason] = counts.get(reason, 0) + 1
        else:
            able.append(candidate)
    able.sort(key=lambda one: rank(call, Idle(one.agent_id, one.idle_since, one.queue_ids)))
    shown = [
        {
            "agent": one.agent_id,
            "name": one.name,
            "idle_since": one.idle_since.isoformat(),
            "preferred": one.agent_id == call.preferred_agent_id,
        }
        for one in able
    ]
    winner = next(row for row in shown if row["agent"] == chosen)
    rest = [row for row in shown if row["agent"] != chosen][:10]
    return {"rule": _rule(call, chosen), "winner": winner, "next": rest, "excluded": counts}
