"""Open floors: what telling a thousand of them of a change costs, and how long it takes.

A thousand agents are one team, and its supervisors have a thousand floors open. One agent comes to
work or goes; a change is done when all floors show it. What open floors cost when nothing happens
is taken off what changes cost. The rest has two parts. One is for each floor: the event loop sends,
and nothing else that it does grows with the floors, so its thread is looked at, with few of them
open and with many. The other is for all of them: to read the change and to put it in words.
"""

import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import partial
from operator import attrgetter

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

from bench.plan import Plan
from bench.processes import Meter, Used, child, pinned, running_baseline, running_stack
from bench.report import Figure, Row, figure, ratio
from tools.stack import ROOT, Stack

AGENTS, FLOORS, FEW = 1000, 1000, 100
WINDOWS = 4  # of each supervisor
PATIENCE = 5.0  # seconds for a change to be shown by all
REST = 0.15  # seconds between changes: those that come in crowds are told together
LOOK = 4.0  # seconds in which everything is looked at once
SERVER, LOOP = attrgetter("server"), attrgetter("loop")


def run(plan: Plan) -> list[Row]:
    """On SQLite; what is told does not depend on the database."""
    with running_stack({"REDIS_URL": ""}) as stack:
        cookies = _crowd(stack)
        with pinned(-1):
            ours = asyncio.run(_ours(plan, stack, cookies))
            with running_baseline(module="bench.fan_out") as (url, pid):
                least = asyncio.run(_least(plan, url, pid, ours.many.frame))
    return _rows(plan, ours, least)


@dataclass(slots=True)
class Told:
    """Rounds of changes: what they cost, how long they took, and a frame that told of one."""

    used: list[Used] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)  # seconds
    frame: str = ""
    late: int = 0
    idle: Used | None = None  # while nothing happens; None: then it uses nothing

    def each(self, plan: Plan, cpu: Callable[[Used], float]) -> list[float]:
        """CPU microseconds of a change, by round, without what would have been used anyway."""
        idle = cpu(self.idle) / self.idle.wall if self.idle else 0.0
        return [1e6 * (cpu(one) - idle * one.wall) / plan.in_turn for one in self.used]


@dataclass(frozen=True, slots=True)
class Ours:
    snapshots: Sequence[int]  # characters
    opening: Sequence[float]  # seconds from the handshake to the whole picture
    few: Told
    many: Told


