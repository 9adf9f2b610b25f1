"""Whether an agent's console is there, and what its absence means.

`beat` and `release_lapsed` are whole services; `lose` runs inside one of `calls`.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from agents import phones
from agents.models import Agent
from agents.services.intervals import enter, locked, open_state, set_choice, settle
from agents.states import State, SystemReason

ABSENCE = timedelta(minutes=5)  # who was lost for longer chooses anew


def lose(*, agent_id: int, now: datetime) -> None:
    """The agent's leg broke off: offline until their console is heard of again."""
    agent = locked(agent_id)
    Agent.objects.filter(id=agent_id).update(lost_at=now, idle_since=now, wrap_up_until=None)
    enter(agent, State.OFFLINE, at=now, reason=SystemReason.CONNECTION_LOST)


@transaction.atomic(durable=True)
def beat(*, agent_id: int, epoch: int | None = None, now: datetime) -> bool:
    """The console is there: prolong its lease. True when this brought a lost agent back.

    `epoch` is the one with which this window holds the phone, or held it; see `phones.speaks_for`.
    Who was lost for longer than `ABSENCE` stays offline until they choose.
    """
    agent = locked(agent_id)
    if not phones.speaks_for(agent, epoch, now=now):
        return False
    until = now + phones.LEASE
    phone = {"phone_until": until} if epoch == agent.phone_epoch else {}
    Agent.objects.filter(id=agent_id).update(console_until=until, lost_at=None, **phone)
    if agent.lost_at is None:
        return False
    if now - agent.lost_at > ABSENCE:
        set_choice(agent, State.OFFLINE, reason=SystemReason.CONNECTION_LOST)
        return False
    Agent.objects.filter(id=agent_id, idle_since=None).update(idle_since=now)
    settle(agent, at=now)
    return True


def release_lapsed(*, now: datetime) -> list[int]:
    """Agents who wait for calls behind a console that has gone: offline. Returns their ids."""
    lapsed = Agent.objects.filter(
        console_until__lte=now, states__state=State.AVAILABLE, states__ended_at=None
    )
    return _release(lapsed, now=now) if lapsed.exists() else []


@transaction.atomic(durable=True)
def _release(lapsed: QuerySet[Agent], *, now: datetime) -> list[int]:
    locked_rows = lapsed.select_for_update(of=("self",))
    released = [
        agent for agent in locked_rows if open_state(agent, now=now).state == State.AVAILABLE
    ]
    for agent in released:
        ended_at = agent.console_until or now
        # Time behind a console that has gone is not idle time: it begins again with the return.
        Agent.objects.filter(id=agent.id).update(
            console_until=None, lost_at=ended_at, idle_since=None
        )
        enter(agent, State.OFFLINE, at=ended_at, reason=SystemReason.CONNECTION_LOST)
    return [agent.id for agent in released]
