"""What an agent asks for in a call: how soon it is shown as accepted, and how soon as done.

Twenty callers talk to twenty agents, four more are free. At moments of a Poisson stream somebody's
caller is put on hold or brought back, or is handed on to a queue or to a colleague, from where
they come to an agent again. Accepted is the result of the command; done is the delta that says so,
or that shows the agent without the call. Muting is not here: that is a
request of the Client SDK to the platform.
"""

import asyncio
import json
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import product

from bench import postgres
from bench.load import arrivals, percentile
from bench.plan import Plan
from bench.processes import Meter, Used, child, pinned, running_stack
from bench.report import Row, figure
from bench.talks import SPARE, TALKS, Console, talking
from tools.stack import ROOT, Stack

# Commands per second: one agent in twenty asks for something every second, which is a busy floor;
# and four times that, to see what a rush does.
BUSY, RUSH = 1.0, 4.0
TRANSFERS = 0.2  # of them; each needs two requests, and every other command one
PATIENCE = 5.0  # seconds for a command to be done
LONGER = 2  # times the seconds of a plan: few commands make no percentile
# What Vonage lets us ask for: 15 requests in a second. A rush asks for 4.8 of them, so that
# hardly one finds no token; what is left is for the calls themselves.
ALLOWED = {"VONAGE_REQUESTS_PER_SECOND": "15", "VONAGE_SETUPS_PER_SECOND": "3"}
SEED = {"SEED_AGENTS": str(TALKS + SPARE), "SEED_WRAP_UP": "1", "SANDBOX_SPEECH": "tones"}


@dataclass(slots=True)
class Asked:
    """Seconds from when each was due: all commands until accepted; each kind until done."""

    accepted: list[float] = field(default_factory=list)
    moved: list[float] = field(default_factory=list)  # hold and resume
    handed_on: list[float] = field(default_factory=list)
    refused: int = 0
    late: int = 0


@dataclass(frozen=True, slots=True)
class Round:
    rate: float
    asked: Asked
    used: Used
    idle: float  # of a core, while nobody asks for anything


def run(plan: Plan) -> list[Row]:
    """On SQLite, and on PostgreSQL where it answers."""
    rows = _measure(plan, "SQLite", {})
    url = postgres.server()
    if refusal := postgres.refusal(url):
        print(refusal)
        return rows
    with postgres.own_database(url) as (own, _name):
        return rows + _measure(plan, "PostgreSQL", {"DATABASE_URL": own})


def _measure(plan: Plan, database: str, environment: dict[str, str]) -> list[Row]:
    with running_stack({"REDIS_URL": "", **ALLOWED, **SEED, **environment}) as stack:
        cookies = _log_ins(stack)
        with pinned(-1):
            return _rows(database, asyncio.run(_rounds(plan, stack, cookies)))


