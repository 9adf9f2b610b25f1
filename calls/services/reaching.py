"""Whether an agent can be rung just now. Reads, inside a service."""

from datetime import datetime

from agents import selectors as agents
from agents.errors import AgentBusy
from agents.models import Agent
from agents.states import State
from calls.models import Call, Leg, waits
from calls.states import LegState

# What an agent does instead of waiting for a call.
DOING = {
    State.OFFLINE: "is offline",
    State.ON_BREAK: "is on a break",
    State.MISSED: "has missed a call and is not back yet",
    State.OFFERED: "is being rung for another call",
    State.BUSY: "is in a call",
    State.WRAP_UP: "is still busy with the call before",
}


def why_not(agent_id: int, *, now: datetime) -> str:
    """Why the agent cannot be rung just now, as a sentence; "" if they can."""
    standing = agents.standing_of(agent_id=agent_id, now=now)
    name = agents.name_of(agent_id=agent_id)
    if standing.state != State.AVAILABLE:
        return f"{name} {DOING[standing.state]}."
    if standing.is_gone:
        return f"{name} has no console open."
    if standing.paused_until and standing.paused_until > now:
        return f"{name} has just turned a call down; please try again in a few seconds."
    if _has_leg(agent_id):
        return f"{name} {DOING[State.BUSY]}."
    return ""


def may_come_back(agent_id: int, call: Call, *, now: datetime) -> bool:
    """Whether the agent who handed this call on can be rung for it again.

    Also in the work after this very call, or while they are just leaving it, if they want to be
    available afterwards.
    """
    standing = agents.standing_of(agent_id=agent_id, now=now)
    if standing.state not in {State.WRAP_UP, State.BUSY}:
        return not why_not(agent_id, now=now)
    if standing.is_gone or not had_last(agent_id, call):
        return False
    legs = Leg.objects.filter(agent=agent_id).exclude(state=LegState.ENDED)
    stays = legs.exclude(call=call, on_purpose=True).exists()
    return not stays and Agent.objects.filter(id=agent_id, choice=State.AVAILABLE).exists()


def had_last(agent_id: int, call: Call) -> bool:
    """Whether this call is the last that the agent had: work after a call is the work after it."""
    return waits.last_call(agent_id).first() == call.id


def check_phone(agent_id: int) -> None:
    """AgentBusy while an earlier call of this agent, who is held, has not quite ended."""
    if _has_leg(agent_id):
        raise AgentBusy("The last call on this phone is just ending; try again in a second.")


def _has_leg(agent_id: int) -> bool:
    return Leg.objects.filter(agent=agent_id).exclude(state=LegState.ENDED).exists()
