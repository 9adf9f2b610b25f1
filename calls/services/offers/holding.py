"""The calls that may be offered, held against everybody else."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from django.db.models import F, QuerySet

from calls.models import Call, Offer, QueueEntry
from calls.states import CallState, OfferState, Strategy
from contactcenter.prepared import Prepared, given_list


class Held(NamedTuple):
    """A call that may be offered, locked; its wait, and the strategy of the queue, if it is one."""

    call: Call
    entry: QueueEntry
    strategy: str | None


Calls = dict[int, Held]  # by entry


def _calls_of() -> QuerySet[Call]:
    return Call.objects.filter(entries__in=given_list("entries"), entries__left_at=None).order_by()


HOLD = Prepared(lambda: _calls_of().select_for_update(of=("self",)))
HOLD_UNLESS_LOCKED = Prepared(lambda: _calls_of().select_for_update(skip_locked=True, of=("self",)))
WAITS = Prepared(
    lambda: (
        QueueEntry.objects.filter(
            id__in=given_list("entries"), call__in=given_list("calls"), left_at=None, paused_at=None
        )
        .annotate(strategy=F("queue__strategy"))
        .order_by()
    )
)


def hold_calls(entry_ids: Collection[int], *, waits: bool) -> Calls:
    """Lock the calls of these entries that may be offered, with their entries, by entry."""
    hold = HOLD if waits else HOLD_UNLESS_LOCKED
    calls = {call.id: call for call in hold.objects(Call, entries=entry_ids)}
    if not calls:
        return {}
    entries = WAITS.annotated(QueueEntry, entries=entry_ids, calls=calls)
    alone = _rung_alone(call.id for call in calls.values() if call.state == CallState.OFFERED)
    return {
        entry.id: Held(calls[entry.call_id], entry, strategy)
        for entry, (strategy,) in entries
        if entry.id not in alone and _may_be_offered(calls[entry.call_id], entry, strategy)
    }


def _rung_alone(call_ids: Iterable[int]) -> set[int]:
    """Entries of these calls for which one agent is rung who was chosen by hand."""
    ids = list(call_ids)
    pending = Offer.objects.filter(call__in=ids, state=OfferState.PENDING, is_shared=False)
    return set(pending.values_list("entry_id", flat=True)) if ids else set()


def _may_be_offered(call: Call, entry: QueueEntry, strategy: str | None) -> bool:
    if call.hung_up_by:
        return False
    if call.state == CallState.OFFERED:
        return strategy == Strategy.RING_ALL
    return call.state == (CallState.AWAITING_CALLBACK if entry.is_virtual else CallState.QUEUED)
