"""The page that previews routing: who would be rung for a waiting call now, and why not others."""

from dataclasses import dataclass
from datetime import UTC, datetime

from agents.admin.display import NOTHING
from calls import routing, selectors
from calls.models import Call
from calls.models.queue import STRATEGIES
from calls.routing import Need, Preview, Waiting
from calls.states import CallState
from contactcenter.durations import length


@dataclass(frozen=True, slots=True)
class NeedRow:
    name: str
    relaxes_at: datetime | None  # None: always asked for


@dataclass(frozen=True, slots=True)
class AgentRow:
    place: int | None
    name: str
    is_preferred: bool
    reason: str
    idle_for: str
    position: int | None
    last_offered_at: datetime | None
    skills: str


@dataclass(frozen=True, slots=True)
class PreviewPage:
    score: str  # the formula with this call's figures
    strategy: str
    needs: list[NeedRow]
    kept_until: datetime | None
    rows: list[AgentRow]
    ready: int
    remark: str  # why nobody is rung though somebody could be


def preview_of(call: Call, *, now: datetime) -> PreviewPage | None:
    """None when the call does not wait."""
    entry = call.entries.filter(left_at=None).select_related("queue", "agent__user").first()
    if entry is None:
        return None
    found = selectors.routing_of(entry, now=now)
    waiting, at = found.call, now.timestamp()
    is_kept = waiting.is_kept and at < waiting.preferred_until
    return PreviewPage(
        score=routing.sum_of(waiting.priority, at - waiting.enqueued_at),
        strategy=_strategy(waiting, str(entry.agent or "")),
        needs=[_need(waiting, need) for need in routing.needs_in_force(waiting, at)],
        kept_until=_time(waiting.preferred_until) if is_kept else None,
        rows=[_row(waiting, row, found, at) for row in found.rows],
        ready=sum(row.place is not None for row in found.rows),
        remark=_remark(call, paused=entry.paused_at is not None),
    )


def _strategy(call: Waiting, asked_for: str) -> str:
    return f"The caller asked for {asked_for}" if asked_for else STRATEGIES[call.strategy]


def _need(call: Waiting, need: Need) -> NeedRow:
    until = None if need.until is None else _time(call.enqueued_at + need.until)
    return NeedRow(str(need), until)


def _row(call: Waiting, row: Preview, found: selectors.Routing, now: float) -> AgentRow:
    one, queue = row.candidate, call.queue_id or 0
    turn = one.turns.get(queue)
    return AgentRow(
        place=row.place,
        name=one.name,
        is_preferred=one.agent_id == call.preferred_agent_id and now < call.preferred_until,
        reason=row.reason.replace("_", " "),
        idle_for=length(now - one.idle_since) if row.place else NOTHING,
        position=one.places.get(queue),
        last_offered_at=None if turn is None else _time(turn),
        skills=", ".join(f"{found.skills[skill]} {level}" for skill, level in one.skills.items()),
    )


def _time(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)


def _remark(call: Call, *, paused: bool) -> str:
    if paused:
        return "The caller is answering a question just now, so nobody is rung meanwhile."
    if call.state == CallState.OFFERED:
        return "It rings already; this is who would be rung next."
    if call.state == CallState.DIALING:
        return "An agent has taken it, and the caller is being called back."
    return ""
