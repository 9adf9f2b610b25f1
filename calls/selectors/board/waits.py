"""The callers who wait, in the order in which they are served."""

from collections.abc import Collection
from typing import Any

from django.db.models import Q

from calls.models import Callback, Offer, QueueEntry
from calls.models.waits import order_key
from calls.selectors.board.terms import Placed, Row
from calls.states import OfferState

COLUMNS = (
    *("id", "call", "queue", "queue__name", "agent", "enqueued_at", "priority", "is_virtual"),
    *("call__direction", "call__from_number", "call__to_number", "call__customer__name"),
)


def waits(queue_ids: Collection[int] | None) -> dict[int, Placed]:
    """By call: who waits in these queues and who waits for one agent; or everybody."""
    entries = QueueEntry.objects.filter(left_at=None).order_by()
    if queue_ids is not None:
        entries = entries.filter(Q(queue=None) | Q(queue__in=queue_ids))
    rows = list(entries.values_list(*COLUMNS))
    rows.sort(key=lambda row: (order_key(row[5], row[6]), row[0]))
    ids = [row[0] for row in rows]
    offered, numbers = _offered(ids), _numbers(row[0] for row in rows if row[7])
    places: dict[int | None, int] = {}
    found = {}
    for row in rows:
        queue_id, agent_id = row[2], row[4]
        places[queue_id] = places.get(queue_id, 0) + 1
        agents = frozenset() if agent_id is None else frozenset((agent_id,))
        shown = _row(row, places[queue_id], offered.get(row[0]), numbers.get(row[0]))
        found[row[1]] = Placed(shown, queue_id, agents)
    return found


def _row(row: tuple[Any, ...], place: int, offered: str | None, number: str | None) -> Row:
    entry, call, _, queue, _, enqueued_at, priority, is_virtual, *caller = row
    direction, from_number, to_number, name = caller
    return {
        "id": call,
        "entry": entry,
        "queue": queue,
        "number": number or (to_number if direction == "outbound" else from_number) or None,
        "name": name or None,
        "enqueued_at": enqueued_at,
        "priority": priority,
        "position": place,
        "kind": "callback" if is_virtual else "call",
        "offered_to": offered,
        "candidates": [],
        "why": None,
    }


def _offered(entry_ids: Collection[int]) -> dict[int, str]:
    """By entry: for whom it rings."""
    pending = Offer.objects.filter(entry__in=entry_ids, state=OfferState.PENDING)
    names: dict[int, list[str]] = {}
    for offer in pending.select_related("agent__user") if entry_ids else ():
        if offer.entry_id:
            names.setdefault(offer.entry_id, []).append(str(offer.agent))
    return {entry: ", ".join(known) for entry, known in names.items()}


def _numbers(entry_ids: Any) -> dict[int, str]:
    """By entry: where those who asked for it are called back."""
    ids = list(entry_ids)
    asked = Callback.objects.filter(entry__in=ids) if ids else Callback.objects.none()
    return dict(asked.values_list("entry", "number"))
