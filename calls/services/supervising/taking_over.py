"""A supervisor who is in a call makes it theirs."""

from datetime import datetime

from agents import services as agents
from calls.models import Call, Leg, Offer, Supervision
from calls.models.coaching import TAKE_OVER, obstacle_of, talks_of
from calls.services import journal, offers, parties
from calls.services.supervising import hearing, rows
from calls.services.supervising.rows import State
from calls.states import LegKind, OfferState


def take(supervision: Supervision, *, call: Call, now: datetime) -> bool:
    """The call is the supervisor's, and its agent leaves. False: it is not to be had any more.

    Their leg is an agent's from now on, with a wrap-up as long as that of the agent who leaves.
    """
    before = parties.main_leg(call) or next(iter(parties.talking(call)), None)
    if before is None or (words := _hindrance(call)):
        error = words if before else "Nobody has this call any more."
        rows.settle(supervision, now=now, error=error)
        return False
    rows.settle(supervision, now=now)
    rows.change(supervision, state=State.ENDED, ended_at=now, result="taken_over")
    Leg.objects.filter(id=supervision.leg_id).update(kind=LegKind.AGENT)
    Offer.objects.create(
        kind=Offer.Kind.TAKE_OVER,
        call=call,
        agent_id=supervision.agent_id,
        leg_id=supervision.leg_id,
        state=OfferState.ACCEPTED,
        wrap_up_seconds=before.offer.wrap_up_seconds,
        offered_at=now,
        dialled_at=now,
        seen_at=now,
        ended_at=now,
    )
    agents.occupy(agent_id=supervision.agent_id, now=now)
    journal.record(
        call,
        "taken_over",
        at=now,
        actor=str(supervision.agent),
        data={"agent": supervision.agent_id, "from": before.agent_id},
        agent_id=supervision.agent_id,
    )
    offers.drop(before, now=now)
    hearing.agents_changed(call, now=now)
    rows.tell(supervision, call)
    return True


def _hindrance(call: Call) -> str:
    """What has come in between, such as a hold; "" if nothing has."""
    found = obstacle_of(talks_of([call])[call.id], TAKE_OVER)
    return found.words if found else ""
