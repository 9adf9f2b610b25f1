"""The record action: what ends it, what is in the file, and what the customer is told."""

import io
import wave

import pytest
from yarl import URL

from sandbox.media.decode import decode
from sandbox.media.frames import RATE
from sandbox.media.spectrum import dominant
from sandbox.tests.rooms import caller_in, room
from sandbox.tests.sounds import strength
from sandbox.tests.world import wait_until
from sandbox.webhooks.hooks import Hook
from sandbox.webhooks.outbox import Letter

THANKS = {"action": "talk", "text": "Thank you."}


def record(world, **options):
    """The action that records until something of `options` ends it."""
    return {"action": "record", "eventUrl": [world.customer.url + "/record"]} | options


async def told(world, count=1):
    """The record events, once there are so many."""
    await wait_until(lambda: len(world.customer.got("/record")) >= count)
    return world.customer.got("/record")


async def sound(world, event):
    """The samples of the file that an event names."""
    status, content = await world.api("GET", URL(event["recording_url"]).path)
    assert status == 200
    return decode(content)


async def is_recorded(world, uuid, wanted=True):
    await wait_until(lambda: world.state(uuid).recording is wanted)


async def has_spoken(world, uuid):
    """Let the far end speak for more than a second of sound."""
    before = world.state(uuid).port.ear.since()
    await wait_until(lambda: world.state(uuid).port.ear.since() > before + 1.2 * RATE)


async def test_a_message_is_recorded_until_the_key_and_the_call_goes_on(world):
    ends = record(world, endOnKey="#", timeOut=180)
    caller = await caller_in(world, [ends, THANKS], audio={"tone": 700})
    await is_recorded(world, caller)
    await has_spoken(world, caller)

    await world.control("POST", f"/calls/{caller}/dtmf", {"digits": "1#"})

    event = (await told(world))[0]
    await world.completed(caller)
    assert world.state(caller).spoken == ["Thank you."]
    assert dominant(await sound(world, event)) == pytest.approx(700, abs=2)
    assert event["conversation_uuid"] == world.state(caller).conversation_id


async def test_only_the_key_that_was_named_ends_it(world):
    caller = await caller_in(world, [record(world, endOnKey="#"), THANKS])
    await is_recorded(world, caller)

    await world.control("POST", f"/calls/{caller}/dtmf", {"digits": "*1"})
    await has_spoken(world, caller)

    assert world.state(caller).recording
    assert world.customer.got("/record") == []


async def test_silence_ends_it_after_as_many_seconds_as_were_asked(world):
    caller = await caller_in(world, [record(world, endOnSilence=3), THANKS])

    event = (await told(world))[0]

    assert len(await sound(world, event)) / RATE == pytest.approx(3, abs=0.15)
    await world.completed(caller)
    assert world.state(caller).spoken == ["Thank you."]


async def test_who_speaks_is_not_ended_by_silence_but_by_the_time(world):
    ends = record(world, endOnSilence=3, timeOut=5)
    await caller_in(world, [ends], audio={"tone": 700})

    event = (await told(world))[0]

    assert len(await sound(world, event)) / RATE == pytest.approx(5, abs=0.15)


async def test_a_muted_leg_is_recorded_as_silence(world):
    caller = await caller_in(world, [record(world, endOnSilence=3)], audio={"tone": 700})
    await is_recorded(world, caller)

    await world.modify(caller, "mute")

    event = (await told(world))[0]
    assert strength((await sound(world, event))[-RATE:], 700) < 0.001


async def test_a_hang_up_ends_it_and_the_customer_is_told_all_the_same(world):
    caller = await caller_in(world, [record(world, timeOut=180)], audio={"tone": 700})
    await is_recorded(world, caller)
    await has_spoken(world, caller)

    await world.control("POST", f"/calls/{caller}/hangup")

    event = (await told(world))[0]
    assert dominant(await sound(world, event)) == pytest.approx(700, abs=2)


async def test_a_transfer_ends_it(world):
    caller = await caller_in(world, [record(world, timeOut=180), THANKS], audio={"tone": 700})
    await is_recorded(world, caller)
    began_in = world.state(caller).conversation_id

    await world.transfer(caller, room("call-1"))

    event = (await told(world))[0]
    assert event["conversation_uuid"] == began_in
    assert world.state(caller).room == "call-1"
    assert world.state(caller).spoken == []


