"""Calls to a user with browsers: ringing, answering, rejecting, and who hears of it."""

import pytest

from sandbox.tests.rooms import room
from sandbox.tests.world import NUMBER, wait_until


async def test_a_call_rings_in_all_browsers_of_the_user_and_no_other(sdk):
    jane, laptop = await sdk.browser("jane"), await sdk.browser("jane")
    joe = await sdk.browser("joe")
    uuid = await sdk.ring("jane", room("Support"))
    for browser in (jane, laptop):
        invite = await sdk.invite(browser, uuid)
        assert invite["body"]["channel"]["from"] == {"type": "phone", "number": NUMBER}
        assert invite["body"]["channel"]["to"] == {"type": "app", "user": "jane"}
        assert invite["body"]["user"]["name"] == "jane"
    assert joe.names() == []
    assert sdk.world.state(uuid).status == "ringing"


async def test_the_conversation_of_an_invite_can_be_read(sdk):
    jane = await sdk.browser("jane")
    invite = await sdk.invite(jane, await sdk.ring("jane", room("Support")))
    status, body = await jane.ask("GET", f"/v0.3/conversations/{invite['cid']}")
    assert (status, body["state"]) == (200, "ACTIVE")
    assert len(body["media_state"]) == 6


async def test_the_first_answer_wins_and_the_others_learn_it(sdk):
    jane, laptop = await sdk.browser("jane"), await sdk.browser("jane")
    uuid = await sdk.ring("jane", room("Support"))
    invites = [await sdk.invite(browser, uuid) for browser in (jane, laptop)]
    await jane.answer(invites[0])
    joined = await laptop.got("member:joined")
    assert joined["body"]["channel"]["id"] == uuid
    status, body = await laptop.take(invites[1])
    assert (status, body["code"]) == (400, "member:error:already-joined")
    await wait_until(lambda: sdk.world.customer.events(uuid, "answered"))


async def test_who_rejects_ends_the_ringing_everywhere(sdk):
    jane, laptop = await sdk.browser("jane"), await sdk.browser("jane")
    uuid = await sdk.ring("jane", room("Support"))
    query = "?reason_code=REMOTE_REJECT&reason_text=call-rejected-by-callee"
    assert await jane.hang_up(await sdk.invite(jane, uuid), query) == (200, {})
    left = await laptop.got("member:left")
    assert left["body"]["reason"]["code"] == "REMOTE_REJECT"
    hangup = await laptop.got("rtc:hangup")
    assert hangup["cid"] == left["cid"]
    await wait_until(lambda: sdk.world.customer.events(uuid, "rejected"))


async def test_a_caller_who_gives_up_is_told_from_a_ring_timer(sdk):
    jane = await sdk.browser("jane")
    uuid = await sdk.ring("jane", room("Support"))
    await sdk.invite(jane, uuid)
    await sdk.world.modify(uuid, "hangup")
    hangup = await jane.got("rtc:hangup")
    assert hangup["body"]["reason"]["sip_code"] == 200
    assert "reason" not in (await jane.got("member:left"))["body"]

    rung_out = await sdk.ring("jane", room("Support"), ringing_timer=1)
    await sdk.world.completed(rung_out)
    await wait_until(lambda: jane.names().count("rtc:hangup") == 2)
    hangup = await jane.got("rtc:hangup")
    assert hangup["body"]["channel"]["id"] == rung_out
    assert hangup["body"]["reason"]["sip_code"] == 487
    assert sdk.world.customer.statuses(rung_out)[2:] == ["timeout", "completed"]


async def test_a_browser_hangs_up(sdk):
    jane = await sdk.browser("jane")
    uuid = await sdk.talk(jane, "jane", room("Support"))
    await sdk.world.in_room(uuid, "Support")
    assert await jane.hang_up(await jane.got("member:joined")) == (200, {})
    hangup = await jane.got("rtc:hangup")
    assert hangup["body"]["reason"]["code"] == "LOCAL_HANGUP"
    assert (await sdk.world.completed(uuid))["disconnected_by"] == "user"
    assert jane.names()[-2:] == ["member:left", "rtc:hangup"]


async def test_the_platform_hangs_up(sdk):
    jane = await sdk.browser("jane")
    uuid = await sdk.talk(jane, "jane", room("Support"))
    await sdk.world.in_room(uuid, "Support")
    await sdk.world.modify(uuid, "hangup")
    hangup = await jane.got("rtc:hangup")
    assert hangup["body"]["reason"]["code"] == "REMOTE_HANGUP"
    assert hangup["cid"] == (await jane.got("rtc:transfer"))["cid"]
    assert (await sdk.world.completed(uuid))["disconnected_by"] == "platform"


async def test_an_agent_connected_to_a_caller_talks_in_the_callers_conversation(sdk):
    jane = await sdk.browser("jane", hz=700)
    connect = {"action": "connect", "from": NUMBER, "endpoint": [{"type": "app", "user": "jane"}]}
    sdk.world.customer.reply("/answer", [connect])
    caller = await sdk.world.call(audio={"tone": 440})
    invite = await jane.got("member:invited")
    uuid = await jane.answer(invite)
    await sdk.hears(jane.headsets[uuid].ear, 440)
    await sdk.hears(sdk.world.state(caller).port.ear, 700)
    assert "rtc:transfer" not in jane.names()
    assert invite["cid"] == sdk.world.state(caller).conversation_id


