"""Calls, for those who may see them."""

from typing import Any

from django.db.models import Q, QuerySet

from agents.models import User
from calls.errors import NoSuchCall
from calls.models import Call, Leg, Offer


def calls_of(user: User) -> QuerySet[Call]:
    """Agents see their own calls, supervisors those of their teams and those in no queue yet."""
    if user.is_superuser:
        return Call.objects.all()
    seen = Q(legs__agent__user=user)
    if user.teams.exists():
        seen |= Q(legs__agent__team__supervisors=user) | Q(entries=None)
        seen |= Q(entries__agent__team__supervisors=user)
        seen |= Q(entries__queue__agents__team__supervisors=user)
    return Call.objects.filter(seen).distinct()


def call_of(user: User, *, call_id: int) -> Call:
    """One call that this user may see, or NoSuchCall."""
    found = calls_of(user).filter(id=call_id).first()
    if found is None:
        raise NoSuchCall("There is no such call.")
    return found


def call_row(call: Call) -> dict[str, Any]:
    """A call with its legs, offers and events, as `GET /api/calls/{id}` shows it."""
    offers = Offer.objects.filter(entry__call=call).select_related("agent__user")
    return {
        "id": call.id,
        "direction": call.direction,
        "state": call.state,
        "outcome": call.outcome or None,
        "from": call.from_number,
        "to": call.to_number,
        "queue": call.queue.name if call.queue else None,
        "enqueued_at": call.enqueued_at,
        "answered_at": call.answered_at,
        "ended_at": call.ended_at,
        "hung_up_by": call.hung_up_by or None,
        "room": call.room_name() if call.room else None,
        "legs": [_leg_row(leg) for leg in call.legs.select_related("agent")],
        "offers": [
            {
                "id": offer.id,
                "agent": str(offer.agent),
                "state": offer.state,
                "cause": offer.cause or None,
                "at": offer.offered_at,
            }
            for offer in offers
        ],
        "events": list(call.events.values("version", "type", "at", "actor", "reason", "data")),
    }


def _leg_row(leg: Leg) -> dict[str, Any]:
    return {
        "id": leg.id,
        "kind": leg.kind,
        "user": leg.agent.vonage_user if leg.agent else None,
        "uuid": leg.uuid,
        "state": leg.state,
        "room": leg.room or None,
    }
