"""What rings for agents, and what a colleague took instead."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from agents.models import Skill
from calls.models import Invitation, Offer, Transfer
from calls.routing import reason
from calls.selectors.called_back import kinds_of
from calls.selectors.choices import choices_of
from calls.states import OfferState
from contactcenter.prepared import Prepared, given, given_list

TOLD_FOR = timedelta(seconds=30)  # how long an agent is told who took a call that rang for both
LONGEST_OFFER = timedelta(minutes=5)
CONNECTED_BY = "connected by"  # the rule of offers that somebody asked for


def offers_to(agent_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """What rings for each of them."""
    if not agent_ids:
        return {}
    ringing = Offer.objects.filter(agent__in=agent_ids, state=OfferState.PENDING)
    offers = list(ringing.select_related("entry__queue", "call__queue", "call__agent__user", "leg"))
    choices = choices_of(offer.call for offer in offers)
    needs = _needs(offers)
    kinds = kinds_of(offers)
    handed = _handed(offers)
    by = askers(offers, handed)
    return {
        offer.agent_id: {
            **kinds[offer.id],
            "by": by.get(offer.id),
            "id": offer.id,
            "call": offer.call_id,
            "queue": offer.queue.name if offer.queue else None,
            "from": offer.call.from_number,
            "to": offer.call.to_number,
            "enqueued_at": offer.entry.enqueued_at if offer.entry else None,
            "priority": offer.entry.priority if offer.entry else 0,
            "needs": needs[offer.id],
            "ring_until": offer.ring_until,
            "uuid": offer.leg.uuid,
            "choice": choices.get(offer.call_id),
            "why": _why(offer, handed.get(offer.id)),
        }
        for offer in offers
    }


def _handed(offers: Sequence[Offer]) -> dict[int, Transfer]:
    """By offer: the transfer by which the call was handed to its agent, or came back to them."""
    # Only a wait for one agent can be such a one.
    own = {offer.call_id: offer for offer in offers if offer.entry and offer.entry.agent_id}
    if not own:
        return {}
    states = [Transfer.State.RINGING, Transfer.State.RETURNED]
    open_now = Transfer.objects.filter(call__in=own, state__in=states, settled_at=None)
    return {own[one.call_id].id: one for one in open_now.select_related("by__user", "agent__user")}


def askers(offers: Sequence[Offer], handed: Mapping[int, Transfer]) -> dict[int, str]:
    """By offer: the colleague who asks for the agent, or hands the call on to them.

    The offers' calls with their agents are at hand. `handed`: by offer, transfers that go on.
    """
    asked = {offer.leg_id: offer.id for offer in offers if offer.entry_id is None}
    # Of a call between colleagues: whoever calls.
    found = {
        offer.id: str(offer.call.agent)
        for offer in offers
        if offer.kind == Offer.Kind.OUTGOING and offer.call.agent_id != offer.agent_id
    }
    if asked:
        invited = Invitation.objects.filter(leg__in=asked).select_related("by__user")
        found |= {asked[one.leg_id]: str(one.by) for one in invited}
    return found | {
        offer.id: str(handed[offer.id].by)
        for offer in offers
        if offer.id in handed and handed[offer.id].agent_id == offer.agent_id
    }


def _needs(offers: Sequence[Offer]) -> dict[int, list[str]]:
    """By offer: the skills that were asked for when it was made, as "French 3"."""
    levels = {offer.id: _levels(offer) for offer in offers}
    asked = {skill_id for one in levels.values() for skill_id in one}
    names = dict(Skill.objects.filter(id__in=asked).values_list("id", "name")) if asked else {}
    return {
        offer_id: sorted(f"{names[one]} {level}" for one, level in found.items() if one in names)
        for offer_id, found in levels.items()
    }


def _levels(offer: Offer) -> dict[int, int]:
    """By skill: the highest level that the wait still asked for."""
    if offer.entry is None:
        return {}
    waited = (offer.offered_at - offer.entry.enqueued_at).total_seconds()
    found: dict[int, int] = {}
    for skill_id, level, until in offer.entry.requirements:
        if until is None or waited < until:
            found[skill_id] = max(level, found.get(skill_id, 0))
    return found


def _why(offer: Offer, handed: Transfer | None) -> str | None:
    """Why this agent, once the router has written it down."""
    rule = offer.explanation.get("rule")
    if handed and handed.by_id == offer.agent_id:
        refused = f"{handed.agent} did not take" if handed.agent else "nobody took"
        return f"Back to you: {refused} the call"
    if rule == CONNECTED_BY:
        return f"Connected to you by {offer.explanation.get('actor')}"
    return reason(rule, str(offer.queue or "")) if rule else None


def taken_from(agent_ids: Collection[int], *, now: datetime) -> dict[int, dict[str, Any]]:
    """By agent: the last call that rang for them too, and that a colleague has just taken."""
    ids = WITHDRAWN.rows(agents=agent_ids, now=now) if agent_ids else []
    if not ids:
        return {}
    offers = Offer.objects.filter(id__in=[offer_id for (offer_id,) in ids])
    lost = list(offers.select_related("entry__queue").order_by("ended_at"))
    winners = _winners(lost)
    return {
        offer.agent_id: {
            "by": winners[offer.entry_id, offer.ended_at],
            "queue": offer.queue.name if offer.queue else None,
            "at": offer.ended_at,
        }
        for offer in lost
        if (offer.entry_id, offer.ended_at) in winners
    }


def withdrawn() -> QuerySet[Offer]:
    """Offers to `agents` that rang for colleagues too, one of whom was quicker just now."""
    return Offer.objects.filter(
        agent__in=given_list("agents"),
        is_shared=True,
        state=OfferState.RESCINDED,
        ended_at__gt=given("now") - TOLD_FOR,
        offered_at__gt=given("now") - TOLD_FOR - LONGEST_OFFER,
    )


WITHDRAWN = Prepared(lambda: withdrawn().order_by().values_list("id"))


def _winners(lost: Sequence[Offer]) -> dict[tuple[int | None, datetime | None], str]:
    """By entry and instant: who took the call then."""
    if not lost:
        return {}
    won = Offer.objects.filter(
        entry__in={offer.entry_id for offer in lost}, state=OfferState.ACCEPTED
    )
    return {
        (one.entry_id, one.ended_at): str(one.agent) for one in won.select_related("agent__user")
    }
