"""The agents, as routing sees them."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.fields import CharField, IntegerField
from django.db.models.functions import Coalesce

from agents.models import AgentSkill, AgentState
from agents.phones import CLOSED_LEASE
from agents.states import State
from calls.models import Leg, QueueAssignment, QueueEntry, waits
from calls.routing import Candidate, Idle, Waiting
from calls.selectors.floor.waits import Rows
from calls.states import LegState, Strategy

# By agent: the queues they serve, their places there, and when they had their last turn.
Assigned = tuple[dict[int, frozenset[int]], dict[int, dict[int, int]], dict[int, dict[int, float]]]
ASSIGNMENT = ("agent_id", "queue_id", "position", "last_offered_at")
SINCE = Coalesce("agent__idle_since", "started_at")
NO_ENTRY = Value(None, output_field=IntegerField())


def standing_of_agents(*, now: datetime) -> QuerySet[Any]:
    """Everybody's running state, with what keeps them from being given a call as `excluded`.

    Empty: they could be given one now. Routing, counts of agents and explanations all ask here.
    """
    busy = When(~Q(state=State.AVAILABLE), then=F("state"))
    excluded = Case(busy, *_obstacles(now), default=Value(""), output_field=CharField())
    return AgentState.objects.filter(ended_at=None).order_by().annotate(excluded=excluded)


def _obstacles(now: datetime) -> list[When]:
    """What keeps agents from every call, whatever they do."""
    legs = Leg.objects.filter(agent=OuterRef("agent"))  # of any kind
    return [
        When(agent__console_until__lte=now + CLOSED_LEASE, then=Value("console gone")),
        When(agent__no_offer_until__gt=now, then=Value("paused")),
        # The database would refuse them another leg.
        When(Exists(legs.exclude(state=LegState.ENDED)), then=Value("last leg not ended")),
    ]


def ready_agents(*, now: datetime) -> QuerySet[Any]:
    """The running states of those who could be given a call now.

    For some a call waits again that they had last, as the entry `only`: they may be given this one,
    and no other before it. In the work after it too, if they want to be available then.
    """
    back = QueueEntry.objects.filter(
        agent=OuterRef("agent"), left_at=None, call=Subquery(waits.last_call(OuterRef("agent")))
    )
    may_have_it = Q(state__in=[State.AVAILABLE, State.WRAP_UP], agent__choice=State.AVAILABLE)
    only = Case(When(may_have_it, then=Subquery(back.values("id")[:1])), default=None)
    excluded = Case(*_obstacles(now), default=Value(""), output_field=CharField())
    running = AgentState.objects.filter(ended_at=None).order_by()
    found = running.annotate(only=only).filter(Q(state=State.AVAILABLE) | Q(only__isnull=False))
    return found.annotate(excluded=excluded).filter(excluded="")


def candidates(
    *, now: datetime, calls: Collection[Waiting] | None = None, with_offline: bool = False
) -> list[Candidate]:
    """Everybody who is logged in, with what keeps them from a call; no names.

    `calls`: only what decides on these is looked up.
    """
    states = standing_of_agents(now=now)
    if not with_offline:
        states = states.exclude(state=State.OFFLINE)
    rows = states.values_list("agent_id", SINCE, "excluded", NO_ENTRY)
    assigned = QueueAssignment.objects.all()
    if calls is not None:
        assigned = assigned.filter(queue__in={call.queue_id for call in calls})
    found = assigned.order_by().values_list(*ASSIGNMENT)
    return people_of(rows, assigned_to(found), skills_for(calls))


def people_of(rows: Rows, assigned: Assigned, skills: dict[int, dict[int, int]]) -> list[Candidate]:
    """The agents of these rows: id, idle since, what keeps them, the only entry for them."""
    queues, places, turns = assigned
    nowhere: frozenset[int] = frozenset()
    return [
        Candidate(
            agent_id,
            idle_since.timestamp(),
            queues.get(agent_id, nowhere) if only is None else nowhere,
            skills.get(agent_id, {}),
            places.get(agent_id, {}),
            turns.get(agent_id, {}),
            only_entry_id=only,
            excluded=excluded,
        )
        for agent_id, idle_since, excluded, only in rows
    ]


def idle(known: Iterable[Candidate]) -> list[Idle]:
    return [one for one in known if not one.excluded]


def assigned_to(found: Rows) -> Assigned:
    """By agent: the queues they serve, their places there, and when they had their last turn."""
    queues: dict[int, set[int]] = {}
    places: dict[int, dict[int, int]] = {}
    turns: dict[int, dict[int, float]] = {}
    for agent_id, queue_id, position, last_offered_at in found:
        queues.setdefault(agent_id, set()).add(queue_id)
        places.setdefault(agent_id, {})[queue_id] = position
        if last_offered_at:
            turns.setdefault(agent_id, {})[queue_id] = last_offered_at.timestamp()
    return {agent: frozenset(ids) for agent, ids in queues.items()}, places, turns


def queues_by_agent() -> dict[int, frozenset[int]]:
    return assigned_to(QueueAssignment.objects.order_by().values_list(*ASSIGNMENT))[0]


def skills_for(
    calls: Collection[Waiting] | None, *, agents: Collection[int] | None = None
) -> dict[int, dict[int, int]]:
    """By agent: what they can, if any of these calls asks for it."""
    if calls is not None and not any(_asks_for_skills(call) for call in calls):
        return {}
    skills: dict[int, dict[int, int]] = {}
    had = (
        AgentSkill.objects.all() if agents is None else AgentSkill.objects.filter(agent__in=agents)
    )
    for agent_id, skill_id, level in had.order_by().values_list("agent_id", "skill_id", "level"):
        skills.setdefault(agent_id, {})[skill_id] = level
    return skills


def _asks_for_skills(call: Waiting) -> bool:
    return bool(call.needs) or call.strategy == Strategy.LEAST_SKILLED
