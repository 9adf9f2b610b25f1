"""During a call: transfers, mute, keys, speech, and what is said of the other legs."""

from sandbox.tests.rooms import room
from sandbox.tests.world import wait_until


async def talking(sdk, browser):
    """Jane in a room of her own: her leg, and the event that says where she is."""
    uuid = await sdk.talk(browser, "jane", room("Support"))
    transfer = await browser.got("rtc:transfer")
    await browser.got("member:left", member_id=transfer["body"]["was_member"])
    return uuid, transfer


async def test_every_move_is_a_transfer_before_anything_else_of_the_new_conversation(sdk):
    jane = await sdk.browser("jane")
    uuid, first = await talking(sdk, jane)
    await sdk.world.transfer(uuid, room("Hold"))
    await sdk.world.in_room(uuid, "Hold")
    await wait_until(lambda: sdk.world.state(uuid).membership.id in str(jane.events[-2]))
    transfer, joined, left = jane.events[-3:]
    assert [each["type"] for each in (transfer, joined, left)] == [
        "rtc:transfer", "member:joined", "member:left",
    ]  # fmt: skip
    leg = sdk.world.state(uuid)
    assert (transfer["cid"], transfer["from"]) == (leg.conversation_id, leg.membership.id)
    assert transfer["body"]["transferred_from"] == first["cid"]
    assert transfer["body"]["was_member"] == first["from"]
    assert transfer["body"]["channel"]["id"] == uuid
    assert (joined["cid"], left["cid"]) == (transfer["cid"], first["cid"])


async def test_a_transfer_into_the_room_it_is_in_changes_nothing_for_the_browser(sdk):
    jane = await sdk.browser("jane")
    uuid, transfer = await talking(sdk, jane)
    before = len(jane.events)
    await sdk.world.transfer(uuid, room("Support", mute=True))
    await wait_until(lambda: sdk.world.state(uuid).port.muted)
    assert len(jane.events) == before
    assert (await jane.act(transfer, "audio:dtmf", digit="1"))[0] == 200


async def test_the_sound_moves_with_the_leg(sdk):
    jane = await sdk.browser("jane", hz=700)
    uuid, _ = await talking(sdk, jane)
    caller = await sdk.caller(room("Other"), audio={"tone": 440})
    await sdk.world.transfer(uuid, room("Other"))
    await sdk.hears(jane.headsets[uuid].ear, 440)
    await sdk.hears(sdk.world.state(caller).port.ear, 700)


async def test_a_muted_browser_is_heard_by_nobody_until_it_is_unmuted(sdk):
    jane = await sdk.browser("jane", hz=700)
    caller = await sdk.caller(room("Support"))
    uuid, transfer = await talking(sdk, jane)
    ear = sdk.world.state(caller).port.ear
    await sdk.hears(ear, 700)
    status, reply = await jane.act(transfer, "audio:mute:on", rtc_id=uuid)
    assert status == 200
    assert isinstance(reply["id"], int)
    assert (await jane.got("audio:mute:on"))["body"] == {"rtc_id": uuid}
    await wait_until(lambda: ear.level().rms == 0)
    await jane.act(transfer, "audio:mute:off", rtc_id=uuid)
    await jane.got("audio:mute:off")
    await sdk.hears(ear, 700)


async def test_a_mute_by_rest_is_told_to_the_browser(sdk):
    jane = await sdk.browser("jane")
    uuid, transfer = await talking(sdk, jane)
    await sdk.world.modify(uuid, "mute")
    assert (await jane.got("audio:mute:on"))["cid"] == transfer["cid"]


async def test_an_earmuffed_browser_hears_nobody(sdk):
    jane = await sdk.browser("jane")
    await sdk.caller(room("Support"), audio={"tone": 440})
    uuid, transfer = await talking(sdk, jane)
    await sdk.hears(jane.headsets[uuid].ear, 440)
    await jane.act(transfer, "audio:earmuff:on", rtc_id=uuid)
    await jane.got("audio:earmuff:on")
    await wait_until(lambda: jane.headsets[uuid].ear.level().rms < 0.001)
    await jane.act(transfer, "audio:earmuff:off", rtc_id=uuid)
    await sdk.hears(jane.headsets[uuid].ear, 440)


