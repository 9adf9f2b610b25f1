"""What nobody will say anything about any more: orders of a dead router, dials without a reply."""

from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Q, QuerySet

from calls.broadcast import announce
from calls.models import Instruction, Leg
from calls.services import due, journal, offers
from calls.services.sending.orders import State, Verb, finish, postpone
from calls.states import LegState

UUID_PATIENCE = timedelta(seconds=45)  # a dialled leg says its uuid by an event, or never


def recover(*, now: datetime) -> None:
    """Claims whose router has died: a dial is of unknown outcome, the rest is sent again."""
    stale = Instruction.objects.filter(state=State.CLAIMED, claimed_until__lte=now)
    if stale.exists():
        _recover(stale, now=now)


@transaction.atomic(durable=True)
def _recover(stale: QuerySet[Instruction], *, now: datetime) -> None:
    for instruction in stale.select_for_update(of=("self",)).select_related("leg"):
        if instruction.verb == Verb.DIAL:
            finish(instruction, State.UNKNOWN, now=now, error="the router died while sending")
            offers.dialled(instruction.leg, at=now)
        else:
            postpone(instruction, now=now, seconds=0)


def forget_nameless(*, now: datetime) -> None:
    """Legs whose dial had no reply, and which never spoke: what waits for a uuid is not sent."""
    for leg_id in set(_nameless(now=now).values_list("leg", flat=True)):
        due.guarded(partial(_forget, leg_id, now=now))


def _nameless(*, now: datetime) -> QuerySet[Instruction]:
    """What waits for a uuid that will not come."""
    never = Q(written_at__lt=now - UUID_PATIENCE) | Q(leg__state=LegState.ENDED)
    waits = Instruction.objects.filter(never, state=State.WAITING, leg__uuid=None)
    return waits.exclude(verb=Verb.DIAL)


@transaction.atomic(durable=True)
def _forget(leg_id: int, *, now: datetime) -> None:
    call = journal.locked(legs=leg_id)
    if call is None or not _nameless(now=now).filter(leg=leg_id).exists():
        return
    waits = Instruction.objects.filter(leg=leg_id, state=State.WAITING).exclude(verb=Verb.DIAL)
    waits.update(state=State.CANCELLED, settled_at=now)
    # It never was, as far as anybody knows; should it speak after all, it is hung up then.
    leg = Leg.objects.exclude(state=LegState.ENDED).filter(id=leg_id).first()
    if leg:
        Leg.objects.filter(id=leg_id).update(state=LegState.ENDED, ended_at=now, ended_as="unknown")
        announce(agents=[leg.agent_id])