async def test_an_agent_is_called_by_a_user_name(sdk):
    jane = await sdk.browser("jane")
    connect = {"action": "connect", "from": "joe", "endpoint": [{"type": "app", "user": "jane"}]}
    sdk.world.customer.reply("/answer", [connect])
    await sdk.world.call()
    invite = await jane.got("member:invited")
    assert invite["body"]["channel"]["from"] == {"type": "app", "user": "joe"}


async def test_a_browser_that_never_sends_sound_fails_the_leg(sdk):
    jane = await sdk.browser("jane")
    uuid = await sdk.ring("jane", room("Support"))
    invite = await sdk.invite(jane, uuid)
    sdk.clock.speed = 100
    await jane.take(invite)
    done = await sdk.world.completed(uuid)
    assert done["disconnected_by"] == "platform"
    assert sdk.world.customer.statuses(uuid) == ["started", "ringing", "failed", "completed"]


@pytest.mark.parametrize("answer", ["nonsense", "v=0\r\n"])
async def test_a_bad_description_of_sound_is_refused(sdk, answer):
    jane = await sdk.browser("jane")
    invite = await sdk.invite(jane, await sdk.ring("jane", room("Support")))
    await jane.take(invite)
    body = {"originating_session": jane.session, "body": {"answer": answer}}
    path = f"/v0.3/conversations/{invite['cid']}/rtc/{invite['body']['channel']['id']}/answer"
    status, reply = await jane.ask("POST", path, body)
    assert (status, reply["code"]) == (400, "rtc:error:invalid-sdp")


async def test_a_browser_goes_before_a_robot_of_that_name(sdk):
    await sdk.world.control("POST", "/users/jane", {"answer": "busy"})
    jane = await sdk.browser("jane")
    uuid = await sdk.ring("jane", room("Support"))
    await sdk.invite(jane, uuid)


async def test_without_a_browser_the_robot_answers_and_else_the_user_is_offline(sdk):
    await sdk.world.control("POST", "/users/jane", {"answer": "busy"})
    busy, offline = await sdk.ring("jane", room("A")), await sdk.ring("joe", room("A"))
    await sdk.world.completed(busy)
    await sdk.world.completed(offline)
    assert "busy" in sdk.world.customer.statuses(busy)
    assert sdk.world.customer.events(offline, "unanswered")[0]["detail"] == "unavailable"


async def test_nobody_answers_the_call_of_another_user(sdk):
    jane, joe = await sdk.browser("jane"), await sdk.browser("joe")
    invite = await sdk.invite(jane, await sdk.ring("jane", room("Support")))
    assert (await joe.take(invite))[0] == 404
    assert (await joe.hang_up(invite))[0] == 404


async def test_a_new_page_rings_too_and_can_answer(sdk):
    jane = await sdk.browser("jane")
    caller = await sdk.caller(room("Support"), audio={"tone": 440})
    uuid = await sdk.ring("jane", room("Support"))
    await sdk.invite(jane, uuid)
    await jane.leave()
    again, laptop = sdk.new_browser("jane", hz=900), sdk.new_browser("jane")
    (invite,) = (await again.log_in(jane.session))["body"]["pending_events"]
    (other,) = (await laptop.log_in())["body"]["pending_events"]
    assert invite == other
    assert await again.answer(invite) == uuid
    await sdk.hears(again.headsets[uuid].ear, 440)
    await sdk.hears(sdk.world.state(caller).port.ear, 900)
    assert (await laptop.take(other))[0] == 400


async def test_a_page_that_connects_again_by_itself_is_not_rung_twice(sdk):
    jane, again = await sdk.browser("jane"), sdk.new_browser("jane")
    await sdk.invite(jane, await sdk.ring("jane", room("Support")))
    greeting = await again.log_in(jane.session, new_page=False)
    assert greeting["body"]["pending_events"] == []


async def test_a_page_whose_session_was_forgotten_rings_again(sdk):
    jane, again = await sdk.browser("jane"), sdk.new_browser("jane")
    invite = await sdk.invite(jane, await sdk.ring("jane", room("Support")))
    greeting = await again.log_in("SES-forgotten", new_page=False)
    assert greeting["body"]["pending_events"] == [invite]


async def test_a_new_page_is_not_rung_for_what_is_decided(sdk):
    jane, joe = await sdk.browser("jane"), await sdk.browser("joe")
    await sdk.talk(jane, "jane", room("Support"))
    over = await sdk.ring("jane", room("Support"))
    await jane.hang_up(await sdk.invite(jane, over))
    await sdk.invite(joe, await sdk.ring("joe", room("Support")))
    greeting = await sdk.new_browser("jane").log_in()
    assert greeting["body"]["pending_events"] == []


async def test_an_invite_goes_on_ringing_while_the_browser_is_away(sdk):
    jane = await sdk.browser("jane")
    uuid = await sdk.ring("jane", room("Support"))
    await sdk.invite(jane, uuid)
    await sdk.harm("jane", "drop_socket")
    await wait_until(lambda: not jane.socket.connected)
    await sdk.clock.advance(50)
    assert sdk.world.state(uuid).status == "ringing"
