"""Holding many agents for offers at once, inside a service of `calls`."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q
from django.db.models.functions import Greatest

from agents import phones
from agents.models import Agent, AgentState
from agents.states import State
from contactcenter.prepared import Prepared, given, given_list

HOLD = Prepared(
    lambda: (
        Agent.objects.select_for_update(skip_locked=True)
        .filter(id__in=given_list("ids"))
        .order_by()
    )
)
MAY_BE_HELD = Prepared(
    lambda: AgentState.objects.filter(
        Q(state=State.AVAILABLE)
        # They may have chosen something else for afterwards since they were thought of.
        | Q(
            state=State.WRAP_UP,
            agent__in=given_list("in_wrap_up"),
            agent__choice=State.AVAILABLE,
        ),
        agent__in=given_list("ids"),
        ended_at=None,
    )
)
NOBODY = 0
END = Prepared(
    lambda: AgentState.objects.filter(id__in=given_list("ids")),
    ended_at=Greatest("started_at", given("now")),
)


def reserve_all(
    *, agent_ids: Collection[int], in_wrap_up: Collection[int] = (), now: datetime
) -> dict[int, Agent]:
    """Hold those of these agents who are available for an offer each; the others are left out.

    So are agents whom somebody else is changing at this moment: nobody is waited for. `in_wrap_up`:
    those who may be held for theirs although the work after a call holds them.
    """
    if not agent_ids:
        return {}
    rows = HOLD.objects(Agent, ids=agent_ids)
    agents = {agent.id: agent for agent in rows if _may_be_rung(agent, now)}
    after = in_wrap_up or (NOBODY,)
    running = MAY_BE_HELD.objects(AgentState, ids=agents, in_wrap_up=after) if agents else []
    if running:
        END.update(ids=[row.id for row in running], now=now)
    AgentState.objects.bulk_create(
        AgentState(agent_id=row.agent_id, state=State.OFFERED, started_at=max(now, row.started_at))
        for row in running
    )
    return {row.agent_id: agents[row.agent_id] for row in running}


def _may_be_rung(agent: Agent, now: datetime) -> bool:
    is_paused = agent.no_offer_until is not None and agent.no_offer_until > now
    return not is_paused and not phones.is_gone(agent, now=now)
