"""Callers who talk with agents at the sandbox, and the consoles of these agents."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from itertools import count
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from tools.people import Sandbox
from tools.stack import NotReady, Stack

TALKS, SPARE = 20, 4
BEAT = 4.0  # seconds
READY_WITHIN = 120.0
PAUSE = 0.4  # seconds between callers: three agents can be rung in a second
PRESSES = (2_000, 5_000, 10_000, 20_000)  # milliseconds; one of them answers the menu
Result = asyncio.Future[tuple[float, str]]  # when it came; the command's key


class Console:
    """One agent's console: what it was told, and when."""

    def __init__(self, username: str, socket: ClientConnection) -> None:
        self.username, self._socket = username, socket
        self.is_asking = self.hands_on = False
        self._agent: dict[str, Any] = {}
        self._numbers = count(1)
        self._results: dict[int, Result] = {}
        self._done: dict[str, float] = {}  # by command, when it was shown
        self._left_at = 0.0  # when the agent was last shown without a call
        self._news = asyncio.Condition()

    @property
    def talks(self) -> bool:
        return bool(self._agent.get("call"))

    @property
    def call_state(self) -> str:
        return str(self._agent["call"]["state"])

    @property
    def is_free(self) -> bool:
        return self._agent.get("state") == "available"

    async def say(self, **content: object) -> None:
        await self._socket.send(json.dumps(content))

    async def ask(self, what: Mapping[str, object]) -> tuple[float, str]:
        """Send a command about the agent's call: when its result came; its key, "" if refused."""
        number = next(self._numbers)
        result: Result = asyncio.get_running_loop().create_future()
        self._results[number] = result
        await self.say(id=number, call=self._agent["call"]["id"], **what)
        return await result

    async def done(self, key: str) -> float:
        """When this command was shown as done, or its call as gone."""
        asked_at = time.perf_counter()
        async with self._news:
            await self._news.wait_for(lambda: key in self._done or not self.talks)
        return self._done.get(key) or max(self._left_at, asked_at)

    async def has_left(self) -> None:
        """Wait until the agent is shown without the call."""
        async with self._news:
            await self._news.wait_for(lambda: not self.talks)

    async def attend(self) -> None:
        """Hear what the console is told, for as long as it is open."""
        with suppress(ConnectionClosed):
            async for text in self._socket:
                await self._hear(json.loads(text), at=time.perf_counter())

    async def beat(self) -> None:
        with suppress(ConnectionClosed):
            while True:
                await self.say(command="beat")
                await asyncio.sleep(BEAT)

    @staticmethod
    def _answered(result: Result, frame: dict[str, Any], at: float) -> None:
        if not result.done():  # nobody waits any more for what is late
            result.set_result((at, frame.get("command", "")))

    async def _hear(self, frame: dict[str, Any], *, at: float) -> None:
        if frame["type"] == "result" and frame["id"] in self._results:
            self._answered(self._results.pop(frame["id"]), frame, at)
        agent = frame.get("agent") or frame.get("changes", {}).get("agent")
        if not agent:
            return
        async with self._news:
            if self.talks and not agent["call"]:
                self._left_at = at
            self._agent = agent
            for command in (agent["call"] or {}).get("commands", []):
                if command["state"] == "done":
                    self._done.setdefault(command["key"], at)
            self._news.notify_all()


@asynccontextmanager
async def talking(stack: Stack, cookies: Mapping[str, str]) -> AsyncIterator[Sequence[Console]]:
    """The consoles of all these agents, once as many of them as there are callers talk."""
    sandbox = Sandbox(stack)
    async with AsyncExitStack() as opened, asyncio.TaskGroup() as group:
        consoles, tasks = [], []
        for username, cookie in cookies.items():
            sandbox.post(f"users/{username}", {"answer": "after 0s"})
            socket = await opened.enter_async_context(_connection(stack, cookie))
            console = Console(username, socket)
            tasks += [group.create_task(console.attend()), group.create_task(console.beat())]
            await console.say(command="state", state="available")
            consoles.append(console)
        number = stack.described()["numbers"]["menu"]
        await _call(sandbox, number)
        await _until_all_talk(consoles)
        yield consoles
        for task in tasks:
            task.cancel()


def _connection(stack: Stack, cookie: str) -> connect:
    return connect(
        f"{stack.web.replace('http', 'ws', 1)}/ws/console/",
        origin=Origin(stack.web),
        additional_headers={"Cookie": cookie},
        compression=None,
        max_size=None,
        ping_interval=None,
    )


async def _call(sandbox: Sandbox, number: str) -> None:
    """Callers who say nothing and have all the time in the world."""
    presses = [{"after_ms": after, "dtmf": "1"} for after in PRESSES]
    caller = {"from": "447700900001", "to": number, "patience": 0, "script": presses}
    for _ in range(TALKS):
        await asyncio.to_thread(sandbox.post, "calls", caller)
        await asyncio.sleep(PAUSE)


async def _until_all_talk(consoles: Sequence[Console]) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while sum(one.talks for one in consoles) < TALKS:
        if time.monotonic() > deadline:
            raise NotReady("The callers did not come to talk with agents.")
        await asyncio.sleep(0.1)
