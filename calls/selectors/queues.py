"""Queues, for those who may see them."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Q, QuerySet

from agents.models import AgentState, User
from agents.states import State
from calls.models import Queue, QueueEntry


def queue_rows(queues: QuerySet[Queue], *, now: datetime) -> list[dict[str, Any]]:
    """Queues with who waits and who could answer, as `GET /api/queues` shows them."""
    shown = list(queues)
    ids = [queue.id for queue in shown]
    waiting: dict[int, Any] = {
        row["queue"]: row
        for row in QueueEntry.objects.filter(left_at=None, queue__in=ids)
        .values("queue")
        .annotate(waiting=Count("id"), oldest=Min("enqueued_at"))
    }
    # From the few who are available: from the queue's side it would be every interval of theirs.
    available = AgentState.objects.filter(state=State.AVAILABLE, ended_at=None)
    ready = dict(
        available.filter(agent__queues__in=ids)
        .order_by()
        .values_list("agent__queues")
        .annotate(ready=Count("agent"))
    )
    return [_queue_row(one, waiting.get(one.id), ready.get(one.id, 0), now) for one in shown]


def _queue_row(
    queue: Queue, waiting: dict[str, Any] | None, ready: int, now: datetime
) -> dict[str, Any]:
    oldest = waiting["oldest"] if waiting else None
    return {
        "id": queue.id,
        "name": queue.name,
        "waiting": waiting["waiting"] if waiting else 0,
        "longest_wait_s": max(int((now - oldest).total_seconds()), 0) if oldest else 0,
        "agents_available": ready,
        "oldest_at": oldest,
    }


def queues_of(user: User) -> QuerySet[Queue]:
    """An agent sees the queues they serve, a supervisor those of their teams, an operator all."""
    if user.is_superuser:
        return Queue.objects.all()
    mine = Q(agents__user=user) | Q(agents__team__supervisors=user)
    # Nested, for the join that finds a queue must not narrow a later count of its agents.
    return Queue.objects.filter(id__in=Queue.objects.filter(mine).values("id"))
