"""What an agent is told of a call of theirs: its way so far, and what is known of the caller."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from calls.errors import NoSuchCall
from calls.models import Call, Disposition, Handling, Leg, Offer, Voicemail
from calls.selectors.called_back import kinds_of
from calls.selectors.customers import calls_with, customer_of, customer_row, pop_of
from calls.selectors.steps import steps_of
from calls.states import CallState, OfferState

RECENT = timedelta(days=30)
EARLIER_CALLS = 5


def card(*, call_id: int, agent_id: int, now: datetime) -> dict[str, Any]:
    """A call that this agent was rung for, or NoSuchCall. Newest earlier calls first."""
    own = Call.objects.filter(id=call_id, offers__agent=agent_id)
    call = own.select_related("queue", "customer").first()
    if call is None:
        raise NoSuchCall("There is no such call.")
    offers = list(
        Offer.objects.filter(call=call).select_related("agent__user", "entry__queue", "call__queue")
    )
    mine = _mine(offers, agent_id)
    handling = Handling.objects.filter(call=call, agent=agent_id).first() or Handling()
    kind = kinds_of([mine])[mine.id]
    customer = customer_of(call)
    numbers = {call.customer_number, kind["number"] or ""}
    same = Call.objects.filter(calls_with(customer, numbers))
    earlier = same.filter(started_at__lt=call.started_at, state=CallState.ENDED)
    return {
        "id": call.id,
        "from": call.from_number,
        "to": call.to_number,
        **kind,
        "queue": mine.queue.name if mine.queue else None,
        "customer": customer_row(customer) if customer else None,
        "pop": pop_of(call),
        "steps": steps_of(call, offers, agent_id=agent_id),
        "note": handling.note,
        "disposition": handling.disposition_id,
        "dispositions": _dispositions(mine.queue_id, handling),
        "outcome_required": mine.queue in Disposition.required_in(),
        "calls_30_days": same.filter(started_at__gt=now - RECENT).count(),
        "earlier": _earlier(earlier, agent_id),
    }


def _mine(offers: list[Offer], agent_id: int) -> Offer:
    """The newest by which the agent got the call, as its notes are kept; else the newest."""
    own = [offer for offer in reversed(offers) if offer.agent_id == agent_id]
    return next((offer for offer in own if offer.state == OfferState.ACCEPTED), own[0])


def _dispositions(queue_id: int | None, handling: Handling) -> list[dict[str, Any]]:
    """What the agent can choose, below the broader outcome where it belongs to one.

    What they chose is among it even if it is not offered any more.
    """
    choosable = Q(id__in=Disposition.choosable(queue_id).values("id"))
    offered = Disposition.objects.filter(choosable | Q(id=handling.disposition_id))
    found: dict[int, dict[str, Any]] = {}
    places = []
    for one in offered.select_related("parent"):
        top = one.parent or one
        if top.id not in found:
            found[top.id] = {"id": top.id, "label": top.label, "children": []}
            places.append((top.position, top.label, top.id))
        if one.parent:
            found[top.id]["children"].append({"id": one.id, "label": one.label})
    return [found[top_id] for *_, top_id in sorted(places)]


def _earlier(found: QuerySet[Call], agent_id: int) -> list[dict[str, Any]]:
    """The newest of these calls, each with what its last agent made of it."""
    messages = Voicemail.objects.filter(call=OuterRef("id")).exclude(state=Voicemail.State.EMPTY)
    calls = list(
        found.select_related("queue", "agent__user")
        .annotate(has_message=Exists(messages), callback_state=F("callback__state"))
        .annotate(is_mine=Exists(Leg.objects.filter(call=OuterRef("id"), agent=agent_id)))
        .order_by("-started_at")[:EARLIER_CALLS]
    )
    handlings = {
        handling.call_id: handling
        for handling in Handling.objects.filter(call__in=calls).select_related("disposition")
    }
    return [_earlier_call(call, handlings.get(call.id)) for call in calls]


def _earlier_call(call: Any, handling: Handling | None) -> dict[str, Any]:
    talked = (
        (call.ended_at - call.answered_at).total_seconds()
        if call.answered_at and call.ended_at
        else None
    )
    chosen = handling and handling.disposition
    return {
        "id": call.id,
        "at": call.started_at,
        "direction": call.direction,
        "queue": call.queue.name if call.queue else None,
        "agent": str(call.agent) if call.agent else None,
        "talk_s": None if talked is None else int(talked),
        "outcome": str(chosen or call.get_outcome_display()),
        "note": handling.note if handling else "",
        "callback": call.callback_state,
        "voicemail": call.has_message,
        "mine": call.is_mine,
    }
