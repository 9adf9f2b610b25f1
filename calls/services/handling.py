"""What an agent does about a call besides talking: a note, how it turned out, a longer wrap-up."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from agents import services as agents
from agents.errors import NoExtension
from agents.models import Agent
from agents.states import State
from calls.broadcast import announce
from calls.errors import NoSuchCall, OutcomeRequired, UnknownCommand
from calls.models import Call, Disposition, Handling, Offer
from calls.models.handling import NOTE_LIMIT
from calls.states import OfferState


@transaction.atomic(durable=True)
def note(*, call_id: int, agent_id: int, text: str, now: datetime) -> None:
    """Keep the agent's note on one of their calls, instead of the one before."""
    if len(text) > NOTE_LIMIT:
        raise UnknownCommand(f"A note has at most {NOTE_LIMIT:,} characters.")
    _save(_own(call_id, agent_id), now=now, note=text)


@transaction.atomic(durable=True)
def dispose(*, call_id: int, agent_id: int, disposition_id: int | None, now: datetime) -> None:
    """Keep how the agent's call turned out, one of its queue's dispositions; None takes it back."""
    offer = _own(call_id, agent_id)
    choosable = Disposition.choosable(offer.queue_id)
    if disposition_id is not None and not choosable.filter(id=disposition_id).exists():
        raise UnknownCommand("This outcome cannot be chosen for this call.")
    _save(offer, now=now, disposition_id=disposition_id)
    announce(agents=[agent_id])


def check_outcome(*, agent_id: int, now: datetime) -> None:
    """OutcomeRequired while the agent wraps up a call that lacks the outcome its queue requires.

    Looks only. An outcome taken back a moment later is asked for in the agent's list of things to
    do, as is that of a wrap-up whose time was over.
    """
    in_wrap_up = Agent.objects.filter(
        id=agent_id, wrap_up_until__gt=now, states__state=State.WRAP_UP, states__ended_at=None
    )
    newest = _taken(agent_id).first() if in_wrap_up.exists() else None
    if newest and Handling.lacking().filter(id=newest.id).exists():
        raise OutcomeRequired("Choose how the call turned out first; its queue requires it.")


def _own(call_id: int, agent_id: int) -> Offer:
    """The offer by which the agent got this call. The call is held against their other windows."""
    Call.objects.select_for_update().filter(id=call_id).first()
    offer = _taken(agent_id).filter(call=call_id).first()
    if offer is None:
        raise NoSuchCall("There is no such call of yours.")
    return offer


def _taken(agent_id: int) -> QuerySet[Offer]:
    """Offers that the agent accepted, the newest first."""
    taken = Offer.objects.filter(agent=agent_id, state=OfferState.ACCEPTED)
    return taken.select_related("entry", "call").order_by("-offered_at")


def _save(offer: Offer, *, now: datetime, **kept: Any) -> None:
    Handling.objects.update_or_create(
        call_id=offer.call_id, agent_id=offer.agent_id, defaults={"saved_at": now, **kept}
    )


def extend_wrap_up(*, agent_id: int, now: datetime) -> None:
    """Once, by the wrap-up time of the queue that the call came from, or NoExtension."""
    offer = _taken(agent_id).first()
    if offer is None:
        raise NoExtension("Your wrap-up is over.")
    agents.extend_wrap_up(agent_id=agent_id, seconds=offer.wrap_up_seconds, now=now)
    announce(agents=[agent_id])
