"""Open consoles on a full floor: how much they are sent, and what telling them costs.

A thousand agents serve both queues, and a hundred of them have a console open. One after the other
comes to work or goes; a change is done when all consoles show it.
"""

import asyncio
import json
import statistics
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

from bench.plan import Plan
from bench.processes import Meter, Used, child, pinned, running_baseline, running_stack
from bench.report import Figure, Row, figure, ratio
from tools.stack import ROOT, Stack

AGENTS, CONSOLES, FEW = 1000, 100, 10
PATIENCE = 5.0  # seconds for a change to be shown by all
BEAT = 5.0  # seconds


def run(plan: Plan) -> list[Row]:
    """On SQLite; what is told does not depend on the database."""
    with running_stack({"REDIS_URL": ""}) as stack:
        cookies = _floor(stack)
        with pinned(-1):
            ours = asyncio.run(_ours(plan, stack, cookies))
            with running_baseline(module="bench.fan_out") as (url, pid):
                least = asyncio.run(_least(plan, url, pid, ours.many.deltas[0]))
    return _rows(ours, least)


@dataclass(slots=True)
class Console:
    socket: ClientConnection
    snapshot: str
    agent_id: int
    is_available: bool = False


@dataclass(slots=True)
class Told:
    """Rounds of changes: what they cost, how long they took, and the frames that told of them."""

    used: list[Used] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)  # seconds
    deltas: list[str] = field(default_factory=list)  # as colleagues get them
    own: list[str] = field(default_factory=list)
    late: int = 0


@dataclass(frozen=True, slots=True)
class Ours:
    snapshots: Sequence[str]
    few: Told  # while only so many consoles were open
    many: Told
    beating: Used
    changes: int  # in a round


def _floor(stack: Stack) -> list[str]:
    """The cookies of agents who are on a break, on a floor full of others."""
    command = [sys.executable, "-m", "bench.crowd", str(AGENTS), str(CONSOLES)]
    environment = {**stack.environment, "DJANGO_SETTINGS_MODULE": "contactcenter.settings"}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    found: list[str] = json.loads(done.stdout)
    return found


async def _ours(plan: Plan, stack: Stack, cookies: Sequence[str]) -> Ours:
    pid = child("manage.py", "serve")
    async with AsyncExitStack() as opened:
        consoles = [await _open(opened, stack, cookie) for cookie in cookies[:FEW]]
        few = await _rounds(plan, consoles, pid)
        consoles += [await _open(opened, stack, cookie) for cookie in cookies[FEW:]]
        many = await _rounds(plan, consoles, pid)
        beating = await _beat(consoles, pid, seconds=max(plan.idle, BEAT))
    snapshots = [console.snapshot for console in consoles]
    return Ours(snapshots, few, many, beating, plan.in_turn)


async def _open(opened: AsyncExitStack, stack: Stack, cookie: str) -> Console:
    socket = await opened.enter_async_context(
        connect(
            f"{stack.web.replace('http', 'ws', 1)}/ws/console/",
            origin=Origin(stack.web),
            additional_headers={"Cookie": cookie},
            compression=None,
            max_size=None,
            max_queue=None,  # all frames are kept until we look at them
            ping_interval=None,
        )
    )
    snapshot = str(await socket.recv())
    return Console(socket, snapshot, json.loads(snapshot)["agent"]["id"])


async def _beat(consoles: Sequence[Console], pid: int, *, seconds: float) -> Used:
    """Every console's heartbeat once, evenly over these seconds."""
    meter = Meter(server=pid)
    for console in consoles:
        await console.socket.send('{"id":"beat","command":"beat"}')
        await _until(console, lambda frame: frame["type"] == "result")
        await asyncio.sleep(seconds / len(consoles))
    return meter.read()


async def _rounds(plan: Plan, consoles: Sequence[Console], pid: int) -> Told:
    told = Told()
    for _ in range(plan.rounds):
        plan.noise.sense()
        await _beat(consoles, pid, seconds=0)
        meter = Meter(server=pid)
        for turn in range(plan.in_turn):
            await _change(consoles, turn % len(consoles), told)
        told.used.append(meter.read())
    return told


