"""What follows from what Vonage answered."""

from datetime import datetime, timedelta

from django.db import transaction

from calls.models import Call, Instruction, Leg, Offer
from calls.services import (
    budget,
    commands,
    journal,
    legs,
    offers,
    outbox,
    supervising,
    voicemails,
)
from calls.services.news import news_of
from calls.services.sending.orders import Order, Report, State, Verb, finish, postpone
from calls.states import FailCause, LegKind, LegState, OfferState
from contactcenter.prepared import Prepared, given

PAUSES = [0.5, 1.0, 2.0, 4.0]  # seconds before the next try
FETCH_PAUSES = [1.0, 5.0, 30.0, 120.0, 600.0]  # a recording may not be there yet
GONE = "They have hung up."
YOUNG = timedelta(seconds=2)  # Vonage may refuse changes of a leg this young
SENT = Prepared(lambda: Instruction.objects.filter(id=given("id")).select_related("leg", "command"))


@transaction.atomic(durable=True)
def settle(order: Order, report: Report, *, now: datetime) -> None:
    """Write down what Vonage answered, and what follows from it."""
    call = journal.locked(instructions=order.id)
    [instruction] = SENT.objects(Instruction, id=order.id)
    budget.used(instruction, at=now)
    if call is None or instruction.state != State.CLAIMED:
        return
    if _may_repeat(instruction, report, now=now):
        pauses = FETCH_PAUSES if instruction.verb == Verb.FETCH else PAUSES
        pause = pauses[min(instruction.tries, len(pauses)) - 1]
        postpone(instruction, now=now, seconds=pause)
        return
    final = {"done": State.DONE, "gone": State.DONE, "unknown": State.UNKNOWN}
    finish(instruction, final.get(report.result, State.FAILED), now=now, error=report.error)
    _follow(instruction, report, call=call, now=now)


def _follow(instruction: Instruction, report: Report, *, call: Call, now: datetime) -> None:
    """What an instruction's last word means for its leg, its call and whoever asked for it."""
    if instruction.verb == Verb.DIAL:
        _dialled(instruction, report, call=call, now=now)
    elif instruction.verb == Verb.FETCH:
        _fetched(instruction, report, now=now)
    elif report.result == "gone":
        _gone(instruction, call=call, now=now)
    elif report.result == "done":
        _arrived(instruction, report, call=call, now=now)
    elif not commands.refused(instruction, call=call, now=now) and (
        instruction.verb == Verb.TRANSFER
    ):
        # Vonage will not move them, ever: an end is better than a room that nobody enters.
        outbox.hang_up(instruction.leg, now=now)


def _gone(instruction: Instruction, *, call: Call, now: datetime) -> None:
    """Vonage knows the leg no more: what was to end has ended, anything else came too late."""
    legs.gone(instruction.leg, was_asked=instruction.verb == Verb.CHECK, call=call, now=now)
    if instruction.verb == Verb.HANG_UP:
        commands.arrived(instruction, call=call, now=now)
    else:
        commands.refused(instruction, call=call, words=GONE, now=now)


def _may_repeat(instruction: Instruction, report: Report, *, now: datetime) -> bool:
    leg, verb = instruction.leg, instruction.verb
    if verb == Verb.TALK:
        return False
    if verb == Verb.FETCH:  # its leg has ended long ago
        wanted = report.result in {"again", "gone", "unknown"}
        return wanted and instruction.tries <= len(FETCH_PAUSES)
    if report.result == "early":
        return leg.state != LegState.ENDED and (leg.started_at or leg.planned_at) > now - YOUNG
    if report.result != "again" or verb == Verb.CHECK or leg.state == LegState.ENDED:
        return False
    if verb == Verb.DIAL and leg.on_purpose:
        return False  # hung up while the refusal was on its way
    # What follows a move relies on it: the customer would stand in a room that nobody enters.
    return verb == Verb.TRANSFER or instruction.tries <= len(PAUSES)


def _dialled(instruction: Instruction, report: Report, *, call: Call, now: datetime) -> None:
    leg = instruction.leg
    if report.result in {"done", "unknown"}:
        if report.uuid and not leg.uuid:
            leg.uuid = report.uuid
            leg.save(update_fields=["uuid"])
        offers.dialled(leg, at=now)
        return
    Leg.objects.filter(id=leg.id).update(state=LegState.ENDED, ended_at=now, ended_as="refused")
    offer = Offer.objects.filter(leg=leg).select_related("entry", "agent", "leg").first()
    if offer:
        offers.settle(offer, OfferState.FAILED, call=call, now=now, cause=FailCause.PLATFORM)
    elif leg.kind == LegKind.NUMBER:
        legs.number_ended(leg, call=call, ended="refused", now=now)
    elif leg.kind == LegKind.SUPERVISOR:
        supervising.ended(leg, call=call, now=now)
    elif leg.kind == LegKind.CUSTOMER:
        legs.customer_ended(leg, call=call, ended="refused", now=now)


def _fetched(instruction: Instruction, report: Report, *, now: datetime) -> None:
    if report.result == "done":
        voicemails.keep(instruction.body["voicemail"], report.content, now=now)


def _arrived(instruction: Instruction, report: Report, *, call: Call, now: datetime) -> None:
    if instruction.verb == Verb.TRANSFER:
        Leg.objects.filter(id=instruction.leg_id).update(room=instruction.body["room"])
        commands.arrived(instruction, call=call, now=now)
        supervising.agents_changed(call, now=now)
    elif instruction.verb == Verb.HANG_UP:
        commands.arrived(instruction, call=call, now=now)
    elif instruction.verb == Verb.CHECK:
        Leg.objects.filter(id=instruction.leg_id).update(checked_at=now, news_at=now)
        instruction.leg.refresh_from_db()
        legs.found(instruction.leg, news_of(report.found, now=now), call=call, now=now)
        if instruction.leg.state != LegState.ENDED and instruction.leg.on_purpose:
            outbox.hang_up(instruction.leg, now=now)  # it should have ended, and has not
