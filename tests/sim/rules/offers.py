"""Ringing agents for a waiting call, and what becomes of it; `calls.services.offers`."""

from agents.states import State
from calls.states import CallState, FailCause, LegKind, LegState, OfferState, Strategy
from tests.sim.rules import agents, journal, leaving, outbox
from tests.sim.rules.centre import Centre
from tests.sim.rules.rows import Agent, Call, Entry, Leg, Offer


def offer_call(centre: Centre, entry: Entry, agent: Agent) -> Offer:
    """Hold the call and the agent for each other, and have the agent dialled."""
    call = entry.call
    agents.enter(centre, agent, State.OFFERED, at=centre.now)
    leg = centre.plan_leg(call, LegKind.AGENT, agent=agent)
    is_shared = entry.queue.strategy == Strategy.RING_ALL and not entry.is_virtual
    offer = Offer(centre.next_id(), entry, agent, leg, centre.now, is_shared=is_shared)
    leg.offer = offer
    entry.pending.append(offer)
    agent.pending.append(offer)
    agent.turns[entry.queue.id] = centre.now
    outbox.dial(centre, leg, takes_token=True)
    journal.record(centre, call, "offered", state=CallState.OFFERED)
    return offer


def accept(centre: Centre, offer: Offer) -> bool:
    """The agent answered. The first of them wins; everybody else hears that it has been taken."""
    call = offer.entry.call
    if call.state != CallState.OFFERED or offer.state != OfferState.PENDING:
        return False
    _close(centre, offer, OfferState.ACCEPTED)
    agents.enter(centre, offer.agent, State.BUSY, at=centre.now)
    offer.agent.failures = 0
    if offer.entry.is_virtual:
        leaving.agent_accepts(centre, offer)
    else:
        centre.sizes[offer.entry.queue.id] -= 1
        offer.entry.left_at, offer.entry.outcome = centre.now, "answered"
        connect(centre, call, offer.agent)
    for other in list(offer.entry.pending):
        settle(centre, other, OfferState.RESCINDED)
        outbox.drop(centre, other.leg)
    return True


def connect(centre: Centre, call: Call, agent: Agent | None) -> None:
    journal.record(
        centre,
        call,
        "connected",
        state=CallState.CONNECTED,
        agent_id=agent and agent.id,
        answered_at=centre.now if call.row["answered_at"] is None else call.row["answered_at"],
    )


def settle(centre: Centre, offer: Offer, state: OfferState, cause: FailCause | None = None) -> None:
    """End a pending offer without a call. The call waits on when none is left that rings."""
    if offer.state != OfferState.PENDING:
        return
    offer.cause = cause
    _close(centre, offer, state)
    _free_agent(centre, offer)
    call = offer.entry.call
    if call.state == CallState.OFFERED:
        is_virtual = offer.entry.is_virtual
        waits = CallState.AWAITING_CALLBACK if is_virtual else CallState.QUEUED
        left = {} if offer.entry.pending else {"state": waits}
        journal.record(centre, call, "offer_ended", **left)


def _close(centre: Centre, offer: Offer, state: OfferState) -> None:
    offer.state, offer.ended_at = state, centre.now
    offer.entry.pending.remove(offer)
    offer.agent.pending.remove(offer)
    centre.touched_offers[offer] = None


def _free_agent(centre: Centre, offer: Offer) -> None:
    if offer.state == OfferState.MISSED:
        agents.miss(centre, offer.agent)
    elif offer.cause == FailCause.MEDIA:
        agents.break_for_device(centre, offer.agent)
    elif offer.state == OfferState.FAILED:
        agents.fail(centre, offer.agent)
    else:
        agents.free_after_offer(centre, offer.agent, pause=offer.state == OfferState.DECLINED)


def rescind(centre: Centre, call: Call) -> None:
    entry = call.entry
    for offer in list(entry.pending) if entry else []:
        settle(centre, offer, OfferState.RESCINDED)


def see(centre: Centre, leg: Leg) -> None:
    """The agent's console says that it rings."""
    if leg.offer and leg.offer.state == OfferState.PENDING:
        leg.offer.seen_at = centre.now


def refuse(centre: Centre, leg: Leg, state: OfferState, cause: FailCause | None = None) -> None:
    """The agent declines, or their console says that answering failed."""
    if leg.offer and leg.offer.state == OfferState.PENDING:
        settle(centre, leg.offer, state, cause)
        outbox.drop(centre, leg)


def expire(centre: Centre, offer: Offer) -> None:
    """Its time is over without news: it failed, and its leg is ended."""
    if offer.state != OfferState.PENDING or offer.ring_until + 5 > centre.now:
        return
    settle(centre, offer, OfferState.FAILED, FailCause.PLATFORM)
    outbox.drop(centre, offer.leg)
    if offer.leg.state != LegState.ENDED and not offer.leg.uuid:
        centre.end_leg(offer.leg, at=centre.now, how="unknown")