async def test_keys_go_to_the_application_and_to_all_browsers_of_the_conversation(sdk):
    jane, joe = await sdk.browser("jane"), await sdk.browser("joe")
    listen = {
        "action": "input", "type": ["dtmf"], "mode": "asynchronous",
        "eventUrl": [f"{sdk.world.customer.url}/keys"],
    }  # fmt: skip
    uuid = await sdk.talk(jane, "jane", listen, room("Support"))
    transfer = await jane.got("rtc:transfer")
    await sdk.talk(joe, "joe", room("Support"))
    await joe.got("rtc:transfer")
    channel = {"id": uuid, "type": "app"}
    await jane.act(transfer, "audio:dtmf", digit="12#", channel=channel)
    for browser in (jane, joe):
        assert (await browser.got("audio:dtmf"))["body"] == {"digit": "12#", "channel": channel}
    posted = await wait_until(lambda: len(sdk.world.customer.got("/keys")) == 3)
    assert posted
    digits = [body["dtmf"]["digits"] for body in sdk.world.customer.got("/keys")]
    assert digits == ["1", "2", "#"]


async def test_the_callers_keys_reach_the_browser(sdk):
    jane = await sdk.browser("jane")
    caller = await sdk.caller(room("Support"))
    await talking(sdk, jane)
    await sdk.world.control("POST", f"/calls/{caller}/dtmf", {"digits": "7"})
    dtmf = await jane.got("audio:dtmf", digit="7")
    assert dtmf["body"]["channel"]["id"] == caller


async def test_what_a_browser_says_all_in_the_conversation_hear(sdk):
    jane = await sdk.browser("jane")
    caller = await sdk.caller(room("Support"))
    uuid, transfer = await talking(sdk, jane)
    status, reply = await jane.act(transfer, "audio:say", text="One moment", level=1, loop=1)
    assert status == 200
    assert reply["body"]["text"] == "One moment"
    assert isinstance(reply["body"]["level"], int)
    for leg in (caller, uuid):
        assert sdk.world.state(leg).spoken == ["One moment"]


async def test_the_end_of_another_leg_is_told(sdk):
    jane = await sdk.browser("jane")
    caller = await sdk.caller(room("Support"))
    await talking(sdk, jane)
    await sdk.world.control("POST", f"/calls/{caller}/hangup")
    status = await jane.got("leg:status:update", status="completed")
    assert status["body"]["leg_id"] == caller


async def test_the_legs_of_a_call_can_be_read(sdk):
    jane = await sdk.browser("jane")
    caller = await sdk.caller(room("Support"))
    uuid, transfer = await talking(sdk, jane)
    await jane.act(transfer, "audio:mute:on", rtc_id=uuid)
    status, leg = await jane.ask("GET", f"/v0.3/legs/{uuid}")
    assert (status, leg["status"], leg["end_time"]) == (200, "answered", "")
    assert leg["media_state"]["mute"] is True
    _, body = await jane.ask("GET", f"/v0.3/conversations/{transfer['cid']}/legs")
    assert {leg["id"] for leg in body["_embedded"]["legs"]} == {caller, uuid}
    _, me = await jane.ask("GET", f"/v0.3/conversations/{transfer['cid']}/members/me")
    assert (me["id"], me["state"]) == (transfer["from"], "JOINED")


async def test_a_call_that_is_over_is_nobodys_conversation(sdk):
    jane = await sdk.browser("jane")
    uuid, transfer = await talking(sdk, jane)
    await jane.hang_up(await jane.got("member:joined"))
    await sdk.world.completed(uuid)
    path = f"/v0.3/conversations/{transfer['cid']}"
    assert (await jane.ask("GET", f"{path}/members/me"))[0] == 404
    assert (await jane.act(transfer, "audio:mute:on", rtc_id=uuid))[0] == 404
    own = (await jane.got("member:invited"))["cid"]
    _, body = await jane.ask("GET", f"/v0.3/conversations/{own}")
    assert body["state"] == "INACTIVE"
