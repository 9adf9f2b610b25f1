"""What happens to a call when its browser loses its socket or its sound, or is reloaded."""

from sandbox.tests.browsers import Headset
from sandbox.tests.rooms import room
from sandbox.tests.world import wait_until


async def dropped(sdk, browser):
    await sdk.harm("jane", "drop_socket")
    await wait_until(lambda: not browser.socket.connected)
    await wait_until(lambda: sdk.world.sandbox.sdk.sessions.by_id[browser.session].line is None)


async def silenced(sdk, uuid):
    await sdk.harm("jane", "drop_media")
    call = sdk.world.sandbox.sdk.calls.by_leg[uuid]
    await wait_until(lambda: not call.sound.live)


async def test_a_leg_ends_half_a_minute_after_its_browsers_socket(sdk):
    jane = await sdk.browser("jane")
    uuid = await sdk.talk(jane, "jane", room("Support"))
    await dropped(sdk, jane)
    await sdk.clock.advance(29)
    assert not sdk.world.state(uuid).over
    await sdk.clock.advance(1)
    assert (await sdk.world.completed(uuid))["disconnected_by"] == "platform"


async def test_a_call_answered_while_the_socket_is_away_ends_with_its_browser(sdk):
    jane = await sdk.browser("jane")
    uuid = await sdk.ring("jane", room("Support"))
    invite = await sdk.invite(jane, uuid)
    await dropped(sdk, jane)
    await jane.answer(invite)
    await wait_until(lambda: sdk.world.state(uuid).answered)
    await sdk.clock.advance(29)
    assert not sdk.world.state(uuid).over
    await sdk.clock.advance(1)
    assert (await sdk.world.completed(uuid))["disconnected_by"] == "platform"


async def test_a_browser_that_is_back_keeps_its_leg(sdk):
    jane = await sdk.browser("jane")
    uuid = await sdk.talk(jane, "jane", room("Support"))
    await dropped(sdk, jane)
    await sdk.clock.advance(10)
    again = sdk.new_browser("jane")
    await again.log_in(jane.session)
    await sdk.clock.advance(10)
    await dropped(sdk, again)
    await sdk.clock.advance(29)
    assert not sdk.world.state(uuid).over
    await sdk.clock.advance(1)
    assert sdk.world.state(uuid).over


async def test_another_browser_of_the_user_takes_the_call_up_from_one_that_is_gone(sdk):
    jane, laptop = await sdk.browser("jane"), await sdk.browser("jane")
    uuid = await sdk.talk(jane, "jane", room("Support"))
    await jane.leave()
    await wait_until(lambda: sdk.world.sandbox.sdk.sessions.by_id[jane.session].line is None)
    await laptop.reconnect(uuid, sdk.world.state(uuid).conversation_id)
    call = sdk.world.sandbox.sdk.calls.by_leg[uuid]
    await wait_until(lambda: call.sound.live)
    await sdk.clock.advance(60)
    assert not sdk.world.state(uuid).over


async def test_another_browser_of_the_user_does_not_keep_it(sdk):
    jane, _ = await sdk.browser("jane"), await sdk.browser("jane")
    uuid = await sdk.talk(jane, "jane", room("Support"))
    await jane.socket.disconnect()
    await wait_until(lambda: sdk.world.sandbox.sdk.sessions.by_id[jane.session].line is None)
    await sdk.clock.advance(30)
    assert sdk.world.state(uuid).over


async def test_logging_out_is_a_lost_socket(sdk):
    jane = await sdk.browser("jane")
    uuid = await sdk.talk(jane, "jane", room("Support"))
    await jane.socket.emit("session:logout", {"tid": "1", "body": {}})
    await wait_until(lambda: not sdk.world.sandbox.sdk.sessions.by_id)
    assert not sdk.world.state(uuid).over
    await sdk.clock.advance(30)
    assert sdk.world.state(uuid).over


async def test_a_leg_ends_half_a_minute_after_its_sound(sdk):
    jane = await sdk.browser("jane")
    uuid = await sdk.talk(jane, "jane", room("Support"))
    assert (await sdk.seen("jane"))["calls"][0]["sound"] is True
    await silenced(sdk, uuid)
    assert (await sdk.seen("jane"))["calls"][0]["sound"] is False
    await sdk.clock.advance(29)
    assert not sdk.world.state(uuid).over
    await sdk.clock.advance(1)
    assert (await sdk.world.completed(uuid))["disconnected_by"] == "platform"


