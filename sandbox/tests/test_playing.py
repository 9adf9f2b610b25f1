"""Talks, streams and music, and what happens when they cannot be had."""

import pytest

from sandbox.media.frames import RATE
from sandbox.tests.rooms import MUSIC, agent_in, caller_in, peak, room, waiting
from sandbox.tests.sounds import strength
from sandbox.tests.world import wait_until


async def hears_no_music(world, uuid):
    """Wait until a whole second held no music."""
    ear = world.state(uuid).port.ear
    await wait_until(lambda: strength(ear.samples(1), 523) < 0.01)


async def test_a_leg_can_be_talked_to_over_its_music(world, hold_music):
    caller = await caller_in(world, [waiting(world, "call-1")])
    music = f"music:{world.customer.url}{MUSIC}"
    await world.playing(caller, music)

    status, reply = await world.api("PUT", f"/v1/calls/{caller}/talk", {"text": "Soon."})

    assert status == 200
    assert reply == {"message": "Talk started", "uuid": caller}
    assert world.state(caller).spoken == ["Soon."]
    await world.playing(caller, music)
    assert world.state(caller).port.prompt is not None


async def test_a_stream_plays_until_it_is_stopped_and_no_second_one_starts(world, hold_music):
    caller = await caller_in(world, [room("call-1")])
    url = world.customer.url + MUSIC
    body = {"stream_url": [url], "loop": 0, "level": "0.5"}

    first, _ = await world.api("PUT", f"/v1/calls/{caller}/stream", body)
    second, _ = await world.api("PUT", f"/v1/calls/{caller}/stream", body)
    await world.playing(caller, f"stream:{url}")
    _, reply = await world.api("DELETE", f"/v1/calls/{caller}/stream")

    assert (first, second) == (200, 400)
    assert reply == {"message": "Stream stopped", "uuid": caller}
    assert world.state(caller).player.playing is None


async def test_a_stream_that_cannot_be_fetched_is_silence(world, monkeypatch):
    logged = []
    monkeypatch.setattr("sandbox.audio.logger.warning", lambda *args: logged.append(args))
    world.customer.reply("/gone.mp3", 404)
    stream = {"action": "stream", "streamUrl": [world.customer.url + "/gone.mp3"]}

    caller = await caller_in(world, [stream, {"action": "talk", "text": "After."}])
    await world.completed(caller)

    assert world.state(caller).spoken == ["After."]
    assert len(logged) == 1


async def test_music_is_fetched_once_for_all(world, hold_music):
    music = f"music:{world.customer.url}{MUSIC}"
    for name in ("call-1", "call-2"):
        caller = await caller_in(world, [waiting(world, name)])
        await world.playing(caller, music)

    assert len(world.customer.got(MUSIC)) == 1


async def test_a_talk_in_a_room_with_music_is_heard_by_that_leg_alone(world, hold_music):
    first = await caller_in(world, [waiting(world, "call-1")])
    second = await caller_in(world, [waiting(world, "call-1")])
    for caller in (first, second):
        await peak(world, caller, 523)

    await world.api("PUT", f"/v1/calls/{first}/talk", {"text": "You are first in line. " * 20})
    await wait_until(lambda: world.state(first).player.prompt is not None)
    await hears_no_music(world, first)

    assert world.state(second).port.ear.level().peak_hz == pytest.approx(523, abs=2)
    assert world.state(second).spoken == []
    await world.api("DELETE", f"/v1/calls/{first}/talk")
    await peak(world, first, 523)


async def test_a_talk_in_a_conversation_is_not_heard_by_the_others(world):
    caller = await caller_in(world, [room("call-1")])
    agent = await agent_in(world, room("call-1"), audio={"tone": 700})
    await peak(world, caller, 700)

    await world.api("PUT", f"/v1/calls/{caller}/talk", {"text": "This call is recorded. " * 20})
    before = world.state(agent).port.ear.since()
    await wait_until(lambda: world.state(agent).port.ear.since() > before + 2 * RATE)

    assert world.state(agent).port.ear.level().rms == 0
    assert strength(world.state(caller).port.ear.samples(1), 700) > 0.2
