"""What the database knows of calls, in the shape callers want. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q, QuerySet

from agents import selectors as agents
from agents.models import Agent, User
from agents.states import State
from calls.errors import NoSuchCall
from calls.models import Call, Leg, Offer, Queue, QueueEntry
from calls.routing import Candidate, Idle, Waiting
from calls.states import LegKind, LegState, OfferState

SILENCE = timedelta(seconds=5)  # past the ring time, before we believe that no news will come


def waiting_calls(*, now: datetime) -> list[Waiting]:
    """Every call that waits and is not being offered, as routing sees it."""
    rows = QueueEntry.objects.filter(left_at=None, call__state="queued").values_list(
        "id", "enqueued_at", "queue_id", "agent_id", "preferred_agent_id", "preferred_until"
    )
    return [
        Waiting(
            entry_id=entry_id,
            enqueued_at=enqueued_at,
            queue_id=queue_id,
            agent_id=agent_id,
            preferred_agent_id=preferred if until and until > now else None,
        )
        for entry_id, enqueued_at, queue_id, agent_id, preferred, until in rows
    ]


def candidates(*, now: datetime) -> list[Candidate]:
    """Everybody who is logged in, with what keeps them from a call."""
    queues = queues_by_agent()
    names = {agent.id: str(agent) for agent in Agent.objects.select_related("user")}
    ending = set(
        Leg.objects.filter(kind=LegKind.AGENT)
        .exclude(state=LegState.ENDED)
        .values_list("agent_id", flat=True)
    )
    found = []
    for standing in agents.standings():
        excluded = "" if standing.state == State.AVAILABLE else str(standing.state)
        if not excluded and standing.paused_until and standing.paused_until > now:
            excluded = "paused"
        if not excluded and standing.agent_id in ending:
            excluded = "last leg not ended"  # the database would refuse the next one
        found.append(
            Candidate(
                agent_id=standing.agent_id,
                name=names[standing.agent_id],
                idle_since=standing.idle_since,
                queue_ids=queues.get(standing.agent_id, frozenset()),
                excluded=excluded,
            )
        )
    return found


def idle(known: list[Candidate]) -> list[Idle]:
    return [Idle(one.agent_id, one.idle_since, one.queue_ids) for one in known if not one.excluded]


def queues_by_agent() -> dict[int, frozenset[int]]:
    pairs: dict[int, set[int]] = {}
    for agent_id, queue_id in Queue.agents.through.objects.values_list("agent_id", "queue_id"):
        pairs.setdefault(agent_id, set()).add(queue_id)
    return {agent_id: frozenset(ids) for agent_id, ids in pairs.items()}


def overdue_offers(*, now: datetime) -> list[int]:
    """Pending offers of which no news came in time, or whose dial was never sent."""
    silent = Q(ring_until__lt=now - SILENCE) | Q(dialled_at=None, offered_at__lt=now - 4 * SILENCE)
    return list(Offer.objects.filter(silent, state=OfferState.PENDING).values_list("id", flat=True))


def overdue_entries(*, now: datetime) -> list[int]:
    """Waits that have lasted too long; one that is being offered waits for the outcome."""
    due = QueueEntry.objects.filter(left_at=None, give_up_at__lte=now, call__state="queued")
    return list(due.values_list("id", flat=True))


def me(*, agent_id: int) -> dict[str, Any]:
    """An agent's own picture, as `GET /api/agents/me` and the console show it."""
    agent = Agent.objects.select_related("user").get(id=agent_id)
    running = agents.state_now(agent_id=agent_id)
    return {
        "id": agent.id,
        "name": str(agent),
        "state": running.state if running else State.OFFLINE,
        "reason": (running.reason or None) if running else None,
        "actor": (running.actor or None) if running else None,
        "since": running.started_at if running else None,
        "next_state": None,
        "wrap_up_until": agent.wrap_up_until,
        "offer": _offer_to(agent_id),
        "call": _call_of(agent_id),
    }


def _offer_to(agent_id: int) -> dict[str, Any] | None:
    offer = (
        Offer.objects.filter(agent=agent_id, state=OfferState.PENDING)
        .select_related("entry__queue", "entry__call")
        .first()
    )
    if offer is None:
        return None
    return {
        "id": offer.id,
        "call": offer.entry.call_id,
        "queue": offer.entry.queue.name if offer.entry.queue else None,
        "from": offer.entry.call.from_number,
        "to": offer.entry.call.to_number,
        "enqueued_at": offer.entry.enqueued_at,
        "kind": "call",
        "ring_until": offer.ring_until,
    }


