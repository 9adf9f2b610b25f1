"""Webhooks: signatures, retries, fallbacks."""

import hashlib
import json

import jwt
import pytest
from aiohttp import web

from sandbox.tests.world import KEY, SECRET, wait_until

TALK = [{"action": "talk", "text": "Hello.", "loop": 0}]
SORRY = [{"action": "talk", "text": "Sorry.", "loop": 0}]
JANE = {"type": "app", "user": "Jane"}


def claims_of(hook):
    token = hook.headers["Authorization"].removeprefix("Bearer ")
    return jwt.decode(token, SECRET, algorithms=["HS256"])


async def test_a_webhook_is_signed_over_its_raw_body(world):
    world.customer.reply("/answer", TALK)
    uuid = await world.call()
    await world.playing(uuid, "talk:Hello.")

    for hook in list(world.customer.hooks):
        claims = claims_of(hook)
        assert claims["payload_hash"] == hashlib.sha256(hook.raw).hexdigest()
        assert claims["iss"] == "Vonage"
        assert claims["api_key"] == KEY
        assert claims["application_id"] == world.application["id"]
        assert claims["iat"] == int(claims["iat"])


async def test_a_get_is_signed_over_its_query_as_compact_json(world):
    await world.control("POST", "/users/Jane", {"answer": "after 0s"})
    world.customer.reply("/get", TALK)

    await world.dial(JANE, answer_url=[world.customer.url + "/get"])

    hooks = await wait_until(lambda: [each for each in world.customer.hooks if each.path == "/get"])
    payload = json.dumps(hooks[0].body, separators=(",", ":")).encode()
    assert claims_of(hooks[0])["payload_hash"] == hashlib.sha256(payload).hexdigest()


@pytest.mark.parametrize("status", [429, 503, 504])
async def test_an_answer_webhook_is_tried_twice_with_the_same_token(world, status):
    world.customer.reply("/answer", status, TALK)

    uuid = await world.call()
    await world.playing(uuid, "talk:Hello.")

    tokens = [
        hook.headers["Authorization"] for hook in world.customer.hooks if hook.path == "/answer"
    ]
    assert len(tokens) == 2
    assert tokens[0] == tokens[1]
    row = (await world.webhooks("answer"))[0]
    assert (row["tries"], row["status"]) == (2, 200)


async def test_after_two_failures_the_fallback_is_asked(world):
    world.customer.reply("/answer", 503)
    world.customer.reply("/fallback", 503, SORRY)

    uuid = await world.call()
    await world.playing(uuid, "talk:Sorry.")

    body = world.customer.got("/fallback")[0]
    assert body["reason"] == "Invalid response code."
    assert body["original_request"] == {"url": world.customer.url + "/answer", "type": "answer"}
    assert len(world.customer.got("/answer")) == 2
    assert len(world.customer.got("/fallback")) == 2


async def test_another_bad_status_is_not_tried_again(world):
    world.customer.reply("/answer", 500)
    world.customer.reply("/fallback", SORRY)

    uuid = await world.call()
    await world.playing(uuid, "talk:Sorry.")

    assert len(world.customer.got("/answer")) == 1


async def test_a_customer_that_cannot_be_reached_ends_the_call(world, customer):
    webhooks = world.application["capabilities"]["voice"]["webhooks"]
    for name in ("answer_url", "fallback_answer_url"):
        webhooks[name]["address"] = "http://127.0.0.1:9/nobody"
    body = {"name": "x", "capabilities": world.application["capabilities"]}
    await world.account("PUT", f"/v2/applications/{world.application['id']}", json=body)

    uuid = await world.call()

    assert (await world.completed(uuid))["disconnected_by"] == "platform"
    row = (await world.webhooks("answer"))[0]
    assert (row["status"], row["tries"]) == (None, 2)


async def test_a_customer_that_is_too_slow_is_given_up(world, customer, slow):
    world.customer.reply("/fallback", SORRY)

    uuid = await world.call()
    await world.playing(uuid, "talk:Sorry.")

    assert world.customer.got("/fallback")[0]["reason"] == "Socket timeout."


