"""Ringing one agent for one waiting call, and what becomes of it."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from agents import services as agents
from agents.errors import AgentBusy
from calls.broadcast import announce
from calls.errors import NotOffered, OfferGone
from calls.models import Call, Leg, Offer, QueueEntry
from calls.services import journal, outbox
from calls.services.keys import leg_key
from calls.states import CallState, FailCause, LegKind, LegState, OfferState

# What a browser says of an answer that failed; any other word is about its microphone or media.
BROWSER_CAUSES = {"no_invite": FailCause.UNREACHABLE}


def offer_call(*, entry_id: int, agent_id: int, now: datetime) -> Offer:
    """Hold the call and the agent for each other, and have the agent dialled.

    Many routers may try at once: all but one find nothing left to hold and raise NotOffered, which
    is also raised when no set-up token is left. Nothing is changed then.
    """
    try:
        return _offer_call(entry_id=entry_id, agent_id=agent_id, now=now)
    except (AgentBusy, IntegrityError) as error:
        raise NotOffered(str(error)) from error


@transaction.atomic(durable=True)
def _offer_call(*, entry_id: int, agent_id: int, now: datetime) -> Offer:
    call = journal.locked(entries=entry_id, entries__left_at=None, state=CallState.QUEUED)
    if call is None:
        raise NotOffered(f"Entry {entry_id} does not wait any more.")
    entry = QueueEntry.objects.get(id=entry_id)
    agent = agents.reserve(agent_id=agent_id, now=now)
    leg = Leg.objects.create(
        call=call,
        kind=LegKind.AGENT,
        agent=agent,
        key=leg_key(call.key, call.legs.count()),
        region_url=call.legs.values_list("region_url", flat=True).get(kind=LegKind.CUSTOMER),
        planned_at=now,
        news_at=now,
    )
    offer = Offer.objects.create(entry=entry, agent=agent, leg=leg, offered_at=now)
    if not outbox.dial_agent(
        leg, ring_seconds=entry.offer_seconds, from_number=call.to_number, now=now
    ):
        raise NotOffered("No call set-up is left in this second.")
    journal.record(
        call,
        "offered",
        at=now,
        data={"offer": offer.id, "agent": agent.id},
        state=CallState.OFFERED,
    )
    announce(agents=[agent_id], queues=[entry.queue_id])
    return offer


@transaction.atomic(durable=True)
def explain(*, offer_id: int, explanation: dict[str, object]) -> None:
    """Keep why this agent was chosen; worked out after the decision, outside its timed path."""
    Offer.objects.filter(id=offer_id).update(explanation=explanation)
    announce(agents=Offer.objects.filter(id=offer_id).values_list("agent_id", flat=True))


def dialled(leg: Leg, *, at: datetime) -> None:
    """The agent's phone has been dialled: the offer's clock starts."""
    offer = Offer.objects.filter(leg=leg, dialled_at=None).select_related("entry").first()
    if offer:
        until = at + timedelta(seconds=offer.entry.offer_seconds)
        Offer.objects.filter(id=offer.id).update(dialled_at=at, ring_until=until)
        announce(agents=[offer.agent_id])


def accept(offer: Offer, *, call: Call, now: datetime) -> bool:
    """The agent answered. One conditional update decides; False: somebody was faster."""
    won = call.state == CallState.OFFERED and Offer.objects.filter(
        id=offer.id, state=OfferState.PENDING
    ).update(state=OfferState.ACCEPTED, ended_at=now)
    if not won:
        return False
    offer.state = OfferState.ACCEPTED
    QueueEntry.objects.filter(id=offer.entry_id).update(
        left_at=now, outcome=QueueEntry.Outcome.ANSWERED, preferred_agent=None
    )
    Leg.objects.filter(id=offer.leg_id).update(room=call.room_name())
    agents.occupy(agent_id=offer.agent_id, now=now)
    journal.record(
        call,
        "connected",
        at=now,
        actor=str(offer.agent),
        data={"offer": offer.id, "agent": offer.agent_id},
        state=CallState.CONNECTED,
        agent_id=offer.agent_id,
        answered_at=call.answered_at or now,
    )
    announce(agents=[offer.agent_id], queues=[offer.entry.queue_id])
    return True


def settle(
    offer: Offer,
    state: OfferState,
    *,
    call: Call,
    now: datetime,
    cause: FailCause | None = None,
    actor: str = "",
) -> None:
    """End a pending offer without a call. The call waits on, at its old place."""
    if not Offer.objects.filter(id=offer.id, state=OfferState.PENDING).update(
        state=state, cause=cause or "", ended_at=now
    ):
        return
    _free_agent(offer, state, cause, now=now)
    if call.state == CallState.OFFERED:
        journal.record(
            call,
            "offer_ended",
            at=now,
            actor=actor,
            reason=str(cause or state),
            data={"offer": offer.id, "agent": offer.agent_id, "state": state},
            state=CallState.QUEUED,
        )
    if offer.entry.agent_id and state != OfferState.RESCINDED:
        # The one agent this caller waits for did not take it: the flow goes on.
        QueueEntry.objects.filter(id=offer.entry_id).update(give_up_at=now)
    announce(agents=[offer.agent_id], queues=[offer.entry.queue_id])


def _free_agent(offer: Offer, state: OfferState, cause: FailCause | None, *, now: datetime) -> None:
    if state == OfferState.MISSED:
        agents.miss(agent_id=offer.agent_id, now=now)
    elif cause == FailCause.MEDIA:
        agents.break_for_device(agent_id=offer.agent_id, now=now)
    elif state == OfferState.FAILED:
        agents.fail(agent_id=offer.agent_id, now=now)
    else:
        agents.free_after_offer(
            agent_id=offer.agent_id, now=now, pause=state == OfferState.DECLINED
        )


def rescind(call: Call, *, now: datetime) -> None:
    """Withdraw the call's pending offer, if there is one."""
    offer = pending(call)
    if offer:
        settle(offer, OfferState.RESCINDED, call=call, now=now)


