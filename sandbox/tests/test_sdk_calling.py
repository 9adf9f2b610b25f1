"""Calls that a browser makes."""

import json

import pytest

from sandbox.tests.browsers import Headset
from sandbox.tests.rooms import room
from sandbox.tests.world import NUMBER, wait_until


async def test_a_browsers_call_asks_the_application_and_joins_when_its_ncco_starts(sdk):
    sdk.world.customer.reply("/answer", [room("Support")])
    jane = await sdk.browser("jane")
    uuid = await jane.call(to="447700900123", ticket=42)
    joined = await jane.got("member:joined")
    assert joined["body"]["channel"]["id"] == uuid
    (asked,) = sdk.world.customer.got("/answer")
    assert (asked["from_user"], asked["to"], asked["uuid"]) == ("jane", "447700900123", uuid)
    assert json.loads(asked["custom_data"]) == {"ticket": 42}
    assert asked["endpoint_type"] == "app"
    await sdk.world.in_room(uuid, "Support")
    await wait_until(lambda: sdk.world.customer.events(uuid, "answered"))


async def test_it_joins_while_the_callee_still_rings(sdk):
    await sdk.world.control("POST", "/phones", {"number": "447700900123", "answer": "never"})
    endpoint = {"type": "phone", "number": "447700900123"}
    connect = {"action": "connect", "from": NUMBER, "endpoint": [endpoint]}
    sdk.world.customer.reply("/answer", [connect])
    jane = await sdk.browser("jane")
    uuid = await jane.call()
    await jane.got("member:joined")
    ringing = await jane.got("leg:status:update", status="ringing")
    assert ringing["body"]["leg_id"] != uuid
    assert ringing["_embedded"]["from_user"]["name"] != "jane"
    assert not sdk.world.state(uuid).answered


async def test_the_browser_and_the_callee_hear_each_other(sdk):
    phone = {"number": "447700900123", "answer": "after 0s", "audio": {"tone": 440}}
    await sdk.world.control("POST", "/phones", phone)
    endpoint = {"type": "phone", "number": "447700900123"}
    connect = {"action": "connect", "from": NUMBER, "endpoint": [endpoint]}
    sdk.world.customer.reply("/answer", [connect])
    jane = await sdk.browser("jane", hz=700)
    uuid = await jane.call()
    answered = await jane.got("leg:status:update", status="answered")
    await sdk.hears(jane.headsets[uuid].ear, 440)
    callee = sdk.world.state(answered["body"]["leg_id"])
    await sdk.hears(callee.port.ear, 700)


async def test_a_call_without_context_has_no_number_and_no_data(sdk):
    sdk.world.customer.reply("/answer", [room("Support")])
    jane = await sdk.browser("jane")
    await jane.call()
    await jane.got("member:joined")
    (asked,) = sdk.world.customer.got("/answer")
    assert (asked["to"], asked["custom_data"]) == ("", "{}")


async def test_phone_calls_have_no_custom_data(sdk):
    await sdk.caller(room("Support"))
    (asked,) = sdk.world.customer.got("/answer")
    assert "custom_data" not in asked


async def test_a_call_the_application_refuses_ends(sdk):
    sdk.world.customer.reply("/answer", 500)
    sdk.world.customer.reply("/fallback", 500)
    jane = await sdk.browser("jane")
    uuid = await jane.call()
    await jane.got("rtc:hangup")
    assert (await sdk.world.completed(uuid))["disconnected_by"] == "platform"
    assert "member:joined" not in jane.names()


async def test_a_browser_gives_up_before_its_call_is_there(sdk):
    sdk.world.customer.silent.add("/answer")
    jane = await sdk.browser("jane")
    uuid = await jane.call()
    assert await jane.ask("DELETE", f"/v0.3/knocking/KNO-{uuid}") == (200, {})
    assert (await sdk.world.completed(uuid))["disconnected_by"] == "user"


async def test_sound_without_a_call_is_forgotten(sdk):
    jane = await sdk.browser("jane")
    status, reply = await jane.ask("POST", "/v0.3/legs", await offer(jane))
    assert status == 200
    await sdk.clock.advance(10)
    assert await knock(jane, reply["rtc_id"]) == 404


async def test_a_call_whose_sound_is_lost_before_it_begins_ends(sdk):
    sdk.world.customer.reply("/answer", [room("Support")])
    jane = await sdk.browser("jane")
    _, reply = await jane.ask("POST", "/v0.3/legs", await offer(jane))
    assert await knock(jane, reply["rtc_id"]) == 200
    await sdk.clock.advance(9)
    assert not sdk.world.state(reply["rtc_id"]).over
    await sdk.clock.advance(1)
    assert (await sdk.world.completed(reply["rtc_id"]))["disconnected_by"] == "platform"


async def test_a_call_whose_browser_is_gone_before_it_begins_ends(sdk):
    sdk.world.customer.reply("/answer", [room("Support")])
    jane = await sdk.browser("jane")
    session = sdk.world.sandbox.sdk.sessions.by_id[jane.session]
    _, reply = await jane.ask("POST", "/v0.3/legs", await offer(jane))
    uuid = reply["rtc_id"]
    await jane.headsets[""].accept(reply["sdp"])
    knocked = sdk.world.sandbox.sdk.calls._knocks[uuid]
    await wait_until(lambda: knocked.sound.live)
    await sdk.harm("jane", "drop_socket")
    await wait_until(lambda: session.line is None)
    assert await knock(jane, uuid) == 200
    await sdk.clock.advance(29)
    assert not sdk.world.state(uuid).over
    await sdk.clock.advance(1)
    assert (await sdk.world.completed(uuid))["disconnected_by"] == "platform"


async def test_nobody_calls_with_the_sound_of_another(sdk):
    jane, joe = await sdk.browser("jane"), await sdk.browser("joe")
    _, reply = await jane.ask("POST", "/v0.3/legs", await offer(jane))
    assert await knock(joe, reply["rtc_id"]) == 404


@pytest.mark.parametrize("session", ["SES-none", "joe"])
async def test_a_session_must_be_the_users_own(sdk, session):
    jane, joe = await sdk.browser("jane"), await sdk.browser("joe")
    body = await offer(jane) | {"originating_session": joe.session if session == "joe" else session}
    status, reply = await jane.ask("POST", "/v0.3/legs", body)
    assert (status, reply["code"]) == (404, "session:error:not-found")


async def test_an_offer_that_is_none_is_refused(sdk):
    jane = await sdk.browser("jane")
    body = {"originating_session": jane.session, "body": {"offer": {"sdp": "nonsense"}}}
    status, reply = await jane.ask("POST", "/v0.3/legs", body)
    assert (status, reply["code"]) == (400, "rtc:error:invalid-sdp")


async def offer(browser):
    """The first step of a call, of somebody else's making."""
    headset = browser.headsets[""] = Headset(700)
    sdp = {"type": "offer", "sdp": await headset.offer()}
    return {"originating_session": browser.session, "body": {"offer": sdp}}


async def knock(browser, uuid):
    """The second step; its status."""
    body = {"originating_session": browser.session, "channel": {"id": uuid}}
    return (await browser.ask("POST", "/v0.3/knocking", body))[0]
