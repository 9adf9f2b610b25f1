"""What the waits of a queue say about the next one. Queries that services and selectors share."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from statistics import fmean
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from agents.models import AgentState
from agents.states import State
from calls import estimates
from calls.models.call import Leg
from calls.models.entry import Offer, QueueEntry
from calls.models.queue import Queue
from calls.routing import PRIORITY_SECONDS
from calls.states import OfferState
from ivr import schedules, selectors

RECENT = 50  # answered calls of the queue
AT_WORK = (State.AVAILABLE, State.OFFERED, State.BUSY, State.WRAP_UP)


def is_open(queue: Queue, *, now: datetime) -> bool:
    """Whether the queue lets callers in, and callbacks are made: by its switch and schedule."""
    return queue.id not in closed_of([queue], now=now)


def closed_of(queues: Iterable[Queue], *, now: datetime) -> set[int]:
    """The ids of those that are closed. Each schedule is looked at once, however many keep it."""
    known = {queue.id: queue for queue in queues}
    kept = {one.schedule_id for one in known.values() if one.schedule_id}
    plans = selectors.plans_of(schedule_ids=kept)
    shut = {one for one, plan in plans.items() if not schedules.is_open(plan, now)}
    return {one.id for one in known.values() if one.is_emergency_closed or one.schedule_id in shut}


def last_call(agent: Any) -> QuerySet[Any]:
    """The id of the call that this agent had last; `agent` may be an `OuterRef`."""
    had = Offer.objects.filter(agent=agent, state=OfferState.ACCEPTED)
    return had.order_by("-offered_at").values_list("call_id", flat=True)[:1]


def places(*, queue_id: int, now: datetime) -> list[tuple[float, int]]:
    """(order key, entry id) of everybody who waits in the queue; smaller is served first."""
    waiting = QueueEntry.objects.filter(queue=queue_id, left_at=None)
    due = waiting.filter(Q(retry_at=None) | Q(retry_at__lte=now))
    rows = due.values_list("id", "enqueued_at", "priority")
    return sorted((order_key(at, priority), entry_id) for entry_id, at, priority in rows)


def order_key(enqueued_at: datetime, priority: int) -> float:
    return enqueued_at.timestamp() - PRIORITY_SECONDS * priority


def handling_seconds(*, queue_id: int) -> float | None:
    """How long a call of the queue holds an agent, talk and wrap-up, of late; None: unknown."""
    answered = list(_answered(queue_id).values_list("id", "left_at")[:RECENT])
    if not answered:
        return None
    held = Leg.objects.filter(
        offer__entry__in=[entry_id for entry_id, _ in answered],
        offer__state=OfferState.ACCEPTED,
        ended_at__gte=F("offer__ended_at"),
    )
    rows = list(held.values_list("agent", "offer__ended_at", "ended_at"))
    if not rows:
        return None
    agents = {agent_id for agent_id, _, _ in rows if agent_id}
    since = min(left_at for _, left_at in answered if left_at)
    talk = _mean([end - start for _, start, end in rows if start and end])
    return talk + _wrap_up(agents, since=since)


def _wrap_up(agents: set[int], *, since: datetime) -> float:
    """The mean; one that a call broke into, and that went on after it, is one still."""
    rang = AgentState.objects.filter(
        agent=OuterRef("agent"), state=State.OFFERED, ended_at=OuterRef("started_at")
    )
    after = AgentState.objects.filter(agent__in=agents, state=State.WRAP_UP, ended_at__gte=since)
    rows = list(after.values_list("started_at", "ended_at", Exists(rang)))
    begun = sum(not goes_on for _, _, goes_on in rows)
    worked = sum(((end - start).total_seconds() for start, end, _ in rows if end), 0.0)
    return worked / max(begun, 1)


def _mean(spans: list[timedelta]) -> float:
    return fmean(span.total_seconds() for span in spans) if spans else 0.0


def _answered(queue_id: int) -> QuerySet[QueueEntry]:
    """Of late, by those who stayed on the line: nobody told a callback's customer to wait."""
    answered = QueueEntry.objects.filter(queue=queue_id, outcome=QueueEntry.Outcome.ANSWERED)
    return answered.filter(is_virtual=False).order_by("-left_at")


def agents_at_work(*, queue_id: int) -> int:
    serving = AgentState.objects.filter(agent__assignments__queue=queue_id, ended_at=None)
    return serving.filter(state__in=AT_WORK).count()


def estimate(*, queue_id: int, position: int) -> float | None:
    """Seconds that a caller at this position will wait; None when nobody can say."""
    handling = handling_seconds(queue_id=queue_id)
    if handling is None:
        return None
    working = agents_at_work(queue_id=queue_id)
    return estimates.estimate(position=position, handling=handling, agents=working)


def error(*, queue_id: int) -> estimates.Error | None:
    """How wrong the last estimates of this queue were, told or not."""
    # A talk that broke off and went on with another agent was no wait.
    earlier = Offer.objects.filter(
        entry=OuterRef("id"), state=OfferState.ACCEPTED, ended_at__lt=OuterRef("left_at")
    )
    waited = _answered(queue_id).filter(~Exists(earlier))[:RECENT]
    rows = waited.values_list("estimated_seconds", "enqueued_at", "left_at")
    return estimates.error(
        (foreseen, (left_at - enqueued_at).total_seconds())
        for foreseen, enqueued_at, left_at in rows
        if foreseen is not None and left_at
    )
