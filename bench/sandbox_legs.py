"""What a browser's leg costs the sandbox: 12 legs with Opus sound both ways, in rooms of three.

The browsers are synthetic and run in a process of their own:
`python -m bench.sandbox_legs SANDBOX_URL`.
"""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import aiohttp

from bench.plan import Plan
from bench.processes import Meter, Used, pinned
from bench.report import Figure, Row
from sandbox.tests import world as sandbox_world
from sandbox.tests.browsers import Browser
from sandbox.tests.rooms import room
from sandbox.tests.world import Customer, World
from tools.stack import ROOT, NotReady, free_port

LEGS = 12
IN_ROOM = 3
ROUNDS = 3
SETTLED_AFTER = 2.0  # seconds
READY_WITHIN = 30.0
NAMES = [f"browser{number}" for number in range(LEGS)]
CREDENTIALS = {
    "VONAGE_API_KEY": sandbox_world.KEY,
    "VONAGE_API_SECRET": sandbox_world.API_SECRET,
    "VONAGE_SIGNATURE_SECRET": sandbox_world.SECRET,
}


@dataclass(frozen=True, slots=True)
class Round:
    used: Used
    underruns: int

    @property
    def cpu(self) -> float:
        """Percent of a core per leg."""
        return 100 * self.used.server / self.used.wall / LEGS

    @property
    def silences(self) -> float:
        """Underruns per leg and second."""
        return self.underruns / self.used.wall / LEGS


def run(plan: Plan) -> list[Row]:
    """The best of three rounds: what others do on the machine only makes them worse."""
    with _running_sandbox() as (url, pid), _running_browsers(url):
        time.sleep(SETTLED_AFTER)
        rounds = [_round(plan, url, pid) for _ in range(ROUNDS)]
    costs, silences = [one.cpu for one in rounds], [one.silences for one in rounds]
    return [
        _row("CPU per leg, best of 3", "% of a core", costs, rounds),
        _row("underruns per leg, best of 3", "1/s", silences, rounds),
    ]


def _row(measure: str, unit: str, values: list[float], rounds: list[Round]) -> Row:
    return Row(
        measure,
        unit,
        Figure(min(values), min(values), max(values)),
        benchmark=f"sandbox, {LEGS} legs",
        count=LEGS,
        wrong=0,
        late=0,
        foreign=statistics.fmean(one.used.foreign for one in rounds),
    )


def _round(plan: Plan, url: str, pid: int) -> Round:
    plan.noise.sense()
    before, meter = _underruns(url), Meter(server=pid)
    time.sleep(plan.seconds)
    used = meter.read()
    return Round(used, _underruns(url) - before)


def _underruns(url: str) -> int:
    """All of them so far, in all legs; NotReady when a leg is gone or silent."""
    total = 0
    for name in NAMES:
        with urllib.request.urlopen(f"{url}/sandbox/users/{name}/sdk", timeout=10) as reply:  # noqa: S310
            (call,) = json.load(reply)["calls"]
        if not call["sound"]:
            raise NotReady("A browser lost its sound.")
        total += call["underruns"]
    return total


@contextmanager
def _running_sandbox() -> Iterator[tuple[str, int]]:
    """An empty sandbox on the first core: its address, and its process."""
    port = free_port()
    environment = os.environ | CREDENTIALS | {"SANDBOX_PORT": str(port), "SANDBOX_STATE": ""}
    command = [sys.executable, "-m", "sandbox"]
    with pinned(0):
        process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        yield f"http://127.0.0.1:{port}", process.pid
    finally:
        process.terminate()
        process.wait()


@contextmanager
def _running_browsers(url: str) -> Iterator[None]:
    """The browsers on the last core, once all of them talk."""
    command = [sys.executable, "-m", "bench.sandbox_legs", url]
    with pinned(-1):
        process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
    try:
        if process.stdout is None or process.stdout.readline() != "ready\n":
            raise NotReady("The browsers did not get their calls.")
        yield
    finally:
        process.terminate()
        process.wait()


async def _talk(url: str) -> None:
    """Log in as all the users, answer a call as each, and talk until the process is ended."""
    async with aiohttp.ClientSession() as http:
        await _answered(http, url)
        world = await _settled(http, url)
        for place, name in enumerate(NAMES):
            await world.api("POST", "/v1/users", {"name": name})
            browser = Browser(http, url, world.token(sub=name), hz=300 + 50 * place)
            await browser.log_in()
            into = [room(f"room {place // IN_ROOM}")]
            await world.dial({"type": "app", "user": name}, ncco=into)
            await browser.answer(await browser.got("member:invited"))
            await browser.got("rtc:transfer")
        print("ready", flush=True)
        await asyncio.Future()


async def _answered(http: aiohttp.ClientSession, url: str) -> None:
    async with asyncio.timeout(READY_WITHIN):
        while True:
            try:
                async with http.get(f"{url}/health/ready"):
                    return
            except aiohttp.ClientError:
                await asyncio.sleep(0.05)


async def _settled(http: aiohttp.ClientSession, url: str) -> World:
    """An application whose webhooks nobody answers, and no limits."""
    customer = Customer()
    customer.url = url
    world = World(None, customer, http, url)
    await sandbox_world.settle(world)
    limits = {"setups_per_second": 1000, "requests_per_second": 1000}
    await world.control("PUT", "/faults", limits)
    return world


if __name__ == "__main__":
    asyncio.run(_talk(sys.argv[1]))
