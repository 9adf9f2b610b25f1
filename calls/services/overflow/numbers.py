"""Callers who are put through to a telephone number."""

from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Q

from calls.models import Call, Instruction, Leg, Overflow
from calls.services import due, journal, offers, outbox, parties, transferring, waiting
from calls.services.following import node_in_flow
from calls.services.keys import leg_key
from calls.services.overflow.speaking import end
from calls.states import CallState, HungUpBy, LegKind, LegState
from ivr import ncco
from ivr.ncco import Ncco
from ivr.steps import Enqueue

RING_SECONDS = 30
SILENCE = timedelta(seconds=10)  # after the ring time, nothing more will be heard of a number
PATIENCE = timedelta(seconds=120)  # for a set-up token
TOO_LATE = "Sorry, the call has gone elsewhere. Goodbye."
NOT_REACHED = "Sorry, nobody could be reached. Please try again later. Goodbye."


def dial(call: Call, row: Overflow, step: Enqueue, now: datetime) -> Ncco:
    """Music in a fresh room, while the number rings."""
    ring_number(call, row.number, queue_id=row.queue_id, node=step.node, now=now)
    return waiting.room(call)


def ring_number(
    call: Call, number: str, *, queue_id: int | None = None, node: str = "", now: datetime
) -> None:
    """Have a number rung for a customer who is about to hear music in a fresh room."""
    customer = waiting.customer_leg(call)
    leg = Leg.objects.create(
        call=call,
        kind=LegKind.NUMBER,
        key=leg_key(call.key, call.legs.count()),
        number=number,
        region_url=customer.region_url if customer else "",
        planned_at=now,
        news_at=now,
    )
    outbox.dial_number(
        leg, to=number, from_number=call.our_number, ring_seconds=RING_SECONDS, now=now
    )
    journal.record(
        call,
        "number_dialled",
        at=now,
        data={"leg": leg.id, "queue": queue_id},
        state=CallState.DIALING,
        node=node or node_in_flow(call),
        room=call.room + 1,
    )
    waiting.enters_room(call)


def number_answers(leg: Leg, *, call: Call, now: datetime) -> Ncco:
    """Somebody at the number has picked up: they join the caller's room, and start it."""
    if leg.state == LegState.ENDED or call.hung_up_by:
        return ncco.speak(["The caller has hung up."], language="en-GB")
    if leg.on_purpose or not (call.state == CallState.DIALING or _has_call(leg, call)):
        return ncco.speak([TOO_LATE], language="en-GB")
    if call.state == CallState.DIALING:
        Leg.objects.filter(id=leg.id).update(room=call.room_name())
        data = {"leg": leg.id}
        journal.record(call, "number_answered", at=now, data=data, state=CallState.CONNECTED)
        transferring.reached(call, now=now)
    return [ncco.join(call.room_name())]


def number_ended(leg: Leg, *, call: Call, ended: str, now: datetime) -> None:
    """The number was not reached (`ended`: Vonage's word for why), or whoever answered has left.

    Of one that was given up before, nothing more follows.
    """
    if not leg.on_purpose:
        _ended(leg, call=call, ended=ended, now=now)


def _ended(leg: Leg, *, call: Call, ended: str, now: datetime) -> None:
    customer = waiting.customer_leg(call)
    if call.state == CallState.ENDED or call.hung_up_by or customer is None:
        return
    data = {"leg": leg.id}
    if call.state == CallState.DIALING:
        state = CallState.IN_FLOW
        journal.record(call, "number_ended", at=now, reason=ended, data=data, state=state)
        if transferring.take_back(call, result=ended[:12], now=now):
            return
        outbox.transfer(customer, end(call, (NOT_REACHED,), now=now), room="", now=now)
    elif _has_call(leg, call):
        by = HungUpBy.SYSTEM
        journal.record(call, "number_ended", at=now, reason=ended, data=data, hung_up_by=by)
        offers.drop(customer, now=now)


def _has_call(leg: Leg, call: Call) -> bool:
    """Whether the caller talks with this number, and no agent has the call."""
    is_there = call.state == CallState.CONNECTED and leg.room == call.room_name()
    return is_there and not parties.staying(call)


def settle_overdue(*, now: datetime) -> None:
    """Numbers of which nothing is heard: not reached."""
    silent = Q(instructions__settled_at__lte=now - timedelta(seconds=RING_SECONDS) - SILENCE)
    unanswered = Leg.objects.filter(
        silent | Q(planned_at__lte=now - PATIENCE),
        kind=LegKind.NUMBER,
        call__state=CallState.DIALING,
        instructions__verb=Instruction.Verb.DIAL,
    )
    overdue = unanswered.exclude(state__in=[LegState.ANSWERED, LegState.ENDED])
    for leg_id in overdue.values_list("id", flat=True):
        due.guarded(partial(_give_up, leg_id, now=now))


@transaction.atomic(durable=True)
def _give_up(leg_id: int, *, now: datetime) -> None:
    call = journal.locked(legs=leg_id, state=CallState.DIALING)
    leg = Leg.objects.filter(id=leg_id).exclude(state=LegState.ENDED).first()
    if call is None or leg is None:
        return
    offers.drop(leg, now=now)
    Leg.objects.filter(id=leg_id, uuid=None).exclude(state=LegState.ENDED).update(
        state=LegState.ENDED, ended_at=now, ended_as="unknown"
    )
    _ended(leg, call=call, ended="unknown", now=now)