async def test_without_anything_to_end_it_the_call_goes_on_and_is_recorded_to_its_end(world):
    menu = {"action": "talk", "text": "On and on.", "loop": 0}
    caller = await caller_in(world, [record(world), menu], audio={"tone": 700})
    await world.playing(caller, "talk:On and on.")
    assert world.state(caller).recording
    await has_spoken(world, caller)

    await world.control("POST", f"/calls/{caller}/hangup")

    event = (await told(world))[0]
    samples = await sound(world, event)
    assert dominant(samples) == pytest.approx(700, abs=2)


async def test_a_recording_of_the_call_ends_when_the_leg_is_in_another_conversation(world):
    caller = await caller_in(world, [record(world), room("call-1")], audio={"tone": 700})

    event = (await told(world))[0]

    assert world.state(caller).room == "call-1"
    assert event["conversation_uuid"] != world.state(caller).conversation_id
    await is_recorded(world, caller, wanted=False)


async def test_the_beep_is_heard_and_is_not_in_the_file(world):
    ends = record(world, beepStart=True, timeOut=3)
    caller = await caller_in(world, [ends, {"action": "wait", "timeout": 100}], audio={"tone": 700})

    event = (await told(world))[0]

    heard = world.state(caller).port.ear.samples(60)
    seconds = strength(heard, 1000) * len(heard) / RATE / 0.3
    assert seconds == pytest.approx(0.3, abs=0.05)
    assert strength(await sound(world, event), 1000) < 0.005
    assert (await world.control("GET", f"/calls/{caller}"))[1]["playing"] is None


@pytest.mark.parametrize(
    ("options", "content_type", "beginning"),
    [
        ({}, "audio/mpeg", (b"ID3", b"\xff")),
        ({"format": "mp3"}, "audio/mpeg", (b"ID3", b"\xff")),
        ({"format": "wav"}, "audio/wav", b"RIFF"),
        ({"format": "ogg"}, "audio/ogg", b"OggS"),
        ({"split": "conversation", "channels": 3}, "audio/wav", b"RIFF"),
    ],
)
async def test_a_file_has_the_format_that_was_asked_for(world, options, content_type, beginning):
    await caller_in(world, [record(world, timeOut=3, **options)], audio={"tone": 700})
    event = (await told(world))[0]

    headers = {"Authorization": f"Bearer {world.token()}"}
    async with world.http.get(event["recording_url"], headers=headers) as reply:
        content = await reply.read()

    assert reply.content_type == content_type
    assert content.startswith(beginning)
    assert len(content) == event["size"]
    samples = decode(content)
    assert len(samples) / RATE == pytest.approx(3, abs=0.2)
    assert dominant(samples[: 2 * RATE]) == pytest.approx(700, abs=2)


async def test_a_wav_file_is_mono_at_16_khz(world):
    await caller_in(world, [record(world, timeOut=3, format="wav")])
    event = (await told(world))[0]

    _, content = await world.api("GET", f"/v1/files/{event['recording_uuid']}")

    with wave.open(io.BytesIO(content)) as file:
        assert file.getparams()[:3] == (1, 2, RATE)


async def test_a_file_is_only_for_the_application_it_belongs_to(world):
    await caller_in(world, [record(world, timeOut=3)])
    path = f"/v1/files/{(await told(world))[0]['recording_uuid']}"

    async with world.http.get(world.url + path) as reply:
        assert reply.status == 401
    assert (await world.api("GET", "/v1/files/nothing"))[0] == 404
    file = world.sandbox.files.get(path.rpartition("/")[2])
    world.sandbox.files.clear()
    other = world.sandbox.files.add(type(file)("another", file.content, file.content_type))
    assert (await world.api("GET", f"/v1/files/{other}"))[0] == 404


async def test_files_go_wrong_on_request_as_other_paths_do(world):
    await caller_in(world, [record(world, timeOut=3)])
    path = f"/v1/files/{(await told(world))[0]['recording_uuid']}"

    await world.control("PUT", "/faults", {"api_5xx": 1.0})

    assert (await world.api("GET", path))[0] in {500, 503}


