"""The control API: what it refuses, what it shows, and a fresh start."""

import aiohttp
import pytest

from sandbox.tests.world import CALLER, NUMBER, wait_until

STAY = [{"action": "talk", "text": "Hello.", "loop": 0}]


@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [
        ("POST", "/calls", {"from": CALLER}, "to"),
        ("POST", "/calls", {"to": NUMBER}, "from"),
        ("POST", "/calls", {"from": CALLER, "to": "442079460099"}, "to"),
        ("POST", "/calls", {"from": CALLER, "to": NUMBER, "patience": -1}, "patience"),
        ("POST", "/calls", {"from": CALLER, "to": NUMBER, "sound": 1}, "sound"),
        ("POST", "/calls", {"from": CALLER, "to": NUMBER, "audio": {}}, "audio"),
        ("POST", "/calls", {"from": CALLER, "to": NUMBER, "audio": {"tone": "a"}}, "audio.tone"),
        ("POST", "/calls", {"from": CALLER, "to": NUMBER, "audio": {"file": "/x"}}, "audio.file"),
        ("POST", "/calls", {"from": CALLER, "to": NUMBER, "script": [1]}, "script[0]"),
        ("POST", "/phones", {"number": CALLER, "answer": "perhaps"}, "answer"),
        ("POST", "/phones", {"answer": "never"}, "number"),
        ("POST", "/users/Jane", {"answer": 5}, "answer"),
        ("PUT", "/faults", {"drop": 2}, "drop"),
        ("PUT", "/faults", {"dropp": 1}, "dropp"),
        ("PUT", "/faults", {"delay_ms": [5, 1]}, "delay_ms"),
        ("PUT", "/faults", {"delay_ms": ["a", 1]}, "delay_ms"),
        ("POST", "/reset", {"all": "yes"}, "all"),
    ],
)
async def test_a_bad_body_is_refused_with_the_name_of_the_field(world, method, path, body, field):
    status, reply = await world.control(method, path, body)

    assert status == 400
    assert reply["detail"].startswith(f"{field}: ")


@pytest.mark.parametrize("raw", [b"{", b"[]", b"\xff"])
async def test_a_body_that_is_no_object_is_refused(world, raw):
    async with world.http.post(f"{world.url}/sandbox/phones", data=raw) as reply:
        assert reply.status == 400
        assert reply.content_type == "application/problem+json"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/nothing"),
        ("POST", "/users/Jane/sdk"),
        ("GET", "/calls/unknown"),
        ("POST", "/calls/unknown/hangup"),
        ("GET", "/calls/unknown/heard.wav"),
    ],
)
async def test_unknown_paths_and_legs_are_404(world, method, path):
    status, reply = await world.control(method, path)

    assert status == 404
    assert reply["title"] == "Not Found"


@pytest.mark.parametrize(
    ("path", "body"), [("hangup", {}), ("lose", {}), ("dtmf", {"digits": "1"})]
)
async def test_a_leg_that_has_ended_is_409(world, path, body):
    uuid = await world.call()
    await world.completed(uuid)

    status, _ = await world.control("POST", f"/calls/{uuid}/{path}", body)

    assert status == 409


async def test_a_leg_shows_what_it_is_played_and_hears(world):
    world.customer.reply("/answer", STAY)
    uuid = await world.call()
    await world.playing(uuid, "talk:Hello.")

    _, shown = await world.control("GET", f"/calls/{uuid}")

    assert set(shown) == {
        "status", "conversation", "playing", "recording", "heard", "spoken", "text_heard",
    }  # fmt: skip
    assert set(shown["heard"]) == {"rms", "peak_hz", "since_ms"}
    assert (shown["status"], shown["playing"], shown["spoken"]) == (
        "answered", "talk:Hello.", ["Hello."],
    )  # fmt: skip


async def test_what_a_leg_heard_is_a_wav_file(world):
    world.customer.reply("/answer", STAY)
    uuid = await world.call()
    await wait_until(lambda: world.state(uuid).port.ear.since() > 16000)

    status, wav = await world.control("GET", f"/calls/{uuid}/heard.wav?seconds=1")
    refused, _ = await world.control("GET", f"/calls/{uuid}/heard.wav?seconds=61")

    assert (status, wav[:4], len(wav)) == (200, b"RIFF", 44 + 32000)
    assert refused == 400


