"""The floor as it was read, before anybody's rights cut it down."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from calls.figures import Figures
from calls.selectors.supervision import Talk

Row = dict[str, Any]
FEWEST_CALLS = 10  # below that a service level says nothing


@dataclass(frozen=True, slots=True)
class Placed:
    """A row, and whose it is: of a queue, of agents, or of nobody yet."""

    row: Row
    queue: int | None = None
    agents: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Counted:
    """The figures of a queue."""

    today: Figures = field(default_factory=Figures)
    lately: Figures = field(default_factory=Figures)  # of the last half hour


@dataclass(frozen=True, slots=True)
class QueueFacts:
    """A queue as it is set up."""

    id: int
    name: str
    percent: int
    seconds: int
    is_open: bool


@dataclass(frozen=True, slots=True)
class Person:
    """An agent's row without their call, and what else decides on it."""

    row: Row
    team_id: int | None
    queues: frozenset[int]
    is_ready: bool  # they could be given a call now
    talks: Row | None = None  # the call that they are in, as only they are told of it


@dataclass(frozen=True, slots=True)
class Floor:
    """Everything, at `now`. The other dictionaries are by id; `chances` by call."""

    now: datetime
    queues: dict[int, Row] = field(default_factory=dict)
    waiting: dict[int, Placed] = field(default_factory=dict)
    agents: dict[int, Row] = field(default_factory=dict)
    calls: dict[int, Placed] = field(default_factory=dict)
    figures: dict[int, Counted] = field(default_factory=dict)
    talks: dict[int, Talk] = field(default_factory=dict)
    talking: frozenset[int] = frozenset()  # agents who take part in a call
    # By the agent who supervises: {"id", "call", "leg", "mode", "state", "since", …}.
    supervising: dict[int, Row] = field(default_factory=dict)
    talked: dict[int, Row] = field(default_factory=dict)  # by agent, the call that they are in
