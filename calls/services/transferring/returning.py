"""What becomes of a call that was handed on."""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from agents import services as agents
from calls.models import Call, Offer, QueueEntry, Transfer
from calls.services import journal, reaching, waiting
from calls.services.following import node_in_flow
from calls.states import CallState, OfferState
from ivr.steps import Await, Enqueue

RING_SECONDS = 20  # for the one it is handed to, and for the one it comes back to
State = Transfer.State
HUNG_UP, FAILED = "hung_up", "failed"
LOST = "lost"  # of one that moves still: its agent was lost on the way


def by_whom(call: Call) -> Transfer | None:
    """The transfer by which the call rings at somebody now."""
    return _unsettled(call).filter(state=State.RINGING).select_related("by__user").last()


def reached(call: Call, *, now: datetime) -> None:
    """Somebody has taken the call: whoever it was handed to, or a queue it was moved to."""
    _unsettled(call).filter(state=State.RINGING).update(state=State.DONE)
    call.transfers.filter(state__in=[State.DONE, State.RETURNED], settled_at=None).update(
        settled_at=now
    )


def close(call: Call, *, now: datetime) -> None:
    """The customer has hung up before anybody had them."""
    _unsettled(call).update(state=State.DONE, result=HUNG_UP, settled_at=now)


def goes_on(call: Call, offer: Offer, *, is_lost: bool, now: datetime) -> bool:
    """An agent has left who had handed the call on: it goes on without them. False: they had not.

    They may have left before the customer had been moved, even by a lost line.
    """
    since = offer.ended_at or offer.offered_at
    handed = call.transfers.filter(by=offer.agent_id, asked_at__gte=since)
    if not handed.exclude(state=State.FAILED).exists():
        return False
    if is_lost:
        handed.filter(state=State.MOVING).update(result=LOST)
        agents.lose(agent_id=offer.agent_id, now=now)
    else:
        until = now + timedelta(seconds=offer.wrap_up_seconds)
        agents.wrap_up(agent_id=offer.agent_id, until=until, now=now)
    return True


def _unsettled(call: Call) -> QuerySet[Transfer]:
    return call.transfers.filter(settled_at=None)


def take_back(
    call: Call, *, entry: QueueEntry | None = None, result: str = "", now: datetime
) -> bool:
    """Nobody came to a customer who was handed on: back to the agent, or else to their queue.

    They stay in the room in which they hear music. `entry`: the wait that has just been closed;
    without one a number was rung. False: they go on as the flow says.
    """
    transfer = _over(call, entry)
    if transfer is None:
        return False
    result = result or _result(entry)
    if transfer.state == State.RINGING and _may_return(call, transfer, now=now):
        _wait_for(call, transfer, result=result, now=now)
        return True
    Transfer.objects.filter(id=transfer.id).update(
        state=State.RETURNED, result=transfer.result or result, settled_at=now
    )
    if transfer.from_queue is None:
        return False
    data = {"queue": transfer.from_queue_id}
    journal.record(
        call, "transfer_returned", at=now, reason=result, data=data, state=CallState.IN_FLOW
    )
    waiting.wait_in_queue_again(call, transfer.from_queue, now=now)
    return True


def _over(call: Call, entry: QueueEntry | None) -> Transfer | None:
    """The transfer that came to nothing with the end of this wait, or of this ringing."""
    rang = Q(settled_at=None, state__in=[State.RINGING, State.RETURNED])
    if entry and entry.agent_id:
        # Whoever had got the call, or got it back, was lost and has not come again.
        agents = {entry.agent_id, *entry.offers.values_list("agent", flat=True)}
        rang |= Q(state=State.DONE, agent__in=agents, target=Transfer.Target.AGENT)
        rang |= Q(state=State.RETURNED, by__in=agents)
    return call.transfers.filter(rang).select_related("from_queue", "by__user").last()


def _result(entry: QueueEntry | None) -> str:
    """How the last one who was rung in this wait turned it down."""
    last = entry.offers.order_by("-id").first() if entry else None
    return str(last.state) if last else FAILED


def _may_return(call: Call, transfer: Transfer, *, now: datetime) -> bool:
    queue = transfer.from_queue
    wanted = queue is None or queue.returns_to_agent
    return wanted and reaching.may_come_back(transfer.by_id, call, now=now)


def _wait_for(call: Call, transfer: Transfer, *, result: str, now: datetime) -> None:
    """For the agent who handed them on."""
    Transfer.objects.filter(id=transfer.id).update(state=State.RETURNED, result=result)
    journal.record(
        call,
        "transfer_returned",
        at=now,
        reason=result,
        data={"agent": transfer.by_id},
        state=CallState.IN_FLOW,
    )
    step = Await(
        node=node_in_flow(call),
        agent=transfer.by_id,
        wait=RING_SECONDS,
        offer_seconds=RING_SECONDS,
        wrap_up_seconds=wrap_up_seconds(call, transfer),
    )
    waiting.enqueue(call, step, of_queue=transfer.from_queue_id, stays=True, now=now)


def wrap_up_seconds(call: Call, transfer: Transfer) -> int:
    """How long whoever has the call next has for the work after it: as long as its agent had."""
    had = call.offers.filter(agent=transfer.by_id, state=OfferState.ACCEPTED)
    last = had.order_by("-id").first()
    return last.wrap_up_seconds if last else 0


def queue_step(call: Call, queue_id: int) -> Enqueue:
    """A wait in this queue, at the place in the flow at which the call is."""
    return Enqueue(node_in_flow(call), queue_id)
