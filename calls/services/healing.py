"""Comparing what we believe of legs with what Vonage knows, a little at a time."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from calls.models import Leg
from calls.services import journal, outbox
from calls.states import CallState, LegKind, LegState

OVERDUE = timedelta(seconds=60)  # a leg that should have ended, and of which we hear nothing
ROUTINE = timedelta(minutes=5)  # any other live leg
LEFTOVER = timedelta(seconds=10)  # after the end of its call, a leg is hung up once more
AT_ONCE = 20  # legs looked at in one round


@transaction.atomic(durable=True)
def look_again(*, now: datetime, started_at: datetime) -> int:
    """Write a check for every live leg that is due: overdue, routine, or not seen since our start.

    `started_at` is when this router began: what happened while nobody ran is found out first.
    Returns how many checks were written.
    """
    live = Leg.objects.exclude(state=LegState.ENDED).exclude(uuid=None)
    quiet_since_start = Q(news_at__lt=started_at) & (
        Q(checked_at=None) | Q(checked_at__lt=started_at)
    )
    overdue = Q(news_at__lt=now - OVERDUE) & (Q(on_purpose=True) | Q(call__state=CallState.ENDED))
    due = live.filter(quiet_since_start | overdue | Q(news_at__lt=now - ROUTINE))
    legs = list(due.select_related("call").order_by("news_at")[:AT_ONCE])
    for leg in legs:
        outbox.check(leg, now=now)
    return len(legs)


def end_leftovers(*, now: datetime) -> int:
    """Legs that live on though their call has ended: hang them up (again). Returns how many."""
    left = Leg.objects.filter(
        call__state=CallState.ENDED, call__ended_at__lt=now - LEFTOVER, news_at__lt=now - LEFTOVER
    ).exclude(Q(state=LegState.ENDED) | Q(kind=LegKind.CUSTOMER) | Q(uuid=None))
    ids = list(left.filter(checked_at=None).values_list("id", flat=True)[:AT_ONCE])
    for leg_id in ids:
        _end_leftover(leg_id, now=now)
    return len(ids)


@transaction.atomic(durable=True)
def _end_leftover(leg_id: int, *, now: datetime) -> None:
    call = journal.locked(legs=leg_id)  # the call first, as everybody does
    leg = Leg.objects.filter(id=leg_id, checked_at=None).exclude(state=LegState.ENDED).first()
    if call and leg:
        outbox.hang_up(leg, now=now)
        Leg.objects.filter(id=leg_id).update(checked_at=now)
