"""A call begins to wait, waits again, or stops waiting."""

from datetime import datetime, timedelta

from django.db import transaction

from agents.models import AgentState
from agents.states import State
from calls.broadcast import announce
from calls.models import Call, Leg, Overflow, Queue, QueueEntry, waits
from calls.services import journal, outbox
from calls.services.entries import deadlines, entry_for
from calls.services.following import node_in_flow
from calls.states import CallState, LegKind, LegState
from contactcenter.prepared import Prepared, given
from ivr import ncco
from ivr.ncco import Ncco
from ivr.steps import Await, Enqueue

PREFERRED_FOR = timedelta(seconds=30)
LOST_WORDS = "We have lost the connection to your agent. Please hold, we are calling you back in."
Reason = Overflow.Reason
NOT_LET_IN = {
    Reason.EMERGENCY: "is closed at once, so nobody is let in",
    Reason.CLOSED: "is closed",
    Reason.FULL: "is full",
    Reason.NO_AGENTS: "has nobody logged in",
}

CUSTOMER_LEG = Prepared(
    lambda: (
        Leg.objects.filter(call=given("call"), kind=LegKind.CUSTOMER)
        .exclude(state=LegState.ENDED)
        .order_by("-id")[:1]
    )
)


def customer_leg(call: Call) -> Leg | None:
    """The customer's newest leg that has not ended: a callback makes a second one."""
    return next(iter(journal.rows_of(call, CUSTOMER_LEG, Leg)), None)


def refusal(queue: Queue, *, now: datetime) -> Overflow.Reason | None:
    """Why a caller cannot enter the queue now; None when they can.

    Then the queue is held until the end of the transaction: two cannot both take its last place.
    Who is refused holds nothing, for they may be sent on to the next queue.
    """
    with transaction.atomic():
        Queue.objects.select_for_update(no_key=True).get(id=queue.id)
        reason = _refusal(queue, now=now)
        transaction.set_rollback(reason is not None)
    return reason


def why_not_let_in(queue: Queue, *, now: datetime) -> str:
    """The same as a sentence, for whoever wants to send a caller there; "" when they can."""
    reason = refusal(queue, now=now)
    return f"{queue} {NOT_LET_IN[reason]}." if reason else ""


def _refusal(queue: Queue, *, now: datetime) -> Overflow.Reason | None:
    if queue.is_emergency_closed:
        return Reason.EMERGENCY
    if not waits.is_open(queue, now=now):
        return Reason.CLOSED
    if queue.entries.filter(left_at=None, is_virtual=False).count() >= queue.max_size:
        return Reason.FULL
    # Others are let in: an agent may log in at any moment.
    if queue.overflows.filter(reason=Reason.NO_AGENTS).exists() and not _is_attended(queue):
        return Reason.NO_AGENTS
    return None


def _is_attended(queue: Queue) -> bool:
    serving = AgentState.objects.filter(agent__assignments__queue=queue, ended_at=None)
    return serving.exclude(state=State.OFFLINE).exists()


def enqueue(
    call: Call,
    step: Enqueue | Await,
    *,
    of_queue: int | None = None,
    stays: bool = False,
    now: datetime,
) -> QueueEntry:
    """The caller is about to enter the next waiting room; their wait begins now.

    `of_queue`: they wait for one agent, and are still a caller of this queue. `stays`: they hear
    music in a room already that nobody has started, and go on waiting in it.
    """
    entry = entry_for(call, step, now=now)
    entry.save()
    journal.record(
        call,
        "enqueued",
        at=now,
        data={"entry": entry.id, "queue": entry.queue_id, "agent": entry.agent_id},
        state=CallState.QUEUED,
        queue_id=entry.queue_id or of_queue,
        node=step.node,
        room=call.room if stays else call.room + 1,
        enqueued_at=now,
        first_enqueued_at=call.first_enqueued_at or now,
    )
    if not stays:
        enters_room(call)
    announce(queues=[entry.queue_id])
    return entry


