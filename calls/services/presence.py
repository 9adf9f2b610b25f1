"""An agent's console: what they choose, and that it is there."""

from datetime import datetime

from agents import services as agents
from calls.broadcast import announce
from calls.models import Queue


def choose(*, agent_id: int, state: str, reason: str, actor: str, now: datetime) -> None:
    """The agent chooses a state; their queues see it."""
    agents.choose(agent_id=agent_id, state=state, reason=reason, actor=actor, now=now)
    announce(agents=[agent_id], queues=_queues(agent_id))


def beat(*, agent_id: int, now: datetime) -> None:
    """The console is alive; one that comes back after a broken call is told so."""
    if agents.beat(agent_id=agent_id, now=now):
        announce(agents=[agent_id], queues=_queues(agent_id))


def _queues(agent_id: int) -> list[int]:
    return list(Queue.objects.filter(agents=agent_id).values_list("id", flat=True))
