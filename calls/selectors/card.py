"""What an agent is told of a call of theirs: its way so far, and what is known of the caller."""

from datetime import datetime, timedelta
from typing import Any

from calls.errors import NoSuchCall
from calls.models import Call, Disposition, Handling, Offer
from calls.selectors.steps import steps_of
from calls.states import CallState, OfferState

RECENT = timedelta(days=30)
EARLIER_CALLS = 5


def card(*, call_id: int, agent_id: int, now: datetime) -> dict[str, Any]:
    """A call that this agent was rung for, or NoSuchCall. Newest earlier calls first."""
    call = Call.objects.filter(id=call_id, legs__agent=agent_id).select_related("queue").first()
    if call is None:
        raise NoSuchCall("There is no such call.")
    offers = list(
        Offer.objects.filter(entry__call=call).select_related("agent__user", "entry__queue")
    )
    mine = _mine(offers, agent_id)
    handling = Handling.objects.filter(call=call, agent=agent_id).first() or Handling()
    same = Call.objects.filter(from_number=call.from_number).exclude(from_number="")
    earlier = same.filter(started_at__lt=call.started_at, state=CallState.ENDED)
    return {
        "id": call.id,
        "from": call.from_number,
        "to": call.to_number,
        "queue": mine.entry.queue.name if mine.entry.queue else None,
        "steps": steps_of(call, offers, agent_id=agent_id),
        "note": handling.note,
        "disposition": handling.disposition_id,
        "dispositions": _dispositions(mine.entry.queue_id, handling),
        "calls_30_days": same.filter(started_at__gt=now - RECENT).count(),
        "earlier": _earlier(
            list(
                earlier.select_related("queue", "agent__user").order_by("-started_at")[
                    :EARLIER_CALLS
                ]
            )
        ),
    }


def _mine(offers: list[Offer], agent_id: int) -> Offer:
    """The newest by which the agent got the call, as its notes are kept; else the newest."""
    own = [offer for offer in reversed(offers) if offer.agent_id == agent_id]
    return next((offer for offer in own if offer.state == OfferState.ACCEPTED), own[0])


def _dispositions(queue_id: int | None, handling: Handling) -> list[dict[str, Any]]:
    """What the agent can choose, and what they chose even if it is not offered any more."""
    found = [{"id": one.id, "label": one.label} for one in Disposition.choosable(queue_id)]
    chosen = handling.disposition
    if chosen and chosen.id not in {one["id"] for one in found}:
        found.append({"id": chosen.id, "label": chosen.label})
    return found


def _earlier(calls: list[Call]) -> list[dict[str, Any]]:
    handlings = {
        handling.call_id: handling  # the last agent's
        for handling in Handling.objects.filter(call__in=calls).select_related("disposition")
    }
    return [_earlier_call(call, handlings.get(call.id)) for call in calls]


def _earlier_call(call: Call, handling: Handling | None) -> dict[str, Any]:
    talked = (
        (call.ended_at - call.answered_at).total_seconds()
        if call.answered_at and call.ended_at
        else None
    )
    chosen = handling and handling.disposition
    return {
        "id": call.id,
        "at": call.started_at,
        "queue": call.queue.name if call.queue else None,
        "agent": str(call.agent) if call.agent else None,
        "talk_s": None if talked is None else int(talked),
        "outcome": str(chosen or call.get_outcome_display()),
        "note": handling.note if handling else "",
    }
