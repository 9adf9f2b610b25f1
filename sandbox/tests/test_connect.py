"""The connect action: a second leg in the same conversation."""

import pytest

from sandbox.tests.world import NUMBER, wait_until

PHONE = "447700900123"


def connect(world, **options):
    endpoint = {"type": "phone", "number": PHONE}
    return {"action": "connect", "from": NUMBER, "endpoint": [endpoint]} | options


async def other_leg(world, uuid):
    legs = world.sandbox.switch.legs
    return await wait_until(lambda: next((each for each in legs if each != uuid), None))


async def phone(world, answer):
    await world.control("POST", "/phones", {"number": PHONE, "answer": answer})


async def test_a_connected_phone_and_the_caller_hear_each_other_until_one_hangs_up(world):
    await phone(world, "after 1s")
    world.customer.reply("/answer", [connect(world), {"action": "talk", "text": "Never said."}])
    caller = await world.call()
    callee = await other_leg(world, caller)

    await wait_until(lambda: world.state(caller).answered)
    _, conversations = await world.control("GET", "/conversations")
    assert conversations[0]["hears"] == {caller: [callee], callee: [caller]}

    await world.control("POST", f"/calls/{callee}/hangup")
    await world.completed(callee)
    await world.completed(caller)
    assert world.state(caller).spoken == []


async def test_a_caller_who_hangs_up_stops_the_ringing(world):
    await phone(world, "never")
    world.customer.reply("/answer", [connect(world)])
    caller = await world.call()
    callee = await other_leg(world, caller)

    await world.control("POST", f"/calls/{caller}/hangup")

    await world.completed(callee)
    assert "cancelled" in world.customer.statuses(callee)


async def test_an_unanswered_connect_goes_on_with_the_next_action(world):
    await phone(world, "busy")
    sorry = {"action": "talk", "text": "They are busy."}
    world.customer.reply("/answer", [connect(world), sorry])

    caller = await world.call()
    await world.completed(caller)

    assert world.state(caller).spoken == ["They are busy."]


async def test_a_synchronous_connect_may_be_answered_with_another_ncco(world):
    await phone(world, "never")
    url = [world.customer.url + "/connect"]
    action = connect(world, eventType="synchronous", eventUrl=url, timeout=1)
    world.customer.reply("/answer", [action, {"action": "talk", "text": "Never said."}])
    said = [{"action": "talk", "text": "Nobody there."}]
    world.customer.reply("/connect", 200, 200, said, 200)

    caller = await world.call()
    await world.completed(caller)

    assert world.state(caller).spoken == ["Nobody there."]
    words = [body["status"] for body in world.customer.got("/connect")]
    assert words[:3] == ["started", "ringing", "timeout"]


async def test_ringing_is_heard_as_the_tone_that_is_asked_for(world, hold_music):
    await phone(world, "never")
    url = world.customer.url + "/static/hold.mp3"
    world.customer.reply("/answer", [connect(world, ringbackTone=url)])

    caller = await world.call()

    await world.playing(caller, f"music:{url}")


@pytest.mark.parametrize(
    "options",
    [
        {"from": "447700900999"},
        {"endpoint": [{"type": "sip", "uri": "sip:bob@example.com"}]},
    ],
)
async def test_a_connect_that_is_not_set_up_gives_an_error_event(world, options):
    goodbye = {"action": "talk", "text": "Goodbye."}
    world.customer.reply("/answer", [connect(world, **options), goodbye])

    caller = await world.call()
    await world.completed(caller)

    assert [body for body in world.customer.got("/event") if "reason" in body]
    assert world.state(caller).spoken == ["Goodbye."]


async def test_a_connect_counts_as_a_call_set_up(world):
    await world.control("PUT", "/faults", {"setups_per_second": 0})
    world.customer.reply("/answer", [connect(world)])

    caller = await world.call()
    await world.completed(caller)

    errors = [body["reason"] for body in world.customer.got("/event") if "reason" in body]
    assert errors == ["Rate limit hit: too many call set-ups."]


async def test_an_action_that_is_not_offered_gives_an_error_event(world):
    transfer = {"action": "transfer", "conversationId": "CON-1"}
    world.customer.reply("/answer", [transfer, {"action": "talk", "text": "Bye."}])

    caller = await world.call()
    await world.completed(caller)

    errors = [body["reason"] for body in world.customer.got("/event") if "reason" in body]
    assert errors == ["transfer is not offered by the sandbox."]