def _log_ins(stack: Stack) -> dict[str, str]:
    names = [f"agent{number:02}" for number in range(1, TALKS + SPARE + 1)]
    environment = {**stack.environment, "DJANGO_SETTINGS_MODULE": "contactcenter.settings"}
    done = subprocess.run(
        [sys.executable, "-m", "bench.log_ins", *names],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    found: dict[str, str] = json.loads(done.stdout)
    return found


async def _rounds(plan: Plan, stack: Stack, cookies: dict[str, str]) -> list[Round]:
    pid, rounds = child("manage.py", "serve"), []
    async with talking(stack, cookies) as consoles:
        await _warm_up(consoles)
        meter = Meter(server=pid)
        await asyncio.sleep(plan.idle)
        quiet = meter.read()
        for number, rate in product(range(plan.rounds), (BUSY, RUSH)):
            plan.noise.sense()
            meter = Meter(server=pid)
            asked = await _round(plan, consoles, rate=rate, seed=number)
            rounds.append(Round(rate, asked, meter.read(), quiet.server / quiet.wall))
    return rounds


async def _warm_up(consoles: Sequence[Console]) -> None:
    """One command of each kind: a server's first one reads code, and works out its SQL."""
    chance = random.Random(0)
    for hands_on in (False, False, True, True):
        console = next(one for one in consoles if one.talks)
        what = _handing_on(consoles, chance) if hands_on else _moving(console)
        console.hands_on = hands_on
        await _ask(console, what, Asked(), due=time.perf_counter())


async def _round(plan: Plan, consoles: Sequence[Console], *, rate: float, seed: int) -> Asked:
    asked, chance, kinds = Asked(), random.Random(seed), random.Random(seed)
    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for after in arrivals(rate=rate, seconds=LONGER * plan.seconds, seed=seed):
            await asyncio.sleep(began + after - time.perf_counter())
            hands_on = kinds.random() < TRANSFERS  # whoever is idle: alike in every run
            idle = [one for one in consoles if one.talks and not one.is_asking]
            if not idle:
                asked.late += 1
                continue
            console = chance.choice(idle)
            what = _handing_on(consoles, chance) if hands_on else _moving(console)
            console.is_asking, console.hands_on = True, hands_on
            group.create_task(_ask(console, what, asked, due=began + after))
    return asked


def _moving(console: Console) -> dict[str, object]:
    return {"command": "resume" if console.call_state == "held" else "hold"}


def _handing_on(consoles: Sequence[Console], chance: random.Random) -> dict[str, object]:
    """To a colleague who is free, or to a queue."""
    free = [one.username for one in consoles if one.is_free]
    # While a caller waits or is being handed on, whoever is free may be rung at this moment.
    is_quiet = sum(one.talks and not one.hands_on for one in consoles) == TALKS
    to = {"agent": chance.choice(free)} if free and is_quiet and chance.random() < 0.5 else None
    return {"command": "transfer", "kind": "blind", "to": to or {"queue": "Sales"}}


async def _ask(console: Console, what: dict[str, object], asked: Asked, *, due: float) -> None:
    try:
        async with asyncio.timeout(PATIENCE):
            accepted_at, key = await console.ask(what)
            asked.accepted.append(accepted_at - due)
            if not key:
                asked.refused += 1
                return
            (asked.handed_on if console.hands_on else asked.moved).append(
                await console.done(key) - due
            )
            if console.hands_on:
                await console.has_left()  # or the next command comes for a call that they leave
    except TimeoutError:
        asked.late += 1
    finally:
        console.is_asking = console.hands_on = False


KINDS: dict[str, Callable[[Asked], list[float]]] = {
    "command to accepted": lambda asked: asked.accepted,
    "hold or resume to done": lambda asked: asked.moved,
    "transfer to done": lambda asked: asked.handed_on,
}


def _rows(database: str, rounds: Sequence[Round]) -> list[Row]:
    """Of both rates; what a command costs only of the rush, for in between the rest is more."""
    found = []
    for rate in (BUSY, RUSH):
        those = [one for one in rounds if one.rate == rate]
        found += _rows_at(rate, database, those, with_cost=rate == RUSH)
    return found


def _rows_at(rate: float, database: str, rounds: Sequence[Round], *, with_cost: bool) -> list[Row]:
    row = partial(
        Row,
        benchmark=f"commands, {TALKS} calls, {database}",
        wrong=sum(one.asked.refused for one in rounds),
        late=sum(one.asked.late for one in rounds),
        foreign=statistics.fmean(one.used.foreign for one in rounds),
    )
    cpu = [
        (one.used.server - one.idle * one.used.wall) / len(one.asked.accepted) * 1e6
        for one in rounds
        if one.asked.accepted and with_cost
    ]
    count = sum(len(one.asked.accepted) for one in rounds)
    rows = [row(f"CPU per command, {rate:.0f}/s", "µs", figure(cpu), count=count)] if cpu else []
    for name, chosen in KINDS.items():
        rows += _latencies(
            f"{name}, {{}}, {rate:.0f}/s", [chosen(one.asked) for one in rounds], row
        )
    return rows


def _latencies(name: str, rounds: Sequence[Sequence[float]], row: Callable[..., Row]) -> list[Row]:
    """Percentiles of a kind; nothing where no command of it was done."""
    measured = [[1000 * seconds for seconds in found] for found in rounds if found]
    together = [ms for found in measured for ms in found]
    return [
        row(
            name.format(title),
            "ms",
            figure([percentile(one, part) for one in measured], percentile(together, part)),
            count=len(together),
        )
        for title, part in (("p50", 0.5), ("p99", 0.99))
        if together
    ]
