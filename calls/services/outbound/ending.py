"""Calls that agents make, and that come to nothing; and agents who leave theirs."""

from datetime import datetime

from agents import services as agents
from calls.broadcast import announce
from calls.models import Call, Instruction, Leg, Offer
from calls.services import ends, journal, outbox, waiting
from calls.states import CallState, HungUpBy, LegKind, LegState, OfferState
from ivr import ncco

NO_ANSWER = "No answer."
WHY_NOT = {
    "busy": "The line is busy.",
    "rejected": "The call was declined.",
    "declined": "The call was declined.",
    "failed": "They could not be reached.",
    "refused": "The number could not be called.",
    "unknown": "They could not be reached.",
}
LOST = "Sorry, we have lost the connection. Please call us again. Goodbye."


def is_ringing(call: Call) -> bool:
    """Whether whom the agent calls has not answered yet."""
    begun = call.direction != Call.Direction.INBOUND and call.state == CallState.DIALING
    return begun and call.answered_at is None and not call.hung_up_by


def customer_ended(leg: Leg, *, call: Call, ended: str, now: datetime) -> bool:
    """A customer's leg has ended (`ended`: Vonage's word). True: that was whom the agent calls."""
    if not is_ringing(call):
        return False
    not_reached(call, ended=ended, now=now)
    return True


def not_rung(offer: Offer, state: OfferState, *, call: Call, now: datetime) -> None:
    """Nobody has picked up at an agent's phone: their own, or the colleague's whom they call."""
    if not is_ringing(call) or state == OfferState.RESCINDED:
        return
    not_reached(call, ended=str(state), now=now)


def not_reached(call: Call, *, ended: str, now: datetime) -> None:
    """Nobody comes to the phone. The agent is told why, and let go; there is nothing to wrap up."""
    data = {"agent": call.agent_id}
    by = HungUpBy.SYSTEM
    journal.record(call, "not_reached", at=now, reason=ended, data=data, hung_up_by=by)
    listening = _agents_leg(call)
    if listening and listening.room:
        words = ncco.speak([WHY_NOT.get(ended, NO_ANSWER)], language="en-GB")
        Leg.objects.filter(id=listening.id).update(on_purpose=True)
        outbox.transfer(listening, words, room="", now=now)
    else:
        listening = None
    _end(call, by=by, told=listening, now=now)


def never_rung(call: Call, *, now: datetime) -> None:
    """The colleague is busy after all. The agent's leg is told so by its own answer, and ends."""
    data = {"agent": call.agent_id}
    by = HungUpBy.SYSTEM
    journal.record(call, "not_reached", at=now, reason="busy", data=data, hung_up_by=by)
    listening = _agents_leg(call)
    if listening:
        Leg.objects.filter(id=listening.id).update(on_purpose=True)
    _end(call, by=by, told=listening, now=now)


def end_early(call: Call, *, by: HungUpBy, actor: str, now: datetime) -> bool:
    """Somebody ends a call that rings still, or one between colleagues: at once, for everybody.

    False: it is neither, so it ends as any other.
    """
    goes_on = call.direction == Call.Direction.INTERNAL and call.state != CallState.ENDED
    if not is_ringing(call) and not goes_on:
        return False
    journal.record(call, "end_asked", at=now, actor=actor, hung_up_by=by)
    _end(call, by=by, told=None, now=now)
    return True


def _end(call: Call, *, by: HungUpBy, told: Leg | None, now: datetime) -> None:
    """`told` is in the middle of hearing why: that leg ends by itself."""
    ends.end_call(call, ended_at=now, hung_up_by=by, told=told, now=now)
    for leg in call.legs.filter(kind=LegKind.AGENT, uuid=None).exclude(state=LegState.ENDED):
        if not leg.instructions.filter(verb=Instruction.Verb.DIAL).exists():
            _forget(leg, now=now)
    announce(agents=[call.agent_id])


def _forget(leg: Leg, *, now: datetime) -> None:
    """A leg that a console should have begun, and has not: nothing will be heard of it."""
    Leg.objects.filter(id=leg.id).update(state=LegState.ENDED, ended_at=now, ended_as="cancelled")
    leg.instructions.filter(state=Instruction.State.WAITING).update(
        state=Instruction.State.CANCELLED, settled_at=now
    )
    agents.wrap_up(agent_id=leg.agent_id or 0, until=now, now=now)


def agent_left(leg: Leg, offer: Offer, *, call: Call, is_lost: bool, now: datetime) -> bool:
    """An agent's leg has ended in a call that agents make. True when no talk to wrap up was lost.

    Of a call to a colleague one's leaving is the end; of any other it is while it rings.
    """
    is_internal = call.direction == Call.Direction.INTERNAL
    never_talked = call.direction == Call.Direction.OUTBOUND and call.answered_at is None
    if not is_internal and not never_talked:
        return False
    if is_lost and call.state != CallState.ENDED:
        agents.lose(agent_id=offer.agent_id, now=now)
    else:
        agents.wrap_up(agent_id=offer.agent_id, until=now, now=now)
    if call.state != CallState.ENDED:
        by = HungUpBy.PLATFORM if is_lost else HungUpBy.AGENT
        journal.record(call, "agent_left", at=now, actor=str(offer.agent))
        _end(call, by=by, told=None, now=now)
    announce(agents=[offer.agent_id])
    return True


def says_goodbye(call: Call, *, now: datetime) -> bool:
    """The agent was lost, and the customer has no place in a queue: they are told, and let go.

    False when there is nobody to tell.
    """
    customer = waiting.customer_leg(call)
    if customer is None or call.direction != Call.Direction.OUTBOUND:
        return False
    journal.record(call, "call_lost", at=now, hung_up_by=HungUpBy.PLATFORM)
    words = ncco.speak([LOST], language="en-GB")
    Leg.objects.filter(id=customer.id).update(on_purpose=True)
    outbox.transfer(customer, words, room="", now=now)
    return True


def _agents_leg(call: Call) -> Leg | None:
    """The live leg of the agent who makes the call."""
    own = call.legs.filter(kind=LegKind.AGENT, agent=call.agent_id)
    return own.exclude(state=LegState.ENDED).first()
