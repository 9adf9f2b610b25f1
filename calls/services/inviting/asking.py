"""Somebody is asked into a call: to be consulted first, or to take part at once."""

from datetime import datetime, timedelta

from agents.errors import AgentBusy
from calls.errors import CallGone, NotAllowed
from calls.models import Call, Invitation, Leg, Offer
from calls.services import invitations, journal, offers, outbox, parties, reaching
from calls.services.asked import Act, Asked
from calls.services.inviting import rights
from calls.services.inviting.removing import withdraw
from calls.services.inviting.rooms import put_back, silence
from calls.services.keys import leg_key
from calls.services.targets import PEOPLE, Target, target_of
from calls.states import CallState, LegKind, LegState

RING_SECONDS = 30
PATIENCE = timedelta(seconds=60)  # for a number: its set-up token, the ringing, and the news of it
MOST = 6  # people in a call, the customer included
FULL = "A call has six people at most."
TALKING = "{} takes part already. Add your colleague instead."
CONSULTING = "Merge, complete or cancel the consultation first."
Kind = Invitation.Kind


def _consult(asked: Asked) -> bool:
    """The customer hears music, and then somebody is rung."""
    call, now = asked.call, asked.now
    own = rights.main(asked)
    customer = parties.customer_in_talk(call)
    there = parties.invited(call)
    if there:
        raise CallGone(TALKING.format(there[0].agent or f"+{there[0].number}"))
    target = target_of(asked.body, allowed=PEOPLE)
    is_held = call.state == CallState.HELD
    if not is_held:
        silence(call, customer, call.hold_room, now=asked.now, command=asked.command)
    invitation = _invite(asked, Kind.CONSULT, target, own, wrap_up_seconds=0)
    journal.record(
        call,
        "consult_asked",
        at=now,
        actor=asked.actor,
        data=invitations.who(invitation),
        state=CallState.HELD,
        held_at=call.held_at or now,
    )
    return is_held


def _not_held(asked: Asked) -> None:
    """Nobody is asked while the customer listens."""
    consult = parties.consultation(asked.call)
    if consult:
        withdraw(consult, "failed", call=asked.call, now=asked.now)
    put_back(asked, "hold_failed")


def _add(asked: Asked) -> bool:
    call = asked.call
    own = parties.own_leg(call, asked.agent_id)
    parties.customer_in_talk(call)
    consult = parties.consultation(call)
    if consult and consult.merged_at is None:
        raise CallGone(CONSULTING)
    if call.state == CallState.HELD:
        raise CallGone("Bring the customer back first.")
    people = call.legs.exclude(state=LegState.ENDED).exclude(kind=LegKind.SUPERVISOR)
    if people.count() >= MOST:
        raise NotAllowed(FULL)
    target = target_of(asked.body, allowed=PEOPLE)
    seconds = own.offer.wrap_up_seconds
    invitation = _invite(asked, Kind.CONFERENCE, target, own, wrap_up_seconds=seconds)
    data = invitations.who(invitation)
    journal.record(call, "added", at=asked.now, actor=asked.actor, data=data)
    return True


def _invite(
    asked: Asked, kind: Kind, target: Target, by: Leg, *, wrap_up_seconds: int
) -> Invitation:
    call, now = asked.call, asked.now
    number, ring_until = "", None
    if target.agent:
        if target.agent.id == asked.agent_id:
            raise NotAllowed("That is you.")
        if words := reaching.why_not(target.agent.id, now=now):
            raise AgentBusy(words)
        offer = offers.ring(
            call, agent_id=target.agent.id, kind=Offer.Kind(kind), ring_seconds=RING_SECONDS,
            wrap_up_seconds=wrap_up_seconds, now=now,
        )  # fmt: skip
        leg = offer.leg
    else:
        number, ring_until = target.number, now + PATIENCE
        leg = _dial(call, number, now=now)
    return Invitation.objects.create(
        call=call,
        kind=kind,
        by_id=by.offer.agent_id,
        agent=target.agent,
        number=number,
        leg=leg,
        asked_at=now,
        ring_until=ring_until,
    )


def _dial(call: Call, number: str, *, now: datetime) -> Leg:
    """Have a number called that sees our own."""
    same = call.legs.filter(kind__in=[LegKind.NUMBER, LegKind.CUSTOMER])
    is_there = same.exclude(state=LegState.ENDED).filter(number=number).exists()
    if is_there or number in {call.customer_number, call.our_number}:
        raise NotAllowed("This number takes part already.")
    leg = Leg.objects.create(
        call=call,
        kind=LegKind.NUMBER,
        key=leg_key(call.key, call.legs.count()),
        region_url=offers.region_of(call),
        number=number,
        planned_at=now,
        news_at=now,
    )
    outbox.dial_number(
        leg, to=number, from_number=call.our_number, ring_seconds=RING_SECONDS, now=now
    )
    return leg


CONSULT = Act(_consult, refused=_not_held)
ADD = Act(_add)
