"""An agent's console: what they choose, and that it is there."""

from datetime import datetime

from agents import services as agents
from agents.states import State
from calls.broadcast import announce
from calls.services import handling


def choose(*, agent_id: int, state: str, reason: str, actor: str, now: datetime) -> None:
    """The agent chooses a state; OutcomeRequired where a wrap-up must not end like that."""
    if state != State.OFFLINE:
        handling.check_outcome(agent_id=agent_id, now=now)
    agents.choose(agent_id=agent_id, state=state, reason=reason, actor=actor, now=now)
    announce(agents=[agent_id])


def choose_next(*, agent_id: int, state: str, reason: str, actor: str, now: datetime) -> None:
    """The agent chooses what follows the call that holds them; see `agents.choose_next`."""
    agents.choose_next(agent_id=agent_id, state=state, reason=reason, actor=actor, now=now)
    announce(agents=[agent_id])


def log_out(*, agent_id: int, actor: str, now: datetime) -> None:
    """The agent goes; a call that holds them is brought to its end first."""
    agents.log_out(agent_id=agent_id, actor=actor, now=now)
    announce(agents=[agent_id])


def beat(*, agent_id: int, epoch: int | None = None, now: datetime) -> None:
    """The console is alive; one that comes back after a broken call is told so."""
    if agents.beat(agent_id=agent_id, epoch=epoch, now=now):
        announce(agents=[agent_id])
