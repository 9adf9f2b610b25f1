"""What Vonage answered to a request, or never did; `calls.services.sending`."""

from typing import Any

from calls.states import FailCause, LegKind, LegState, OfferState
from tests.sim.rules import centre as deadlines
from tests.sim.rules import legs, offers, outbox, tokens
from tests.sim.rules.centre import Centre
from tests.sim.rules.rows import Instruction, Leg

PAUSES = [0.5, 1.0, 2.0, 4.0]


def recover(centre: Centre, one: Instruction) -> None:
    """A claim whose router has died: a dial is of unknown outcome, the rest is sent again."""
    if one.state != "claimed" or one.claimed_until > centre.now:
        return
    if one.verb == "dial":
        outbox.finish(centre, one)
        dialled(centre, one.leg)
    else:
        outbox.postpone(centre, one, 0)


def settle(centre: Centre, one: Instruction, result: str, found: Any = None) -> None:
    """What Vonage answered: done, again, early, refused, gone or unknown."""
    tokens.give_back(one, centre.now + tokens.SECOND)
    if one.state != "claimed":
        return
    if _may_repeat(one, result, centre.now):
        outbox.postpone(centre, one, PAUSES[min(one.tries, len(PAUSES)) - 1])
        return
    outbox.finish(centre, one)
    leg = one.leg
    if one.verb == "dial":
        _dialled(centre, leg, result, found)
    elif result == "gone":
        legs.gone(centre, leg)
    elif result == "done" and one.verb == "check":
        _checked(centre, leg, found)
    elif result != "done" and one.verb == "transfer":
        outbox.hang_up(centre, leg)


def _checked(centre: Centre, leg: Leg, found: Any) -> None:
    leg.checked_at = leg.news_at = centre.now
    legs.tell(centre, leg, found)
    if leg.state != LegState.ENDED and leg.on_purpose:
        outbox.hang_up(centre, leg)  # it should have ended, and has not


def _may_repeat(one: Instruction, result: str, now: float) -> bool:
    if result == "early":
        return one.leg.state != LegState.ENDED and one.leg.planned_at > now - 2
    if result != "again" or one.verb == "check" or one.leg.state == LegState.ENDED:
        return False
    if one.verb == "dial" and one.leg.on_purpose:
        return False
    return one.verb == "transfer" or one.tries <= len(PAUSES)


def _dialled(centre: Centre, leg: Leg, result: str, found: Any) -> None:
    if result in {"done", "unknown"}:
        if found and not leg.uuid:
            legs.know(centre, leg, found)
        dialled(centre, leg)
        return
    centre.end_leg(leg, at=centre.now, how="refused")
    if leg.offer:
        offers.settle(centre, leg.offer, OfferState.FAILED, FailCause.PLATFORM)
    else:
        legs.ended(centre, leg, legs.News("failed", centre.now))


def dialled(centre: Centre, leg: Leg) -> None:
    """The phone has been dialled: the clock of the offer, or of the ring, starts."""
    offer = leg.offer
    if offer and offer.dialled_at is None:
        offer.dialled_at = centre.now
        offer.ring_until = deadlines.after(centre.now, offer.entry.queue.offer_seconds)
        centre.remind(offer.ring_until + 5, "ring", offer)
    elif leg.kind != LegKind.AGENT and leg.state != LegState.ENDED:
        leg.dial_until = deadlines.after(centre.now, 35)
        centre.remind(leg.dial_until, "dial", leg)
