from sandbox.tests.rooms import room


async def test_a_browser_and_a_caller_hear_each_other(sdk):
    jane = await sdk.browser("jane", hz=700)
    caller = await sdk.caller(room("Support"), audio={"tone": 440})
    uuid = await sdk.ring("jane", room("Support"))
    await jane.answer(await jane.got("member:invited"))
    await sdk.world.in_room(uuid, "Support")
    await sdk.hears(sdk.world.state(caller).port.ear, 700)
    await sdk.hears(jane.headsets[uuid].ear, 440)
