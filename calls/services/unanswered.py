"""Somebody was rung for a call that goes on, or for their own call, and does not come."""

from collections.abc import Callable
from datetime import datetime

from calls.models import Call, Offer
from calls.services import invitations, journal, outbound
from calls.states import CallState, OfferState


def settle(offer: Offer, state: OfferState, *, call: Call, now: datetime) -> None:
    """What the end of this offer, which answered no wait, means for its call."""
    SETTLE[Offer.Kind(offer.kind)](offer, state, call, now)


def _invitation(offer: Offer, state: OfferState, call: Call, now: datetime) -> None:
    """A colleague who was asked into the call. The customer stays where they are."""
    invitation = invitations.of_leg(offer.leg)
    if invitation is None or not invitations.close(invitation, state, now=now):
        return
    if call.state != CallState.ENDED:
        kind = "consult_failed" if offer.kind == Offer.Kind.CONSULT else "add_failed"
        journal.record(call, kind, at=now, reason=state, data=invitations.who(invitation))
    invitations.tell(call, invitation.by_id)


def _outgoing(offer: Offer, state: OfferState, call: Call, now: datetime) -> None:
    """The agent whose own call it is, or the colleague whom they call."""
    outbound.not_rung(offer, state, call=call, now=now)


SETTLE: dict[Offer.Kind, Callable[[Offer, OfferState, Call, datetime], None]] = {
    Offer.Kind.CONSULT: _invitation,
    Offer.Kind.CONFERENCE: _invitation,
    Offer.Kind.OUTGOING: _outgoing,
}
