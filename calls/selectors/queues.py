"""Queues, for those who may see them."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Count, Min, Q, QuerySet

from agents.models import User
from calls.errors import NoSuchQueue
from calls.models import Callback, Queue, QueueEntry, Voicemail
from calls.selectors.floor import standing_of_agents
from contactcenter.prepared import Prepared, given, given_list

WORK = (Voicemail.State.NEW, Voicemail.State.CLAIMED)
OPEN = (Callback.State.WAITING, Callback.State.CALLING)
ByState = dict[tuple[int, str], int]  # (queue, state) → how many


class Counts(NamedTuple):
    """Numbers by queue."""

    waiting: dict[int, list[Any]]  # how many callers, and since when the first of them waits
    agents: dict[int, int]  # who could be given a call now
    voicemails: ByState
    callbacks: ByState


def queue_rows(queues: QuerySet[Queue], *, now: datetime) -> list[dict[str, Any]]:
    """Queues with who waits and who could answer, as `GET /api/queues` shows them."""
    shown = list(queues)
    ids = [queue.id for queue in shown]
    if not ids:
        return []
    counts = Counts(
        waiting={queue_id: row for queue_id, *row in WAITING.rows(queues=ids)},
        agents=dict(READY.rows(queues=ids, now=now)),
        voicemails=_by_state(VOICEMAILS, ids),
        callbacks=_by_state(CALLBACKS, ids),
    )
    return [_queue_row(one, counts, now) for one in shown]


def _ready() -> QuerySet[Any]:
    """From the few who are ready: from the queue's side it would be every interval of theirs."""
    ready = standing_of_agents(now=given("now"))
    return ready.filter(excluded="", agent__queues__in=given_list("queues"))


WAITING = Prepared(
    lambda: (
        QueueEntry.objects.filter(left_at=None, queue__in=given_list("queues"))
        .order_by()
        .values_list("queue")
        .annotate(Count("id"), Min("enqueued_at"))
    )
)
READY = Prepared(lambda: _ready().order_by().values_list("agent__queues").annotate(Count("id")))
VOICEMAILS = Prepared(
    lambda: (
        Voicemail.objects.filter(state__in=WORK, queue__in=given_list("queues"))
        .order_by()
        .values_list("queue", "state")
        .annotate(Count("id"))
    )
)
CALLBACKS = Prepared(
    lambda: (
        Callback.objects.filter(state__in=OPEN, entry__queue__in=given_list("queues"))
        .order_by()
        .values_list("entry__queue", "state")
        .annotate(Count("id"))
    )
)


def _by_state(counted: Prepared, queue_ids: Collection[int]) -> ByState:
    found = counted.rows(queues=queue_ids)
    return {(queue_id, state): count for queue_id, state, count in found}


def _queue_row(queue: Queue, counts: Counts, now: datetime) -> dict[str, Any]:
    waiting, oldest = counts.waiting.get(queue.id, (0, None))
    return {
        "id": queue.id,
        "name": queue.name,
        "waiting": waiting,
        "longest_wait_s": max(int((now - oldest).total_seconds()), 0) if oldest else 0,
        "agents_available": counts.agents.get(queue.id, 0),
        "oldest_at": oldest,
        # Whatever happens to a message or a callback changes one of these four.
        "voicemails": counts.voicemails.get((queue.id, Voicemail.State.NEW), 0),
        "voicemails_claimed": counts.voicemails.get((queue.id, Voicemail.State.CLAIMED), 0),
        "callbacks": sum(counts.callbacks.get((queue.id, state), 0) for state in OPEN),
        "callbacks_calling": counts.callbacks.get((queue.id, Callback.State.CALLING), 0),
    }


def queues_of(user: User) -> QuerySet[Queue]:
    """An agent sees the queues they serve, a supervisor those of their teams, an operator all."""
    if user.is_superuser:
        return Queue.objects.all()
    mine = Q(agents__user=user) | Q(agents__team__supervisors=user)
    # Nested, for the join that finds a queue must not narrow a later count of its agents.
    return Queue.objects.filter(id__in=Queue.objects.filter(mine).values("id"))


def queue_named(name: str) -> Queue:
    """The queue of this very name, whoever serves it, or NoSuchQueue."""
    found = Queue.objects.filter(name=name).first()
    if found is None:
        raise NoSuchQueue("There is no such queue.")
    return found