def _crowd(stack: Stack) -> dict[str, list[str]]:
    command = [sys.executable, "-m", "bench.floor_crowd", str(AGENTS), str(FLOORS // WINDOWS)]
    environment = {**stack.environment, "DJANGO_SETTINGS_MODULE": "contactcenter.settings"}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found


async def _ours(plan: Plan, stack: Stack, cookies: dict[str, list[str]]) -> Ours:
    pid = child("manage.py", "serve")
    snapshots: list[int] = []
    opening: list[float] = []
    async with AsyncExitStack() as opened:
        agent = await opened.enter_async_context(
            _connect(stack, "/ws/console/", cookies["agents"][0])
        )
        reading = asyncio.create_task(_drain(agent))
        floors: list[ClientConnection] = []
        windows = [cookie for cookie in cookies["supervisors"] for _ in range(WINDOWS)]

        async def open_floors(chosen: Sequence[str]) -> None:
            for cookie in chosen:
                began = time.perf_counter()
                floor = await opened.enter_async_context(_connect(stack, "/ws/floor/", cookie))
                snapshots.append(len(str(await floor.recv())))
                opening.append(time.perf_counter() - began)
                floors.append(floor)

        await open_floors(windows[:FEW])
        few = await _rounds(plan, agent, floors, pid)
        await open_floors(windows[FEW:])
        many = await _rounds(plan, agent, floors, pid)
        reading.cancel()
    return Ours(snapshots, opening, few, many)


def _connect(stack: Stack, path: str, cookie: str) -> connect:
    return connect(
        f"{stack.web.replace('http', 'ws', 1)}{path}",
        origin=Origin(stack.web),
        additional_headers={"Cookie": cookie},
        compression=None,
        max_size=None,
        max_queue=None,  # all frames are kept until we look at them
        ping_interval=None,
    )


async def _drain(socket: ClientConnection) -> None:
    async for _ in socket:
        pass


async def _rounds(
    plan: Plan, agent: ClientConnection, floors: Sequence[ClientConnection], pid: int
) -> Told:
    told = Told()
    for _ in range(plan.rounds):
        plan.noise.sense()
        meter = Meter(server=pid)
        for turn in range(plan.in_turn):
            await _change(agent, floors, "available" if turn % 2 else "on_break", told)
        told.used.append(meter.read())
    told.idle = await _idle(plan, pid)
    return told


async def _idle(plan: Plan, pid: int) -> Used:
    meter = Meter(server=pid)
    await asyncio.sleep(max(plan.idle, LOOK))
    return meter.read()


async def _change(
    agent: ClientConnection, floors: Sequence[ClientConnection], state: str, told: Told
) -> None:
    await agent.send('{"command":"beat"}')
    await asyncio.sleep(REST)
    began = time.perf_counter()
    await agent.send(json.dumps({"command": "state", "state": state}))
    shows_it = partial(_shows, state=state)
    try:
        async with asyncio.timeout(PATIENCE):
            frames = await asyncio.gather(*(_until(floor, shows_it) for floor in floors))
    except TimeoutError:
        told.late += 1
        return
    told.latencies.append(time.perf_counter() - began)
    told.frame = frames[0]


def _shows(text: str, *, state: str) -> bool:
    """Only one agent changes here, so a frame with a row of this state is of them."""
    return '"agents":[{' in text and f'"state":"{state}"' in text


async def _until(floor: ClientConnection, holds: Callable[[str], bool]) -> str:
    while not holds(text := str(await floor.recv())):
        pass
    return text


async def _least(plan: Plan, url: str, pid: int, frame: str) -> Told:
    """As many frames as long as ours, from the server that does nothing else."""
    told, address = Told(frame=frame), url.replace("http", "ws", 1)
    async with AsyncExitStack() as opened:
        sockets = [
            await opened.enter_async_context(connect(address, compression=None, ping_interval=None))
            for _ in range(FLOORS)
        ]
        for _ in range(plan.rounds):
            meter = Meter(server=pid)
            for turn in range(plan.in_turn):
                began = time.perf_counter()
                await sockets[turn % FLOORS].send(frame)
                await asyncio.gather(*(socket.recv() for socket in sockets))
                told.latencies.append(time.perf_counter() - began)
            told.used.append(meter.read())
    return told


def _rows(plan: Plan, ours: Ours, least: Told) -> list[Row]:
    many, few = ours.many, ours.few
    row = partial(
        Row,
        benchmark="floor",
        count=len(many.latencies),
        wrong=0,
        late=many.late + few.late,
        foreign=statistics.fmean(one.foreign for one in [*many.used, *least.used]),
    )
    change, change_few, change_least = (told.each(plan, SERVER) for told in (many, few, least))
    sent, sent_few = many.each(plan, LOOP), few.each(plan, LOOP)
    each = [(one - other) / (FLOORS - FEW) for one, other in zip(sent, sent_few, strict=True)]
    each_least = [one / FLOORS for one in least.each(plan, LOOP)]
    reading = [one - FEW * more for one, more in zip(change_few, each, strict=True)]
    return [
        row(f"snapshot of {AGENTS} agents", "kB", figure([one / 1000 for one in ours.snapshots])),
        row("until a floor that opens shows it", "ms", _latency(ours.opening)),
        row("delta of an agent and two queues", "B", figure([len(many.frame)])),
        row("CPU per change, to read it once", "µs", figure(reading)),
        row("CPU per change, each floor", "µs", figure(each), figure(each_least)),
        row(
            f"CPU per change, {FLOORS} floors",
            "µs",
            figure(change),
            figure(change_least),
            ratio(change, change_least),
        ),
        row(
            f"until {FLOORS} floors show it",
            "ms",
            _latency(many.latencies),
            _latency(least.latencies),
        ),
        row(
            f"CPU, {FLOORS} floors and nothing happens",
            "% of a core",
            figure([100 * SERVER(many.idle) / many.idle.wall if many.idle else 0.0]),
        ),
    ]


def _latency(seconds: Sequence[float]) -> Figure:
    return figure([1000 * one for one in seconds])
