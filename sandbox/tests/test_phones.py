"""A browser is the caller's phone: sound both ways, and an end whichever way the browser goes."""

import asyncio
import time
from collections.abc import AsyncIterator
from fractions import Fraction
from typing import Any

import aiohttp
import numpy as np
import pytest
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import AudioStreamTrack
from av import AudioFrame

from sandbox.app import Sandbox
from sandbox.clock import Clock
from sandbox.media.mixer import Mixer
from sandbox.media.spectrum import dominant
from sandbox.settings import Settings
from sandbox.tests.world import (
    API_SECRET,
    CALLER,
    KEY,
    NUMBER,
    SECRET,
    SPEED,
    World,
    serve,
    settle,
    wait_until,
)  # fmt: skip

RATE = 48_000
FRAME = 960
STAY = [{"action": "talk", "text": "Hello.", "loop": 0}]
ROOM = [{"action": "conversation", "name": "room"}]
VOICE, ANSWERING_VOICE = 440.0, 900.0


class Whistle(AudioStreamTrack):
    """A microphone that hears one tone, in real time."""

    def __init__(self) -> None:
        super().__init__()
        self._at = 0
        self._began = time.monotonic()

    async def recv(self) -> AudioFrame:
        await asyncio.sleep(max(0.0, self._began + self._at / RATE - time.monotonic()))
        turns = np.arange(self._at, self._at + FRAME) * (2 * np.pi * VOICE / RATE)
        samples = (9000 * np.sin(turns)).astype(np.int16)
        frame = AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, self._at, Fraction(1, RATE)
        self._at += FRAME
        return frame


class Browser:
    """A page's connection: an offer, a tone for a microphone, and ears."""

    def __init__(self) -> None:
        self.peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.peer.addTrack(Whistle())
        self.heard: list[Any] = []
        self._listening: asyncio.Task[None] | None = None
        self.peer.add_listener("track", self._listen)

    async def offer(self) -> str:
        await self.peer.setLocalDescription(await self.peer.createOffer())
        return str(self.peer.localDescription.sdp)

    async def accept(self, answer: str) -> None:
        await self.peer.setRemoteDescription(RTCSessionDescription(answer, "answer"))

    def hears(self) -> float | None:
        """The dominant frequency of the last second."""
        samples = np.concatenate(self.heard[-50:]) if self.heard else np.zeros(FRAME)
        return dominant((samples[::3] / 32768).astype(np.float32))

    async def close(self) -> None:
        if self._listening is not None:
            self._listening.cancel()
        await self.peer.close()

    def _listen(self, track: Any) -> None:
        self._listening = asyncio.get_running_loop().create_task(self._hear(track))

    async def _hear(self, track: Any) -> None:
        while True:
            frame = await track.recv()
            self.heard.append(frame.to_ndarray().reshape(-1, len(frame.layout.channels))[:, 0])


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    browser = Browser()
    yield browser
    await browser.close()


@pytest.fixture
async def real_world(customer, monkeypatch) -> AsyncIterator[World]:
    """A world in which sound takes the time it takes."""
    monkeypatch.setenv("SANDBOX_SPEECH", "tones")
    sandbox = Sandbox(Settings(KEY, API_SECRET, SECRET), Clock(SPEED), Mixer.run)
    runner, url = await serve(sandbox.application())
    async with aiohttp.ClientSession() as http:
        world = World(sandbox, customer, http, url)
        await settle(world)
        yield world
    await runner.cleanup()


async def ask(world: World, browser: Browser, **body: Any) -> Any:
    """The browser calls NUMBER, and is answered."""
    body = {"from": CALLER, "to": NUMBER, "offer": await browser.offer()} | body
    status, reply = await world.control("POST", "/phone/calls", body)
    assert status == 201, reply
    return reply


async def dial(world: World, browser: Browser, **body: Any) -> str:
    """The same, connected, which takes the time it takes; the uuid of its leg."""
    clock = world.sandbox.clock
    speed, clock.speed = clock.speed, 1.0
    reply = await ask(world, browser, **body)
    await browser.accept(reply["answer"])
    await wait_until(lambda: browser.peer.connectionState == "connected")
    clock.speed = speed
    return str(reply["uuid"])


