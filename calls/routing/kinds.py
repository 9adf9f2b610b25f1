"""Calls that the same agents may take in the same order, and those agents: two heaps."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush

from calls.routing.rules import PLAIN, missing, standing
from calls.routing.terms import Idle, Need, Waiting
from calls.states import Strategy

SLACK = 64  # outdated places that are not worth clearing


Place = tuple[float, float, int, int]  # by rank: what the strategy looks at, idle since, agent
Spot = tuple[float, int, int]  # of a call: order, entry, serial
Idles = Mapping[int, tuple[Idle, int]]


@dataclass(eq=False, slots=True)
class Kind:
    """One queue, strategy and set of needs in force.

    Both heaps are cleared lazily: each place ends in a serial, and under an old one it does not
    count any more.
    """

    queue_id: int | None
    strategy: Strategy
    needs: tuple[Need, ...]
    calls: list[Spot] = field(default_factory=list)
    agents: list[Place] = field(default_factory=list)

    is_plain: bool = field(init=False)  # idle time alone decides

    def __post_init__(self) -> None:
        self.is_plain = self.strategy in PLAIN

    def accepts(self, agent: Idle) -> bool:
        return self.queue_id in agent.queue_ids and missing(self.needs, agent) is None

    def fill(self, idle: Idles) -> None:
        """Begin anew, with all who are idle."""
        self.agents = [self.place(*one) for one in idle.values() if self.accepts(one[0])]
        heapify(self.agents)

    def place(self, agent: Idle, serial: int) -> Place:
        first = 0.0
        if not self.is_plain:
            first = standing(self.strategy, self.queue_id, agent)
        return (first, agent.idle_since, agent.agent_id, serial)

    def first_call(self, placed: Mapping[int, int]) -> Spot | None:
        """Where the oldest call stands; `placed` has the serial of each call's place."""
        calls = self.calls
        while calls:
            first = calls[0]
            if placed.get(first[1]) == first[2]:
                return first
            heappop(calls)
        return None

    def first_agent(self, call: Waiting, idle: Idles) -> Idle | None:
        """Who is rung first, of those who are not rung for the call already."""
        aside = []
        found = None
        while self.agents and found is None:
            _, _, agent_id, serial = self.agents[0]
            ready = idle.get(agent_id)
            if ready is None or ready[1] != serial:
                heappop(self.agents)
            elif agent_id in call.rung:
                aside.append(heappop(self.agents))
            else:
                found = ready[0]
        for place in aside:
            heappush(self.agents, place)
        return found
