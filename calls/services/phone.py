"""Which of an agent's windows is their telephone; all their windows are told when that changes."""

from datetime import datetime

from django.db import transaction

from agents import phones
from agents.phones import Phone
from calls.broadcast import announce
from calls.models import Offer
from calls.states import OfferState


@transaction.atomic(durable=True)
def claim(*, agent_id: int, tab: str, epoch: int | None, take_over: bool, now: datetime) -> Phone:
    """Let this window hold the agent's phone, or PhoneElsewhere; see `agents.phones.claim`.

    What rings for the agent has not been seen in this window: without the invite there, nobody can
    answer it, or miss it.
    """
    # Offers are locked before agents, as wherever an offer ends.
    ringing = list(
        Offer.objects.select_for_update()
        .filter(agent=agent_id, state=OfferState.PENDING)
        .values_list("id", flat=True)
    )
    phone = phones.claim(agent_id=agent_id, tab=tab, epoch=epoch, take_over=take_over, now=now)
    if phone.epoch != epoch:
        Offer.objects.filter(id__in=ringing).update(seen_at=None)
    announce(agents=[agent_id])
    return phone


def close(*, agent_id: int, epoch: int, now: datetime) -> None:
    """The socket of the window with this epoch has closed: what it held ends soon."""
    if phones.close(agent_id=agent_id, epoch=epoch, now=now):
        announce(agents=[agent_id])
