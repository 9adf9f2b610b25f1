"""Offers of callbacks: which they are, and where the caller is called."""

from collections.abc import Iterable
from typing import Any

from calls.models import Callback, Offer

Facts = dict[str, Any]
CALL: Facts = {"kind": "call", "number": None}


def kinds_of(offers: Iterable[Offer]) -> dict[int, Facts]:
    """By offer: `kind`, and the `number` of those whom we call.

    It is call, callback, consult, conference or outgoing. The offers' entries and calls are at
    hand. What an agent was rung for before the caller asked to be called was a call.
    """
    known = list(offers)
    entries = {offer.entry_id for offer in known if offer.entry and offer.entry.is_virtual}
    found = Callback.objects.filter(entry__in=entries) if entries else ()
    asked: dict[int | None, Callback] = {callback.entry_id: callback for callback in found}
    return {offer.id: _kind(offer, asked.get(offer.entry_id)) for offer in known}


def _kind(offer: Offer, callback: Callback | None) -> Facts:
    if offer.kind not in {Offer.Kind.WAIT, Offer.Kind.TAKE_OVER}:
        is_ours = offer.kind == Offer.Kind.OUTGOING
        return {"kind": offer.kind, "number": offer.call.to_number if is_ours else None}
    if callback is None or callback.asked_at > offer.offered_at:
        return CALL
    return {"kind": "callback", "number": callback.number}
