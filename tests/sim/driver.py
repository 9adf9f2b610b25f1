"""A lean floor around the production Board: callers, agents, a clock; no telephony."""

import heapq
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from calls.routing import Board, Idle, Waiting
from tests.sim.scenario import stream


@dataclass(slots=True)
class Path:
    """What happened, exactly."""

    waits: dict[int, float] = field(default_factory=dict)  # caller → seconds, of those served
    served_by: dict[int, int] = field(default_factory=dict)
    gave_up: dict[int, float] = field(default_factory=dict)  # caller → seconds waited in vain
    inside: list[tuple[float, int]] = field(default_factory=list)  # time, number in the system
    busy: float = 0.0  # seconds of work in all
    idle_since: dict[int, float] = field(default_factory=dict)


@dataclass(slots=True)
class Floor:
    """Plays `calls` (in order of arrival) over `agents`; `services` are drawn at each start."""

    agents: Sequence[Idle]
    services: Callable[[], float]
    patience: Callable[[], float] | None = None
    keeps_path: bool = False
    check: Callable[["Floor", float, list[tuple[int, int]]], None] | None = None
    path: Path = field(default_factory=Path)
    waiting: dict[int, Waiting] = field(default_factory=dict)
    idle: dict[int, Idle] = field(default_factory=dict)
    _board: Board = field(default_factory=Board)
    _events: list[tuple[float, int, str, int]] = field(default_factory=list)
    _count: int = 0
    _inside: int = 0

    def play(self, calls: Iterator[Waiting]) -> Path:
        for agent in self.agents:
            self._free(agent)
        following = next(calls, None)
        while following or self._events:
            if following and (not self._events or following.enqueued_at <= self._events[0][0]):
                self._arrives(following)
                following = next(calls, None)
            else:
                self._happens(*heapq.heappop(self._events))
        return self.path

    def _arrives(self, call: Waiting) -> None:
        self._board.wait(call)
        self.waiting[call.entry_id] = call
        if self.patience:
            self._later(call.enqueued_at + self.patience(), "leaves", call.entry_id)
        self._inside += 1
        self._decide(call.enqueued_at)

    def _happens(self, now: float, serial: int, what: str, who: int) -> None:
        if what == "ends":
            agent = self.agents[who]
            self._free(Idle(agent.agent_id, now, agent.queue_ids, agent.skills, agent.places))
            self._inside -= 1
        elif who in self.waiting:
            self._board.leave(who)
            self.path.gave_up[who] = now - self.waiting.pop(who).enqueued_at
            self._inside -= 1
        else:
            return
        self._decide(now)

    def _free(self, agent: Idle) -> None:
        self._board.ready(agent)
        self.idle[agent.agent_id] = agent

    def _decide(self, now: float) -> None:
        made = [(one.entry_id, one.agent_id) for one in self._board.assign(now)]
        if self.check:
            self.check(self, now, made)
        for entry_id, agent_id in made:
            call = self.waiting.pop(entry_id)
            del self.idle[agent_id]
            self.path.waits[entry_id] = now - call.enqueued_at
            self.path.served_by[entry_id] = agent_id
            seconds = self.services()
            self.path.busy += seconds
            self._later(now + seconds, "ends", agent_id)
        if self.keeps_path:
            self.path.inside.append((now, self._inside))

    def _later(self, time: float, what: str, who: int) -> None:
        self._count += 1
        heapq.heappush(self._events, (time, self._count, what, who))


# What the tests play ----------------------------------------------------------------------------


def crew(count: int, queues: Sequence[int] = (1,)) -> list[Idle]:
    return [Idle(number, 0.0, frozenset(queues)) for number in range(count)]


def arrivals(seed: int, rate: float, count: int) -> list[float]:
    draw = stream(seed, "arrivals")
    return list(itertools.accumulate(draw.expovariate(rate) for _ in range(count)))


def drawn(seed: int, rate: float, name: str = "services") -> Callable[[], float]:
    draw = stream(seed, name)
    return lambda: draw.expovariate(rate)


def in_order(times: Sequence[float]) -> Iterator[Waiting]:
    return iter(Waiting(place, time, queue_id=1) for place, time in enumerate(times))


def urgent_and_patient(times: Sequence[float], seed: int) -> list[Waiting]:
    """Every third caller or so is urgent: far enough ahead that nobody catches up with them."""
    draw = stream(seed, "classes")
    return [
        Waiting(place, time, queue_id=1, priority=10_000 if draw.random() < 0.3 else 0)
        for place, time in enumerate(times)
    ]
