"""The calls that wait, as routing sees them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When

from agents.models import AgentState, Skill
from calls.models import Offer, QueueEntry, waits
from calls.routing import Need, Waiting
from calls.states import CallState, OfferState, Strategy

Rows = Iterable[tuple[Any, ...]]
ROW = (
    "id",
    "enqueued_at",
    "queue_id",
    "agent_id",
    "priority",
    "queue__strategy",
    "requirements",
    "preferred_agent_id",
    "preferred_until",
    "is_kept_now",
)


def entries_to_offer(*, now: datetime) -> QuerySet[QueueEntry]:
    """The waits of callers who may be offered to somebody now, if their queue is open.

    Among them calls that ring all and ring somebody already: they may ring others too. Whose time
    to wait is over is offered to nobody else.
    """
    rings = Offer.objects.filter(entry=OuterRef("id"), state=OfferState.PENDING, is_shared=True)
    is_due = Q(retry_at=None) | Q(retry_at__lte=now)
    may_wait = (
        Q(call__state=CallState.QUEUED)
        | (Q(call__state=CallState.AWAITING_CALLBACK, is_virtual=True) & is_due)
        | (Q(call__state=CallState.OFFERED, queue__strategy=Strategy.RING_ALL) & Exists(rings))
    )
    in_time = Q(is_virtual=True) | Q(give_up_at__gt=now)
    waits_on = _rows().filter(may_wait, in_time, left_at=None, paused_at=None)
    return waits_on.filter(call__hung_up_by="")  # who is being hung up is rung for nobody


def _rows() -> QuerySet[QueueEntry]:
    """Waits with what `ROW` needs. Who is kept for an agent is so while that agent works there."""
    works = AgentState.objects.filter(
        agent=OuterRef("preferred_agent"),
        ended_at=None,
        state__in=waits.AT_WORK,
        agent__assignments__queue=OuterRef("queue"),
    )
    kept = Case(When(is_kept=True, then=Exists(works)), default=Value(False))
    return QueueEntry.objects.annotate(is_kept_now=kept)


def waiting_call(entry_id: int) -> Waiting:
    """The call of this entry as routing sees it, whatever it does."""
    [call] = waiting_calls(_rows().filter(id=entry_id).values_list(*ROW))
    return call


def waiting_calls(found: Rows) -> list[Waiting]:
    """The calls of these rows, each of which has the columns of `ROW`."""
    entries = list(found)
    names = _names_of_skills(entries)
    rung = _rung(row[0] for row in entries if row[5] == Strategy.RING_ALL)
    return [_waiting(row, names, rung.get(row[0], frozenset())) for row in entries]


def _waiting(row: tuple[Any, ...], names: dict[int, str], rung: frozenset[int]) -> Waiting:
    entry_id, enqueued_at, queue_id, agent_id, priority, strategy, needs, *preferred = row
    preferred_agent_id, until, is_kept = preferred
    return Waiting(
        entry_id=entry_id,
        enqueued_at=enqueued_at.timestamp(),
        queue_id=queue_id,
        agent_id=agent_id,
        priority=priority,
        strategy=Strategy(strategy or Strategy.LONGEST_IDLE),
        needs=tuple(
            Need(skill, level, until, names.get(skill, "")) for skill, level, until in needs
        ),
        preferred_agent_id=preferred_agent_id if until else None,
        preferred_until=until.timestamp() if until else 0.0,
        is_kept=is_kept,
        rung=rung,
    )


def _names_of_skills(entries: Rows) -> dict[int, str]:
    wanted = {need[0] for row in entries for need in row[6]}
    return dict(Skill.objects.filter(id__in=wanted).values_list("id", "name")) if wanted else {}


def _rung(entry_ids: Iterable[int]) -> dict[int, frozenset[int]]:
    """Whom these calls ring, by entry."""
    ids = list(entry_ids)
    rung: dict[int, set[int]] = {}
    if ids:
        pending = Offer.objects.filter(entry__in=ids, state=OfferState.PENDING)
        for entry_id, agent_id in pending.values_list("entry_id", "agent_id"):
            rung.setdefault(entry_id, set()).add(agent_id)
    return {entry_id: frozenset(agents) for entry_id, agents in rung.items()}
