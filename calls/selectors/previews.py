"""What routing would do with one waiting call now."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from agents.models import Agent, Skill, User
from calls import routing
from calls.models import QueueEntry
from calls.routing import Candidate, Preview, Waiting
from calls.selectors.floor import candidates, queues_by_agent, waiting_call
from contactcenter.prepared import Prepared, given_list


@dataclass(frozen=True, slots=True)
class Routing:
    """A waiting call as routing sees it, and every agent: their place, or what keeps them."""

    call: Waiting
    rows: list[Preview]
    skills: Mapping[int, str]


def routing_of(entry: QueueEntry, *, now: datetime) -> Routing:
    """The preview for an open entry, by the very rules that decide."""
    call = waiting_call(entry.id)
    return Routing(
        call=call,
        rows=routing.preview(call, _everybody(call, now=now), now=now.timestamp()),
        skills=dict(Skill.objects.values_list("id", "name")),
    )


def _everybody(call: Waiting, *, now: datetime) -> list[Candidate]:
    """All agents by name, also those who never logged in."""
    names = {agent.id: str(agent) for agent in Agent.objects.select_related("user")}
    known = candidates(now=now, calls=[call], with_offline=True)
    unknown = names.keys() - {one.agent_id for one in known}
    served = queues_by_agent() if unknown else {}
    never = [
        Candidate(agent_id, now.timestamp(), served.get(agent_id, frozenset()), excluded="offline")
        for agent_id in unknown
    ]
    return [replace(one, name=names[one.agent_id]) for one in [*known, *never]]


NAMES = Prepared(
    lambda: (
        User.objects.filter(agent__in=given_list("agents"))
        .order_by()
        .values_list("agent__id", "username", "first_name", "last_name")
    )
)


def names_of_agents(agent_ids: Collection[int]) -> dict[int, str]:
    """The names by which people know these agents; there is one at least."""
    return {
        agent_id: str(Agent(user=User(username=username, first_name=first, last_name=last)))
        for agent_id, username, first, last in NAMES.rows(agents=agent_ids)
    }
