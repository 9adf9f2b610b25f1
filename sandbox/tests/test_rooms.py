"""Named conversations: music until they start, who hears whom, and moving between them."""

import pytest

from sandbox.tests.world import wait_until

JANE = {"type": "app", "user": "Jane"}
MUSIC = "/static/hold.mp3"


def room(name, **options):
    return {"action": "conversation", "name": name} | options


def waiting(world, name):
    return room(name, startOnEnter=False, musicOnHoldUrl=[world.customer.url + MUSIC])


async def caller_in(world, ncco, **body):
    """A robot caller whose call is answered with this NCCO."""
    world.customer.reply("/answer", ncco)
    uuid = await world.call(**body)
    await wait_until(lambda: world.state(uuid).answered)
    return uuid


async def agent_in(world, *ncco, name="Jane", **robot):
    """A robot agent who is dialled into this NCCO."""
    await world.control("POST", f"/users/{name}", {"answer": "after 0s"} | robot)
    uuid = await world.dial({"type": "app", "user": name}, ncco=list(ncco))
    await wait_until(lambda: world.state(uuid).room is not None)
    return uuid


async def hears(world, uuid):
    _, conversations = await world.control("GET", "/conversations")
    found = [each for each in conversations if uuid in each["legs"]]
    return set(found[0]["hears"][uuid])


async def peak(world, uuid, hz):
    """Wait until that is the strongest frequency the leg hears (None: it hears nothing)."""
    near = (lambda heard: heard is None) if hz is None else (lambda heard: close(heard, hz))
    return await wait_until(lambda: near(world.state(uuid).port.ear.level().peak_hz) or None)


def close(heard, hz):
    return heard is not None and abs(heard - hz) < 2


async def test_a_caller_hears_music_until_an_agent_enters(world, hold_music):
    caller = await caller_in(world, [waiting(world, "call-1")], audio={"tone": 440})
    await world.playing(caller, f"music:{world.customer.url}{MUSIC}")
    await peak(world, caller, 523)

    agent = await agent_in(world, room("call-1"), audio={"tone": 800})

    await world.playing(caller, None)
    await peak(world, caller, 800)
    await peak(world, agent, 440)
    assert await hears(world, caller) == {agent}
    assert await hears(world, agent) == {caller}


async def test_a_room_that_has_started_plays_no_music_again(world, hold_music):
    caller = await caller_in(world, [waiting(world, "call-1")])
    agent = await agent_in(world, room("call-1"))
    await world.modify(agent, "hangup")

    late = await caller_in(world, [waiting(world, "call-1")])
    await world.in_room(late, "call-1")

    assert world.state(late).player.playing is None
    assert world.state(caller).player.playing is None


async def test_a_room_is_fresh_again_when_its_last_leg_has_left(world, hold_music):
    agent = await agent_in(world, room("call-1"))
    await world.modify(agent, "hangup")

    caller = await caller_in(world, [waiting(world, "call-1")])

    await world.playing(caller, f"music:{world.customer.url}{MUSIC}")


async def test_two_rooms_do_not_hear_each_other(world):
    first = await caller_in(world, [room("one")], audio={"tone": 440})
    second = await caller_in(world, [room("two")], audio={"tone": 660})
    agent = await agent_in(world, room("two"))

    await peak(world, agent, 660)
    assert await hears(world, first) == set()
    assert await hears(world, second) == {agent}


async def test_a_leg_alone_in_a_named_room_stays(world):
    caller = await caller_in(world, [room("call-1")])
    agent = await agent_in(world, room("call-1"))

    await world.control("POST", f"/calls/{caller}/hangup")
    await world.completed(caller)

    assert (await world.leg(agent))["room"] == "call-1"


async def test_the_room_ends_for_all_when_a_leg_with_end_on_exit_leaves(world):
    caller = await caller_in(world, [room("call-1", endOnExit=True)])
    agent = await agent_in(world, room("call-1"), {"action": "talk", "text": "They left."})

    await world.control("POST", f"/calls/{caller}/hangup")

    await world.completed(agent)
    assert world.state(agent).spoken == ["They left."]


async def test_a_supervisor_speaks_to_the_agent_only_then_to_all(world):
    caller = await caller_in(world, [room("call-1")])
    agent = await agent_in(world, room("call-1"))

    ada = await agent_in(world, room("call-1", canSpeak=[agent]), name="Ada")
    assert await hears(world, caller) == {agent}
    assert await hears(world, agent) == {caller, ada}
    assert await hears(world, ada) == {caller, agent}

    await world.transfer(ada, room("call-1", canSpeak=[]))
    await wait_until(lambda: world.state(ada).membership.terms.can_speak == frozenset())
    assert await hears(world, agent) == {caller}

    await world.transfer(ada, room("call-1"))
    await wait_until(lambda: world.state(ada).membership.terms.can_speak is None)
    assert await hears(world, caller) == {agent, ada}


