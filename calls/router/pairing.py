"""Who is offered to whom in one round, over all queues; and why, once that is done."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from calls import routing, selectors
from calls.models import Offer, waits
from calls.routing import Assignment, Candidate, Idle, Waiting
from calls.services import budget, offers

SOMEBODY = Idle(0, 0.0, frozenset())  # an agent who serves no queue
MATCHER = 0x0ACD  # the lock of the one router that decides; the others' turn comes


@dataclass(frozen=True, slots=True)
class Decision:
    """The offers of a round, and what they were decided on."""

    offers: Sequence[Offer]
    calls: dict[int, Waiting]
    ready: Sequence[Candidate]
    now: datetime


@transaction.atomic(durable=True)
def decide(*, now: datetime) -> Decision:
    """Read, decide and write all offers of a round, in one transaction."""
    room = budget.room_for_offers(now=now) if _is_alone() else 0
    callbacks = selectors.callbacks_due(now=now) if room else {}
    closed = waits.closed_of(callbacks.values(), now=now)
    calls, ready = selectors.ready_floor(now=now, closed=closed) if room else ([], [])
    found = routing.assign(calls, ready, now=now.timestamp(), limit=room)
    pairs = list(_affordable(found, callbacks, room))
    made = offers.offer_all(pairs, now=now) if pairs else []
    return Decision(made, {call.entry_id: call for call in calls}, ready, now)


def _is_alone() -> bool:
    """Whether no other router decides at this moment; SQLite has one writer anyway."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [MATCHER])
        return bool(cursor.fetchone()[0])


def _affordable(
    found: Sequence[Assignment], callbacks: Collection[int], room: int
) -> Iterator[offers.Pair]:
    """As many as there are set-up tokens for.

    A callback for which one is missing ends the round: younger calls would take it, for ever.
    """
    for one in found:
        room -= offers.cost(is_virtual=one.entry_id in callbacks)
        if room < 0:
            return
        yield offers.Pair(one.entry_id, one.agent_id)


def explanations(decision: Decision) -> dict[int, dict[str, Any]]:
    """Why each agent of the decision was chosen, by offer."""
    told: dict[int, dict[str, Any]] = {}
    if not decision.offers:
        return told
    calls = [decision.calls[offer.entry_id or 0] for offer in decision.offers]
    known = {one.agent_id: one for one in decision.ready}
    rest, elsewhere = selectors.kept_back(now=decision.now, calls=calls, ready=known)
    known |= {one.agent_id: one for one in rest}
    now = decision.now.timestamp()
    for offer, call in zip(decision.offers, calls, strict=True):
        why = routing.explain(call, offer.agent_id, known.values(), now=now)
        told[offer.id] = _with_others(why, call, elsewhere, now)
        known[offer.agent_id] = replace(known[offer.agent_id], excluded="offered")
    _name(told.values())
    return told


def _with_others(why: dict[str, Any], call: Waiting, elsewhere: int, now: float) -> dict[str, Any]:
    """Who serves no queue of these calls is kept from all of them alike: they are only counted."""
    if elsewhere:
        excluded, kept_by = why["excluded"], routing.obstacle(call, SOMEBODY, now)
        excluded[kept_by] = excluded.get(kept_by, 0) + elsewhere
    return why


def _name(told: Iterable[dict[str, Any]]) -> None:
    """Give explanations the names of those whom they show."""
    shown = [row for one in told for row in (one["winner"], *one["next"])]
    names = selectors.names_of_agents({row["agent"] for row in shown})
    for row in shown:
        row["name"] = names[row["agent"]]
