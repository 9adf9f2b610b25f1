"""What supervisors do about an agent, and what listening to somebody's call does to themselves.

`set_state` and `end_wrap_up` are whole services. The others run inside a service of `calls`.
"""

from datetime import datetime

from django.db import transaction

from agents import phones
from agents.errors import AgentBusy, NotInWrapUp
from agents.models import Agent
from agents.services.choosing import HELD, check, put
from agents.services.intervals import enter, locked, open_state, set_choice, settle
from agents.states import STORED, State


@transaction.atomic(durable=True)
def set_state(*, agent_id: int, state: str, reason: str, actor: str, now: datetime) -> bool:
    """A supervisor says where the agent is. False: only once the call or wrap-up is over.

    Reason and actor are kept, and the agent is shown them.
    """
    check(state, reason)
    agent = locked(agent_id)
    if open_state(agent, now=now).state in (*HELD, State.WRAP_UP):
        set_choice(agent, State(state), reason=reason, actor=actor)
        return False
    if state == State.AVAILABLE and phones.is_gone(agent, now=now):
        raise AgentBusy(f"{agent} has no console open.")
    put(agent, State(state), reason=reason, actor=actor, now=now)
    return True


@transaction.atomic(durable=True)
def end_wrap_up(*, agent_id: int, actor: str, now: datetime) -> None:
    """A supervisor frees an agent from the work after a call, or NotInWrapUp."""
    agent = locked(agent_id)
    if open_state(agent, now=now).state != State.WRAP_UP:
        raise NotInWrapUp(f"{agent} is not in wrap-up.")
    Agent.objects.filter(id=agent_id).update(wrap_up_until=None, idle_since=now)
    enter(agent, State(agent.choice), at=now, reason=agent.choice_reason, actor=actor)


def begin_supervising(*, agent_id: int, now: datetime) -> None:
    """They go into somebody's call, from whatever they have chosen; or AgentBusy."""
    agent = locked(agent_id)
    if open_state(agent, now=now).state not in STORED:
        raise AgentBusy("You are in a call already, or have not finished the last one.")
    enter(agent, State.BUSY, at=now)


def end_supervising(*, agent_id: int, now: datetime) -> None:
    """Their leg has ended: back to their own choice, at the same place among those who wait."""
    agent = locked(agent_id)
    if open_state(agent, now=now).state == State.BUSY:
        settle(agent, at=now)
