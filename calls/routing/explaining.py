"""Why an agent was chosen, and who would be: the same rules as the decision, in words."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from heapq import nsmallest

from calls.routing.rules import needs_in_force, obstacle, prefers, ranked, score
from calls.routing.terms import Candidate, Waiting
from calls.states import Strategy

SHOWN = 10  # candidates after the winner
RULES = {
    Strategy.LONGEST_IDLE: "longest idle",
    Strategy.ROUND_ROBIN: "round robin",
    Strategy.RING_ALL: "ring all",
    Strategy.TOP_DOWN: "top-down",
    Strategy.LEAST_SKILLED: "least skilled",
}
REASONS = {
    "the agent asked for": "Asked for by the caller",
    "preferred agent": "Was talking to this caller before",
    "round robin": "Next in turn in {queue}",
    "ring all": "Everybody who is free in {queue} is rung",
    "top-down": "First of those free in the order of {queue}",
    "least skilled": "Has the skills, and fewer others than anybody free in {queue}",
    "longest idle": "Longest available with {queue}",
}


def reason(rule: str, queue: str | None) -> str:
    """What a rule of `explain` says of the chosen agent, in words for them and for anybody."""
    return REASONS.get(rule, REASONS["longest idle"]).format(queue=queue)


def explain(
    call: Waiting, chosen: int, candidates: Iterable[Candidate], *, now: float
) -> dict[str, object]:
    """Why this agent: the winner, the next ten by rank, and a count per reason for the rest."""
    counts: Counter[str] = Counter()
    able: list[Candidate] = []
    for one in candidates:
        if one.agent_id == chosen:
            winner = one
            continue
        kept_by = obstacle(call, one, now) or one.excluded
        if kept_by:
            counts[kept_by] += 1
        else:
            able.append(one)
    following = nsmallest(SHOWN, able, key=lambda one: ranked(call, one, now))
    return {
        "rule": _rule(call, chosen, now),
        "score": round(score(call, now), 3),
        "priority": call.priority,
        "waited": round(now - call.enqueued_at, 3),
        "needs": [str(need) for need in needs_in_force(call, now)],
        "winner": _row(call, winner, now),
        "next": [_row(call, one, now) for one in following],
        "more": len(able) - len(following),
        "excluded": dict(counts),
    }


def _rule(call: Waiting, chosen: int, now: float) -> str:
    if call.agent_id is not None:
        return "the agent asked for"
    return "preferred agent" if prefers(call, chosen, now) else RULES[call.strategy]


def _row(call: Waiting, one: Candidate, now: float) -> dict[str, object]:
    queue = call.queue_id or 0
    return {
        "agent": one.agent_id,
        "name": one.name,
        "idle_since": _iso(one.idle_since),
        "preferred": prefers(call, one.agent_id, now),
        "position": one.places.get(queue),
        "last_offered_at": _iso(one.turns[queue]) if queue in one.turns else None,
        "skills": {str(skill_id): level for skill_id, level in one.skills.items()},
    }


def _iso(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat()


@dataclass(frozen=True, slots=True)
class Preview:
    """An agent and a waiting call: the agent's place in the ranking, or what keeps them from it."""

    candidate: Candidate
    place: int | None
    reason: str = ""


def preview(call: Waiting, candidates: Iterable[Candidate], *, now: float) -> list[Preview]:
    """Every agent: first those who would be rung, in their order, then the rest by name."""
    able: list[Candidate] = []
    rest: list[Preview] = []
    for one in candidates:
        kept_by = obstacle(call, one, now) or one.excluded
        if kept_by:
            rest.append(Preview(one, None, kept_by))
        else:
            able.append(one)
    able.sort(key=lambda one: ranked(call, one, now))
    rest.sort(key=lambda row: (row.candidate.name, row.candidate.agent_id))
    return [*(Preview(one, place) for place, one in enumerate(able, 1)), *rest]
