"""Agents' own pictures: what they are doing, what is offered to them, the call they are in."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from agents.models import Agent, AgentState
from agents.states import State
from calls.days import midnight
from calls.selectors.me.after import last_offers, missed, wrap_ups
from calls.selectors.me.lately import in_vain, not_reached, taken_over, taking
from calls.selectors.me.ringing import offers_to, taken_from, withdrawn
from calls.selectors.me.standing import Reasons, standing
from calls.selectors.me.talk import calls_of, supervisions_of
from calls.selectors.outcomes import lacking, missing_outcomes
from contactcenter.prepared import Checks

Row = dict[str, Any]
# What is asked for every agent of whom anything is new, and hardly ever there.
RARE = Checks(
    {"taken": withdrawn, "not_reached": in_vain, "taken_over": taking, "outcomes": lacking}
)


def me(*, agent_id: int, now: datetime) -> Row:
    """An agent's own picture, as `GET /api/agents/me` and the console show it."""
    agent = Agent.objects.select_related("user").get(id=agent_id)
    return own_pictures([agent], now=now)[agent_id]


def own_pictures(agents: Collection[Agent], *, now: datetime) -> dict[int, Row]:
    """The pictures of many agents, by their ids, in a number of queries that does not grow."""
    ids = [agent.id for agent in agents]
    rows = AgentState.objects.filter(agent__in=ids, ended_at=None)
    states = {row.agent_id: row for row in rows}
    reasons = Reasons(states.values())
    # A state says what holds the agent, so nothing is looked for where nothing can be.
    offers = offers_to(_those_in(State.OFFERED, states))
    busy = _those_in(State.BUSY, states)
    calls = calls_of(busy, now=now)
    alone = [agent_id for agent_id in busy if agent_id not in calls]
    listening = supervisions_of(alone, now=now)
    wrapping, aside = (_those_in(one, states) for one in (State.WRAP_UP, State.MISSED))
    last = last_offers(wrapping=wrapping, aside=aside)
    after = wrap_ups([agent for agent in agents if agent.id in wrapping], last)
    unanswered = missed(aside, states, last)
    rare = RARE.found(agents=ids, now=now, midnight=midnight(now)) if ids else frozenset()
    taken = taken_from(ids, now=now) if "taken" in rare else {}
    unreached = not_reached(ids, now=now) if "not_reached" in rare else {}
    away = taken_over(ids, now=now) if "taken_over" in rare else {}
    missing = missing_outcomes(ids, now=now) if "outcomes" in rare else {}
    return {
        agent.id: {
            **standing(agent, states.get(agent.id), reasons),
            "offer": offers.get(agent.id),
            "call": calls.get(agent.id),
            "supervision": listening.get(agent.id),
            "wrap_up": after.get(agent.id),
            "missed": unanswered.get(agent.id),
            "taken": taken.get(agent.id),
            "not_reached": unreached.get(agent.id),
            "taken_over": away.get(agent.id),
            "outcomes": len(missing.get(agent.id, ())),
        }
        for agent in agents
    }


def _those_in(state: State, states: Mapping[int, AgentState]) -> list[int]:
    return [agent_id for agent_id, row in states.items() if row.state == state]
