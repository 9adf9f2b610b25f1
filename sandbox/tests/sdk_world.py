"""A sandbox with users, and browsers that log in as them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import aiohttp

from sandbox.app import Sandbox
from sandbox.clock import Clock
from sandbox.media.ear import Ear
from sandbox.media.mixer import Mixer
from sandbox.settings import Settings
from sandbox.tests.browsers import Browser
from sandbox.tests.world import (
    API_SECRET,
    KEY,
    SECRET,
    Customer,
    World,
    serve,
    settle,
    wait_until,
)  # fmt: skip

USERS = ("jane", "joe")


class HandClock(Clock):
    """Its sleepers wake when a test says so; sound and time-outs go on in real time."""

    def __init__(self) -> None:
        super().__init__()
        self._passed = 0.0
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=self._passed)

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            return
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.append((self._passed + seconds, woken))
        await woken

    async def advance(self, seconds: float) -> None:
        """Let time pass, for those who were about to sleep too.

        Those it woke have then done what they wanted.
        """
        await self._let_run()
        self._passed += seconds
        for due, woken in self._sleepers:
            if due <= self._passed and not woken.done():
                woken.set_result(None)
        self._sleepers = [each for each in self._sleepers if not each[1].done()]
        await self._let_run()

    async def _let_run(self) -> None:
        for _ in range(5):
            await asyncio.sleep(0)


@dataclass
class SdkWorld:
    """The world, and the browsers in it."""

    world: World
    clock: HandClock
    browsers: list[Browser] = field(default_factory=list)

    def token(self, user: str, **claims: Any) -> str:
        return self.world.token(sub=user, **claims)

    def new_browser(self, user: str, token: str = "", hz: float = 700) -> Browser:
        token = token or self.token(user)
        browser = Browser(self.world.http, self.world.url, token, hz)
        self.browsers.append(browser)
        return browser

    async def browser(self, user: str, hz: float = 700) -> Browser:
        """One that is logged in."""
        browser = self.new_browser(user, hz=hz)
        greeting = await browser.log_in()
        assert greeting["type"] == "session:success"
        return browser

    async def caller(self, *ncco: dict[str, Any], **robot: Any) -> str:
        """A robot caller in this NCCO; the uuid of its leg."""
        self.world.customer.reply("/answer", list(ncco))
        uuid = await self.world.call(**robot)
        await wait_until(lambda: self.world.state(uuid).answered)
        return uuid

    async def ring(self, user: str, *ncco: dict[str, Any], **body: Any) -> str:
        """Dial a user into this NCCO; the uuid of the leg."""
        return await self.world.dial({"type": "app", "user": user}, ncco=list(ncco), **body)

    async def talk(self, browser: Browser, user: str, *ncco: dict[str, Any]) -> str:
        """The same, answered in that browser."""
        uuid = await self.ring(user, *ncco)
        await browser.answer(await self.invite(browser, uuid))
        await wait_until(lambda: self.world.state(uuid).answered)
        return uuid

    async def invite(self, browser: Browser, uuid: str) -> dict[str, Any]:
        """Wait until it rings in that browser."""
        return dict((await wait_until(lambda: _invites(browser, uuid)))[0])

    async def harm(self, user: str, *what: str) -> None:
        body = dict.fromkeys(what, True)
        status, _ = await self.world.control("POST", f"/users/{user}/sdk", body)
        assert status == 204

    async def seen(self, user: str) -> Any:
        """What the control API says of a user's browsers."""
        status, body = await self.world.control("GET", f"/users/{user}/sdk")
        return body if status == 200 else status

    async def hears(self, ear: Ear, hz: float) -> None:
        """Wait until that is the strongest frequency in an ear."""
        await wait_until(lambda: abs((ear.level().peak_hz or 0) - hz) < 5)


@asynccontextmanager
async def sdk_world(customer: Customer) -> AsyncIterator[SdkWorld]:
    clock = HandClock()
    sandbox = Sandbox(Settings(KEY, API_SECRET, SECRET), clock, Mixer.run)
    runner, url = await serve(sandbox.application())
    async with aiohttp.ClientSession() as http:
        made = SdkWorld(World(sandbox, customer, http, url), clock)
        await settle(made.world)
        for name in USERS:
            await made.world.api("POST", "/v1/users", {"name": name})
        yield made
        for browser in made.browsers:
            await browser.leave()
    await runner.cleanup()


def _invites(browser: Browser, uuid: str) -> list[dict[str, Any]]:
    events = [event for event in browser.events if event["type"] == "member:invited"]
    return [event for event in events if event["body"]["channel"]["id"] == uuid]
