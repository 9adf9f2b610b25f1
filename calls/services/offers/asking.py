"""Ringing an agent for a call that goes on: it waits in no queue, and no other agent is asked."""

from datetime import datetime

from agents import services as agents
from calls.broadcast import announce
from calls.models import Call, Leg, Offer
from calls.services import outbox, reaching
from calls.services.keys import leg_key
from calls.states import LegKind


def ring(
    call: Call,
    *,
    agent_id: int,
    kind: Offer.Kind,
    ring_seconds: int,
    wrap_up_seconds: int = 0,
    is_held: bool = False,
    now: datetime,
) -> Offer:
    """Ring this agent for a locked call, or AgentBusy. The dial waits for its set-up token.

    `is_held`: the caller has made them offered already, for a call of their own.
    """
    held = agents.locked(agent_id) if is_held else None
    agent = held or agents.reserve(agent_id=agent_id, now=now)
    reaching.check_phone(agent_id)
    leg = Leg.objects.create(
        call=call,
        kind=LegKind.AGENT,
        agent=agent,
        key=leg_key(call.key, call.legs.count()),
        region_url=region_of(call),
        planned_at=now,
        news_at=now,
    )
    offer = Offer.objects.create(
        kind=kind,
        call=call,
        agent=agent,
        leg=leg,
        ring_seconds=ring_seconds,
        wrap_up_seconds=wrap_up_seconds,
        offered_at=now,
    )
    ours = call.our_number
    outbox.dial_agent(leg, ring_seconds=ring_seconds, from_number=ours, now=now).save()
    announce(agents=[agent_id])
    return offer


def region_of(call: Call) -> str:
    """Where the call's legs are: a room is known in its own region alone."""
    known = call.legs.exclude(region_url="").order_by("id").values_list("region_url", flat=True)
    return known.first() or ""
