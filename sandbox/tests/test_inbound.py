"""Calls that come in: menus, keys, NCCOs that are wrong, and how calls end."""

from datetime import UTC, datetime, timedelta

from sandbox.tests.world import CALLER, NUMBER, wait_until

PROMPTS = [
    {"action": "talk", "text": "Welcome."},
    {"action": "talk", "text": "Sales, press 1. Support, press 2.", "bargeIn": True},
]


def ask(world, **dtmf):
    """An input of one key within five seconds, unless said otherwise."""
    keys = {"maxDigits": 1, "timeOut": 5} | dtmf
    url = world.customer.url + "/input"
    return {"action": "input", "type": ["dtmf"], "dtmf": keys, "eventUrl": [url]}


def wait(seconds=100):
    return {"action": "wait", "timeout": seconds}


async def test_a_caller_chooses_from_a_menu_by_key(world):
    world.customer.reply("/answer", [*PROMPTS, ask(world)])
    world.customer.reply("/input", [{"action": "talk", "text": "Sales it is."}])
    uuid = await world.call()

    await world.playing(uuid, "talk:Sales, press 1. Support, press 2.")
    await world.control("POST", f"/calls/{uuid}/dtmf", {"digits": "1"})

    body = (await wait_until(lambda: world.customer.got("/input")))[0]
    assert body["dtmf"] == {"digits": "1", "timed_out": False}
    assert body["from"] == CALLER
    assert body["to"] == NUMBER
    await world.playing(uuid, "talk:Sales it is.")
    assert (await world.completed(uuid))["disconnected_by"] == "platform"


async def test_events_of_an_answered_call_come_in_order(world):
    world.customer.reply("/answer", [{"action": "talk", "text": "Bye."}])

    uuid = await world.call()
    await world.completed(uuid)

    assert world.customer.statuses(uuid) == ["started", "ringing", "answered", "completed"]


async def test_a_phone_leg_that_comes_in_has_an_id_without_dashes(world):
    world.customer.reply("/answer", [wait()])

    uuid = await world.call()

    assert len(uuid) == 32
    assert "-" not in uuid


async def test_the_answer_webhook_says_where_the_call_can_be_controlled(world):
    world.customer.reply("/answer", [wait()])
    uuid = await world.call()

    body = (await wait_until(lambda: world.customer.got("/answer")))[0]
    assert body["region_url"] == world.url
    assert body["uuid"] == uuid
    assert body["endpoint_type"] == "phone"


async def test_a_key_stops_a_menu_and_is_not_lost(world):
    long = "A very long text. " * 60
    world.customer.reply(
        "/answer",
        [{"action": "talk", "text": long, "bargeIn": True, "loop": 0}, ask(world)],
    )
    world.customer.reply("/input", [wait()])
    uuid = await world.call()
    await world.playing(uuid, f"talk:{long}")

    await world.control("POST", f"/calls/{uuid}/dtmf", {"digits": "2"})

    body = (await wait_until(lambda: world.customer.got("/input")))[0]
    assert body["dtmf"]["digits"] == "2"
    assert world.state(uuid).player.playing is None


async def test_a_key_during_a_talk_that_cannot_be_interrupted_is_lost(world):
    world.customer.reply(
        "/answer", [{"action": "talk", "text": "Listen first."}, ask(world, timeOut=1)]
    )
    world.customer.reply("/input", [wait()])
    uuid = await world.call()
    await world.playing(uuid, "talk:Listen first.")

    await world.control("POST", f"/calls/{uuid}/dtmf", {"digits": "2"})

    body = (await wait_until(lambda: world.customer.got("/input")))[0]
    assert body["dtmf"] == {"digits": None, "timed_out": True}


async def test_barge_in_stays_on_until_an_input_is_met(world):
    world.customer.reply(
        "/answer",
        [
            {"action": "talk", "text": "One.", "bargeIn": True},
            {"action": "talk", "text": "Two.", "bargeIn": False, "loop": 0},
            ask(world),
        ],
    )
    world.customer.reply("/input", [wait()])
    uuid = await world.call()
    await world.playing(uuid, "talk:Two.")

    await world.control("POST", f"/calls/{uuid}/dtmf", {"digits": "7"})

    body = (await wait_until(lambda: world.customer.got("/input")))[0]
    assert body["dtmf"]["digits"] == "7"


async def test_several_digits_are_collected_up_to_a_hash(world):
    digits = ask(world, maxDigits=10, submitOnHash=True)
    world.customer.reply("/answer", [digits])
    world.customer.reply("/input", [wait()])
    uuid = await world.call(
        script=[{"after_ms": 1000, "dtmf": "12"}, {"after_ms": 2000, "dtmf": "3#4"}]
    )

    body = (await wait_until(lambda: world.customer.got("/input")))[0]

    assert body["uuid"] == uuid
    assert body["dtmf"] == {"digits": "123", "timed_out": False}