def pending(call: Call) -> Offer | None:
    return (
        Offer.objects.filter(entry__call=call, state=OfferState.PENDING)
        .select_related("entry", "leg", "agent")
        .first()
    )


@transaction.atomic(durable=True)
def see(*, offer_id: int, agent_id: int, phone_call: str = "", now: datetime) -> None:
    """The agent's console says that it rings; `phone_call` is its phone's name for the call."""
    offer, _ = _own(offer_id, agent_id)
    Offer.objects.filter(id=offer.id, seen_at=None).update(seen_at=now)
    if phone_call:
        Leg.objects.filter(id=offer.leg_id).update(phone_call=phone_call)


@transaction.atomic(durable=True)
def decline(*, offer_id: int, agent_id: int, actor: str, now: datetime) -> None:
    """The agent does not want it; they get no other offer for ten seconds."""
    offer, call = _own(offer_id, agent_id)
    settle(offer, OfferState.DECLINED, call=call, now=now, actor=actor)
    drop(offer.leg, now=now)


@transaction.atomic(durable=True)
def fail(*, offer_id: int, agent_id: int, cause: str, actor: str, now: datetime) -> None:
    """Answering failed in the agent's browser; `cause` is its word for why."""
    offer, call = _own(offer_id, agent_id)
    found = BROWSER_CAUSES.get(cause, FailCause.MEDIA)
    settle(offer, OfferState.FAILED, call=call, now=now, cause=found, actor=actor)
    drop(offer.leg, now=now)


def drop(leg: Leg, *, now: datetime) -> None:
    """End a leg that is not wanted any more; one never dialled ends here and now."""
    if outbox.hang_up(leg, now=now):
        Leg.objects.filter(id=leg.id).update(
            state=LegState.ENDED, ended_at=now, ended_as="cancelled"
        )


def _own(offer_id: int, agent_id: int) -> tuple[Offer, Call]:
    call = journal.locked(entries__offers=offer_id)
    offer = (
        Offer.objects.filter(id=offer_id, agent=agent_id, state=OfferState.PENDING)
        .select_related("entry", "leg", "agent")
        .first()
    )
    if call is None or offer is None:
        raise OfferGone("This offer is gone.")
    return offer, call


@transaction.atomic(durable=True)
def expire(*, offer_id: int, cause: FailCause, now: datetime) -> None:
    """Nothing will come of an offer: its time is over without news, or its console is gone.

    It failed by `cause`, and its leg is ended.
    """
    call = journal.locked(entries__offers=offer_id)
    offer = pending(call) if call else None
    if call is None or offer is None or offer.id != offer_id:
        return
    settle(offer, OfferState.FAILED, call=call, now=now, cause=cause)
    drop(offer.leg, now=now)
    Leg.objects.filter(id=offer.leg_id).exclude(state=LegState.ENDED).filter(uuid=None).update(
        state=LegState.ENDED, ended_at=now, ended_as="unknown"
    )
