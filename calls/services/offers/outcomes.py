"""What becomes of an offer."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When

from agents import services as agents
from calls.broadcast import announce
from calls.errors import OfferGone
from calls.models import Call, Callback, Leg, Offer, QueueEntry
from calls.services import journal, outbox, unanswered
from calls.states import CallState, FailCause, LegState, OfferState
from contactcenter.prepared import Prepared, given

Explanation = dict[str, object]
# What a browser says of an answer that failed; any other word is about its microphone or media.
BROWSER_CAUSES = {"no_invite": FailCause.UNREACHABLE}


EXPLAIN = Prepared(
    lambda: Offer.objects.filter(id=given("offer")), explanation=given("explanation")
)


def explain(*, offer_id: int, explanation: Explanation) -> None:
    """Keep why this agent was chosen; worked out after the decision, outside its timed path."""
    explain_all({offer_id: explanation})


@transaction.atomic(durable=True)
def explain_all(explanations: Mapping[int, Explanation]) -> None:
    """The same for many offers, by their ids."""
    for offer_id, explanation in explanations.items():
        EXPLAIN.update(offer=offer_id, explanation=explanation)
    rung = Offer.objects.filter(id__in=list(explanations)).order_by()
    announce(agents=rung.values_list("agent_id", flat=True))


def dialled(leg: Leg, *, at: datetime) -> None:
    """The agent's phone has been dialled: the offer's clock starts."""
    offer = Offer.objects.filter(leg=leg, dialled_at=None).select_related("entry").first()
    if offer:
        until = at + timedelta(seconds=offer.ring_seconds)
        Offer.objects.filter(id=offer.id).update(dialled_at=at, ring_until=until)
        announce(agents=[offer.agent_id])


def accept(offer: Offer, *, call: Call, now: datetime) -> bool:
    """The agent answered. One conditional update decides; False: somebody was faster.

    Colleagues whom the same call rings are let go. Of a callback the wait goes on: the customer is
    to be called.
    """
    if call.state != CallState.OFFERED or call.hung_up_by:
        return False
    still_pending = Offer.objects.filter(id=offer.id, state=OfferState.PENDING)
    if not still_pending.update(state=OfferState.ACCEPTED, ended_at=now):
        return False
    offer.state = OfferState.ACCEPTED
    agents.occupy(agent_id=offer.agent_id, now=now)
    if offer.entry and offer.entry.is_virtual:
        _begin_callback(offer, call=call, now=now)
    else:
        _connect(offer, call=call, now=now)
    for other in _pending(call):
        settle(other, OfferState.RESCINDED, call=call, now=now)
        drop(other.leg, now=now)
    announce(agents=[offer.agent_id], queues=[offer.queue_id])
    return True


def join(offer: Offer, *, now: datetime) -> bool:
    """An agent who was rung for a call that goes on has answered. False: it is too late."""
    pending_still = Offer.objects.filter(id=offer.id, state=OfferState.PENDING)
    if not pending_still.update(state=OfferState.ACCEPTED, ended_at=now):
        return False
    offer.state, offer.ended_at = OfferState.ACCEPTED, now
    agents.occupy(agent_id=offer.agent_id, now=now)
    announce(agents=[offer.agent_id])
    return True


def _is_first_answer() -> Q:
    """Of a wait on the line: who was called back has hung up before."""
    asked = Callback.objects.filter(entry=OuterRef("pk"))
    return Q(~Exists(asked), answered_at=None)


def _connect(offer: Offer, *, call: Call, now: datetime) -> None:
    QueueEntry.objects.filter(id=offer.entry_id or 0).update(
        left_at=now,
        answered_at=Case(When(_is_first_answer(), then=Value(now)), default=F("answered_at")),
        outcome=QueueEntry.Outcome.ANSWERED,
        preferred_agent=None,
    )
    Leg.objects.filter(id=offer.leg_id).update(room=call.room_name())
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


def _begin_callback(offer: Offer, *, call: Call, now: datetime) -> None:
    journal.record(
        call,
        "callback_accepted",
        at=now,
        actor=str(offer.agent),
        data={"offer": offer.id, "agent": offer.agent_id},
        state=CallState.DIALING,
    )


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
    if offer.entry is None:
        unanswered.settle(offer, state, call=call, now=now)
    elif call.state == CallState.OFFERED:
        journal.record(
            call,
            "offer_ended",
            at=now,
            actor=actor,
            reason=str(cause or state),
            data={"offer": offer.id, "agent": offer.agent_id, "state": state},
            state=_state_without(offer, call),
        )
    if state != OfferState.RESCINDED:
        _not_taken(offer, now=now)
    announce(agents=[offer.agent_id], queues=[offer.queue_id])


def _not_taken(offer: Offer, *, now: datetime) -> None:
    """The agent this caller waits for, or is kept for, did not take it: the flow, or others, do."""
    if offer.entry is None:
        return
    wait = QueueEntry.objects.filter(id=offer.entry.id)
    if offer.entry.agent_id == offer.agent_id:
        wait.update(give_up_at=now)
    elif offer.entry.is_kept and offer.entry.preferred_agent_id == offer.agent_id:
        wait.update(is_kept=False)


def _state_without(offer: Offer, call: Call) -> CallState:
    """Where the call is after one of its offers has ended: still offered while others ring."""
    if _pending(call).exists():
        return CallState.OFFERED
    is_virtual = offer.entry is not None and offer.entry.is_virtual
    return CallState.AWAITING_CALLBACK if is_virtual else CallState.QUEUED


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
    """Withdraw what is pending of the call's offers."""
    for offer in _pending(call):
        settle(offer, OfferState.RESCINDED, call=call, now=now)


def _pending(call: Call) -> QuerySet[Offer]:
    found = Offer.objects.filter(call=call, state=OfferState.PENDING)
    return found.select_related("entry", "leg", "agent__user", "call")


def pending_of(leg: Leg) -> Offer | None:
    """The pending offer that rings on this leg."""
    return _pending(leg.call).filter(leg=leg).first()


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
    call = journal.locked(offers=offer_id)
    offer = _pending(call).filter(id=offer_id, agent=agent_id).first() if call else None
    if call is None or offer is None:
        raise OfferGone("This offer is gone.")
    return offer, call


@transaction.atomic(durable=True)
def expire(*, offer_id: int, cause: FailCause, now: datetime) -> None:
    """Nothing will come of an offer: its time is over without news, or its console is gone.

    It failed by `cause`, and its leg is ended.
    """
    call = journal.locked(offers=offer_id)
    offer = _pending(call).filter(id=offer_id).first() if call else None
    if call is None or offer is None:
        return
    settle(offer, OfferState.FAILED, call=call, now=now, cause=cause)
    drop(offer.leg, now=now)
    Leg.objects.filter(id=offer.leg_id).exclude(state=LegState.ENDED).filter(uuid=None).update(
        state=LegState.ENDED, ended_at=now, ended_as="unknown"
    )
