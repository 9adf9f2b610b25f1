"""What a sender is given, what it says of it, and how its row ends."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from calls.models import Instruction

Verb, State = Instruction.Verb, Instruction.State


@dataclass(frozen=True, slots=True)
class Order:
    """A claimed instruction, with all that sending it needs."""

    id: int
    verb: str
    uuid: str
    region_url: str
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Report:
    """What became of an order: done, again, early, refused, gone (no such leg), or unknown."""

    result: str
    error: str = ""
    uuid: str = ""  # of the leg that a dial made
    found: dict[str, Any] = field(default_factory=dict)  # what a check found
    content: bytes = b""  # what was fetched


def finish(
    instruction: Instruction, state: Instruction.State, *, now: datetime, error: str = ""
) -> None:
    Instruction.objects.filter(id=instruction.id).update(
        state=state, settled_at=now, claimed_until=None, error=error[:200]
    )


def postpone(instruction: Instruction, *, now: datetime, seconds: float) -> None:
    Instruction.objects.filter(id=instruction.id).update(
        state=State.WAITING, claimed_until=None, due_at=now + timedelta(seconds=seconds)
    )