async def test_a_browser_that_closes_its_connection_has_not_hung_up(sdk):
    jane = await sdk.browser("jane")
    uuid = await sdk.talk(jane, "jane", room("Support"))
    await wait_until(lambda: jane.headsets[uuid].peer.connectionState == "connected")
    await jane.headsets[uuid].close()
    call = sdk.world.sandbox.sdk.calls.by_leg[uuid]
    await wait_until(lambda: not call.sound.live)
    await sdk.clock.advance(29)
    assert not sdk.world.state(uuid).over
    await sdk.clock.advance(1)
    assert sdk.world.state(uuid).over


async def test_a_reloaded_page_takes_its_call_up_again(sdk):
    jane = await sdk.browser("jane", hz=700)
    caller = await sdk.caller(room("Support"), audio={"tone": 440})
    uuid = await sdk.talk(jane, "jane", room("Support"))
    await jane.got("rtc:transfer")
    await jane.leave()
    again = sdk.new_browser("jane", hz=900)
    await again.log_in(jane.session)
    _, leg = await again.ask("GET", f"/v0.3/legs/{uuid}")
    await again.reconnect(uuid, leg["conversation_id"])
    await sdk.hears(again.headsets[uuid].ear, 440)
    await sdk.hears(sdk.world.state(caller).port.ear, 900)
    await sdk.clock.advance(60)
    assert not sdk.world.state(uuid).over


async def test_the_sound_moves_to_another_browser_of_the_user(sdk):
    jane, laptop = await sdk.browser("jane", hz=700), await sdk.browser("jane", hz=900)
    caller = await sdk.caller(room("Support"))
    uuid = await sdk.talk(jane, "jane", room("Support"))
    ear = sdk.world.state(caller).port.ear
    await sdk.hears(ear, 700)
    await laptop.reconnect(uuid, sdk.world.state(uuid).conversation_id)
    await sdk.hears(ear, 900)
    assert "rtc:answer" not in jane.names()
    await jane.socket.disconnect()
    await wait_until(lambda: sdk.world.sandbox.sdk.sessions.by_id[jane.session].line is None)
    await sdk.clock.advance(60)
    assert not sdk.world.state(uuid).over


async def test_a_new_sound_that_never_comes_ends_the_leg(sdk):
    jane = await sdk.browser("jane")
    uuid = await sdk.talk(jane, "jane", room("Support"))
    headset = jane.headsets["other"] = Headset(700)
    body = {"offer": {"sdp": await headset.offer()}}
    path = f"/v0.3/conversations/x/rtc/{uuid}/offer"
    whole = {"originating_session": jane.session, "body": body}
    assert (await jane.ask("POST", path, whole))[0] == 200
    await sdk.clock.advance(30)
    assert sdk.world.state(uuid).over


async def test_nobody_takes_up_the_call_of_another(sdk):
    jane, joe = await sdk.browser("jane"), await sdk.browser("joe")
    uuid = await sdk.talk(jane, "jane", room("Support"))
    body = {"originating_session": joe.session, "body": {"offer": {"sdp": "v=0"}}}
    status, reply = await joe.ask("POST", f"/v0.3/conversations/x/rtc/{uuid}/offer", body)
    assert (status, reply["code"]) == (404, "rtc:error:not-found")


async def test_an_expired_token_does_not_end_a_call_that_is_taken_up_again(sdk):
    jane = await sdk.browser("jane")
    uuid = await sdk.talk(jane, "jane", room("Support"))
    await sdk.harm("jane", "expire_token")
    await wait_until(lambda: not jane.socket.connected)
    again = sdk.new_browser("jane")
    await again.log_in(jane.session)
    await sdk.clock.advance(60)
    assert not sdk.world.state(uuid).over


async def test_harm_is_refused_where_there_is_no_browser(sdk):
    status, _ = await sdk.world.control("POST", "/users/jane/sdk", {"drop_socket": True})
    assert status == 404
    await sdk.browser("jane")
    for body in ({"drop_socket": "yes"}, {"drop_everything": True}):
        status, _ = await sdk.world.control("POST", "/users/jane/sdk", body)
        assert status == 400


async def test_control_shows_a_users_sessions_and_calls(sdk):
    jane, _ = await sdk.browser("jane"), await sdk.browser("jane")
    uuid = await sdk.talk(jane, "jane", room("Support"))
    seen = await sdk.seen("jane")
    assert seen["sessions"] == 2
    assert [call["uuid"] for call in seen["calls"]] == [uuid]