async def test_a_browser_and_the_others_hear_each_other(real_world, browser):
    real_world.customer.reply("/answer", ROOM)
    robot = await real_world.call(audio={"tone": ANSWERING_VOICE})
    await dial(real_world, browser)
    port = real_world.state(robot).port

    await wait_until(lambda: abs((browser.hears() or 0) - ANSWERING_VOICE) < 10, 20)
    await wait_until(lambda: abs((port.ear.level().peak_hz or 0) - VOICE) < 10, 20)


async def test_a_call_from_a_browser_is_a_call_of_that_number(world, browser):
    world.customer.reply("/answer", STAY)

    uuid = await dial(world, browser, **{"from": "anonymous"})
    await world.playing(uuid, "talk:Hello.")

    asked = world.customer.got("/answer")[0]
    assert (asked["uuid"], asked["from"], asked["to"]) == (uuid, "anonymous", NUMBER)
    shown = world.sandbox.picture.take()["legs"][0]
    assert (shown["uuid"], shown["far_end"]) == (uuid, "phone")
    leg = await world.leg(uuid)
    assert (leg["kind"], leg["direction"], leg["status"]) == ("phone", "inbound", "answered")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"offer": "v=0"}, "offer"),
        ({"offer": "x" * 100_001}, "offer"),
        ({"offer": None}, "offer"),
        ({"from": None}, "from"),
        ({"to": None}, "to"),
        ({"to": "442079460099"}, "to"),
        ({"tone": 440}, "tone"),
    ],
)
async def test_a_call_that_cannot_be_is_refused_in_a_sentence_and_rings_nobody(
    world, browser, changed, field
):
    body = {"from": CALLER, "to": NUMBER, "offer": await browser.offer()} | changed

    status, reply = await world.control("POST", "/phone/calls", body)

    assert status == 400
    assert reply["detail"].startswith(f"{field}: ")
    assert reply["detail"].endswith(".")
    assert world.sandbox.switch.legs == {}


async def test_a_browser_whose_sound_is_lost_has_hung_up(real_world, browser):
    real_world.customer.reply("/answer", STAY)
    uuid = await dial(real_world, browser)
    await wait_until(lambda: browser.heard)

    await browser.close()

    assert (await real_world.completed(uuid))["disconnected_by"] == "user"


async def test_a_browser_whose_sound_never_comes_has_hung_up(sdk, browser):
    sdk.world.customer.reply("/answer", STAY)
    other = Browser()
    uuid = (await ask(sdk.world, browser))["uuid"]
    stays = await dial(sdk.world, other)
    await sdk.clock.advance(9)
    assert not sdk.world.state(uuid).over
    await sdk.clock.advance(1)
    assert (await sdk.world.completed(uuid))["disconnected_by"] == "user"
    assert not sdk.world.state(stays).over
    await other.close()


async def test_a_call_that_ends_lets_the_browser_go(real_world, browser):
    real_world.customer.reply("/answer", STAY)
    uuid = await dial(real_world, browser)
    await wait_until(lambda: browser.heard)

    await real_world.control("POST", f"/calls/{uuid}/hangup")

    await wait_until(lambda: browser.peer.connectionState == "closed")


async def test_a_page_that_is_gone_has_hung_up_its_own_calls_only(world, browser):
    world.customer.reply("/answer", STAY)
    other = Browser()
    gone, stays = await dial(world, browser, page="gone"), await dial(world, other)
    for query in ("", "?page=gone"):
        async with world.http.get(f"{world.url}/sandbox/live{query}") as stream:
            await stream.content.readline()

    assert (await world.completed(gone))["disconnected_by"] == "user"
    assert not world.state(stays).over
    await other.close()


async def test_no_more_is_kept_of_a_call_than_the_switch_remembers(world, browser):
    world.customer.reply("/answer", STAY)
    first = await dial(world, browser)
    await world.control("POST", "/reset")
    other = Browser()

    second = await dial(world, other)

    assert first not in world.sandbox.phones.lines
    assert second in world.sandbox.phones.lines
    await other.close()


async def test_a_page_that_comes_back_keeps_its_call(world, browser):
    world.customer.reply("/answer", STAY)
    uuid = await dial(world, browser, page="back")
    phones = world.sandbox.phones

    with phones.watched_by("back"):
        pass
    with phones.watched_by("back"):
        await world.sandbox.clock.sleep(10)
        assert not world.state(uuid).over
    await wait_until(lambda: world.state(uuid).over)
