"""Numbers that were asked into a call, and of which nothing is heard."""

from datetime import datetime
from functools import partial

from django.db import transaction

from calls.models import Invitation, Leg
from calls.services import due, journal, offers
from calls.services.inviting.leaving import number_ended
from calls.states import LegState


def give_up_due(*, now: datetime) -> None:
    """They do not come."""
    silent = Invitation.objects.filter(state=Invitation.State.RINGING, ring_until__lte=now)
    for invitation_id in silent.values_list("id", flat=True):
        due.guarded(partial(_give_up, invitation_id=invitation_id, now=now))


@transaction.atomic(durable=True)
def _give_up(*, invitation_id: int, now: datetime) -> None:
    call = journal.locked(invitations=invitation_id)
    ringing = Invitation.objects.filter(id=invitation_id, state=Invitation.State.RINGING)
    invitation = ringing.select_related("leg").first()
    if call is None or invitation is None:
        return
    leg = invitation.leg
    if leg.state != LegState.ENDED:
        offers.drop(leg, now=now)
        Leg.objects.filter(id=leg.id, uuid=None).exclude(state=LegState.ENDED).update(
            state=LegState.ENDED, ended_at=now, ended_as="unknown"
        )
    number_ended(leg, call=call, ended="unknown", now=now)
