"""Which of an agent's windows is their telephone; all their windows are told when that changes."""

from datetime import datetime

from agents import phones
from agents.phones import Phone
from calls.broadcast import announce


def claim(*, agent_id: int, tab: str, epoch: int | None, take_over: bool, now: datetime) -> Phone:
    """Let this window hold the agent's phone, or PhoneElsewhere; see `agents.phones.claim`."""
    phone = phones.claim(agent_id=agent_id, tab=tab, epoch=epoch, take_over=take_over, now=now)
    announce(agents=[agent_id])
    return phone


def close(*, agent_id: int, epoch: int, now: datetime) -> None:
    """The socket of the window with this epoch has closed: what it held ends soon."""
    if phones.close(agent_id=agent_id, epoch=epoch, now=now):
        announce(agents=[agent_id])
