"""What an agent has just lost: a call that reached nobody, one taken over, a consultation."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from calls.models import Call, CallEvent, Invitation, Offer
from calls.states import LegState, OfferState
from contactcenter.prepared import Prepared, given, given_list

TOLD_FOR = timedelta(seconds=15)
LONGEST_CALL_OUT = timedelta(minutes=5)  # from asking for it until nobody was reached
Row = dict[str, Any]
REACHED_NOBODY = {
    "declined": "rejected",
    "missed": "unanswered",
    "cancelled": "unanswered",
    "rescinded": "unanswered",
    **{word: word for word in ("busy", "timeout", "rejected", "failed", "unanswered", "refused")},
}
CONSULTED_IN_VAIN = {
    "rejected": "declined",
    "timeout": "missed",
    "unanswered": "missed",
    **{word: word for word in ("declined", "missed", "busy", "failed", "left")},
}
MEANT = ("", "cancelled", "completed", "call_ended", "removed")


def not_reached(agent_ids: Collection[int], *, now: datetime) -> dict[int, Row]:
    """By agent: their own call that has just reached nobody, and why."""
    ids = IN_VAIN.rows(agents=agent_ids, now=now) if agent_ids else []
    if not ids:
        return {}
    events = CallEvent.objects.filter(id__in=[event_id for (event_id,) in ids])
    found = {one.call.agent_id: one for one in events.select_related("call").order_by("at")}
    names = _colleagues([one.call for one in found.values()])
    return {
        agent_id: {
            "number": one.call.customer_number or None,
            "name": names.get(one.call_id),
            "result": REACHED_NOBODY.get(one.reason, "failed"),
            "at": one.at,
        }
        for agent_id, one in found.items()
        if agent_id is not None
    }


def in_vain() -> QuerySet[CallEvent]:
    """Own calls of `agents` that reached nobody just now."""
    own = Offer.objects.filter(call=OuterRef("call"), agent=OuterRef("call__agent"))
    # Then it was their own phone that rang in vain.
    own = own.filter(state__in=[OfferState.DECLINED, OfferState.MISSED])
    return CallEvent.objects.filter(
        ~Exists(own),
        type="not_reached",
        at__gt=given("now") - TOLD_FOR,
        call__agent__in=given_list("agents"),
        call__started_at__gt=given("now") - TOLD_FOR - LONGEST_CALL_OUT,
        call__state="ended",
    )


def taking() -> QuerySet[Offer]:
    """Of supervisors who took a call over just now and are still in it."""
    return Offer.objects.filter(
        ~Q(leg__state=LegState.ENDED),
        kind=Offer.Kind.TAKE_OVER,
        offered_at__gt=given("now") - TOLD_FOR,
    )


IN_VAIN = Prepared(lambda: in_vain().order_by().values_list("id"))
TAKING = Prepared(lambda: taking().order_by().values_list("call"))
CONSULTED = Prepared(
    lambda: (
        Invitation.objects.filter(
            call__in=given_list("calls"),
            kind=Invitation.Kind.CONSULT,
            ended_at__gt=given("now") - TOLD_FOR,
        )
        .exclude(result__in=MEANT)
        .order_by()
        .values_list("id")
    )
)


def _colleagues(calls: Collection[Call]) -> dict[int, str]:
    """By internal call: whom its agent called."""
    callers = {one.id: one.agent_id for one in calls if one.direction == Call.Direction.INTERNAL}
    if not callers:
        return {}
    offers = Offer.objects.filter(call__in=callers, kind=Offer.Kind.OUTGOING)
    rows = offers.select_related("agent__user")
    return {one.call_id: str(one.agent) for one in rows if one.agent_id != callers[one.call_id]}


def taken_over(agent_ids: Collection[int], *, now: datetime) -> dict[int, Row]:
    """By agent: the call that a supervisor has just taken over from them, while it goes on."""
    calls = [call_id for (call_id,) in TAKING.rows(now=now)]
    if not calls:
        return {}
    events = CallEvent.objects.filter(call__in=calls, type="taken_over", at__gt=now - TOLD_FOR)
    return {
        one.data["from"]: {"by": one.actor, "call": one.call_id, "at": one.at}
        for one in events.order_by("at")
        if one.data["from"] in agent_ids
    }


def consults_ended(call_ids: Collection[int], *, now: datetime) -> dict[tuple[int, int], Row]:
    """By call and the agent who asked: the consultation that has just ended, not by them."""
    ids = CONSULTED.rows(calls=call_ids, now=now) if call_ids else []
    if not ids:
        return {}
    consults = Invitation.objects.filter(id__in=[one for (one,) in ids])
    ended = consults.select_related("agent__user").order_by("ended_at")
    return {
        (one.call_id, one.by_id): {
            "name": str(one.agent) if one.agent else None,
            "number": one.number or None,
            "result": CONSULTED_IN_VAIN.get(one.result, "failed"),
            "at": one.ended_at,
        }
        for one in ended
    }
