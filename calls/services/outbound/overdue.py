"""Calls that agents make, and of which nothing is heard."""

from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Q, QuerySet

from calls.models import Call, Instruction, Leg, dials
from calls.services import due, journal
from calls.services.outbound.ending import is_ringing, not_reached
from calls.states import CallState, LegKind, LegState, OfferState

CONSOLE = timedelta(seconds=15)  # for the agent's console to begin its leg
SILENCE = timedelta(seconds=10)  # after the ring time, nothing more will be heard of a number
PATIENCE = timedelta(seconds=120)  # for a set-up token


def settle_overdue(*, now: datetime) -> None:
    """End them: the console did not begin its leg, or the number says nothing."""
    made = Call.objects.filter(state=CallState.DIALING, answered_at=None, hung_up_by="")
    made = made.exclude(direction=Call.Direction.INBOUND)
    for call_id in made.values_list("id", flat=True):
        due.guarded(partial(_settle, call_id, now=now))


def _settle(call_id: int, *, now: datetime) -> None:
    if _unbegun(call_id, now).exists() or _silent(call_id, now).exists():
        _end(call_id, now=now)


@transaction.atomic(durable=True)
def _end(call_id: int, *, now: datetime) -> None:
    call = journal.locked(id=call_id)
    if call is None or not is_ringing(call):
        return
    if _unbegun(call_id, now).exists():
        not_reached(call, ended="not_begun", now=now)
    elif _silent(call_id, now).exists():
        not_reached(call, ended="unknown", now=now)
        silent = call.legs.filter(kind=LegKind.CUSTOMER, uuid=None)
        silent.exclude(state=LegState.ENDED).update(
            state=LegState.ENDED, ended_at=now, ended_as="unknown"
        )


def _unbegun(call_id: int, now: datetime) -> QuerySet[Leg]:
    """The agent's leg, which their console should have begun."""
    own = Leg.objects.filter(call=call_id, kind=LegKind.AGENT, state=LegState.PLANNED, uuid=None)
    waited = own.filter(offer__state=OfferState.ACCEPTED, planned_at__lte=now - CONSOLE)
    return waited.exclude(instructions__verb=Instruction.Verb.DIAL)


def _silent(call_id: int, now: datetime) -> QuerySet[Leg]:
    """The customer's leg, of which we should have heard."""
    rung = timedelta(seconds=dials.row().ring_seconds) + SILENCE
    long_ago = Q(instructions__settled_at__lte=now - rung) | Q(planned_at__lte=now - PATIENCE)
    legs = Leg.objects.filter(long_ago, call=call_id, kind=LegKind.CUSTOMER)
    return legs.exclude(state__in=[LegState.ANSWERED, LegState.ENDED])