def wait_in_queue_again(call: Call, queue: Queue, *, now: datetime) -> None:
    """Back to this queue, at the old place, from a wait elsewhere; they stay in their room."""
    entry = call.entries.filter(queue=queue).select_related("queue").order_by("-id").first()
    if entry is None:
        enqueue(call, Enqueue(node_in_flow(call), queue.id), stays=True, now=now)
        return
    _reopen(entry, now=now)
    journal.record(
        call,
        "returned",
        at=now,
        data={"entry": entry.id},
        state=CallState.QUEUED,
        queue_id=queue.id,
        enqueued_at=entry.enqueued_at,
    )
    announce(queues=[queue.id])


def room(call: Call) -> Ncco:
    """What a caller who waits runs: the waiting room and its music."""
    return [ncco.wait(call.room_name(), music_url=music(call))]


def on_hold(call: Call) -> Ncco:
    """What a customer on hold runs."""
    return [ncco.wait(call.hold_room, music_url=music(call))]


def music(call: Call) -> str:
    return (call.queue.music_url if call.queue else "") or outbox.music()


def enters_room(call: Call) -> None:
    """The reply, or the move that was written, takes the customer there."""
    customer = customer_leg(call)
    if customer:
        Leg.objects.filter(id=customer.id).update(room=call.room_name())


def was_let_in(entry: QueueEntry) -> bool:
    """False of callers who may not wait in this queue, and were only offered a callback."""
    return entry.queue_id is None or entry.give_up_at > entry.enqueued_at


def close(entry: QueueEntry, outcome: QueueEntry.Outcome, *, at: datetime) -> None:
    QueueEntry.objects.filter(id=entry.id, left_at=None).update(left_at=at, outcome=outcome)
    announce(queues=[entry.queue_id])


def return_to_room(call: Call, entry: QueueEntry, *, now: datetime) -> Ncco:
    """Back from a question to the music of a fresh room, at the old place in the queue."""
    QueueEntry.objects.filter(id=entry.id).update(paused_at=None)
    journal.record(
        call,
        "returned",
        at=now,
        data={"entry": entry.id},
        state=CallState.QUEUED,
        queue_id=entry.queue_id or call.queue_id,
        node=node_in_flow(call),
        room=call.room + 1,
    )
    enters_room(call)
    announce(queues=[entry.queue_id])
    return room(call)


def wait_again(call: Call, *, lost_agent_id: int, preferred_id: int, now: datetime) -> bool:
    """The agent was lost in mid-call: music in a fresh room, at the old place in the queue.

    `preferred_id`: who is rung first, if they are back soon.
    False when there is no wait to go back to.
    """
    entry = QueueEntry.objects.filter(call=call).select_related("queue").order_by("-id").first()
    customer = customer_leg(call)
    if entry is None or customer is None:
        return False
    _reopen(entry, preferred_id=preferred_id, now=now)
    journal.record(
        call,
        "agent_lost",
        at=now,
        data={"agent": lost_agent_id, "entry": entry.id},
        state=CallState.QUEUED,
        agent_id=None,
        queue_id=entry.queue_id or call.queue_id,
        enqueued_at=entry.enqueued_at,
        held_at=None,
        room=call.room + 1,
    )
    words = ncco.talk(LOST_WORDS, language="en-GB")
    outbox.transfer(customer, [words, *room(call)], room=call.room_name(), now=now)
    announce(queues=[entry.queue_id])
    return True


def _reopen(entry: QueueEntry, *, preferred_id: int | None = None, now: datetime) -> None:
    patience = PREFERRED_FOR
    if entry.queue:
        patience = timedelta(seconds=entry.queue.max_wait_seconds)
    QueueEntry.objects.filter(id=entry.id).update(
        left_at=None,
        outcome="",
        give_up_at=now + patience,
        # Who asks for one agent is now theirs who has had the call last.
        agent=preferred_id if preferred_id and entry.agent_id else entry.agent_id,
        preferred_agent=preferred_id,
        preferred_until=now + PREFERRED_FOR if preferred_id else None,
        is_kept=False,
        is_virtual=False,
        **(deadlines(entry.queue, now=now) if entry.queue else {}),
    )