@pytest.fixture
def slow(world):
    """The answer webhook never replies, and the platform waits only a moment."""
    application = world.sandbox.account.applications[world.application["id"]]
    application.capabilities["voice"]["webhooks"]["answer_url"]["socket_timeout"] = 50
    world.customer.silent.add("/answer")


@pytest.mark.parametrize(
    "reply",
    [
        [{"action": "sing"}],
        [{"action": "talk"}],
        [{"action": "talk", "text": "x", "bargeIn": True}, {"action": "wait"}],
        [{"action": "talk", "text": "x" * 1501}],
        [{"action": "stream", "streamUrl": ["nowhere"]}],
        {"action": "talk", "text": "no array"},
        None,
    ],
)
async def test_an_invalid_ncco_gives_an_error_event_and_the_fallback_without_a_retry(world, reply):
    world.customer.reply("/answer", reply)
    world.customer.reply("/fallback", SORRY)

    uuid = await world.call()
    await world.playing(uuid, "talk:Sorry.")

    await wait_until(lambda: [body for body in world.customer.got("/event") if "reason" in body])
    assert len(world.customer.got("/answer")) == 1
    assert world.customer.got("/fallback")[0]["reason"] == "Invalid NCCO."


async def test_an_ncco_must_be_served_as_json(world):
    text = json.dumps(TALK)
    world.customer.reply("/answer", web.Response(text=text, content_type="text/html"))
    world.customer.reply("/fallback", SORRY)

    uuid = await world.call()

    await world.playing(uuid, "talk:Sorry.")


async def test_a_reply_that_fails_in_mid_call_lets_the_ncco_go_on(world):
    ask = {"action": "input", "type": ["dtmf"], "dtmf": {"timeOut": 0}}
    ask["eventUrl"] = [world.customer.url + "/input"]
    world.customer.reply("/answer", [ask, {"action": "talk", "text": "Still here.", "loop": 0}])
    world.customer.reply("/input", 500)
    world.customer.reply("/fallback", 500)

    uuid = await world.call()
    await world.playing(uuid, "talk:Still here.")

    assert world.customer.got("/fallback")[0]["original_request"]["type"] == "event"


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("duplicate", ["started", "started", "ringing", "ringing"]),
        ("drop", []),
        ("reorder", ["ringing", "started"]),
    ],
)
async def test_events_go_wrong_on_request(world, fault, expected):
    await world.control("PUT", "/faults", {fault: 1.0})
    world.customer.reply("/answer", [{"action": "wait", "timeout": 100}])

    uuid = await world.call()
    await wait_until(lambda: world.customer.got("/answer"))
    await world.sandbox.post.drained(2)

    assert world.customer.statuses(uuid) == expected
    assert len(world.customer.got("/answer")) == 1


async def test_webhooks_are_unsigned_or_badly_signed_on_request(world):
    world.customer.reply("/answer", TALK)
    await world.control("PUT", "/faults", {"unsigned": 1})
    await world.call()
    unsigned = (await wait_until(lambda: world.customer.hooks))[0]
    await world.sandbox.post.drained(2)
    world.customer.hooks.clear()

    await world.control("PUT", "/faults", {"bad_signature": 1})
    await world.call()
    bad = (await wait_until(lambda: world.customer.hooks))[0]

    assert "Authorization" not in unsigned.headers
    with pytest.raises(jwt.InvalidSignatureError):
        claims_of(bad)


async def test_a_row_of_the_journal_can_be_replayed(world):
    world.customer.reply("/answer", TALK)
    uuid = await world.call()
    await world.playing(uuid, "talk:Hello.")
    _, rows = await world.control("GET", "/webhooks")

    answer = next(row for row in rows if row["kind"] == "answer")

    assert set(answer) == {
        "n", "kind", "url", "method", "status", "ms", "tries", "at", "body", "reply",
    }  # fmt: skip
    assert answer["body"] == world.customer.got("/answer")[0]
    assert answer["reply"] == TALK
    assert [row["n"] for row in rows] == sorted({row["n"] for row in rows})
    _, later = await world.control("GET", f"/webhooks?since={rows[-1]['n']}")
    assert all(row["n"] > rows[-1]["n"] for row in later)
