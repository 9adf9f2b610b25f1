"""The answer webhook of a new call, signed, stored and answered with the menu."""

import hashlib
import json
import re
import statistics
import time
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from uuid import uuid4

import jwt

from bench import postgres
from bench.load import Answered, Request, arrivals, percentile, post_all
from bench.plan import Plan
from bench.processes import Meter, Used, child, pinned, running_baseline, running_stack
from bench.report import Figure, Row, figure, ratio
from tools.stack import Stack

RATE = 50.0  # calls per second
PATH = "/webhooks/answer"
QUESTION = re.compile(r"/webhooks/input/[0-9a-f]{20}/1")


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


class Caller:
    """New callers of the menu's number, as Vonage announces them to this stack."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._menu = stack.described()["numbers"]["menu"]
        lines = Path(stack.environment["ENV_FILE"]).read_text().splitlines()
        named = (line.partition("=")[2] for line in lines if "APPLICATION_ID" in line)
        self._application_id = next(named).strip("'")

    def call(self) -> Request:
        """The signed webhook of a call that nobody has heard of yet."""
        uuid = uuid4().hex
        payload = {
            "to": self._menu,
            "from": "447700900001",
            "endpoint_type": "phone",
            "uuid": uuid,
            "conversation_uuid": f"CON-{uuid}",
            "region_url": self._stack.sandbox,
        }
        body = json.dumps(payload).encode()
        return Request(
            body,
            {"Content-Type": "application/json", "Authorization": f"Bearer {self._signed(body)}"},
        )

    def is_answer(self, reply: bytes) -> bool:
        """Whether this is the menu: its words, and a question of this call's own."""
        try:
            said, asked = json.loads(reply)
            words, url = said["text"], asked["eventUrl"][0]
            actions = said["action"], asked["action"]
            question = QUESTION.fullmatch(url.removeprefix(self._stack.web))
        except (ValueError, LookupError, TypeError, AttributeError):
            return False
        return actions == ("talk", "input") and "press 1" in words and question is not None

    def _signed(self, body: bytes) -> str:
        environment = self._stack.environment
        claims = {
            "iss": "Vonage",
            "iat": int(time.time()),
            "jti": uuid4().hex,
            "api_key": environment["VONAGE_API_KEY"],
            "application_id": self._application_id,
            "payload_hash": hashlib.sha256(body).hexdigest(),
        }
        return jwt.encode(claims, environment["VONAGE_SIGNATURE_SECRET"], "HS256")


def _measure(
    plan: Plan, benchmark: str, environment: dict[str, str], *, database: str = ""
) -> list[Row]:
    with running_stack({"REDIS_URL": "", **environment}) as stack:
        caller = Caller(stack)
        ours = Server(stack.web, child("manage.py", "serve"), database)
        with running_baseline(_first_reply(caller, stack.web)) as (url, pid), pinned(-1):
            return _compare(plan, benchmark, caller, ours, Server(url, pid))


def _first_reply(caller: Caller, web: str) -> str:
    first = caller.call()
    request = urllib.request.Request(web + PATH, first.body, first.headers)  # noqa: S310
    with urllib.request.urlopen(request, timeout=5) as response:  # noqa: S310
        return str(response.read().decode())


def _compare(
    plan: Plan, benchmark: str, caller: Caller, ours: Server, baseline: Server
) -> list[Row]:
    for server in (ours, baseline):
        _round(server, caller, seconds=plan.warm_up, seed=0)
    idle = figure([_idle(ours, plan.warm_up)]), figure([_idle(baseline, plan.warm_up)])
    pairs = []
    for number in range(1, plan.rounds + 1):
        plan.noise.sense()
        pairs.append(
            [_round(one, caller, seconds=plan.seconds, seed=number) for one in (ours, baseline)]
        )
    return _rows(benchmark, [one for one, _ in pairs], [other for _, other in pairs], idle)


def _round(server: Server, caller: Caller, *, seconds: float, seed: int) -> Round:
    due = list(arrivals(rate=RATE, seconds=seconds, seed=seed))
    requests = [caller.call() for _ in due]
    meter = Meter(server=server.pid, database=server.database)
    answered = post_all(server.url + PATH, due, requests, caller.is_answer)
    return Round(answered, meter.read())


def _idle(server: Server, seconds: float) -> float:
    """Percent of a core that the server uses when nobody calls."""
    meter = Meter(server=server.pid)
    time.sleep(seconds)
    used = meter.read()
    return 100 * used.server / used.wall


def _rows(
    benchmark: str, ours: list[Round], baseline: list[Round], idle: tuple[Figure, Figure]
) -> list[Row]:
    both = [*ours, *baseline]
    row = partial(
        Row,
        benchmark=benchmark,
        count=sum(len(one.answered.latencies) for one in ours),
        wrong=sum(one.answered.wrong for one in both),
        late=sum(one.answered.late for one in both),
        foreign=statistics.fmean(one.used.foreign for one in both),
    )
    cpu, least = ([one.server_cpu for one in rounds] for rounds in (ours, baseline))
    rows = [row("CPU per request", "µs", figure(cpu), figure(least), ratio(cpu, least))]
    if any(one.database_cpu for one in ours):
        beside = [one.database_cpu for one in ours]
        rows.append(row("database CPU per request", "µs", figure(beside)))
    for name, part in (("p50", 0.5), ("p99", 0.99), ("max", 1.0)):
        (mine, of_mine), (other, of_other) = (_latency(one, part) for one in (ours, baseline))
        rows.append(row(f"latency {name}", "ms", mine, other, ratio(of_mine, of_other)))
    return [*rows, row("idle CPU", "% of a core", *idle, count=1)]


def _latency(rounds: Sequence[Round], part: float) -> tuple[Figure, list[float]]:
    """Milliseconds: of all rounds together with their range, and of each round."""
    single = [1000 * percentile(one.answered.latencies, part) for one in rounds]
    pooled = [time for one in rounds for time in one.answered.latencies]
    return figure(single, 1000 * percentile(pooled, part)), single
