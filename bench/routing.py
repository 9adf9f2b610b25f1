"""What an assignment costs, by how many wait and how many agents there are: pure, in one process.

A floor of eight queues, skills that relax, priorities, every strategy with one winner. In each step
one agent comes free and one call comes, so that as many wait as before.
"""

import random
import time
from collections.abc import Iterator
from itertools import count, islice

from bench.plan import Plan
from bench.processes import pinned
from bench.report import Row, figure, ratio
from calls.routing import Assignment, Board, Idle, Need, Waiting
from calls.states import Strategy

SIZES = [(10, 10), (100, 100), (1_000, 1_000), (10_000, 1_000)]
QUEUES, SKILLS, CREWS = 8, 8, 40
STRATEGIES = [Strategy.LONGEST_IDLE, Strategy.ROUND_ROBIN, Strategy.TOP_DOWN]
STEP = 0.01  # seconds between two calls


def run(plan: Plan) -> list[Row]:
    """CPU time, of all sizes in turn; the ratio is to the smallest of the same round."""
    steps = 50 * plan.in_turn
    taken: dict[str, list[float]] = {}
    with pinned(-1):
        for _ in range(plan.rounds):
            plan.noise.sense()
            for waiting, agents in SIZES:
                _keep(taken, f"{waiting:,} wait, {agents:,} agents", _steps(waiting, agents, steps))
            _keep(taken, "nobody waits, 1,000 idle", _steps(0, 1_000, steps))
            _keep(taken, "10,000 wait, 1,000 idle, at once", _at_once(10_000, 1_000))
    smallest = next(iter(taken.values()))
    return [
        Row(
            measure=measure,
            unit="us CPU",
            ours=figure(found),
            baseline=figure(smallest),
            ratio=ratio(found, smallest),
            benchmark="routing, an assignment",
            count=steps * plan.rounds,
            wrong=0,
            late=0,
            foreign=0.0,
        )
        for measure, found in taken.items()
    ]


def _keep(taken: dict[str, list[float]], measure: str, seconds: float) -> None:
    taken.setdefault(measure, []).append(1e6 * seconds)


class Floor:
    """Calls and agents of a made-up floor, alike in every run."""

    def __init__(self) -> None:
        self._dice = random.Random(1)
        self._numbers = count(1)
        self._crews = [self._crew() for _ in range(CREWS)]

    def _crew(self) -> tuple[frozenset[int], dict[int, int], dict[int, int]]:
        queues = self._dice.sample(range(QUEUES), 3)
        skills = {skill: self._dice.randint(1, 5) for skill in self._dice.sample(range(SKILLS), 3)}
        return frozenset(queues), skills, {queue: self._dice.randint(0, 3) for queue in queues}

    def agent(self, number: int, since: float) -> Idle:
        queues, skills, places = self._crews[number % CREWS]
        return Idle(number, since, queues, skills, places)

    def call(self, at: float) -> Waiting:
        queue = self._dice.randrange(QUEUES)
        needs = (Need(queue, 3, 30.0),) if queue % 2 else ()
        strategy = STRATEGIES[queue % len(STRATEGIES)]
        return Waiting(
            next(self._numbers), at, queue, priority=queue % 3, strategy=strategy, needs=needs
        )

    def calls(self, since: float) -> Iterator[Waiting]:
        return (self.call(since + STEP * number) for number in count())


def _steps(waiting: int, agents: int, steps: int) -> float:
    """Seconds of CPU per assignment, with so many calls that wait all the time."""
    floor, board, now = Floor(), Board(), STEP * waiting
    calls = floor.calls(0.0)
    for number in range(agents):
        board.ready(floor.agent(number, 0.0))
    busy = [] if not waiting else _fill(board, calls, waiting, now)
    coming = list(islice(calls, steps))
    freed = [floor.agent(number, now + STEP * number) for number in range(agents)]
    began, made = time.process_time(), 0
    for step, call in enumerate(coming):
        now += STEP
        if busy:
            board.ready(freed[busy[step % len(busy)].agent_id])
        board.wait(call)
        found = board.assign(now)
        made += len(found)
        for one in found if not busy else ():
            board.ready(freed[one.agent_id])
    return (time.process_time() - began) / max(made, 1)


def _fill(board: Board, calls: Iterator[Waiting], waiting: int, now: float) -> list[Assignment]:
    """Give agents calls until so many are left that wait. Returns who is busy."""
    busy: list[Assignment] = []
    waits = 0
    while waits < waiting:
        for call in islice(calls, waiting - waits):
            board.wait(call)
            waits += 1
        found = board.assign(now)
        busy += found
        waits -= len(found)
    return busy


def _at_once(waiting: int, agents: int) -> float:
    """Seconds of CPU per assignment, when a router looks at such a floor for the first time."""
    floor = Floor()
    calls = list(islice(floor.calls(0.0), waiting))
    idle = [floor.agent(number, 0.0) for number in range(agents)]
    board, began = Board(), time.process_time()
    for agent in idle:
        board.ready(agent)
    for call in calls:
        board.wait(call)
    made = len(board.assign(STEP * waiting))
    return (time.process_time() - began) / made
