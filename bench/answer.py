"""The answer webhook of a new call: signed, stored, and answered with the menu.

What it costs is measured one request at a time, so that it holds on a busy machine too; how long
it takes, in an open loop of callers.
"""

import statistics
import time
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from bench import postgres
from bench.callers import Caller
from bench.load import Answered, arrivals, percentile, post_all, post_in_turn
from bench.plan import Plan
from bench.processes import Meter, Used, child, pinned, running_baseline, running_stack
from bench.report import Figure, Row, figure, ratio

RATE = 50.0  # calls per second
PATH = "/webhooks/answer"


def run(plan: Plan) -> list[Row]:
    """On SQLite, and on PostgreSQL where it answers."""
    rows = _measure(plan, "answer, SQLite", {})
    url = postgres.server()
    if refusal := postgres.refusal(url):
        print(refusal)
        return rows
    with postgres.own_database(url) as (own, name):
        return rows + _measure(plan, "answer, PostgreSQL", {"DATABASE_URL": own}, database=name)


@dataclass(frozen=True, slots=True)
class Server:
    """One of the two that are compared, and its processes."""

    url: str
    pid: int
    database: str = ""


@dataclass(frozen=True, slots=True)
class Round:
    answered: Answered
    used: Used

    @property
    def server_cpu(self) -> float:
        """Microseconds per request."""
        return self.used.server / len(self.answered.latencies) * 1e6

    @property
    def database_cpu(self) -> float:
        """Microseconds per request, in the database's own processes."""
        return self.used.database / len(self.answered.latencies) * 1e6


@dataclass(frozen=True, slots=True)
class Pairs:
    """Interleaved rounds: the first of ours belongs to the first of the baseline."""

    ours: Sequence[Round]
    baseline: Sequence[Round]


def _measure(
    plan: Plan, benchmark: str, environment: dict[str, str], *, database: str = ""
) -> list[Row]:
    with running_stack({"REDIS_URL": "", **environment}) as stack:
        caller = Caller(stack)
        ours = Server(stack.web, child("manage.py", "serve"), database)
        with running_baseline(_first_reply(caller, stack.web)) as (url, pid), pinned(-1):
            return _compare(plan, benchmark, caller, (ours, Server(url, pid)))


def _first_reply(caller: Caller, web: str) -> str:
    first = caller.call()
    request = urllib.request.Request(web + PATH, first.body, first.headers)  # noqa: S310
    with urllib.request.urlopen(request, timeout=5) as response:  # noqa: S310
        return str(response.read().decode())


def _compare(plan: Plan, benchmark: str, caller: Caller, both: tuple[Server, Server]) -> list[Row]:
    idle = [figure([_idle(server, plan.idle)]) for server in both]
    for server in both:
        _in_turn(server, 0, caller=caller, count=plan.in_turn)
    in_turn = _interleaved(plan, both, partial(_in_turn, caller=caller, count=plan.in_turn))
    at_rate = _interleaved(plan, both, partial(_at_rate, caller=caller, seconds=plan.seconds))
    return [
        *_costs(_row_of(benchmark, in_turn), "one by one", in_turn),
        *_costs(_row_of(benchmark, at_rate), f"{RATE:.0f}/s", at_rate),
        *_latencies(_row_of(benchmark, at_rate), at_rate),
        _row_of(benchmark, in_turn)("CPU when idle", "% of a core", *idle, count=1),
    ]


def _idle(server: Server, seconds: float) -> float:
    """Percent of a core that the server uses while nobody calls."""
    meter = Meter(server=server.pid)
    time.sleep(seconds)
    used = meter.read()
    return 100 * used.server / used.wall


def _interleaved(
    plan: Plan, both: tuple[Server, Server], measured: Callable[[Server, int], Round]
) -> Pairs:
    ours, baseline = both
    pairs = []
    for number in range(1, plan.rounds + 1):
        plan.noise.sense()
        pairs.append((measured(ours, number), measured(baseline, number)))
    return Pairs(*zip(*pairs, strict=True))


def _in_turn(server: Server, number: int, *, caller: Caller, count: int) -> Round:
    requests = [caller.call() for _ in range(count)]
    meter = Meter(server=server.pid, database=server.database)
    answered = post_in_turn(server.url + PATH, requests, caller.is_answer)
    return Round(answered, meter.read())


def _at_rate(server: Server, number: int, *, caller: Caller, seconds: float) -> Round:
    due = list(arrivals(rate=RATE, seconds=seconds, seed=number))
    requests = [caller.call() for _ in due]
    meter = Meter(server=server.pid, database=server.database)
    answered = post_all(server.url + PATH, due, requests, caller.is_answer)
    return Round(answered, meter.read())


def _row_of(benchmark: str, pairs: Pairs) -> Callable[..., Row]:
    rounds = [*pairs.ours, *pairs.baseline]
    return partial(
        Row,
        benchmark=benchmark,
        count=sum(len(one.answered.latencies) for one in pairs.ours),
        wrong=sum(one.answered.wrong for one in rounds),
        late=sum(one.answered.late for one in rounds),
        foreign=statistics.fmean(one.used.foreign for one in rounds),
    )


def _costs(row: Callable[..., Row], how: str, pairs: Pairs) -> list[Row]:
    ours, least = ([one.server_cpu for one in rounds] for rounds in (pairs.ours, pairs.baseline))
    rows = [row(f"CPU, {how}", "µs", figure(ours), figure(least), ratio(ours, least))]
    beside = [one.database_cpu for one in pairs.ours]
    if any(beside):
        rows.append(row(f"CPU of database, {how}", "µs", figure(beside)))
    return rows


def _latencies(row: Callable[..., Row], pairs: Pairs) -> list[Row]:
    rows = []
    for name, part in (("p50", 0.5), ("p99", 0.99), ("max", 1.0)):
        (ours, single), (least, least_single) = (
            _latency(rounds, part) for rounds in (pairs.ours, pairs.baseline)
        )
        rows.append(row(f"{name}, {RATE:.0f}/s", "ms", ours, least, ratio(single, least_single)))
    return rows


def _latency(rounds: Sequence[Round], part: float) -> tuple[Figure, list[float]]:
    """Milliseconds: of all rounds together with their range, and of each round."""
    single = [1000 * percentile(one.answered.latencies, part) for one in rounds]
    pooled = [time for one in rounds for time in one.answered.latencies]
    return figure(single, 1000 * percentile(pooled, part)), single