async def test_the_log_of_requests_does_not_hold_recordings(world):
    await caller_in(world, [record(world, timeOut=3)])
    path = f"/v1/files/{(await told(world))[0]['recording_uuid']}"

    await world.api("GET", path)

    _, rows = await world.control("GET", "/requests")
    row = next(row for row in rows if row["url"] == path)
    assert (row["status"], row["reply"]) == (200, None)


async def test_a_reset_forgets_the_files(world):
    caller = await caller_in(world, [record(world, timeOut=180)])
    await is_recorded(world, caller)

    await world.control("POST", "/reset", {})

    event = (await told(world))[0]
    status, _ = await world.api("GET", f"/v1/files/{event['recording_uuid']}")
    assert status == 404


async def test_without_a_url_of_its_own_the_event_goes_where_the_legs_go(world):
    await caller_in(world, [{"action": "record", "timeOut": 3}])

    found = await wait_until(
        lambda: [body for body in world.customer.got("/event") if "recording_url" in body]
    )

    assert found[0]["recording_url"] == f"{world.url}/v1/files/{found[0]['recording_uuid']}"


async def test_a_record_event_is_signed_tried_twice_and_shown_by_its_kind(world):
    world.customer.reply("/record", 503, None)
    await caller_in(world, [record(world, timeOut=3)])

    await told(world, 2)

    await world.sandbox.post.drained(2)
    row = (await world.webhooks("record"))[0]
    assert (row["tries"], row["status"]) == (2, 200)
    first, second = [hook for hook in world.customer.hooks if hook.path == "/record"]
    assert first.headers["Authorization"] == second.headers["Authorization"]


async def test_the_reply_to_a_record_event_is_not_run(world):
    world.customer.reply("/record", [{"action": "talk", "text": "Never said."}])
    caller = await caller_in(world, [record(world, timeOut=3), THANKS])

    await told(world)
    await world.completed(caller)

    assert world.state(caller).spoken == ["Thank you."]


@pytest.mark.parametrize(("fault", "count"), [("duplicate", 2), ("drop", 0)])
async def test_record_events_are_doubled_and_lost_on_request(world, fault, count):
    caller = await caller_in(world, [record(world, timeOut=180)])
    await is_recorded(world, caller)
    await world.control("PUT", "/faults", {fault: 1.0})

    await world.control("POST", f"/calls/{caller}/hangup")
    await wait_until(lambda: not world.state(caller).recording)
    await world.sandbox.post.drained(2)

    assert len(world.customer.got("/record")) == count


async def test_a_record_event_is_overtaken_on_request(world):
    await world.control("PUT", "/faults", {"reorder": 1.0})
    outbox = world.sandbox.post.outbox()

    for kind in ("record", "event"):
        hook = Hook(f"{world.customer.url}/{kind}")
        outbox.put(Letter(hook, {"kind": kind}, kind, world.application["id"]))
    await world.sandbox.post.drained(2)

    assert [hook.body["kind"] for hook in world.customer.hooks] == ["event", "record"]


async def test_a_call_whose_first_action_records_is_answered(world):
    caller = await caller_in(world, [record(world, timeOut=3)])

    await world.completed(caller)

    assert "answered" in world.customer.statuses(caller)


@pytest.mark.parametrize(
    "options",
    [
        {"format": "flac"},
        {"endOnSilence": 2},
        {"endOnSilence": 11},
        {"endOnKey": "##"},
        {"endOnKey": "A"},
        {"timeOut": 2},
        {"timeOut": 7201},
        {"channels": 2},
        {"split": "conversation", "channels": 33},
        {"split": "legs"},
        {"beepStart": "yes"},
        {"eventUrl": "https://example.com/record"},
    ],
)
async def test_a_record_that_cannot_be_is_a_syntax_error(world, options):
    world.customer.reply("/answer", [record(world, **options)])
    world.customer.reply("/fallback", [THANKS | {"loop": 0}])

    caller = await world.call()

    await world.playing(caller, "talk:Thank you.")
    assert world.customer.got("/fallback")[0]["reason"] == "Invalid NCCO."
