"""What supervisors do on the floor: with callers who wait, and with their agents."""

from datetime import datetime

from django.db import transaction

from agents import services as agents
from calls.broadcast import announce
from calls.errors import CallGone, NoSuchCall, NotAllowed
from calls.models import Call, Callback, Offer, Queue, QueueEntry
from calls.services import journal, offers, overflow, transferring, waiting
from calls.services.entries import entry_for
from calls.states import CallState, OfferState

HIGHEST_PRIORITY = 100


@transaction.atomic(durable=True)
def move(*, call_id: int, queue_id: int, actor: str, now: datetime) -> None:
    """Let a caller wait in another queue: a new wait, at its end, with the needs of the call.

    They stay in the room and hear nothing of it; whoever is rung for them is let go.
    """
    call, entry = _waiting(call_id)
    queue = Queue.objects.get(id=queue_id)
    if entry.queue_id == queue.id:
        raise CallGone(f"This caller waits in {queue} already.")
    if refused := waiting.why_not_let_in(queue, now=now):
        raise NotAllowed(refused)
    _stop_ringing(call, actor=actor, now=now)
    waiting.close(entry, QueueEntry.Outcome.OVERFLOWED, at=now)
    moved = entry_for(call, overflow.step_into(call, queue), now=now)
    moved.is_virtual, moved.retry_at = entry.is_virtual, entry.retry_at
    if entry.is_virtual:
        moved.give_up_at = max(moved.give_up_at, entry.give_up_at)
    moved.save()
    Callback.objects.filter(entry=entry).update(entry=moved)
    transferring.reached(call, now=now)
    journal.record(
        call,
        "moved_by",
        at=now,
        actor=actor,
        data={"entry": moved.id, "queue": queue.id, "from": entry.queue_id},
        queue_id=queue.id,
        enqueued_at=now,
    )
    announce(queues=[entry.queue_id, queue.id])


@transaction.atomic(durable=True)
def set_priority(*, call_id: int, priority: int, actor: str, now: datetime) -> None:
    """How soon a caller's turn comes: each point counts like a minute of waiting."""
    if abs(priority) > HIGHEST_PRIORITY:
        raise NotAllowed(f"A priority is from -{HIGHEST_PRIORITY} to {HIGHEST_PRIORITY}.")
    call, entry = _waiting(call_id)
    QueueEntry.objects.filter(id=entry.id).update(priority=priority)
    data = {"entry": entry.id, "priority": priority, "was": entry.priority}
    journal.record(call, "priority_set", at=now, actor=actor, data=data)
    announce(queues=[entry.queue_id])


def set_agent_state(*, agent_id: int, state: str, reason: str, actor: str, now: datetime) -> bool:
    """Where the agent is, by a supervisor; False: only after what holds them. They are told."""
    is_now = agents.set_state(agent_id=agent_id, state=state, reason=reason, actor=actor, now=now)
    announce(agents=[agent_id])
    return is_now


def end_wrap_up(*, agent_id: int, actor: str, now: datetime) -> None:
    """The agent's work after a call is over, says a supervisor."""
    agents.end_wrap_up(agent_id=agent_id, actor=actor, now=now)
    announce(agents=[agent_id])


def _waiting(call_id: int) -> tuple[Call, QueueEntry]:
    """The call, held, and its wait; CallGone when it does not wait, or cannot be moved just now."""
    call = journal.locked(id=call_id)
    if call is None:
        raise NoSuchCall("There is no such call.")
    entry = QueueEntry.objects.filter(call=call, left_at=None).select_related("queue").first()
    if call.state == CallState.ENDED or call.hung_up_by:
        raise CallGone("The caller has hung up.")
    if entry is None or call.state == CallState.DIALING:
        raise CallGone("This caller does not wait any more.")
    if entry.paused_at:
        raise CallGone("This caller is answering a question just now; try again in a moment.")
    return call, entry


def _stop_ringing(call: Call, *, actor: str, now: datetime) -> None:
    rung = Offer.objects.filter(call=call, state=OfferState.PENDING)
    for offer in rung.select_related("entry", "leg", "agent__user", "call"):
        offers.settle(offer, OfferState.RESCINDED, call=call, now=now, actor=actor)
        offers.drop(offer.leg, now=now)