async def test_a_leg_hears_only_those_it_can_hear(world):
    caller = await caller_in(world, [room("call-1")])
    agent = await agent_in(world, room("call-1"))

    ada = await agent_in(world, room("call-1", canHear=[caller], mute=True), name="Ada")

    assert await hears(world, ada) == {caller}
    assert await hears(world, agent) == {caller}
    assert (await world.leg(ada))["muted"] is True


@pytest.mark.parametrize(("on", "off"), [("mute", "unmute"), ("earmuff", "unearmuff")])
async def test_a_leg_is_silenced_and_heard_again(world, on, off):
    caller = await caller_in(world, [room("call-1")])
    agent = await agent_in(world, room("call-1"))
    deaf = agent if on == "mute" else caller

    await world.modify(caller, on)
    silenced = await hears(world, deaf)
    await world.modify(caller, off)

    assert silenced == set()
    assert await hears(world, deaf)


async def test_a_transfer_stops_what_is_played_and_tells_the_new_conversation(world):
    caller = await caller_in(world, [{"action": "talk", "text": "Please hold.", "loop": 0}])
    await world.playing(caller, "talk:Please hold.")
    old = world.state(caller).conversation_id

    assert await world.transfer(caller, room("call-1")) == 204

    await world.in_room(caller, "call-1")
    assert world.state(caller).player.playing is None
    events = await wait_until(
        lambda: [body for body in world.customer.got("/event") if body.get("type") == "transfer"]
    )
    assert len(events) == 1
    assert events[0]["conversation_uuid_from"] == old
    assert events[0]["conversation_uuid_to"] == world.state(caller).conversation_id


async def test_a_transfer_to_a_talk_leaves_the_room(world):
    caller = await caller_in(world, [room("call-1")])
    await world.in_room(caller, "call-1")

    await world.transfer(caller, {"action": "talk", "text": "Goodbye.", "loop": 0})

    await world.playing(caller, "talk:Goodbye.")
    assert (await world.leg(caller))["room"] is None


async def test_a_transfer_by_url_asks_for_the_ncco(world):
    caller = await caller_in(world, [room("call-1")])
    world.customer.reply("/next", [{"action": "talk", "text": "Moved.", "loop": 0}])

    destination = {"type": "ncco", "url": [world.customer.url + "/next"]}
    await world.modify(caller, "transfer", destination=destination)

    await world.playing(caller, "talk:Moved.")
    assert world.customer.got("/next")[0]["uuid"] == caller
    assert [row["method"] for row in await world.webhooks("transfer")] == ["GET"]


async def test_a_transfer_whose_url_fails_leaves_the_leg_where_it_is(world):
    caller = await caller_in(world, [room("call-1")])
    world.customer.reply("/next", 500)
    world.customer.reply("/fallback", 500)

    destination = {"type": "ncco", "url": [world.customer.url + "/next"]}
    await world.modify(caller, "transfer", destination=destination)
    await wait_until(lambda: world.customer.got("/fallback"))
    await world.sandbox.post.drained(2)

    assert (await world.leg(caller))["room"] == "call-1"


async def test_texts_are_heard_only_in_a_started_room(world):
    caller = await caller_in(
        world, [room("call-1", startOnEnter=False)], audio={"text": "I am Ben."}
    )
    listener = await agent_in(world, room("call-1", startOnEnter=False), name="Ada")
    before = world.state(listener).heard_texts.copy()

    await agent_in(world, room("call-1"), audio={"text": "I am Jane."})

    assert before == []
    await wait_until(lambda: world.state(caller).heard_texts == ["I am Jane."])
    assert sorted(world.state(listener).heard_texts) == ["I am Ben.", "I am Jane."]


async def test_a_leg_can_be_talked_to_over_its_music(world, hold_music):
    caller = await caller_in(world, [waiting(world, "call-1")])
    music = f"music:{world.customer.url}{MUSIC}"
    await world.playing(caller, music)

    status, reply = await world.api("PUT", f"/v1/calls/{caller}/talk", {"text": "Soon."})

    assert status == 200
    assert reply == {"message": "Talk started", "uuid": caller}
    assert world.state(caller).spoken == ["Soon."]
    await world.playing(caller, music)


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


async def test_conversations_are_shown_to_their_application(world):
    caller = await caller_in(world, [room("call-1")])
    await world.in_room(caller, "call-1")

    _, listed = await world.api("GET", "/v1/conversations")
    identity = world.state(caller).conversation_id
    status, shown = await world.api("GET", f"/v1/conversations/{identity}")
    _, members = await world.api("GET", f"/v1/conversations/{identity}/members")
    duplicate, _ = await world.api("POST", "/v1/conversations", {"name": "call-1"})

    assert identity in [each["id"] for each in listed["_embedded"]["conversations"]]
    assert (status, shown["name"]) == (200, "call-1")
    assert len(members["_embedded"]["members"]) == 1
    assert duplicate == 409