async def test_a_leg_that_has_ended_is_shown_as_completed(world):
    await world.control("POST", "/users/Jane", {"answer": "reject"})
    uuid = await world.dial({"type": "app", "user": "Jane"}, ncco=STAY)
    await wait_until(lambda: world.state(uuid).over)

    leg = await world.leg(uuid)
    _, shown = await world.control("GET", f"/calls/{uuid}")

    assert leg == {
        "uuid": uuid, "kind": "app", "user": "Jane", "number": None, "direction": "outbound",
        "status": "completed", "conversation": world.state(uuid).conversation_id, "room": None,
        "muted": False, "earmuffed": False,
    }  # fmt: skip
    assert shown["status"] == "completed"


async def test_faults_are_replaced_as_a_whole(world):
    await world.control("PUT", "/faults", {"drop": 0.5, "seed": 7})

    _, faults = await world.control("PUT", "/faults", {"delay_ms": [0, 100]})

    assert faults["drop"] == 0
    assert faults["delay_ms"] == [0, 100]
    assert faults["setups_per_second"] == 3
    assert (await world.control("GET", "/faults"))[1] == faults


async def test_the_same_seed_throws_the_same_dice(world):
    faults = world.sandbox.faults
    throws = []
    for _ in range(2):
        await world.control("PUT", "/faults", {"seed": 7})
        throws.append([faults.strikes(0.5) for _ in range(20)])

    assert throws[0] == throws[1]
    assert len(set(throws[0])) == 2


async def test_a_server_error_is_given_on_request(world):
    await world.control("PUT", "/faults", {"api_5xx": 1})

    status, _ = await world.api("GET", "/v1/calls")

    assert status in {500, 503}


async def test_a_request_is_left_without_an_answer_on_request(world):
    await world.control("PUT", "/faults", {"api_timeout": 1, "seed": 1})

    with pytest.raises(aiohttp.ClientError):
        await world.api("POST", "/v1/users", {"name": "Jane"})


async def test_updates_of_young_legs_are_refused_on_request(world):
    world.customer.reply("/answer", STAY)
    uuid = await world.call()
    await world.playing(uuid, "talk:Hello.")

    await world.control("PUT", "/faults", {"early_400": 1})
    early = await world.modify(uuid, "mute")
    await world.control("PUT", "/faults", {})
    later = await world.modify(uuid, "mute")

    assert (early, later) == (400, 204)


async def test_webhooks_are_late_on_request(world, monkeypatch):
    waits = []
    sleep = world.sandbox.clock.sleep

    async def note(seconds):
        waits.append(seconds)
        await sleep(seconds)

    monkeypatch.setattr(world.sandbox.clock, "sleep", note)
    await world.control("PUT", "/faults", {"delay_ms": [2000, 2000]})
    world.customer.reply("/answer", STAY)

    uuid = await world.call()
    await world.playing(uuid, "talk:Hello.")

    assert 2.0 in waits


async def test_pages_of_other_sites_cannot_use_the_control_api(world):
    headers = {"Origin": "https://evil.example.com"}

    async with world.http.post(f"{world.url}/sandbox/reset", headers=headers) as reply:
        assert reply.status == 403


async def test_requests_are_logged_without_keys(world):
    await world.api("POST", "/v1/users", {"name": "Jane"})

    _, rows = await world.control("GET", "/requests")

    row = next(row for row in rows if row["url"] == "/v1/users")
    assert (row["method"], row["status"], row["body"]) == ("POST", 201, {"name": "Jane"})
    assert row["reply"]["name"] == "Jane"
    assert "PRIVATE KEY" not in str(rows)


async def test_a_reset_ends_legs_and_forgets_but_keeps_the_account(world):
    world.customer.reply("/answer", STAY)
    uuid = await world.call()
    await world.playing(uuid, "talk:Hello.")
    await world.control("PUT", "/faults", {"duplicate": 1})
    await world.control("POST", "/phones", {"number": CALLER, "answer": "busy"})

    status, _ = await world.control("POST", "/reset")

    assert status == 204
    assert "completed" in world.customer.statuses(uuid)
    assert (await world.control("GET", "/legs"))[1] == []
    assert (await world.control("GET", "/webhooks"))[1] == []
    assert (await world.control("GET", "/faults"))[1]["duplicate"] == 0
    assert world.sandbox.robots.phones == {}
    assert NUMBER in world.sandbox.account.numbers


async def test_a_reset_of_everything_drops_the_account(world):
    await world.control("POST", "/reset", {"all": True})

    account = world.sandbox.account
    assert (account.applications, account.users, account.numbers) == ({}, {}, {})


async def test_the_sandbox_is_ready_and_says_what_it_is(world):
    for path in ("/health/live", "/health/ready", "/"):
        async with world.http.get(world.url + path) as reply:
            assert reply.status == 200
