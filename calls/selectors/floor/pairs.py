"""Calls that wait and agents who are ready, as far as they could come together."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q, QuerySet

from agents.models import AgentState
from agents.states import State
from calls.models import QueueAssignment, QueueEntry
from calls.routing import Candidate, Waiting
from calls.selectors.floor.people import (
    ASSIGNMENT,
    SINCE,
    assigned_to,
    people_of,
    ready_agents,
    skills_for,
    standing_of_agents,
)
from calls.selectors.floor.waits import ROW, entries_to_offer, waiting_calls
from contactcenter.prepared import Prepared, given, given_list

NO_QUEUE = 0
NOW = given("now")
READY = Prepared(lambda: ready_agents(now=NOW).values_list("agent_id", SINCE, "excluded", "only"))
SERVED = Prepared(
    lambda: (
        QueueAssignment.objects.filter(
            agent__in=given_list("agents"),
            queue__in=entries_to_offer(now=NOW).order_by().values("queue"),
        )
        .order_by()
        .values_list(*ASSIGNMENT)
    )
)
THEIRS = Prepared(
    lambda: (
        entries_to_offer(now=NOW)
        .filter(Q(queue__in=given_list("queues")) | Q(agent__in=given_list("agents")))
        .order_by()
        .values_list("is_virtual", *ROW)
    )
)


def ready_floor(
    *, now: datetime, closed: Collection[int] = ()
) -> tuple[list[Waiting], list[Candidate]]:
    """The calls that wait and the agents who are ready, as far as they could come together.

    Callbacks of `closed` queues are left out. What it reads grows with who is ready.
    """
    rows = READY.rows(now=now)
    if not rows:
        return [], []
    ready = [row[0] for row in rows]
    assigned = assigned_to(SERVED.rows(agents=ready, now=now))
    served = frozenset().union(*assigned[0].values()) or {NO_QUEUE}
    theirs = THEIRS.rows(queues=served, agents=ready, now=now)
    calls = waiting_calls(
        tuple(row) for is_virtual, *row in theirs if not (is_virtual and row[2] in closed)
    )
    return calls, people_of(rows, assigned, skills_for(calls, agents=ready))


SERVING = Prepared(
    lambda: (
        QueueAssignment.objects.filter(queue__in=given_list("queues"))
        .order_by()
        .values_list("agent_id", "queue_id")
    )
)
STANDING = Prepared(
    lambda: (
        standing_of_agents(now=NOW)
        .exclude(state=State.OFFLINE)
        .filter(agent__in=given_list("agents"))
        .values_list("agent_id", "excluded")
    )
)
LOGGED_IN = Prepared(
    lambda: (
        AgentState.objects.filter(ended_at=None)
        .exclude(state=State.OFFLINE)
        .order_by()
        .values_list("agent_id")
    )
)


def kept_back(
    *, now: datetime, calls: Collection[Waiting], ready: Collection[int]
) -> tuple[list[Candidate], int]:
    """Who else serves these calls' queues, with what keeps them; how many others are logged in.

    For explanations. It is read after the decision: who came free since was not ready for it.
    """
    queue_ids = {call.queue_id for call in calls if call.queue_id} or {NO_QUEUE}
    queues: dict[int, set[int]] = {}
    for agent_id, queue_id in SERVING.rows(queues=queue_ids):
        if agent_id not in ready:
            queues.setdefault(agent_id, set()).add(queue_id)
    skills = skills_for(calls)
    serving = [
        Candidate(
            agent_id,
            now.timestamp(),
            frozenset(queues[agent_id]),
            skills.get(agent_id, {}),
            excluded=excluded or "not free yet",
        )
        for agent_id, excluded in (STANDING.rows(now=now, agents=queues) if queues else ())
    ]
    present = {agent_id for (agent_id,) in LOGGED_IN.rows()}
    return serving, len(present.difference(queues, ready))


def _pairs(now: datetime) -> QuerySet[QueueEntry]:
    ready = ready_agents(now=now).values("agent")
    served = QueueAssignment.objects.filter(agent__in=ready).order_by().values("queue")
    return entries_to_offer(now=now).filter(Q(queue__in=served) | Q(agent__in=ready))


COULD_PAIR = Prepared(lambda: _pairs(NOW).order_by().values_list("id")[:1])


def could_pair(*, now: datetime) -> bool:
    """Whether anybody waits in a queue, or for an agent, where somebody is idle: a cheap look."""
    return bool(COULD_PAIR.rows(now=now))
