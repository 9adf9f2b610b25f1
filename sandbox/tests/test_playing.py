"""Talks, streams and music, and what happens when they cannot be had."""

from sandbox.tests.rooms import MUSIC, caller_in, room, waiting


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
