"""Named conversations: music until they start, and who hears whom."""

import pytest

from sandbox.tests.rooms import MUSIC, agent_in, caller_in, hears, peak, room, waiting
from sandbox.tests.world import wait_until


async def test_a_caller_hears_music_until_an_agent_enters(world, hold_music):
    caller = await caller_in(world, [waiting(world, "call-1")], audio={"tone": 440})
    await world.playing(caller, f"music:{world.customer.url}{MUSIC}")
    await peak(world, caller, 523)

    agent = await agent_in(world, room("call-1"), audio={"tone": 800})

    await world.playing(caller, None)
    await peak(world, caller, 800)
    await peak(world, agent, 440)
    assert await hears(world, caller) == {agent}
    assert await hears(world, agent) == {caller}


async def test_a_room_that_has_started_plays_no_music_again(world, hold_music):
    caller = await caller_in(world, [waiting(world, "call-1")])
    agent = await agent_in(world, room("call-1"))
    await world.modify(agent, "hangup")

    late = await caller_in(world, [waiting(world, "call-1")])
    await world.in_room(late, "call-1")

    assert world.state(late).player.playing is None
    assert world.state(caller).player.playing is None


async def test_a_room_is_fresh_again_when_its_last_leg_has_left(world, hold_music):
    agent = await agent_in(world, room("call-1"))
    await world.modify(agent, "hangup")

    caller = await caller_in(world, [waiting(world, "call-1")])

    await world.playing(caller, f"music:{world.customer.url}{MUSIC}")


async def test_two_rooms_do_not_hear_each_other(world):
    first = await caller_in(world, [room("one")], audio={"tone": 440})
    second = await caller_in(world, [room("two")], audio={"tone": 660})
    agent = await agent_in(world, room("two"))

    await peak(world, agent, 660)
    assert await hears(world, first) == set()
    assert await hears(world, second) == {agent}


async def test_a_leg_alone_in_a_named_room_stays(world):
    caller = await caller_in(world, [room("call-1")])
    agent = await agent_in(world, room("call-1"))

    await world.control("POST", f"/calls/{caller}/hangup")
    await world.completed(caller)

    assert (await world.leg(agent))["room"] == "call-1"


async def test_the_room_ends_for_all_when_a_leg_with_end_on_exit_leaves(world):
    caller = await caller_in(world, [room("call-1", endOnExit=True)])
    agent = await agent_in(world, room("call-1"), {"action": "talk", "text": "They left."})

    await world.control("POST", f"/calls/{caller}/hangup")

    await world.completed(agent)
    assert world.state(agent).spoken == ["They left."]


async def test_a_supervisor_speaks_to_the_agent_only_then_to_all(world):
    caller = await caller_in(world, [room("call-1")])
    agent = await agent_in(world, room("call-1"))

    ada = await agent_in(world, room("call-1", canSpeak=[agent]), name="Ada")
    assert await hears(world, caller) == {agent}
    assert await hears(world, agent) == {caller, ada}
    assert await hears(world, ada) == {caller, agent}

    await world.transfer(ada, room("call-1", canSpeak=[]))
    await wait_until(lambda: world.state(ada).membership.terms.can_speak == frozenset())
    assert await hears(world, agent) == {caller}

    await world.transfer(ada, room("call-1"))
    await wait_until(lambda: world.state(ada).membership.terms.can_speak is None)
    assert await hears(world, caller) == {agent, ada}


async def test_a_leg_hears_only_those_it_can_hear(world):
    caller = await caller_in(world, [room("call-1")])
    agent = await agent_in(world, room("call-1"))

    ada = await agent_in(world, room("call-1", canHear=[caller], mute=True), name="Ada")

    assert await hears(world, ada) == {caller}
    assert await hears(world, agent) == {caller}
    assert (await world.leg(ada))["muted"] is True


@pytest.mark.parametrize(("on", "off"), [("mute", "unmute"), ("earmuff", "unearmuff")])
async def test_a_leg_is_silenced_and_heard_again(world, on, off):
    caller = await caller_in(world, [room("call-1")])
    agent = await agent_in(world, room("call-1"))
    deaf = agent if on == "mute" else caller

    await world.modify(caller, on)
    silenced = await hears(world, deaf)
    await world.modify(caller, off)

    assert silenced == set()
    assert await hears(world, deaf)


async def test_unmuting_lifts_the_mute_a_leg_joined_with(world):
    caller = await caller_in(world, [room("call-1")])
    agent = await agent_in(world, room("call-1", mute=True))
    muted = await hears(world, caller)

    await world.modify(agent, "unmute")

    assert muted == set()
    assert await hears(world, caller) == {agent}


async def test_texts_are_heard_only_in_a_started_room(world):
    caller = await caller_in(
        world, [room("call-1", startOnEnter=False)], audio={"text": "I am Ben."}
    )
    listener = await agent_in(world, room("call-1", startOnEnter=False), name="Ada")
    before = world.state(listener).heard_texts.copy()

    await agent_in(world, room("call-1"), audio={"text": "I am Jane."})

    assert before == []
    await wait_until(lambda: world.state(caller).heard_texts == ["I am Jane."])
    assert sorted(world.state(listener).heard_texts) == ["I am Ben.", "I am Jane."]


async def test_conversations_are_shown_to_their_application(world):
    caller = await caller_in(world, [room("call-1")])
    await world.in_room(caller, "call-1")

    _, listed = await world.api("GET", "/v1/conversations")
    identity = world.state(caller).conversation_id
    status, shown = await world.api("GET", f"/v1/conversations/{identity}")
    _, members = await world.api("GET", f"/v1/conversations/{identity}/members")
    duplicate, _ = await world.api("POST", "/v1/conversations", {"name": "call-1"})

    assert identity in [each["id"] for each in listed["_embedded"]["conversations"]]
    assert (status, shown["name"]) == (200, "call-1")
    assert len(members["_embedded"]["members"]) == 1
    assert duplicate == 409