async def test_an_empty_reply_to_an_input_goes_on_with_the_next_action(world):
    world.customer.reply("/answer", [ask(world, timeOut=0), {"action": "talk", "text": "Next."}])

    uuid = await world.call()
    await world.completed(uuid)

    assert world.state(uuid).spoken == ["Next."]


async def test_a_notify_may_replace_the_ncco(world):
    url = world.customer.url + "/notify"
    notify = {"action": "notify", "payload": {"step": "queued"}, "eventUrl": [url]}
    world.customer.reply("/answer", [notify, {"action": "talk", "text": "Never said."}])
    world.customer.reply("/notify", [{"action": "talk", "text": "Instead."}])

    uuid = await world.call()
    await world.completed(uuid)

    assert world.customer.got("/notify")[0]["payload"] == {"step": "queued"}
    assert world.state(uuid).spoken == ["Instead."]


async def test_speech_is_accepted_and_nobody_speaks(world):
    listen = {"action": "input", "type": ["speech"], "speech": {"startTimeout": 1}}
    world.customer.reply("/answer", [listen | {"eventUrl": [world.customer.url + "/input"]}])

    await world.call()

    body = (await wait_until(lambda: world.customer.got("/input")))[0]
    assert body["speech"] == {"timeout_reason": "start_timeout", "results": []}


async def test_an_asynchronous_input_posts_each_key_while_the_call_goes_on(world):
    url = [world.customer.url + "/input"]
    keys = {"action": "input", "type": ["dtmf"], "mode": "asynchronous", "eventUrl": url}
    world.customer.reply("/answer", [keys, {"action": "talk", "text": "On and on.", "loop": 0}])
    uuid = await world.call()
    await world.playing(uuid, "talk:On and on.")

    await world.control("POST", f"/calls/{uuid}/dtmf", {"digits": "12"})

    await wait_until(lambda: len(world.customer.got("/input")) == 2)
    digits = [body["dtmf"]["digits"] for body in world.customer.got("/input")]
    assert digits == ["1", "2"]
    assert world.state(uuid).player.playing == "talk:On and on."


async def test_a_caller_who_hangs_up_ends_the_call(world):
    world.customer.reply("/answer", [{"action": "talk", "text": "Stay.", "loop": 0}])
    uuid = await world.call()
    await world.playing(uuid, "talk:Stay.")

    await world.control("POST", f"/calls/{uuid}/hangup")

    body = await world.completed(uuid)
    assert body["disconnected_by"] == "user"
    assert body["sip_code"] == 200
    assert body["start_time"] <= body["end_time"]


async def test_a_caller_who_gives_up_before_the_answer_cancels(world):
    world.customer.reply("/answer", [wait()])
    uuid = await world.call()
    await wait_until(lambda: world.customer.got("/answer"))

    await world.control("POST", f"/calls/{uuid}/hangup")
    body = await world.completed(uuid)

    assert body["duration"] == "0"
    assert body["start_time"] is None
    assert world.customer.statuses(uuid) == ["started", "ringing", "cancelled", "completed"]


async def test_a_robot_without_patience_left_hangs_up(world):
    world.customer.reply("/answer", [{"action": "talk", "text": "Stay.", "loop": 0}])

    uuid = await world.call(patience=2)

    assert (await world.completed(uuid))["disconnected_by"] == "user"


async def test_an_empty_ncco_ends_the_call(world):
    world.customer.reply("/answer", [])

    uuid = await world.call()

    assert (await world.completed(uuid))["disconnected_by"] == "platform"


async def test_a_call_whose_ncco_fails_here_is_ended(world, monkeypatch):
    monkeypatch.setattr("sandbox.ncco.keys.wanted", lambda action: 1 / 0)
    world.customer.reply("/answer", [ask(world)])

    uuid = await world.call()

    assert (await world.completed(uuid))["disconnected_by"] == "platform"


async def test_what_was_heard_is_forgotten_a_minute_after_the_end(world, monkeypatch):
    world.customer.reply("/answer", [{"action": "talk", "text": "Bye."}])
    uuid = await world.call()
    await world.completed(uuid)
    kept = world.state(uuid).port.ear.since()

    later = datetime.now(UTC) + timedelta(seconds=61)
    monkeypatch.setattr(world.sandbox.clock, "now", lambda: later)
    await world.call()

    assert kept > 0
    assert world.state(uuid).port.ear.since() == 0
