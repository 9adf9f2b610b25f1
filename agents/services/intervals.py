"""An agent's log of intervals, and the choice that shows when nothing holds them.

All of it runs inside a service.
"""

from datetime import datetime

from agents.models import Agent, AgentState
from agents.states import State


def open_state(agent: Agent, *, now: datetime) -> AgentState:
    """The agent's running interval; an agent who never had one begins offline."""
    return AgentState.objects.get_or_create(
        agent=agent, ended_at=None, defaults={"state": State.OFFLINE, "started_at": now}
    )[0]


def locked(agent_id: int) -> Agent:
    return Agent.objects.select_for_update().get(id=agent_id)


def enter(agent: Agent, state: State, *, at: datetime, reason: str = "", actor: str = "") -> None:
    """Close the running interval at `at` and open the next. The same again changes nothing."""
    running = open_state(agent, now=at)
    if (running.state, running.reason) == (state, reason):
        return
    at = max(at, running.started_at)
    AgentState.objects.filter(id=running.id).update(ended_at=at)
    AgentState.objects.create(agent=agent, state=state, reason=reason, actor=actor, started_at=at)


def settle(agent: Agent, *, at: datetime) -> None:
    """Show the agent's own choice again, now that nothing holds them."""
    enter(agent, State(agent.choice), at=at, reason=agent.choice_reason, actor=agent.choice_actor)


def resume(agent: Agent, *, at: datetime) -> None:
    """An offer is over: back to the wrap-up that it broke into, if that runs still; else settle."""
    until = agent.wrap_up_until
    if until is not None and until > at:
        enter(agent, State.WRAP_UP, at=at)
        return
    if until is not None:
        Agent.objects.filter(id=agent.id).update(wrap_up_until=None, idle_since=until)
    settle(agent, at=at)


def set_choice(agent: Agent, choice: State, *, reason: str = "", actor: str = "") -> None:
    agent.choice, agent.choice_reason, agent.choice_actor = choice, reason, actor
    agent.save(update_fields=["choice", "choice_reason", "choice_actor"])
