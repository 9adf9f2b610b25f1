"""A call begins to wait, waits again, or stops waiting."""

from datetime import datetime, timedelta

from agents.selectors import is_reachable
from calls.broadcast import announce
from calls.models import Call, Leg, Queue, QueueEntry
from calls.services import journal, outbox
from calls.states import CallState, LegKind
from ivr import ncco
from ivr.steps import Await, Enqueue

PREFERRED_FOR = timedelta(seconds=30)
LOST_WORDS = "We have lost the connection to your agent. Please hold, we are calling you back in."


def enqueue(call: Call, step: Enqueue | Await, *, now: datetime) -> None:
    """The caller is about to enter the next waiting room; their wait begins now."""
    entry = _entry_for(call, step, now=now)
    entry.save()
    journal.record(
        call,
        "enqueued",
        at=now,
        data={"entry": entry.id, "queue": entry.queue_id, "agent": entry.agent_id},
        state=CallState.QUEUED,
        queue_id=entry.queue_id,
        node=step.node,
        room=call.room + 1,
        enqueued_at=now,
        first_enqueued_at=call.first_enqueued_at or now,
    )
    call.legs.filter(kind=LegKind.CUSTOMER).update(room=call.room_name())
    announce(queues=[entry.queue_id])


def _entry_for(call: Call, step: Enqueue | Await, *, now: datetime) -> QueueEntry:
    if isinstance(step, Enqueue):
        queue = Queue.objects.get(id=step.queue)
        return QueueEntry(
            call=call,
            queue=queue,
            enqueued_at=now,
            give_up_at=now + timedelta(seconds=queue.max_wait_seconds),
            offer_seconds=queue.offer_seconds,
            wrap_up_seconds=queue.wrap_up_seconds,
        )
    patience = step.wait if is_reachable(agent_id=step.agent) else 0
    return QueueEntry(
        call=call,
        agent_id=step.agent,
        enqueued_at=now,
        give_up_at=now + timedelta(seconds=patience),
        offer_seconds=step.offer_seconds,
        wrap_up_seconds=step.wrap_up_seconds,
    )


def close(entry: QueueEntry, outcome: QueueEntry.Outcome, *, at: datetime) -> None:
    QueueEntry.objects.filter(id=entry.id, left_at=None).update(left_at=at, outcome=outcome)
    announce(queues=[entry.queue_id])


def wait_again(call: Call, *, lost_agent_id: int, now: datetime) -> bool:
    """The agent was lost in mid-call: music in a fresh room, at the old place in the queue.

    False when there is no wait to go back to.
    """
    entry = QueueEntry.objects.filter(call=call).order_by("-id").first()
    customer = Leg.objects.filter(call=call, kind=LegKind.CUSTOMER).first()
    if entry is None or customer is None:
        return False
    patience = PREFERRED_FOR
    if entry.queue:
        patience = timedelta(seconds=entry.queue.max_wait_seconds)
    QueueEntry.objects.filter(id=entry.id).update(
        left_at=None,
        outcome="",
        give_up_at=now + patience,
        preferred_agent=lost_agent_id,
        preferred_until=now + PREFERRED_FOR,
    )
    journal.record(
        call,
        "agent_lost",
        at=now,
        data={"agent": lost_agent_id, "entry": entry.id},
        state=CallState.QUEUED,
        agent_id=None,
        room=call.room + 1,
    )
    room = call.room_name()
    words = ncco.talk(LOST_WORDS, language="en-GB")
    outbox.transfer(
        customer, [words, ncco.wait(room, music_url=outbox.music())], room=room, now=now
    )
    announce(queues=[entry.queue_id])
    return True
