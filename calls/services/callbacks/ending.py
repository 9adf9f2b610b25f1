"""Callbacks that come to nothing: every try was in vain, their time is over, somebody said so."""

from datetime import datetime, timedelta

from django.db import transaction

from calls.errors import CallbackGone
from calls.models import Call, Callback, Leg, Queue, QueueEntry, waits
from calls.services import ends, journal, outbox
from calls.states import CallState, HungUpBy, LegKind, LegState
from ivr import ncco, schedules, selectors

KEPT = timedelta(hours=24)  # from when the queue is open
LONGEST = timedelta(days=7)  # however rarely it opens
OPEN = [Callback.State.WAITING, Callback.State.CALLING]


def kept_until(entry: QueueEntry, *, now: datetime) -> datetime:
    """How long a callback is tried: a day, which begins when the queue opens next.

    Nobody can tell when a queue opens that was closed at once: it is asked again after a day.
    """
    if entry.queue is None or waits.is_open(entry.queue, now=now):
        return now + KEPT
    return (_opens(entry.queue, now=now) or now) + KEPT


def _opens(queue: Queue, *, now: datetime) -> datetime | None:
    """When the schedule opens next; None: it is open already, or never will be."""
    if queue.schedule_id is None:
        return None
    plan = selectors.plan_of(schedule_id=queue.schedule_id)
    return None if schedules.is_open(plan, now) else schedules.next_change(plan, now)


def expire(entry: QueueEntry, *, call: Call, now: datetime) -> None:
    """The callback's time is over. One that could not be made because we are closed is kept."""
    callback = Callback.objects.filter(entry=entry, state__in=OPEN).first()
    if callback is None or call.state != CallState.AWAITING_CALLBACK:
        return
    is_closed = entry.queue is not None and not waits.is_open(entry.queue, now=now)
    if is_closed and now - callback.asked_at < LONGEST:
        QueueEntry.objects.filter(id=entry.id).update(give_up_at=kept_until(entry, now=now))
        return
    end(callback, Callback.State.EXPIRED, call=call, now=now)


@transaction.atomic(durable=True)
def cancel(*, callback_id: int, actor: str, now: datetime) -> None:
    """Somebody who may has decided that this caller is not called back, or CallbackGone."""
    call = journal.locked(callback=callback_id)
    callback = Callback.objects.filter(id=callback_id, state__in=OPEN).first()
    if call is None or callback is None:
        raise CallbackGone("This callback is over already.")
    state = Callback.State.CANCELLED
    end(callback, state, call=call, by=HungUpBy.SUPERVISOR, actor=actor, now=now)


def cancel_of(call: Call, *, by: HungUpBy, actor: str, now: datetime) -> bool:
    """The same of a locked call, whoever is being called for it; False: there is no callback."""
    callback = Callback.objects.filter(call=call, state__in=OPEN).first()
    if callback is None:
        return False
    end(callback, Callback.State.CANCELLED, call=call, by=by, actor=actor, now=now)
    return True


def end(
    callback: Callback,
    state: Callback.State,
    *,
    call: Call,
    by: HungUpBy = HungUpBy.SYSTEM,
    actor: str = "",
    now: datetime,
) -> None:
    """The last word on it, and the end of the call."""
    Callback.objects.filter(id=callback.id).update(state=state, settled_at=now)
    call.legs.filter(kind=LegKind.AGENT).update(room="")  # there was no talk, so no wrap-up
    journal.record(call, f"callback_{state}", at=now, actor=actor, data={"tries": callback.tries})
    ends.end_call(call, ended_at=now, hung_up_by=by, now=now)


def release(call: Call, *, words: str, now: datetime) -> None:
    """The agent who heard it ring is told why that is over; their leg then ends by itself."""
    live = call.legs.filter(kind=LegKind.AGENT).exclude(state=LegState.ENDED)
    for leg in live.exclude(room=""):
        Leg.objects.filter(id=leg.id).update(room="", on_purpose=True)
        outbox.transfer(leg, ncco.speak([words], language="en-GB"), room="", now=now)
