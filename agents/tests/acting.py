"""What agents do and what is known of them, in one line each; time starts at noon."""

from datetime import UTC, datetime, timedelta

from agents import services
from agents.models import AgentState

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
HELD = ["offered", "busy"]


def after(seconds):
    return NOON + timedelta(seconds=seconds)


def choose(agent, state="available", *, at=NOON, reason=""):
    services.choose(
        agent_id=agent.id, state=state, reason=reason, actor=agent.user.username, now=at
    )


def hold(agent, state, *, at=NOON):
    """Bring an agent into a state in which a call, or the work after one, holds them."""
    choose(agent, at=at)
    services.reserve(agent_id=agent.id, now=at)
    if state != "offered":
        services.occupy(agent_id=agent.id, now=at)
    if state == "wrap_up":
        services.wrap_up(agent_id=agent.id, until=at + timedelta(seconds=30), now=at)


def running(agent):
    return AgentState.objects.get(agent=agent, ended_at=None)


def log(agent):
    """(state, seconds after noon at which it began) of every interval that lasted."""
    rows = AgentState.objects.filter(agent=agent).exclude(ended_at=NOON)
    return [(row.state, (row.started_at - NOON).total_seconds()) for row in rows]


def again(agent):
    agent.refresh_from_db()
    return agent
