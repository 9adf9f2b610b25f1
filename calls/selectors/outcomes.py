"""Calls of agents that lack the outcome which their queue requires."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from calls import days
from calls.models import Handling, Leg, Offer, waits
from calls.states import LegState
from contactcenter.prepared import Prepared, given, given_list


def missing_outcomes(agent_ids: Collection[int], *, now: datetime) -> dict[int, list[Offer]]:
    """By agent: the offers that brought each of their calls that ended today without an outcome.

    The oldest first. A call whose wrap-up still runs, or that came back to the agent, does not lack
    it yet.
    """
    if not agent_ids:
        return {}
    ids = LACKING.rows(agents=agent_ids, midnight=days.midnight(now))
    if not ids:
        return {}
    offers = Offer.objects.filter(id__in=[offer_id for (offer_id,) in ids])
    found: dict[int, dict[int, Offer]] = {}
    for offer in offers.select_related("entry__queue", "call__queue", "leg").order_by("id"):
        found.setdefault(offer.agent_id, {})[offer.call_id] = offer
    return {agent_id: list(by_call.values()) for agent_id, by_call in found.items()}


def lacking() -> QuerySet[Offer]:
    """Of `agents`, since `midnight`."""
    in_wrap_up = Q(
        agent__wrap_up_until__isnull=False,
        call=Subquery(waits.last_call(OuterRef("agent"))),
    )
    own = Leg.objects.filter(call=OuterRef("call"), agent=OuterRef("agent"))
    return Handling.lacking().filter(
        ~in_wrap_up,
        ~Exists(own.exclude(state=LegState.ENDED)),
        agent__in=given_list("agents"),
        offered_at__gte=given("midnight") - timedelta(days=1),
        leg__ended_at__gte=given("midnight"),
    )


LACKING = Prepared(lambda: lacking().order_by().values_list("id"))
