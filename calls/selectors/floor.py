"""What routing and the router's deadlines are worked out from."""

from datetime import datetime, timedelta

from django.db.models import Q

from agents import selectors as agents
from agents.models import Agent
from agents.selectors import Standing
from agents.states import State
from calls.models import Leg, Offer, Queue, QueueEntry
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
    for standing in agents.standings(now=now):
        excluded = _excluded(standing, now)
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


def _excluded(standing: Standing, now: datetime) -> str:
    """What an agent does instead of waiting for a call; empty: nothing."""
    if standing.state != State.AVAILABLE:
        return str(standing.state)
    if standing.is_gone:
        return "console gone"
    return "paused" if standing.paused_until and standing.paused_until > now else ""


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


def unattended_offers(*, now: datetime) -> list[int]:
    """Pending offers that ring at a console which has gone."""
    gone = Offer.objects.filter(state=OfferState.PENDING, agent__console_until__lte=now)
    return list(gone.values_list("id", flat=True))


def overdue_entries(*, now: datetime) -> list[int]:
    """Waits that have lasted too long; one that is being offered waits for the outcome."""
    due = QueueEntry.objects.filter(left_at=None, give_up_at__lte=now, call__state="queued")
    return list(due.values_list("id", flat=True))
