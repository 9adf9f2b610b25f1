"""Handing a call on: the customer is moved to music first, then the agent is let go."""

from collections.abc import Callable

from agents.errors import AgentBusy
from agents.models import Agent
from calls.errors import NotAllowed, UnknownTarget
from calls.models import Call, Leg, Queue, Transfer
from calls.services import (
    ends,
    following,
    holding,
    journal,
    lost,
    offers,
    outbox,
    overflow,
    parties,
    reaching,
    targets,
    waiting,
)
from calls.services.asked import Act, Asked
from calls.services.overflow.speaking import end
from calls.services.targets import Target
from calls.services.transferring.returning import (
    FAILED,
    LOST,
    RING_SECONDS,
    queue_step,
    take_back,
    wrap_up_seconds,
)
from calls.states import CallState, HungUpBy
from ivr import ncco, steps

CONSULTING = "End the consultation first."
TOGETHER = "The others in this call must leave first."


def _begin(asked: Asked) -> bool:
    call, now = asked.call, asked.now
    own = parties.own_leg(call, asked.agent_id)
    customer = _customer(call)
    target = targets.target_of(asked.body)
    _check(target, asked)
    Transfer.objects.create(
        call=call,
        by=own.offer.agent,
        target=target.kind,
        agent=target.agent,
        queue=target.queue,
        flow=target.flow,
        number=target.number,
        from_queue=_from_queue(call),
        asked_at=now,
    )
    data = {"leg": own.id, **_named(target)}
    journal.record(call, "transfer_asked", at=now, actor=asked.actor, data=data)
    room = call.room_name(call.room + 1)
    music = (target.queue.music_url if target.queue else "") or waiting.music(call)
    wait = [ncco.wait(room, music_url=music)]
    outbox.transfer(customer, wait, room=room, now=now, command=asked.command)
    return False


def _customer(call: Call) -> Leg:
    """Whom to hand on, or Refused."""
    customer = parties.customer_in_talk(call)
    if parties.consultation(call):
        raise NotAllowed(CONSULTING)
    if parties.invited(call) or len(parties.staying(call)) > 1:
        raise NotAllowed(TOGETHER)
    return customer


def _check(target: Target, asked: Asked) -> None:
    """Refused, with why they cannot be handed on to."""
    if target.agent:
        _check_agent(target.agent, asked)
    elif target.queue:
        if refused := waiting.why_not_let_in(target.queue, now=asked.now):
            raise NotAllowed(refused)
    elif target.flow and not target.flow.versions.filter(is_live=True).exists():
        raise NotAllowed(f"{target.flow} has not been published.")
    elif target.number and target.number == asked.call.customer_number:
        raise UnknownTarget("That is the caller's own number.")


def _check_agent(agent: Agent, asked: Asked) -> None:
    if agent.id == asked.agent_id:
        raise UnknownTarget("You have this call already.")
    if why := reaching.why_not(agent.id, now=asked.now):
        raise AgentBusy(why)


def _from_queue(call: Call) -> Queue | None:
    """Where the customer goes back to, if nobody takes them."""
    earlier = call.transfers.exclude(from_queue=None).select_related("from_queue").last()
    return call.queue or (earlier.from_queue if earlier else None)


def _named(target: Target) -> dict[str, int | str]:
    if target.number:
        return {"number": target.number}
    row = target.agent or target.queue or target.flow
    return {str(target.kind): row.id} if row else {}


def _arrived(asked: Asked) -> None:
    """The customer hears music: the agent is let go, and whoever is to have them is asked."""
    call, now = asked.call, asked.now
    transfer = call.transfers.filter(state=Transfer.State.MOVING).last()
    if transfer is None:
        return
    leaving = parties.talking(call)
    is_same_queue = transfer.target == Transfer.Target.AGENT
    journal.record(
        call,
        "transferred",
        at=now,
        actor=asked.actor,
        data={"from": transfer.by_id, **_named(_target(transfer))},
        state=CallState.IN_FLOW,
        agent_id=None,
        queue_id=transfer.from_queue_id if is_same_queue else None,
        held_at=None,
    )
    for leg in leaving:
        offers.drop(leg, now=now)
    GO_ON[Transfer.Target(transfer.target)](asked, transfer, leaving)


