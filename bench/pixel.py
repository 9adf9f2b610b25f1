"""From an event webhook to a changed pixel: how soon a console shows that a caller has gone.

A hundred consoles are connected; one is a real Chromium, which notes when it has painted the new
number of waiting callers. Beside it, what the browser needs for a change that it is simply told.
"""

import asyncio
import json
import statistics
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from playwright.sync_api import Page, sync_playwright
from websockets.asyncio.client import connect
from websockets.typing import Origin

from bench.callers import Caller
from bench.load import PATIENCE, Request, percentile
from bench.plan import Plan
from bench.processes import Meter, child, pinned, running_stack
from bench.report import Figure, Row, figure, ratio
from tools.browser import NoBrowser, browser, chromium
from tools.pages import ConsolePage
from tools.people import Agent, Sandbox
from tools.stack import Stack

CONSOLES = 100  # at most; a quick run has as many as it has events
BEAT = 5.0
OBSERVE = """() => {
  const read = (place) => document.querySelector(place)?.textContent.trim();
  const places = ['[data-queue="Sales"] [data-waiting]', '#bench'];
  const own = document.body.appendChild(document.createElement("p"));
  own.id = "bench";
  let shown = places.map(read);
  const painted = [];
  window.nextPainted = async (patience) => {
    const until = performance.now() + patience;
    while (!painted.length && performance.now() < until) {
      await new Promise((done) => setTimeout(done, 10));
    }
    return painted.splice(0);
  };
  const note = (text) => {
    const { port1, port2 } = new MessageChannel(); // its message comes after the frame is painted
    const at = () => performance.timeOrigin + performance.now();
    port1.onmessage = () => painted.push({ text, at: at() });
    port2.postMessage(null);
  };
  new MutationObserver(() => {
    const now = places.map(read);
    const text = now.find((value, place) => value !== shown[place]);
    shown = now;
    if (text !== undefined) requestAnimationFrame(() => note(text));
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""


def run(plan: Plan) -> list[Row]:
    """None where there is no Chromium."""
    try:
        chromium()
    except NoBrowser as error:
        print(error)
        return []
    consoles = min(CONSOLES, plan.rounds * plan.in_turn)
    seeded = {"REDIS_URL": "", "SEED_AGENTS": str(consoles)}
    with (
        running_stack(seeded) as stack,
        pinned(-1),
        listening(stack, consoles),
        open_console(stack) as page,
    ):
        return _measure(plan, stack, page, f"{consoles} consoles")


@dataclass(slots=True)
class Round:
    """Milliseconds until the paint: of events, and of changes that the browser was told."""

    ours: list[float] = field(default_factory=list)
    least: list[float] = field(default_factory=list)
    wrong: int = 0
    late: int = 0
    foreign: float = 0.0


@contextmanager
def listening(stack: Stack, count: int) -> Iterator[None]:
    """So many agents with consoles that only listen."""
    sandbox = Sandbox(stack)
    agents = [Agent(stack, sandbox, f"agent{number:02}") for number in range(1, count + 1)]
    cookies = ["; ".join(f"{it.name}={it.value}" for it in one.session.cookies) for one in agents]
    loop, ready = asyncio.new_event_loop(), threading.Barrier(2)
    task = loop.create_task(_listen(stack, cookies, ready))
    thread = threading.Thread(target=_until_cancelled, args=(loop, task))
    thread.start()
    ready.wait(timeout=60)
    try:
        yield
    finally:
        loop.call_soon_threadsafe(task.cancel)
        thread.join()


def _until_cancelled(loop: asyncio.AbstractEventLoop, task: asyncio.Task[None]) -> None:
    loop.run_until_complete(asyncio.wait([task]))
    loop.close()


async def _listen(stack: Stack, cookies: Sequence[str], ready: threading.Barrier) -> None:
    connected = asyncio.Semaphore(0)
    async with asyncio.TaskGroup() as group:
        for cookie in cookies:
            group.create_task(_attend(stack, cookie, connected))
        for _ in cookies:
            await connected.acquire()
        ready.wait()


async def _attend(stack: Stack, cookie: str, connected: asyncio.Semaphore) -> None:
    address = f"{stack.web.replace('http', 'ws', 1)}/ws/console/"
    headers = {"Cookie": cookie}
    async with (
        connect(address, additional_headers=headers, origin=Origin(stack.web)) as socket,
        asyncio.TaskGroup() as group,
    ):
        await socket.recv()
        connected.release()
        group.create_task(_beat(socket.send))
        async for _ in socket:
            pass


async def _beat(send: Callable[[str], Any]) -> None:
    while True:
        await send('{"command":"beat"}')
        await asyncio.sleep(BEAT)


@contextmanager
def open_console(stack: Stack) -> Iterator[Page]:
    """Jane's, on a break: she looks at her queues and is offered nothing."""
    with sync_playwright() as playwright, browser(playwright) as chromium:
        page = chromium.new_context(permissions=["microphone"]).new_page()
        jane = ConsolePage(page, stack, "jane")
        jane.enter()
        jane.has(connection="live")
        jane.choose("Break: lunch")
        jane.has(view="break")
        page.evaluate(OBSERVE)
        yield page


