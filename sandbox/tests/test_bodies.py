"""The bodies of webhooks have exactly Vonage's keys."""

import json
from pathlib import Path

import pytest

from sandbox.tests.world import wait_until

EXAMPLES = json.loads((Path(__file__).parent / "webhook-examples.json").read_text())
TALK = [{"action": "talk", "text": "Hello.", "loop": 0}]
SORRY = [{"action": "talk", "text": "Sorry.", "loop": 0}]
JANE = {"type": "app", "user": "Jane"}


def keys(value):
    """The keys of a body, those of its objects included."""
    if not isinstance(value, dict):
        return None
    return {name: keys(each) for name, each in value.items()}


def example_of(body):
    """The name of the example that a body is like."""
    if "status" in body:
        return body["status"]
    marks = {
        "region_url": "answer_pstn",
        "conversation_uuid_from": "transfer",
        "payload": "notify",
        "dtmf": "input_timeout",
        "recording_url": "record",
    }
    return next(name for mark, name in marks.items() if mark in body)


async def test_every_event_has_exactly_the_keys_of_the_examples(world):
    input_url = [world.customer.url + "/input"]
    ask = {"action": "input", "type": ["dtmf"], "dtmf": {"timeOut": 0}, "eventUrl": input_url}
    notify = {"action": "notify", "payload": {"step": "queued"}, "eventUrl": input_url}
    record = {"action": "record", "timeOut": 3}
    room = {"action": "conversation", "name": "call-1"}
    world.customer.reply("/answer", [ask, notify, record, room])
    caller = await world.call()
    await world.in_room(caller, "call-1")
    await world.control("POST", f"/calls/{caller}/hangup")
    await world.completed(caller)
    await world.sandbox.post.drained(2)

    bodies = [hook.body for hook in world.customer.hooks if hook.path != "/rtc"]

    told = {example_of(body): keys(body) for body in bodies}
    assert told == {name: keys(EXAMPLES[name]) for name in told}
    assert set(told) == {
        "answer_pstn", "started", "ringing", "answered", "completed", "transfer", "notify",
        "input_timeout", "record",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "example"),
    [("busy", "busy"), ("never", "timeout"), ("offline", "unanswered"), ("reject", "rejected")],
)
async def test_every_outcome_has_exactly_the_keys_of_the_examples(world, answer, example):
    await world.control("POST", "/users/Jane", {"answer": answer})

    uuid = await world.dial(JANE, ncco=TALK, ringing_timer=1)
    body = (await wait_until(lambda: world.customer.events(uuid, example)))[0]

    assert keys(body) == keys(EXAMPLES[example])
    if example != "rejected":
        assert keys(await world.completed(uuid)) == keys(EXAMPLES["completed_unanswered"])


async def test_a_cancelled_call_has_exactly_the_keys_of_the_example(world):
    await world.control("POST", "/users/Jane", {"answer": "never"})
    uuid = await world.dial(JANE, ncco=TALK)
    await world.modify(uuid, "hangup")

    body = (await wait_until(lambda: world.customer.events(uuid, "cancelled")))[0]

    assert keys(body) == keys(EXAMPLES["cancelled"])


async def test_members_and_legs_are_told_to_the_rtc_webhook(world):
    world.customer.reply("/answer", TALK)
    uuid = await world.call()
    await world.playing(uuid, "talk:Hello.")
    await world.control("POST", f"/calls/{uuid}/hangup")
    await wait_until(lambda: "member:left" in {body["type"] for body in world.customer.got("/rtc")})

    told = {body["type"]: body for body in world.customer.got("/rtc")}

    assert set(told) == {"member:joined", "leg:status:update", "rtc:hangup", "member:left"}
    for name, body in told.items():
        assert keys(body) == keys(EXAMPLES["rtc"][name])


async def test_the_fallback_and_the_error_have_exactly_the_keys_of_the_examples(world):
    world.customer.reply("/answer", [{"action": "sing"}])
    world.customer.reply("/fallback", SORRY)

    await world.call()
    body = (await wait_until(lambda: world.customer.got("/fallback")))[0]
    errors = await wait_until(
        lambda: [body for body in world.customer.got("/event") if "reason" in body]
    )

    assert keys(body) == keys(EXAMPLES["fallback"])
    assert keys(errors[0]) == keys(EXAMPLES["error"])
    assert errors[0]["reason"] == EXAMPLES["error"]["reason"]