def _target(transfer: Transfer) -> Target:
    return Target(transfer.agent, transfer.queue, transfer.flow, transfer.number)


def _set(transfer: Transfer, state: Transfer.State, asked: Asked, *, result: str = "") -> None:
    is_over = state != Transfer.State.RINGING
    Transfer.objects.filter(id=transfer.id).update(
        state=state, result=result, settled_at=asked.now if is_over else None
    )


def _to_agent(asked: Asked, transfer: Transfer, leaving: list[Leg]) -> None:
    step = steps.Await(
        node=following.node_in_flow(asked.call),
        agent=transfer.agent_id or 0,
        wait=RING_SECONDS,
        offer_seconds=RING_SECONDS,
        wrap_up_seconds=wrap_up_seconds(asked.call, transfer),
    )
    waiting.enqueue(asked.call, step, of_queue=transfer.from_queue_id, now=asked.now)
    _set(transfer, Transfer.State.RINGING, asked)


def _to_queue(asked: Asked, transfer: Transfer, leaving: list[Leg]) -> None:
    waiting.enqueue(asked.call, queue_step(asked.call, transfer.queue_id or 0), now=asked.now)
    _set(transfer, Transfer.State.DONE, asked)


def _to_number(asked: Asked, transfer: Transfer, leaving: list[Leg]) -> None:
    overflow.ring_number(asked.call, transfer.number, now=asked.now)
    _set(transfer, Transfer.State.RINGING, asked)


def _to_flow(asked: Asked, transfer: Transfer, leaving: list[Leg]) -> None:
    call, now = asked.call, asked.now
    customer = parties.customer(call)
    version = transfer.flow.versions.filter(is_live=True).first() if transfer.flow else None
    if customer is None:
        _set(transfer, Transfer.State.DONE, asked)
        return
    if version is None:
        _without_flow(asked, transfer, customer)
        return
    graph = version.parsed()
    first = steps.enter(graph, graph.start)
    reply = following.follow(call, graph, first, now=now, flow_version_id=version.id)
    outbox.transfer(customer, reply, room="", now=now)
    _set(transfer, Transfer.State.DONE, asked)


def _without_flow(asked: Asked, transfer: Transfer, customer: Leg) -> None:
    """The flow was taken offline meanwhile, and the customer hears music already."""
    call, now = asked.call, asked.now
    data = {"from": transfer.by_id, **_named(_target(transfer))}
    journal.record(call, "transfer_failed", at=now, data=data, room=call.room + 1)
    _set(transfer, Transfer.State.RINGING, asked)
    if not take_back(call, result=FAILED, now=now):
        reply = end(call, (), now=now)
        outbox.transfer(customer, reply, room="", now=now)


GO_ON: dict[Transfer.Target, Callable[[Asked, Transfer, list[Leg]], None]] = {
    Transfer.Target.AGENT: _to_agent,
    Transfer.Target.QUEUE: _to_queue,
    Transfer.Target.NUMBER: _to_number,
    Transfer.Target.FLOW: _to_flow,
}


def _refused(asked: Asked) -> None:
    """The agent has the customer still; if they have left meanwhile, the call is over.

    Of an agent who was lost, the customer is looked after as in any other talk.
    """
    call, now = asked.call, asked.now
    transfer = call.transfers.filter(state=Transfer.State.MOVING).last()
    if transfer is None:
        return
    _set(transfer, Transfer.State.FAILED, asked, result=FAILED)
    data = {"from": transfer.by_id, **_named(_target(transfer))}
    journal.record(call, "transfer_failed", at=now, actor=asked.actor, data=data)
    if parties.talking(call):
        holding.as_it_stands(asked, "hold_failed")  # one before this may have been refused as well
        return
    is_lost = transfer.result == LOST
    if not (is_lost and lost.keep_customer(call, agent_id=transfer.by_id, now=now)):
        ends.hang_up_customer(call, by=HungUpBy.AGENT, actor=asked.actor, now=now)


TRANSFER = Act(_begin, arrived=_arrived, refused=_refused)
