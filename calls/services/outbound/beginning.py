"""An agent calls somebody: the call and their own leg, which goes first."""

import secrets
from datetime import datetime

from django.db import transaction

from agents import services as agents
from agents.errors import AgentBusy
from agents.models import Agent
from calls.broadcast import announce
from calls.errors import UnknownTarget
from calls.models import Call, Leg, Offer, Token, dials
from calls.services import budget, customers, handling, journal, offers, reaching
from calls.services.keys import leg_key
from calls.services.outbound import rules
from calls.states import CallState, LegKind, OfferState

OWN_RING_SECONDS = 20  # of the agent's own phone


@transaction.atomic(durable=True)
def call_number(
    *, to: str, caller_id: str, agent_id: int, actor: str, rings: bool, now: datetime
) -> Leg:
    """Call a telephone; Refused with the rule that says no. Returns the agent's own leg.

    `rings`: the agent's phone is rung first; else their console begins that leg, by its key.
    `caller_id`: the number of ours that is shown; "" is the usual one.
    """
    row = dials.row()
    ours = rules.caller_id(caller_id, row=row)
    number = rules.check_own(to, row=row, agent_id=agent_id, now=now)
    call = Call(
        direction=Call.Direction.OUTBOUND,
        from_number=ours,
        to_number=number,
        customer_id=customers.known_by(number),
    )
    seconds = row.wrap_up_seconds
    return _begin(call, agent_id, wrap_up_seconds=seconds, actor=actor, rings=rings, now=now)


@transaction.atomic(durable=True)
def call_colleague(*, username: str, agent_id: int, actor: str, rings: bool, now: datetime) -> Leg:
    """Call another agent, who is rung once this one is on the line. There is no customer."""
    colleague = Agent.objects.filter(user__username=username, user__is_active=True).first()
    if colleague is None:
        raise UnknownTarget("There is no agent of this name.")
    check_colleague(colleague.id, agent_id=agent_id, now=now)
    # Vonage wants a number that calls; colleagues are shown the name instead.
    ours = dials.caller_id(dials.row())
    call = Call(direction=Call.Direction.INTERNAL, from_number=ours)
    data = {"to": colleague.id}
    return _begin(call, agent_id, data=data, actor=actor, rings=rings, now=now)


def check_colleague(colleague_id: int, *, agent_id: int, now: datetime) -> None:
    """AgentBusy unless this colleague can be rung now."""
    if colleague_id == agent_id:
        raise AgentBusy("You cannot call yourself.")
    if words := reaching.why_not(colleague_id, now=now):
        raise AgentBusy(words)


def _begin(
    call: Call,
    agent_id: int,
    *,
    wrap_up_seconds: int = 0,
    data: dict[str, int] | None = None,
    actor: str,
    rings: bool,
    now: datetime,
) -> Leg:
    handling.check_outcome(agent_id=agent_id, now=now)
    call.key, call.started_at = secrets.token_hex(10), now
    journal.begin(call, at=now)
    agent = agents.begin_call(agent_id=agent_id, rings=rings, now=now)
    reaching.check_phone(agent_id)
    journal.record(
        call,
        "begun",
        at=now,
        actor=actor,
        data={"agent": agent_id, **(data or {})},
        state=CallState.DIALING,
        agent_id=agent_id,
        room=1,
    )
    announce(agents=[agent_id])
    if rings:
        return offers.ring(
            call,
            agent_id=agent_id,
            kind=Offer.Kind.OUTGOING,
            ring_seconds=OWN_RING_SECONDS,
            wrap_up_seconds=wrap_up_seconds,
            is_held=True,
            now=now,
        ).leg
    budget.spend(Token.Budget.SETUP, now=now)
    return _leg_of_console(call, agent, wrap_up_seconds=wrap_up_seconds, now=now)


def _leg_of_console(call: Call, agent: Agent, *, wrap_up_seconds: int, now: datetime) -> Leg:
    """The leg that the agent's own console begins; they have the call already."""
    leg = Leg.objects.create(
        call=call,
        kind=LegKind.AGENT,
        agent=agent,
        key=leg_key(call.key, 0),
        planned_at=now,
        news_at=now,
    )
    Offer.objects.create(
        kind=Offer.Kind.OUTGOING,
        call=call,
        agent=agent,
        leg=leg,
        state=OfferState.ACCEPTED,
        wrap_up_seconds=wrap_up_seconds,
        offered_at=now,
        ended_at=now,
    )
    return leg
