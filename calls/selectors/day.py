"""An agent's own day: what they did since midnight, and the calls they had last."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q

from agents.models import AgentState
from agents.states import State
from calls import days
from calls.models import Call, Handling, Offer
from calls.selectors.called_back import Facts, kinds_of
from calls.selectors.step_words import FAILED
from calls.states import FailCause, HungUpBy, OfferState

WORKING = (State.OFFERED, State.BUSY, State.WRAP_UP)
ANSWERS = (OfferState.ACCEPTED, OfferState.MISSED, OfferState.DECLINED, OfferState.FAILED)
LAST_CALLS = 7


def day(*, agent_id: int, now: datetime) -> dict[str, Any]:
    """Since midnight in the settings' time zone, or since the first log-in after it.

    What runs counts up to `now`. Lengths are in seconds; averages are per accepted call, and null
    without one. `occupancy` is offers, calls and wrap-up as a part of these and waiting for calls.
    A call that lasts past midnight counts on both days, in its whole length.
    """
    midnight = days.midnight(now)
    since, lasted = _states(agent_id, midnight, now)
    is_live = Q(leg__ended_at=None) | Q(leg__ended_at__gt=midnight)
    of_today = Q(offered_at__gte=midnight) | Q(is_live, state=OfferState.ACCEPTED)
    offers = list(Offer.objects.filter(of_today, agent=agent_id).select_related("leg", "call"))
    talked = [
        ((offer.leg.ended_at or now) - began).total_seconds()
        for offer in offers
        if offer.state == OfferState.ACCEPTED and (began := _talk_began(offer))
    ]
    # Nobody offers an agent their own call.
    outcomes = Counter(offer.state for offer in offers if offer.kind != Offer.Kind.OUTGOING)
    worked = sum(lasted[state] for state in WORKING)
    calls, wrapped = len(talked), lasted[State.WRAP_UP]
    return {
        "since": since,
        "signed_in_s": int(sum(lasted.values()) - lasted[State.OFFLINE]),
        "calls": calls,
        "talk_s": int(sum(talked) / calls) if calls else None,
        "wrap_up_s": int(wrapped / calls) if calls else None,
        "handle_s": int((sum(talked) + wrapped) / calls) if calls else None,
        "offers": sum(outcomes[state] for state in ANSWERS),
        **{str(state): outcomes[state] for state in ANSWERS},
        "occupancy": _part(worked, worked + lasted[State.AVAILABLE]),
        "states": [
            {"state": str(state), "seconds": int(lasted[state])}
            for state in State
            if lasted[state] >= 1
        ],
        "last_calls": _last_calls(agent_id, now=now),
    }


def _states(agent_id: int, midnight: datetime, now: datetime) -> tuple[datetime, Counter[str]]:
    """When the day began, and the seconds in each state since then."""
    rows = AgentState.objects.filter(Q(ended_at=None) | Q(ended_at__gt=midnight), agent=agent_id)
    spans = [
        (row.state, max(row.started_at, midnight), row.ended_at or now)
        for row in rows.order_by("started_at", "id")
    ]
    worked = [start for state, start, _ in spans if state != State.OFFLINE]
    since = worked[0] if worked else midnight
    lasted: Counter[str] = Counter()
    for state, start, end in spans:
        if start >= since:
            lasted[state] += (end - start).total_seconds()  # type: ignore[assignment]
    return since, lasted


def _talk_began(offer: Offer) -> datetime | None:
    """When the agent was connected; of their own call once it was answered, None: it was not."""
    return offer.call.answered_at if offer.kind == Offer.Kind.OUTGOING else offer.ended_at


def _part(part: float, whole: float) -> float | None:
    return round(part / whole, 3) if whole else None


def _last_calls(agent_id: int, *, now: datetime) -> list[dict[str, Any]]:
    is_talk = Exists(Handling.talks().filter(id=OuterRef("id")))
    offers = list(
        Offer.objects.filter(agent=agent_id, state__in=ANSWERS)
        .annotate(is_talk=is_talk)
        .select_related("call__queue", "entry__queue", "leg")
        .order_by("-offered_at")[:LAST_CALLS]
    )
    chosen = _dispositions(agent_id, {offer.call_id for offer in offers})
    kinds = kinds_of(offers)
    return [
        _last_call(
            offer,
            chosen.get(offer.call_id) or _outcome(offer, is_talk=offer.is_talk),
            kind=kinds[offer.id],
            is_talk=offer.is_talk,
            now=now,
        )
        for offer in offers
    ]


def _dispositions(agent_id: int, call_ids: Iterable[int]) -> dict[int, str]:
    handlings = Handling.objects.filter(agent=agent_id, call__in=call_ids)
    return dict(handlings.exclude(disposition=None).values_list("call", "disposition__label"))


def _last_call(
    offer: Offer, outcome: str, *, kind: Facts, is_talk: bool, now: datetime
) -> dict[str, Any]:
    call, left = offer.call, offer.leg.ended_at
    talked = (left or now) - (_talk_began(offer) or now)
    return {
        "id": call.id,
        "at": offer.offered_at,
        "direction": call.direction,
        "kind": kind["kind"],
        "number": kind["number"] or call.customer_number,
        "queue": offer.queue.name if offer.queue else None,
        "talk_s": int(talked.total_seconds()) if is_talk else None,
        "outcome": outcome,
        "ended_by": _ended_by(call, offer.agent_id) if is_talk and left else None,
        "missed": offer.state == OfferState.MISSED,
    }


def _outcome(offer: Offer, *, is_talk: bool) -> str:
    """What became of it, where the agent has chosen nothing."""
    if offer.state == OfferState.ACCEPTED:
        ended = "No outcome yet" if is_talk else "Not reached"
        return ended if offer.leg.ended_at else "In this call now"
    if offer.state == OfferState.DECLINED:
        return "Declined"
    if offer.state == OfferState.FAILED:
        return FAILED[FailCause(offer.cause)].capitalize()
    rang = (offer.ended_at or offer.offered_at) - (offer.dialled_at or offer.offered_at)
    return f"Missed, {round(rang.total_seconds())} s"


def _ended_by(call: Call, agent_id: int) -> str | None:
    if call.hung_up_by == HungUpBy.CUSTOMER:
        return "caller"
    if call.hung_up_by == HungUpBy.AGENT and call.agent_id == agent_id:
        return "me"
    return "system" if call.hung_up_by else None
