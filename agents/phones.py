"""Which window of an agent's is their telephone: a lease with an epoch.

Its holder's heartbeats prolong it (`agents.services.beat`). Who holds it is known by the epoch, so
a window that was superseded while it slept can do nothing in the agent's name.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from agents.errors import PhoneElsewhere
from agents.models import Agent

LEASE = timedelta(seconds=15)
CLOSED_LEASE = timedelta(seconds=5)  # after its socket has closed: a page that loads again is back
FORGOTTEN = timedelta(minutes=1)  # after its end, a lease says nothing about other programs


@dataclass(frozen=True, slots=True)
class Phone:
    """An agent's lease as the tables have it."""

    epoch: int = 0
    until: datetime | None = None

    def is_taken(self, now: datetime) -> bool:
        return self.until is not None and self.until > now

    def is_held(self, epoch: int | None, now: datetime) -> bool:
        return self.is_taken(now) and epoch == self.epoch


def phone_of(agent: Agent) -> Phone:
    return Phone(agent.phone_epoch, agent.phone_until)


def is_elsewhere(agent: Agent, epoch: int | None, *, now: datetime) -> bool:
    """Whether another window than the one with this epoch holds the agent's phone."""
    phone = phone_of(agent)
    return phone.is_taken(now) and not phone.is_held(epoch, now)


def speaks_for(agent: Agent, epoch: int | None, *, now: datetime) -> bool:
    """Whether a heartbeat of the window with this epoch says that the agent is there.

    Only the phone's last holder says so: from another window nobody could answer. A program that
    never claims the phone (None) says so where no window has held it for a while.
    """
    if epoch is not None:
        return epoch == agent.phone_epoch
    return agent.phone_until is None or agent.phone_until + FORGOTTEN <= now


def claim(*, agent_id: int, tab: str, epoch: int | None, take_over: bool, now: datetime) -> Phone:
    """Let the window `tab` hold the phone, or PhoneElsewhere. `epoch` is the one it had, if any.

    It gets a phone that nobody holds, its own again after a reload, and with `take_over` any.
    Runs inside a service of `calls`, which knows what rings there.
    """
    agent = Agent.objects.select_for_update().get(id=agent_id)
    if is_elsewhere(agent, epoch, now=now) and agent.phone_tab != tab and not take_over:
        raise PhoneElsewhere("Your phone is in another window. Take it over to use it here.")
    phone = Phone(agent.phone_epoch + (epoch != agent.phone_epoch), now + LEASE)
    Agent.objects.filter(id=agent_id).update(
        phone_tab=tab, phone_epoch=phone.epoch, phone_until=phone.until
    )
    return phone


def close(*, agent_id: int, epoch: int, now: datetime) -> bool:
    """The holder's socket has closed: its leases end soon, never later. True when they changed.

    A holder who was heard of so late that they were taken for somebody without a console had one.
    """
    until = now + CLOSED_LEASE
    held = Agent.objects.filter(id=agent_id, phone_epoch=epoch)
    with transaction.atomic(durable=True):
        shortened = held.filter(phone_until__gt=until).update(phone_until=until)
        has_console = Q(console_until=None) | Q(console_until__gt=until)
        held.filter(has_console).update(console_until=until)
    return bool(shortened)


def check(*, agent_id: int, epoch: int | None, now: datetime) -> None:
    """PhoneElsewhere when another window than this one holds the phone."""
    if is_elsewhere(Agent.objects.get(id=agent_id), epoch, now=now):
        raise PhoneElsewhere("Your phone is in another window. Take it over to use it here.")


def is_gone(agent: Agent, *, now: datetime) -> bool:
    """Whether the agent's console has fallen silent, or was closed and did not come back.

    Agents who never had one are believed to be there.
    """
    return agent.console_until is not None and agent.console_until <= now + CLOSED_LEASE
