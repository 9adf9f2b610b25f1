"""Agents' own pictures: what they are doing, what is offered to them, the call they are in."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from agents.models import Agent, AgentState
from agents.services import LONGEST_WRAP_UP
from agents.states import State
from calls.models import Leg, Offer
from calls.routing import reason
from calls.selectors.choices import choices_of
from calls.states import LegState, OfferState

LAST = {State.WRAP_UP: OfferState.ACCEPTED, State.MISSED: OfferState.MISSED}


def me(*, agent_id: int) -> dict[str, Any]:
    """An agent's own picture, as `GET /api/agents/me` and the console show it."""
    return own_pictures([Agent.objects.select_related("user").get(id=agent_id)])[agent_id]


def own_pictures(agents: Collection[Agent]) -> dict[int, dict[str, Any]]:
    """The pictures of many agents, by their ids, in a number of queries that does not grow."""
    rows = AgentState.objects.filter(agent__in=[agent.id for agent in agents], ended_at=None)
    states = {row.agent_id: row for row in rows}
    # A state says what holds the agent, so nothing is looked for where nothing can be.
    offers = _offers_to(_those_in(State.OFFERED, states))
    calls = _calls_of(_those_in(State.BUSY, states))
    last = _last_offers(states)
    return {
        agent.id: {
            **_standing(agent, states.get(agent.id)),
            "offer": offers.get(agent.id),
            "call": calls.get(agent.id),
            "wrap_up": _wrap_up(agent, states.get(agent.id), last.get(agent.id)),
            "missed": _missed(states.get(agent.id), last.get(agent.id)),
        }
        for agent in agents
    }


def _those_in(state: State, states: Mapping[int, AgentState]) -> list[int]:
    return [agent_id for agent_id, row in states.items() if row.state == state]


def _standing(agent: Agent, running: AgentState | None) -> dict[str, Any]:
    return {
        "id": agent.id,
        "name": str(agent),
        "state": running.state if running else State.OFFLINE,
        "reason": (running.reason or None) if running else None,
        "actor": (running.actor or None) if running else None,
        "since": running.started_at if running else None,
        "next_state": None,
        "wrap_up_until": agent.wrap_up_until,
        "no_offer_until": agent.no_offer_until,
    }


def _offers_to(agent_ids: list[int]) -> dict[int, dict[str, Any]]:
    if not agent_ids:
        return {}
    offers = _with_call(Offer.objects.filter(agent__in=agent_ids, state=OfferState.PENDING))
    choices = choices_of(offer.entry.call for offer in offers)
    return {
        offer.agent_id: {
            "id": offer.id,
            "call": offer.entry.call_id,
            "queue": offer.entry.queue.name if offer.entry.queue else None,
            "from": offer.entry.call.from_number,
            "to": offer.entry.call.to_number,
            "enqueued_at": offer.entry.enqueued_at,
            "kind": "call",
            "ring_until": offer.ring_until,
            "uuid": offer.leg.uuid,
            "choice": choices.get(offer.entry.call_id),
            "why": _why(offer),
        }
        for offer in offers
    }


def _why(offer: Offer) -> str | None:
    """Why this agent, once the router has written it down."""
    rule = offer.explanation.get("rule")
    return reason(rule, str(offer.entry.queue or "")) if rule else None


def _calls_of(agent_ids: list[int]) -> dict[int, dict[str, Any]]:
    if not agent_ids:
        return {}
    legs = Leg.objects.filter(agent__in=agent_ids, offer__state=OfferState.ACCEPTED)
    return {
        leg.agent_id: {
            "id": leg.call_id,
            "state": leg.call.state,
            "from": leg.call.from_number,
            "to": leg.call.to_number,
            "queue": leg.call.queue.name if leg.call.queue else None,
            "enqueued_at": leg.call.first_enqueued_at,
            "answered_at": leg.call.answered_at,
            "uuid": leg.uuid,
            "phone_call": leg.phone_call or leg.uuid,
        }
        for leg in legs.exclude(state=LegState.ENDED).select_related("call__queue")
        if leg.agent_id is not None
    }


def _last_offers(states: Mapping[int, AgentState]) -> dict[int, Offer]:
    """For agents in wrap-up, or aside: the offer that brought them there."""
    found: dict[int, Offer] = {}
    for state, outcome in LAST.items():
        ids = _those_in(state, states)
        newest = Offer.objects.filter(agent=OuterRef("id"), state=outcome).order_by("-offered_at")
        if ids:
            last = Agent.objects.filter(id__in=ids).values_list(Subquery(newest.values("id")[:1]))
            offers = _with_call(Offer.objects.filter(id__in=last))
            found |= {offer.agent_id: offer for offer in offers}
    return found


def _wrap_up(
    agent: Agent, running: AgentState | None, offer: Offer | None
) -> dict[str, Any] | None:
    if running is None or running.state != State.WRAP_UP or offer is None:
        return None
    call, until = offer.entry.call, agent.wrap_up_until
    return {
        "call": call.id,
        "from": call.from_number,
        "to": call.to_number,
        "queue": offer.entry.queue.name if offer.entry.queue else None,
        "answered_at": call.answered_at,
        "ended_at": call.ended_at or offer.leg.ended_at,
        "hung_up_by": call.hung_up_by or None,
        "extendable": not agent.wrap_up_extended
        and until is not None
        and until < running.started_at + LONGEST_WRAP_UP,
        "seconds": offer.entry.wrap_up_seconds,
    }


def _missed(running: AgentState | None, offer: Offer | None) -> dict[str, Any] | None:
    if running is None or running.state != State.MISSED or offer is None:
        return None
    at = offer.ended_at or running.started_at
    return {
        "from": offer.entry.call.from_number,
        "queue": offer.entry.queue.name if offer.entry.queue else None,
        "rang_seconds": int((at - (offer.dialled_at or offer.offered_at)).total_seconds()),
        "at": at,
    }


def _with_call(offers: QuerySet[Offer]) -> list[Offer]:
    return list(offers.select_related("entry__queue", "entry__call", "leg"))
