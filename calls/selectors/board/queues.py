"""Queues, with who waits, who could answer, and how the day has gone so far."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

from django.db.models import Count, DurationField, ExpressionWrapper, F, Q

from agents.states import State
from calls import days
from calls.figures import Figures
from calls.models import Queue, QueueEntry, waits
from calls.selectors.board.terms import FEWEST_CALLS, Counted, Person, Placed, QueueFacts, Row
from calls.states import CallState

Outcome = QueueEntry.Outcome
NEAR = 0.75  # of the time within which calls shall be answered
NEAR_PERCENT = 5  # above the service level that is aimed at
TALKING = (CallState.CONNECTED, CallState.HELD)
LATELY = timedelta(minutes=30)
WAITED = ExpressionWrapper(F("answered_at") - F("enqueued_at"), output_field=DurationField())


def facts(*, now: datetime) -> dict[int, QueueFacts]:
    """All queues as they are set up, by id, in the order of their names."""
    queues = list(Queue.objects.order_by("name"))
    closed = waits.closed_of(queues, now=now)
    return {
        one.id: QueueFacts(
            one.id,
            one.name,
            one.service_level_percent,
            one.service_level_seconds,
            one.id not in closed,
        )
        for one in queues
    }


def figures(
    known: Iterable[QueueFacts], *, now: datetime, queue_ids: Collection[int] | None = None
) -> dict[int, Counted]:
    """Of the waits that began since midnight, and of those of late, by queue."""
    asked = {one.id: one for one in known if queue_ids is None or one.id in queue_ids}
    since = {"today": days.midnight(now), "lately": now - LATELY}
    began = QueueEntry.objects.filter(queue__in=asked, enqueued_at__gte=min(since.values()))
    counts = {
        f"{name}_{what}": Count("id", filter=Q(enqueued_at__gte=start) & which)
        for name, start in since.items()
        for what, which in _classes(asked.values()).items()
    }
    rows = began.order_by().annotate(waited=WAITED).values_list("queue").annotate(**counts)
    found = {queue_id: _counted(numbers) for queue_id, *numbers in rows} if asked else {}
    return {queue_id: found.get(queue_id, Counted()) for queue_id in asked}


def _classes(queues: Collection[QueueFacts]) -> dict[str, Q]:
    """Which waits count as what, in the order of `Figures`."""
    in_time = Q()
    for seconds in {one.seconds for one in queues}:
        same = [one.id for one in queues if one.seconds == seconds]
        in_time |= Q(queue__in=same, waited__lte=timedelta(seconds=seconds))
    answered = Q(answered_at__isnull=False)
    return {
        "entered": Q(),
        "answered": answered,
        "in_time": answered & in_time,
        "abandoned": Q(outcome=Outcome.ABANDONED, answered_at=None),
        "short": Q(outcome=Outcome.SHORT_ABANDONED, answered_at=None),
    }


def _counted(numbers: list[int]) -> Counted:
    half = len(numbers) // 2
    return Counted(Figures(*numbers[:half]), Figures(*numbers[half:]))


def queue_rows(
    known: Mapping[int, QueueFacts],
    counted: Mapping[int, Counted],
    waiting: Iterable[Placed],
    people: Iterable[Person],
    talking: Iterable[int | None],
    *,
    now: datetime,
) -> dict[int, Row]:
    """The rows of all queues. `talking`: the queue of each call in which agents talk."""
    callers: dict[int | None, list[Row]] = {}
    for one in waiting:
        callers.setdefault(one.queue, []).append(one.row)
    states: dict[int, Counter[str]] = {}
    for person in people:
        for queue_id in person.queues:
            counts = states.setdefault(queue_id, Counter())
            counts[person.row["state"]] += 1
            counts["ready"] += person.is_ready
    calls = Counter(talking)
    return {
        queue_id: _row(
            one,
            counted.get(queue_id, Counted()).today,
            callers.get(queue_id, []),
            states.get(queue_id, Counter()),
            calls[queue_id],
            now,
        )
        for queue_id, one in known.items()
    }


def _row(
    queue: QueueFacts,
    today: Figures,
    callers: list[Row],
    states: Counter[str],
    calls: int,
    now: datetime,
) -> Row:
    waiting = [one["enqueued_at"] for one in callers if one["kind"] == "call"]
    longest = min(waiting, default=None)
    signed_in = sum(states[one] for one in State) - states[State.OFFLINE]
    return {
        "id": queue.id,
        "name": queue.name,
        "waiting": len(waiting),
        "callbacks": len(callers) - len(waiting),
        "longest_since": longest,
        "agents_available": states["ready"],
        "agents_signed_in": signed_in,
        "agents_busy": states[State.BUSY] + states[State.OFFERED],
        "agents_wrap_up": states[State.WRAP_UP],
        "agents_on_break": states[State.ON_BREAK] + states[State.MISSED],
        "in_calls": calls,
        "answered_today": today.answered,
        "offered_today": today.offered,
        "abandoned_today": today.abandoned,
        "service_level": today.service_level,
        "target": {"percent": queue.percent, "seconds": queue.seconds},
        "state": standing(queue, today, longest, now),
        "open": queue.is_open,
    }


def standing(queue: QueueFacts, today: Figures, longest: datetime | None, now: datetime) -> str:
    """How the queue stands against its target: ok, near or over.

    The longest wait counts against the time within which calls shall be answered, and after ten
    calls the service level against its percentage.
    """
    waited = (now - longest).total_seconds() if longest else 0.0
    level = today.service_level if today.counted >= FEWEST_CALLS else None
    if waited > queue.seconds or (level is not None and level < queue.percent):
        return "over"
    is_close = level is not None and level < queue.percent + NEAR_PERCENT
    return "near" if waited > NEAR * queue.seconds or is_close else "ok"
