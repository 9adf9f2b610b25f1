"""Agents who make a call of their own. Runs inside a service of `calls`, which dials."""

from datetime import datetime

from agents import phones
from agents.errors import AgentBusy
from agents.models import Agent
from agents.services.choosing import HELD
from agents.services.intervals import enter, locked, open_state
from agents.states import State


def begin_call(*, agent_id: int, rings: bool, now: datetime) -> Agent:
    """Hold an agent for their own call, or AgentBusy. It ends a wrap-up, and no break.

    `rings`: their phone is to be rung first, as if they were offered a call; else their console
    begins it, and they are busy at once. Afterwards they are where they have chosen to be.
    """
    agent = locked(agent_id)
    state = open_state(agent, now=now).state
    if state in HELD:
        raise AgentBusy("A call holds you; finish it first.")
    if rings and (state == State.OFFLINE or phones.is_gone(agent, now=now)):
        raise AgentBusy("You have no console open, so your phone cannot be rung.")
    Agent.objects.filter(id=agent_id).update(
        wrap_up_until=None, **({} if rings else {"failures_in_a_row": 0, "idle_since": None})
    )
    agent.wrap_up_until = None
    enter(agent, State.OFFERED if rings else State.BUSY, at=now)
    return agent
