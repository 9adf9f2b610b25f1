"""What open consoles show: their agent, the queues they serve, and who else serves these."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from django.db.models import FilteredRelation, Q, QuerySet

from agents.models import Agent, StateReason
from agents.phones import Phone, phone_of
from agents.states import State
from calls.models import Leg, Queue, QueueAssignment
from calls.selectors.coaching import Can, coaching
from calls.selectors.me import own_pictures
from calls.selectors.queues import queue_rows
from calls.states import LegState, OfferState
from contactcenter.prepared import Prepared, given_list

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Circle:
    """Whom and what one console shows, by id: queues, and everybody who serves one of them."""

    queues: frozenset[int] = frozenset()
    people: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Pictures:
    """What many consoles show, as it was at `now`."""

    now: datetime
    agents: dict[int, Row]  # own pictures
    phones: dict[int, Phone]
    queues: list[Row]
    people: dict[int, Row]
    can: dict[int, dict[int, Can]] = field(default_factory=dict)  # by coach, then by colleague


@dataclass(frozen=True, slots=True)
class Scene:
    """All that the consoles of one circle have in common."""

    circle: Circle
    queues: list[Row]
    people: list[Row]  # with the names of the queues they serve


def pictures(
    *,
    agent_ids: Collection[int],
    queue_ids: Collection[int],
    people: Collection[int],
    coached: Collection[int] | None = None,
    coaches: Collection[int] = (),
    now: datetime,
) -> Pictures:
    """The pictures of these agents, and the rows of these queues and people.

    `coaches`: those of them who may coach, and are told which of `coached` (of these people).
    """
    own = Agent.objects.filter(id__in=agent_ids).select_related("user") if agent_ids else ()
    agents = list(own)
    return Pictures(
        now=now,
        agents=own_pictures(agents, now=now) if agents else {},
        phones={agent.id: phone_of(agent) for agent in agents},
        queues=queue_rows(Queue.objects.filter(id__in=queue_ids), now=now) if queue_ids else [],
        people=people_rows(people) if people else {},
        can=coaching(coaches, people if coached is None else coached) if coaches else {},
    )


def news(
    *,
    agents: frozenset[int],
    queues: frozenset[int],
    shown_to: Collection[int],
    circle: Circle,
    coaches: Collection[int] = (),
    now: datetime,
) -> Pictures:
    """What is shown of these changed agents and queues, to `shown_to` and within the circle.

    What an agent does shows in every queue they serve.
    """
    pairs = Queue.agents.through.objects.filter(agent__in=agents)
    served = pairs.values_list("queue", flat=True) if agents else ()
    return pictures(
        agent_ids=agents.intersection(shown_to),
        queue_ids=queues.union(served) & circle.queues,
        people=agents & circle.people,
        coached=circle.people,
        coaches=coaches if agents else (),
        now=now,
    )


def scenes(
    *, agent_ids: Collection[int], coaches: Collection[int] = (), now: datetime
) -> tuple[Pictures, dict[int, Scene]]:
    """Everything that the consoles of these agents need to draw themselves; who is gone has none.

    Those of one circle share their scene.
    """
    served = _queues_by_agent()
    circles_now = _circles(served, agent_ids)
    together = set(circles_now.values())
    found = pictures(
        agent_ids=agent_ids,
        queue_ids=frozenset().union(*(circle.queues for circle in together)),
        people=frozenset().union(*(circle.people for circle in together)),
        coaches=coaches,
        now=now,
    )

    @cache
    def scene_of(circle: Circle) -> Scene:
        queues = [row for row in found.queues if row["id"] in circle.queues]
        people = [row for agent_id, row in found.people.items() if agent_id in circle.people]
        return Scene(circle, queues, [_with_queues(row, queues, served) for row in people])

    return found, {agent_id: scene_of(circles_now[agent_id]) for agent_id in found.agents}


def _with_queues(row: Row, queues: Iterable[Row], served: Mapping[int, frozenset[int]]) -> Row:
    return row | {"queues": [one["name"] for one in queues if one["id"] in served[row["id"]]]}


def circles(*, agent_ids: Iterable[int]) -> dict[int, Circle]:
    """The circle of each of these agents; those who serve the same queues share one."""
    return _circles(_queues_by_agent(), agent_ids)


def _queues_by_agent() -> dict[int, frozenset[int]]:
    pairs: dict[int, set[int]] = {}
    for agent_id, queue_id in QueueAssignment.objects.order_by().values_list("agent", "queue"):
        pairs.setdefault(agent_id, set()).add(queue_id)
    return {agent_id: frozenset(ids) for agent_id, ids in pairs.items()}


def _circles(queues: Mapping[int, frozenset[int]], agent_ids: Iterable[int]) -> dict[int, Circle]:
    @cache
    def circle_of(served: frozenset[int]) -> Circle:
        return Circle(
            served, frozenset(agent_id for agent_id, ids in queues.items() if ids & served)
        )

    return {agent_id: circle_of(queues.get(agent_id, frozenset())) for agent_id in agent_ids}


def calls_of_people(agent_ids: Collection[int]) -> dict[int, int]:
    """By agent: the id of the call that they are in."""
    if not agent_ids:
        return {}
    return dict(IN_CALLS.rows(agents=agent_ids))


IN_CALLS = Prepared(
    lambda: (
        Leg.objects.filter(agent__in=given_list("agents"), offer__state=OfferState.ACCEPTED)
        .exclude(state=LegState.ENDED)
        .values_list("agent", "call")
    )
)


def people_rows(agent_ids: Collection[int]) -> dict[int, Row]:
    """Colleagues by id: what they are doing, why and since when."""
    rows = PEOPLE.rows(agents=agent_ids)
    calls = calls_of_people([one[0] for one in rows if one[4] == State.BUSY])
    labels = {}
    if any(reason for *_, reason, _, _ in rows):
        labels = dict(StateReason.objects.values_list("code", "label"))
    return {
        agent_id: {
            "id": agent_id,
            "name": f"{first} {last}".strip() or username,
            "state": state or State.OFFLINE,
            "reason": labels.get(reason),
            "since": since,
            "call": calls.get(agent_id),
            # The router's order; whoever is not available has no place in it.
            "idle_since": (idle_since or since) if state == State.AVAILABLE else None,
        }
        for agent_id, first, last, username, state, reason, since, idle_since in rows
    }


def _people() -> QuerySet[Any]:
    running = FilteredRelation("states", condition=Q(states__ended_at=None))
    people = Agent.objects.annotate(now=running).filter(id__in=given_list("agents"))
    return people.values_list(
        *("id", "user__first_name", "user__last_name", "user__username"),
        *("now__state", "now__reason", "now__started_at", "idle_since"),
    )


PEOPLE = Prepared(_people)
