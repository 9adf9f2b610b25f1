"""Who would take the calls that wait, and why nobody does: by the rules that decide."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from heapq import nsmallest
from typing import Any

from django.utils import timezone

from agents.states import State
from calls import routing
from calls.models import QueueEntry
from calls.routing import Candidate, Waiting
from calls.selectors.board.terms import Placed, Row
from calls.selectors.floor import candidates, entries_to_offer
from calls.selectors.floor.waits import ROW, waiting_calls

LOOKED_AT = 20  # callers of a queue, the first ones
NEXT = 3
SOON: dict[str, int] = {
    State.WRAP_UP: 0,
    State.OFFERED: 1,
    State.BUSY: 2,
}  # who is free again first
WORDS: dict[str, str] = {
    State.OFFERED: "being rung",
    State.BUSY: "in a call",
    State.WRAP_UP: "in wrap-up",
    State.ON_BREAK: "on a break",
    State.MISSED: "aside after a missed call",
}


@dataclass(frozen=True, slots=True)
class Chance:
    """The next agents for a call, as its row shows them, and one sentence."""

    candidates: list[Row]
    why: str


def chances(
    waiting: Mapping[int, Placed], people: Mapping[int, Row], *, now: datetime
) -> dict[int, Chance]:
    """By call, of the first callers in each queue. `people`: all agents' rows."""
    looked_at = {call: one.row for call, one in waiting.items() if one.row["position"] <= LOOKED_AT}
    if not looked_at:
        return {}
    open_now = entries_to_offer(now=now).filter(call__in=looked_at).order_by()
    calls = {one.entry_id: one for one in waiting_calls(open_now.values_list(*ROW))}
    known = candidates(now=now, calls=list(calls.values())) if calls else []
    decided: dict[Waiting, Chance] = {}
    found = {}
    for call_id, row in looked_at.items():
        call = calls.get(row["entry"])
        if row["offered_to"] or call is None:
            found[call_id] = Chance([], _not_offered(row))
            continue
        alike = _alike(call, now)
        if alike not in decided:
            decided[alike] = _chance(call, row["queue"], known, people, now)
        found[call_id] = decided[alike]
    retried = _retried([call_id for call_id, one in found.items() if not one.why])
    return found | {call_id: Chance([], why) for call_id, why in retried.items()}


def _alike(call: Waiting, now: datetime) -> Waiting:
    """The same for all calls that the same agents may take in the same order."""
    at = now.timestamp()
    is_first = at < call.preferred_until
    return replace(
        call,
        entry_id=0,
        enqueued_at=0.0,
        priority=0,
        needs=routing.needs_in_force(call, at),
        preferred_agent_id=call.preferred_agent_id if is_first else None,
        preferred_until=call.preferred_until if is_first else 0.0,
        is_kept=call.is_kept and is_first,
    )


def _not_offered(row: Row) -> str:
    return f"It rings for {row['offered_to']}." if row["offered_to"] else ""


def _retried(call_ids: Collection[int]) -> dict[int, str]:
    """Why these calls are offered to nobody."""
    if not call_ids:
        return {}
    rows = QueueEntry.objects.filter(call__in=call_ids, left_at=None)
    return {
        call_id: _kept_waiting(is_virtual, retry_at, paused_at)
        for call_id, is_virtual, retry_at, paused_at in rows.values_list(
            "call", "is_virtual", "retry_at", "paused_at"
        )
    }


def _kept_waiting(is_virtual: bool, retry_at: datetime | None, paused_at: Any) -> str:
    if paused_at:
        return "The caller is choosing another way to be served."
    if is_virtual and retry_at:
        return f"Called again at {timezone.localtime(retry_at):%H:%M}."
    return "It is offered to nobody just now."


def _chance(
    call: Waiting,
    queue: str | None,
    known: Iterable[Candidate],
    people: Mapping[int, Row],
    now: datetime,
) -> Chance:
    at = now.timestamp()
    able: list[Candidate] = []
    obstacles: Counter[str] = Counter()
    for one in known:
        if one.agent_id in people:
            obstacle = routing.obstacle(call, one, at)
            if obstacle:
                obstacles[obstacle] += not one.excluded
            else:
                able.append(one)

    def order(one: Candidate) -> tuple[Any, ...]:
        soon = -1 if not one.excluded else SOON.get(people[one.agent_id]["state"], len(SOON))
        first = people[one.agent_id]["wrap_up_until"] or now
        return (soon, first, one.agent_id != call.preferred_agent_id, *routing.rank(call, one))

    coming = [one for one in able if not one.excluded or one.excluded in SOON]
    following = nsmallest(NEXT, coming, key=order)
    rows = [
        {
            "agent": one.agent_id,
            "name": people[one.agent_id]["name"],
            "score": None,
            "state": people[one.agent_id]["state"],
        }
        for one in following
    ]
    return Chance(rows, _why(call, queue, following, able, obstacles, people, now))


def _why(
    call: Waiting,
    queue: str | None,
    following: list[Candidate],
    able: list[Candidate],
    obstacles: Counter[str],
    people: Mapping[int, Row],
    now: datetime,
) -> str:
    if following and not following[0].excluded:
        first = following[0]
        rule = str(routing.explain(call, first.agent_id, following, now=now.timestamp())["rule"])
        said = routing.reason(rule, queue)
        return f"{people[first.agent_id]['name']} is next. {said}."
    if call.agent_id is not None:
        name = people[call.agent_id]["name"] if call.agent_id in people else "the agent asked for"
        doing = _doing(able[0].excluded) if able else "not signed in"
        return f"It waits for {name}, who is {doing}."
    lacking = [(count, one) for one, count in obstacles.items() if count and _is_about(one)]
    if lacking:
        count, one = max(lacking)
        plural = "s are" if count > 1 else " is"
        return f"{count} agent{plural} free, but {_in_words(one)}."
    counts = Counter(one.excluded for one in able)
    if not counts:
        return "Nobody who is signed in may take it."
    doing = ", ".join(f"{count} {_doing(state)}" for state, count in counts.most_common())
    return f"Nobody is free: {doing}."


def _doing(excluded: str) -> str:
    """What keeps an agent from any call, in words."""
    return WORDS.get(excluded, excluded)


def _is_about(obstacle: str) -> bool:
    """Whether a free agent of the queue is kept from it, and not one of another queue."""
    return obstacle not in {"not in the queue", "not the agent asked for", "rung already"}


def _in_words(obstacle: str) -> str:
    return "the call is kept for the last agent" if "last agent" in obstacle else obstacle
