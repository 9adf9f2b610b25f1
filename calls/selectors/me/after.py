"""What brought agents where they are: the call they wrap up, the one they missed."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import OuterRef, Subquery

from agents.models import Agent, AgentState
from agents.services import LONGEST_WRAP_UP
from calls.models import CallEvent, Disposition, Handling, Offer
from calls.selectors.called_back import kinds_of
from calls.selectors.me.ringing import askers
from calls.states import OfferState


def last_offers(*, wrapping: Collection[int], aside: Collection[int]) -> dict[int, Offer]:
    """For agents in wrap-up, or aside: the offer that brought them there."""
    found = _newest(wrapping, OfferState.ACCEPTED) + _newest(aside, OfferState.MISSED)
    return {offer.agent_id: offer for offer in found}


def _newest(agent_ids: Collection[int], outcome: OfferState) -> list[Offer]:
    if not agent_ids:
        return []
    newest = Offer.objects.filter(agent=OuterRef("id"), state=outcome).order_by("-offered_at")
    last = Agent.objects.filter(id__in=agent_ids).values_list(Subquery(newest.values("id")[:1]))
    offers = Offer.objects.filter(id__in=last)
    return list(offers.select_related("entry__queue", "call__queue", "call__agent__user", "leg"))


def wrap_ups(agents: Sequence[Agent], last: Mapping[int, Offer]) -> dict[int, dict[str, Any]]:
    """By agent, of these agents in wrap-up: the call, and what there is to do about it."""
    offers = [last[agent.id] for agent in agents if agent.id in last]
    if not offers:
        return {}
    handled = Handling.objects.filter(
        call__in={offer.call_id for offer in offers}, agent__in=agents
    )
    chosen = {(one.call_id, one.agent_id): one.disposition_id for one in handled}
    required = set(Disposition.required_in().values_list("id", flat=True))
    kinds = kinds_of(offers)
    takers = _taken_over(offers)
    return {
        agent.id: _wrap_up(agent, last[agent.id])
        | kinds[last[agent.id].id]
        | {
            "outcome_required": last[agent.id].queue_id in required,
            "outcome": chosen.get((last[agent.id].call_id, agent.id)),
            "taken_over_by": takers.get(last[agent.id].id),
        }
        for agent in agents
        if agent.id in last
    }


def _taken_over(offers: Collection[Offer]) -> dict[int, str]:
    """By offer: who has taken over the call that it led to, from this agent."""
    calls = {offer.call_id for offer in offers}
    events = list(CallEvent.objects.filter(call__in=calls, type="taken_over").order_by("at"))
    return {
        offer.id: event.actor
        for offer in offers
        for event in events
        if event.call_id == offer.call_id
        and event.data.get("from") == offer.agent_id
        and event.at >= offer.offered_at
    }


def _wrap_up(agent: Agent, offer: Offer) -> dict[str, Any]:
    call = offer.call
    return {
        "call": call.id,
        "from": call.from_number,
        "to": call.to_number,
        "queue": offer.queue.name if offer.queue else None,
        "answered_at": call.answered_at,
        "ended_at": call.ended_at or offer.leg.ended_at,
        "hung_up_by": call.hung_up_by or None,
        "extendable": not agent.wrap_up_extended
        and agent.wrap_up_until is not None
        and timedelta(seconds=offer.wrap_up_seconds) < LONGEST_WRAP_UP,
        "seconds": offer.wrap_up_seconds,
    }


def missed(
    aside: Collection[int], states: Mapping[int, AgentState], last: Mapping[int, Offer]
) -> dict[int, dict[str, Any]]:
    """By agent, of these who are aside: the call that rang in vain, and the colleague who asked."""
    offers = {agent_id: last[agent_id] for agent_id in aside if agent_id in last}
    kinds = kinds_of(offers.values())
    by = askers(list(offers.values()), {})
    return {
        agent_id: _missed(states[agent_id], offer) | kinds[offer.id] | {"by": by.get(offer.id)}
        for agent_id, offer in offers.items()
    }


def _missed(running: AgentState, offer: Offer) -> dict[str, Any]:
    at = offer.ended_at or running.started_at
    return {
        "from": offer.call.from_number,
        "queue": offer.queue.name if offer.queue else None,
        "rang_seconds": int((at - (offer.dialled_at or offer.offered_at)).total_seconds()),
        "at": at,
    }
