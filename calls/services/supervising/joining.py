"""A supervisor's phone is rung, and answers."""

from datetime import datetime

from agents import services as agents
from calls.models import Call, Command, Leg, Supervision
from calls.services import offers, outbox, parties, reaching
from calls.services.keys import leg_key
from calls.services.supervising import hearing, rows, taking_over
from calls.services.supervising.ending import OVER, RING_SECONDS
from calls.services.supervising.rows import State
from calls.states import CallState, LegKind
from ivr import ncco
from ivr.ncco import Ncco


def ring(
    call: Call, *, agent_id: int, mode: str, actor: str, command: Command, now: datetime
) -> Supervision:
    """Ring the supervisor's phone for a locked call, or AgentBusy. They are busy from now on."""
    agents.begin_supervising(agent_id=agent_id, now=now)
    reaching.check_phone(agent_id)
    leg = Leg.objects.create(
        call=call,
        kind=LegKind.SUPERVISOR,
        agent_id=agent_id,
        key=leg_key(call.key, call.legs.count()),
        region_url=offers.region_of(call),
        planned_at=now,
        news_at=now,
    )
    supervision = Supervision.objects.create(
        call=call,
        agent_id=agent_id,
        leg=leg,
        mode=mode,
        is_told=rows.is_told(call, mode),
        began_at=now,
    )
    dial = outbox.dial_agent(leg, ring_seconds=RING_SECONDS, from_number=call.our_number, now=now)
    dial.command = command
    dial.save()
    rows.log(supervision, "supervised", call=call, now=now, actor=actor)
    return supervision


def answers(leg: Leg, *, call: Call, now: datetime) -> Ncco:
    """The answer webhook of a supervisor's leg: they come in, unless there is nothing to hear."""
    supervision = rows.live(call).filter(leg=leg).first()
    is_over = call.state == CallState.ENDED or bool(call.hung_up_by)
    if supervision is None or is_over or not parties.talking(call):
        return ncco.speak([OVER], language="en-GB")
    if supervision.state == State.RINGING:
        _join(supervision, call=call, now=now)
    hearing.enter(leg, call)
    supervision.leg.refresh_from_db()
    if rows.wants_call(supervision) and taking_over.take(supervision, call=call, now=now):
        return [ncco.join(call.room_name())]
    rows.settle(supervision, now=now)
    rows.tell(supervision, call)
    return hearing.entrance(supervision, call)


def _join(supervision: Supervision, *, call: Call, now: datetime) -> None:
    rows.change(supervision, state=State.JOINED, joined_at=now)
    rows.log(supervision, "supervision_answered", call=call, now=now)
