"""What open consoles show: their agent, the queues they serve, and who else serves these."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db.models import FilteredRelation, Q

from agents.models import Agent, StateReason
from agents.phones import Phone, phone_of
from agents.states import State
from calls.models import Queue
from calls.selectors.floor import queues_by_agent
from calls.selectors.me import own_pictures
from calls.selectors.queues import queue_rows

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
    now: datetime,
) -> Pictures:
    """The pictures of these agents, and the rows of these queues and people."""
    own = Agent.objects.filter(id__in=agent_ids).select_related("user") if agent_ids else ()
    agents = list(own)
    return Pictures(
        now=now,
        agents=own_pictures(agents) if agents else {},
        phones={agent.id: phone_of(agent) for agent in agents},
        queues=queue_rows(Queue.objects.filter(id__in=queue_ids), now=now) if queue_ids else [],
        people=people_rows(people) if people else {},
    )


def news(
    *,
    agents: frozenset[int],
    queues: frozenset[int],
    shown_to: Collection[int],
    circle: Circle,
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
        now=now,
    )


def scenes(*, agent_ids: Collection[int], now: datetime) -> tuple[Pictures, dict[int, Scene]]:
    """Everything that the consoles of these agents need to draw themselves; who is gone has none.

    Those of one circle share their scene.
    """
    served = queues_by_agent()
    circles_now = _circles(served, agent_ids)
    together = set(circles_now.values())
    found = pictures(
        agent_ids=agent_ids,
        queue_ids=frozenset().union(*(circle.queues for circle in together)),
        people=frozenset().union(*(circle.people for circle in together)),
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
    return _circles(queues_by_agent(), agent_ids)


def _circles(queues: Mapping[int, frozenset[int]], agent_ids: Iterable[int]) -> dict[int, Circle]:
    @cache
    def circle_of(served: frozenset[int]) -> Circle:
        return Circle(
            served, frozenset(agent_id for agent_id, ids in queues.items() if ids & served)
        )

    return {agent_id: circle_of(queues.get(agent_id, frozenset())) for agent_id in agent_ids}


def people_rows(agent_ids: Collection[int]) -> dict[int, Row]:
    """Colleagues by id: what they are doing, why and since when."""
    running = FilteredRelation("states", condition=Q(states__ended_at=None))
    rows = list(
        Agent.objects.annotate(now=running)
        .filter(id__in=agent_ids)
        .values_list(
            *("id", "user__first_name", "user__last_name", "user__username"),
            *("now__state", "now__reason", "now__started_at"),
        )
    )
    labels = {}
    if any(reason for *_, reason, _ in rows):
        labels = dict(StateReason.objects.values_list("code", "label"))
    return {
        agent_id: {
            "id": agent_id,
            "name": f"{first} {last}".strip() or username,
            "state": state or State.OFFLINE,
            "reason": labels.get(reason),
            "since": since,
        }
        for agent_id, first, last, username, state, reason, since in rows
    }
