"""Moving legs by REST, with an NCCO or the URL of one."""

from sandbox.tests.rooms import MUSIC, caller_in, room
from sandbox.tests.world import wait_until


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


async def test_a_transfer_stops_a_stream_that_was_started_by_rest(world, hold_music):
    caller = await caller_in(world, [room("call-1")])
    url = world.customer.url + MUSIC
    body = {"stream_url": [url], "loop": 0}
    await world.api("PUT", f"/v1/calls/{caller}/stream", body)
    await world.playing(caller, f"stream:{url}")

    await world.transfer(caller, room("call-2"))

    await world.in_room(caller, "call-2")
    assert world.state(caller).player.playing is None


async def test_a_transfer_that_is_quicker_than_the_answer_stays(world):
    application = world.sandbox.account.applications[world.application["id"]]
    application.capabilities["voice"]["webhooks"]["answer_url"]["socket_timeout"] = 50
    world.customer.silent.add("/slow")
    await world.control("POST", "/users/Jane", {"answer": "after 0s"})
    jane = {"type": "app", "user": "Jane"}
    agent = await world.dial(jane, answer_url=[world.customer.url + "/slow"])
    await wait_until(lambda: world.customer.got("/slow"))

    await world.transfer(agent, {"action": "talk", "text": "Moved.", "loop": 0})
    await wait_until(lambda: world.customer.got("/fallback"))
    await wait_until(lambda: [body for body in world.customer.got("/event") if "reason" in body])

    assert world.state(agent).player.playing == "talk:Moved."
