from collections.abc import AsyncIterator

import aiohttp
import numpy as np
import pytest
from aiohttp import web

from sandbox.media.decode import write_wav
from sandbox.media.frames import RATE
from sandbox.tests.sdk_world import SdkWorld, sdk_world
from sandbox.tests.world import Customer, World, new_sandbox, serve, settle


@pytest.fixture
async def customer() -> AsyncIterator[Customer]:
    """The customer's server."""
    customer = Customer()
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", customer.handle)
    runner, customer.url = await serve(application)
    yield customer
    await runner.cleanup()


@pytest.fixture
async def world(customer: Customer, monkeypatch) -> AsyncIterator[World]:
    """A sandbox with the customer's application and number."""
    monkeypatch.setenv("SANDBOX_SPEECH", "tones")
    sandbox = new_sandbox()
    runner, url = await serve(sandbox.application())
    async with aiohttp.ClientSession() as http:
        world = World(sandbox, customer, http, url)
        await settle(world)
        yield world
    await runner.cleanup()


@pytest.fixture
def hold_music(customer: Customer) -> None:
    """The customer's server has music of 523 Hz at /static/hold.mp3."""
    time = np.arange(RATE) / RATE
    tone = (0.3 * np.sin(2 * np.pi * 523 * time)).astype(np.float32)
    reply = web.Response(body=write_wav(tone), content_type="audio/wav")
    customer.reply("/static/hold.mp3", reply)


@pytest.fixture
async def sdk(customer: Customer, monkeypatch) -> AsyncIterator[SdkWorld]:
    """A sandbox with sound in real time, users jane and joe, and a clock moved by hand."""
    monkeypatch.setenv("SANDBOX_SPEECH", "tones")
    async with sdk_world(customer) as made:
        yield made