async def _change(consoles: Sequence[Console], who: int, told: Told) -> None:
    began, one = time.perf_counter(), consoles[who]
    one.is_available = not one.is_available
    state = "available" if one.is_available else "offline"
    await one.socket.send(json.dumps({"command": "state", "state": state}))
    shows_it = partial(_shows, agent_id=one.agent_id, state=state)
    try:
        async with asyncio.timeout(PATIENCE):
            frames = await asyncio.gather(*(_until(console, shows_it) for console in consoles))
    except TimeoutError:
        told.late += 1
        return
    told.latencies.append(time.perf_counter() - began)
    told.own.append(frames[who])
    told.deltas.append(frames[who - 1])


def _shows(frame: dict[str, Any], *, agent_id: int, state: str) -> bool:
    changes = frame.get("changes", {})
    rows = [*changes.get("people", []), *([changes["agent"]] if "agent" in changes else [])]
    return any((row["id"], row["state"]) == (agent_id, state) for row in rows)


async def _until(console: Console, holds: Callable[[dict[str, Any]], bool]) -> str:
    """The first frame of which this holds, as it came."""
    while True:
        text = str(await console.socket.recv())
        if holds(json.loads(text)):
            return text


async def _least(plan: Plan, url: str, pid: int, frame: str) -> Told:
    """The same number of frames as long as ours, from the server that does nothing else."""
    told, address = Told(), url.replace("http", "ws", 1)
    async with AsyncExitStack() as opened:
        sockets = [
            await opened.enter_async_context(connect(address, compression=None, ping_interval=None))
            for _ in range(CONSOLES)
        ]
        for _ in range(plan.rounds):
            meter = Meter(server=pid)
            for turn in range(plan.in_turn):
                began = time.perf_counter()
                await sockets[turn % CONSOLES].send(frame)
                await asyncio.gather(*(socket.recv() for socket in sockets))
                told.latencies.append(time.perf_counter() - began)
            told.used.append(meter.read())
    return told


def _rows(ours: Ours, least: Told) -> list[Row]:
    many, few = ours.many, ours.few
    row = partial(
        Row,
        benchmark="console",
        count=len(many.latencies),
        wrong=0,
        late=many.late + few.late,
        foreign=statistics.fmean(one.foreign for one in [*many.used, *least.used]),
    )
    change, change_few, change_least = (
        [one.server / ours.changes * 1e6 for one in told.used] for told in (many, few, least)
    )
    socket_least = [one / CONSOLES for one in change_least]
    socket = [
        (one - other) / (CONSOLES - FEW) for one, other in zip(change, change_few, strict=True)
    ]
    beating = 100 * ours.beating.server / ours.beating.wall
    return [
        row(f"snapshot of {AGENTS} agents", "kB", _size(ours.snapshots, 1000)),
        row(f"snapshot of {AGENTS} agents, deflated", "kB", _size(ours.snapshots, 1000, _deflated)),
        row("delta of a colleague and two queues", "B", _size(many.deltas)),
        row("the same, deflated", "B", _size(many.deltas, 1, _deflated)),
        row("delta of oneself and two queues", "B", _size(many.own)),
        row("CPU per delta, each further console", "µs", figure(socket), figure(socket_least)),
        row(
            f"CPU per change, {CONSOLES} consoles",
            "µs",
            figure(change),
            figure(change_least),
            ratio(change, change_least),
        ),
        row(f"until {CONSOLES} consoles show it", "ms", _latency(many), _latency(least)),
        row(f"CPU, {CONSOLES} consoles that beat", "% of a core", figure([beating])),
    ]


def _latency(told: Told) -> Figure:
    return figure([1000 * one for one in told.latencies])


def _size(frames: Sequence[str], unit: float = 1, measured: Callable[[bytes], int] = len) -> Figure:
    return figure([measured(frame.encode()) / unit for frame in frames])


def _deflated(frame: bytes) -> int:
    return len(zlib.compress(frame, wbits=-15))