def _call_of(agent_id: int) -> dict[str, Any] | None:
    leg = (
        Leg.objects.filter(agent=agent_id, offer__state=OfferState.ACCEPTED)
        .exclude(state=LegState.ENDED)
        .select_related("call__queue")
        .first()
    )
    if leg is None:
        return None
    call = leg.call
    return {
        "id": call.id,
        "state": call.state,
        "from": call.from_number,
        "to": call.to_number,
        "queue": call.queue.name if call.queue else None,
        "answered_at": call.answered_at,
        "uuid": leg.uuid,
    }


def queue_rows(queues: QuerySet[Queue], *, now: datetime) -> list[dict[str, Any]]:
    """Queues with who waits and who could answer, as `GET /api/queues` shows them."""
    waiting: dict[int, Any] = {
        row["queue"]: row
        for row in QueueEntry.objects.filter(left_at=None, queue__in=queues)
        .values("queue")
        .annotate(waiting=Count("id"), oldest=Min("enqueued_at"))
    }
    ready = Q(agents__states__state=State.AVAILABLE, agents__states__ended_at=None)
    counted = queues.annotate(ready=Count("agents", filter=ready, distinct=True))
    return [_queue_row(queue, waiting.get(queue.id), now) for queue in counted]


def _queue_row(queue: Any, waiting: dict[str, Any] | None, now: datetime) -> dict[str, Any]:
    longest = int((now - waiting["oldest"]).total_seconds()) if waiting else 0
    return {
        "id": queue.id,
        "name": queue.name,
        "waiting": waiting["waiting"] if waiting else 0,
        "longest_wait_s": max(longest, 0),
        "agents_available": queue.ready,
    }


def queues_of(user: User) -> QuerySet[Queue]:
    """An agent sees the queues they serve, a supervisor those of their teams, an operator all."""
    if user.is_superuser:
        return Queue.objects.all()
    mine = Q(agents__user=user) | Q(agents__team__supervisors=user)
    # Nested, for the join that finds a queue must not narrow a later count of its agents.
    return Queue.objects.filter(id__in=Queue.objects.filter(mine).values("id"))


def calls_of(user: User) -> QuerySet[Call]:
    """Agents see their own calls, supervisors those of their teams and those in no queue yet."""
    if user.is_superuser:
        return Call.objects.all()
    seen = Q(legs__agent__user=user)
    if user.teams.exists():
        seen |= Q(legs__agent__team__supervisors=user) | Q(entries=None)
        seen |= Q(entries__agent__team__supervisors=user)
        seen |= Q(entries__queue__agents__team__supervisors=user)
    return Call.objects.filter(seen).distinct()


def call_of(user: User, *, call_id: int) -> Call:
    """One call that this user may see, or NoSuchCall."""
    found = calls_of(user).filter(id=call_id).first()
    if found is None:
        raise NoSuchCall("There is no such call.")
    return found


def call_row(call: Call) -> dict[str, Any]:
    """A call with its legs, offers and events, as `GET /api/calls/{id}` shows it."""
    offers = Offer.objects.filter(entry__call=call).select_related("agent__user")
    return {
        "id": call.id,
        "direction": call.direction,
        "state": call.state,
        "outcome": call.outcome or None,
        "from": call.from_number,
        "to": call.to_number,
        "queue": call.queue.name if call.queue else None,
        "enqueued_at": call.enqueued_at,
        "answered_at": call.answered_at,
        "ended_at": call.ended_at,
        "hung_up_by": call.hung_up_by or None,
        "room": call.room_name() if call.room else None,
        "legs": [_leg_row(leg) for leg in call.legs.select_related("agent")],
        "offers": [
            {
                "id": offer.id,
                "agent": str(offer.agent),
                "state": offer.state,
                "cause": offer.cause or None,
                "at": offer.offered_at,
            }
            for offer in offers
        ],
        "events": list(call.events.values("version", "type", "at", "actor", "reason", "data")),
    }


def _leg_row(leg: Leg) -> dict[str, Any]:
    return {
        "id": leg.id,
        "kind": leg.kind,
        "user": leg.agent.vonage_user if leg.agent else None,
        "uuid": leg.uuid,
        "state": leg.state,
        "room": leg.room or None,
    }


@dataclass(frozen=True, slots=True)
class Pictures:
    """What consoles show: agents by id, and rows of queues."""

    agents: dict[int, dict[str, Any]]
    queues: list[dict[str, Any]]


def pictures(*, agent_ids: Iterable[int], queue_ids: Iterable[int], now: datetime) -> Pictures:
    return Pictures(
        agents={agent_id: me(agent_id=agent_id) for agent_id in agent_ids},
        queues=queue_rows(Queue.objects.filter(id__in=queue_ids), now=now) if queue_ids else [],
    )


def console(*, agent_id: int, now: datetime) -> Pictures:
    """Everything an open console needs to draw itself."""
    queues = Queue.objects.filter(agents=agent_id).values_list("id", flat=True)
    return pictures(agent_ids=[agent_id], queue_ids=list(queues), now=now)
