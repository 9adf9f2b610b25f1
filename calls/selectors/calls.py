"""Calls, for those who may see them."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from math import ceil
from typing import Any

from django.db.models import (
    Exists,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    prefetch_related_objects,
)

from agents.models import Agent, User
from calls.errors import NoSuchCall, NotAllowed
from calls.models import Call, CallEvent, Leg, Offer, QueueAssignment, QueueEntry

MILLISECOND = timedelta(milliseconds=1)


def calls_of(user: User) -> QuerySet[Call]:
    """Agents see their own calls, supervisors those of their teams and those in no queue yet."""
    if user.is_superuser:
        return Call.objects.all()
    seen = Q(_has(Leg, agent__user=user))
    if user.teams.exists():
        seen |= _of_teams(user)
    return Call.objects.filter(seen)


def _of_teams(user: User) -> Q:
    """What a supervisor of some team sees."""
    theirs = Agent.objects.filter(team__supervisors=user).values("id")
    served = QueueAssignment.objects.order_by().filter(agent__in=theirs).values("queue")
    nobodys = Q(direction=Call.Direction.INBOUND, agent=None) & ~Q(_has(QueueEntry))
    seen = _has(Leg, agent__in=theirs) | _has(QueueEntry, agent__in=theirs)
    return seen | _has(QueueEntry, queue__in=served) | nobodys


def _has(model: type[Leg | QueueEntry], **which: Any) -> Exists:
    """Whether a call has one of these. A join would give it as many rows as there are of them."""
    return Exists(model.objects.order_by().filter(call=OuterRef("id"), **which))


def of_agent(calls: QuerySet[Call], username: str) -> QuerySet[Call]:
    """Those of the calls in which this agent was, or was rung for."""
    return calls.filter(_has(Leg, agent__user__username=username))


def led_by(user: User, *, call_ids: Collection[int]) -> set[int]:
    """Those of the calls that they see as a supervisor, and not only as one of the agents."""
    if user.is_superuser:
        return set(call_ids)
    if not user.teams.exists():
        return set()
    led = Call.objects.filter(_of_teams(user), id__in=call_ids)
    return set(led.order_by().values_list("id", flat=True))


def is_led_by(user: User, *, call_id: int) -> bool:
    """Whether they see this call as a supervisor, and not only as one of its agents."""
    return bool(led_by(user, call_ids=[call_id]))


def call_of(user: User, *, call_id: int) -> Call:
    """One call that this user may see, or NoSuchCall."""
    found = calls_of(user).filter(id=call_id).first()
    if found is None:
        raise NoSuchCall("There is no such call.")
    return found


def led_call_of(user: User, *, call_id: int) -> Call:
    """One call that this user may do something about as a supervisor, or NoSuchCall, NotAllowed."""
    found = call_of(user, call_id=call_id)
    if not is_led_by(user, call_id=found.id):
        raise NotAllowed("This call is not of your teams.")
    return found


TOLD = (
    "queue",
    Prefetch("legs", Leg.objects.select_related("agent")),
    Prefetch("offers", Offer.objects.select_related("agent__user")),
    Prefetch("entries", QueueEntry.objects.select_related("queue", "callback")),
    "events",
    "supervisions",
)


def call_rows(calls: Sequence[Call], *, user: User) -> list[dict[str, Any]]:
    """Calls with their legs, offers, waits and events, as `GET /api/calls/{id}` shows each.

    Of supervisors who listened without the agents' being told only those know who lead the call.
    """
    prefetch_related_objects(calls, *TOLD)
    led = led_by(user, call_ids=[call.id for call in calls])
    return [_call_row(call, tells_all=call.id in led) for call in calls]


def _call_row(call: Call, *, tells_all: bool) -> dict[str, Any]:
    hidden = {one.leg_id for one in call.supervisions.all() if not (tells_all or one.is_told)}
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
        "legs": [_leg_row(leg) for leg in call.legs.all() if leg.id not in hidden],
        "offers": [_offer_row(offer) for offer in call.offers.all()],
        "entries": [_entry_row(entry) for entry in call.entries.all()],
        "events": [
            _event_row(event) for event in call.events.all() if event.data.get("leg") not in hidden
        ],
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


def _offer_row(offer: Offer) -> dict[str, Any]:
    return {
        "id": offer.id,
        "agent": str(offer.agent),
        "state": offer.state,
        "cause": offer.cause or None,
        "at": offer.offered_at,
    }


def _entry_row(entry: QueueEntry) -> dict[str, Any]:
    """One wait; `wait_s` lasts until it was first answered, else until it ended.

    It is rounded up to the millisecond, so it is never in time when it is not. Of who waits for one
    agent `queue` is None.
    """
    until = entry.answered_at or entry.left_at
    waited = (until - entry.enqueued_at) / MILLISECOND if until else None
    return {
        "queue": entry.queue.name if entry.queue else None,
        "kind": "callback" if hasattr(entry, "callback") else "call",
        "enqueued_at": entry.enqueued_at,
        "answered_at": entry.answered_at,
        "ended_at": entry.left_at,
        "outcome": entry.outcome or None,
        "wait_s": None if waited is None else ceil(waited) / 1000,
    }


def _event_row(event: CallEvent) -> dict[str, Any]:
    return {
        "version": event.version,
        "type": event.type,
        "at": event.at,
        "actor": event.actor,
        "reason": event.reason,
        "data": event.data,
    }