class Waiting:
    """Callers who wait in Sales and go again, as Vonage tells of them."""

    def __init__(self, stack: Stack) -> None:
        self._caller, self._web = Caller(stack), stack.web

    def come(self) -> dict[str, Any]:
        """A new caller, who presses 1."""
        call = self._caller.call()
        named = {key: json.loads(call.body)[key] for key in ("uuid", "conversation_uuid")}
        ncco = json.loads(self._post("/webhooks/answer", call))
        asked = next(action for action in ncco if action["action"] == "input")
        pressed = {"dtmf": {"digits": "1", "timed_out": False}, **named, "timestamp": _stamp()}
        self._post(urlsplit(asked["eventUrl"][0]).path, self._caller.signed(pressed))
        return named

    def go(self, named: dict[str, Any]) -> float:
        """The caller hangs up; when that was sent, in milliseconds since 1970."""
        status = {"status": "completed", "direction": "inbound", "timestamp": _stamp()}
        request = self._caller.signed({**named, **status})
        sent = 1000 * time.time()
        self._post("/webhooks/event", request)
        return sent

    def _post(self, path: str, request: Request) -> bytes:
        asked = urllib.request.Request(self._web + path, request.body, request.headers)  # noqa: S310
        with urllib.request.urlopen(asked, timeout=PATIENCE) as response:  # noqa: S310
            body: bytes = response.read()
        return body


def _stamp() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _measure(plan: Plan, stack: Stack, page: Page, how: str) -> list[Row]:
    waiting, server = Waiting(stack), child("manage.py", "serve")
    _round(page, waiting, server, events=5)  # the first ones are slow
    rounds = []
    for _ in range(plan.rounds):
        plan.noise.sense()
        rounds.append(_round(page, waiting, server, events=plan.in_turn))
    return [_row(rounds, how, name, part) for name, part in PARTS]


def _round(page: Page, waiting: Waiting, server: int, *, events: int) -> Round:
    done, meter = Round(), Meter(server=server)
    for _ in range(events):
        named = waiting.come()
        _painted(page, done, "1")
        sent = waiting.go(named)
        if at := _painted(page, done, "0"):
            done.ours.append(at - sent)
        text, sent = uuid4().hex, 1000 * time.time()
        page.evaluate("text => { document.querySelector('#bench').textContent = text }", text)
        if at := _painted(page, done, text):
            done.least.append(at - sent)
    done.foreign = meter.read().foreign
    return done


def _painted(page: Page, done: Round, text: str) -> float | None:
    """When the next change was painted, which must be this text; None if it was not in time."""
    seen = page.evaluate("patience => nextPainted(patience)", 1000 * PATIENCE)
    if not seen:
        done.late += 1
        return None
    done.wrong += [one["text"] for one in seen] != [text]
    return float(seen[-1]["at"])


PARTS = (("p50", 0.5), ("p99", 0.99), ("max", 1.0))


def _row(rounds: Sequence[Round], how: str, name: str, part: float) -> Row:
    (ours, single), (least, least_single) = (
        _latency(sides, part) for sides in ([r.ours for r in rounds], [r.least for r in rounds])
    )
    return Row(
        f"{name}, {how}",
        "ms",
        ours,
        least,
        ratio(single, least_single),
        benchmark="event to pixel",
        count=sum(len(one.ours) for one in rounds),
        wrong=sum(one.wrong for one in rounds),
        late=sum(one.late for one in rounds),
        foreign=statistics.fmean(one.foreign for one in rounds),
    )


def _latency(rounds: Sequence[Sequence[float]], part: float) -> tuple[Figure, list[float]]:
    """Of all rounds together with their range, and of each round."""
    single = [percentile(one, part) for one in rounds]
    return figure(single, percentile([value for one in rounds for value in one], part)), single
