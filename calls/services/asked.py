"""What is asked to be done with a call that goes on, and how each kind of it is done."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from calls.models import Call, Command


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody wants something done. The call is locked, and has not ended."""

    call: Call
    command: Command
    agent_id: int | None  # the agent who asks and takes part; None: a supervisor of theirs
    actor: str
    body: Mapping[str, Any]
    now: datetime


@dataclass(frozen=True, slots=True)
class Act:
    """How one kind of command is done, in the transaction that keeps it.

    `begin` changes rows and writes instructions that name the command; it returns whether that was
    all, and raises Refused when it cannot be done, which changes nothing. Then `arrived` goes on
    once Vonage has done all of them, or `refused` puts back what `begin` changed. It returns what
    the asker is told instead of the usual words, if part of it was done.
    """

    begin: Callable[[Asked], bool]
    arrived: Callable[[Asked], None] | None = None
    refused: Callable[[Asked], str | None] | None = None
    for_supervisors: bool = False  # also done for those who take no part in the call
    # `begin` itself finds out whether they may: it is given the asker's own agent, if they are
    # one, whether or not that agent takes part in the call.
    checks_right: bool = False
    when_over: bool = False  # also for agents who talk on though the customer has gone
