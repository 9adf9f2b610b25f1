"""The customer is put on hold and brought back."""

import pytest

from calls import selectors
from calls.errors import CallGone, NoSuchCall, NotAllowed
from calls.models import Call, CallEvent, Instruction
from calls.services import commands
from calls.tests.asking import ask, became
from calls.tests.leaving import agent_goes, fresh, hangs_up, moved
from tests.world import World

pytestmark = [pytest.mark.db, pytest.mark.django_db]


@pytest.fixture
def talk(world, jane):
    """Jane talks to a customer: the call, and the offer that brought it."""
    world.available(jane)
    call, offer = world.talks()
    world.passes(3)
    return call, offer


def types(call):
    return list(CallEvent.objects.filter(call=call).values_list("type", flat=True))


def customer(call):
    return call.legs.get(kind="customer")


def holds(now):
    return {name: found for name, found in selectors.violations(now=now).items() if found}


def fails(world, status):
    world.transport.answers = lambda method, path: status if method == "PUT" else 204


def test_the_customer_hears_music_in_a_room_that_nobody_starts(world, jane, talk):
    call, _ = talk

    key = ask(world, "hold", call, jane)

    assert became(key) == ("pending", "")
    assert (fresh(call).state, fresh(call).held_at) == ("held", world.now)
    world.send()
    assert moved(world) == [
        {
            "action": "conversation",
            "name": f"call-{call.key}-hold",
            "startOnEnter": False,
            "musicOnHoldUrl": ["http://testserver/static/audio/hold.mp3"],
        }
    ]
    assert became(key) == ("done", "")
    assert customer(call).room == call.hold_room
    assert holds(world.now) == {}


def test_the_customer_comes_back_to_the_room_of_the_agent(world, jane, talk):
    call, _ = talk
    ask(world, "hold", call, jane)
    world.passes(5)
    world.passes(30)

    key = ask(world, "resume", call, jane)
    world.send()

    assert moved(world) == [
        {"action": "conversation", "name": call.room_name(), "startOnEnter": True}
    ]
    assert became(key) == ("done", "")
    assert (fresh(call).state, fresh(call).held_at) == ("connected", None)
    assert customer(call).room == call.room_name()
    assert types(call)[-2:] == ["held", "resumed"]
    assert holds(world.now) == {}


def test_a_resume_takes_the_place_of_a_hold_that_was_not_sent(world, jane, talk):
    call, _ = talk

    hold = ask(world, "hold", call, jane)
    resume = ask(world, "resume", call, jane)
    world.send()

    assert (became(hold), became(resume)) == (("done", ""), ("done", ""))
    assert len(world.sent("PUT", "transfer")) == 1
    assert fresh(call).state == "connected"


@pytest.mark.parametrize(("first", "again"), [("hold", "hold"), ("resume", "resume")])
def test_the_second_of_two_clicks_is_refused(world, jane, talk, first, again):
    call, _ = talk
    ask(world, "hold", call, jane)
    if first == "resume":
        ask(world, "resume", call, jane)
    before = types(call)

    with pytest.raises(CallGone):
        ask(world, again, call, jane)

    assert types(call) == before


def test_only_who_is_in_the_call_may_hold_it(world, jane, joe, talk):
    call, _ = talk

    with pytest.raises(NoSuchCall):
        ask(world, "hold", call, joe)

    assert fresh(call).state == "connected"


def test_a_late_click_finds_the_call_over(world, jane, talk):
    call, _ = talk
    hangs_up(world)

    with pytest.raises(CallGone):
        ask(world, "hold", call, jane)


def test_nobody_is_held_before_they_have_answered(world, jane, talk):
    call, _ = talk
    Call.objects.filter(id=call.id).update(state="dialing")

    with pytest.raises(NotAllowed):
        ask(world, "hold", call, jane)


def test_a_hold_that_vonage_refuses_leaves_the_customer_with_the_agent(world, jane, talk):
    call, _ = talk
    fails(world, 400)

    key = ask(world, "hold", call, jane)
    world.send()

    assert became(key) == ("failed", "call_gone")
    assert (fresh(call).state, fresh(call).held_at) == ("connected", None)
    assert types(call)[-2:] == ["held", "hold_failed"]
    assert [body for body in world.sent("PUT") if body["action"] == "hangup"] == []
    assert holds(world.now) == {}


def test_a_resume_that_vonage_refuses_leaves_the_customer_on_hold(world, jane, talk):
    call, _ = talk
    ask(world, "hold", call, jane)
    since = world.now
    world.passes(10)
    fails(world, 400)

    key = ask(world, "resume", call, jane)
    world.send()

    assert became(key) == ("failed", "call_gone")
    assert (fresh(call).state, fresh(call).held_at) == ("held", since)
    assert holds(world.now) == {}


def test_a_customer_who_was_never_moved_is_in_the_talk_whatever_is_refused(world, jane, talk):
    call, _ = talk
    fails(world, 400)

    ask(world, "hold", call, jane)
    ask(world, "resume", call, jane)
    world.send()

    assert (fresh(call).state, fresh(call).held_at) == ("connected", None)
    assert holds(world.now) == {}


def test_a_customer_who_is_gone_when_they_are_to_be_held_has_ended_the_call(world, jane, talk):
    call, _ = talk
    fails(world, 404)

    key = ask(world, "hold", call, jane)
    world.send()

    assert became(key) == ("failed", "call_gone")
    assert fresh(call).state == "ended"


def test_a_hold_that_is_not_done_in_time_is_put_back(world, jane, talk):
    """Vonage may have done it all the same: the customer is moved to where they should be."""
    call, _ = talk
    fails(world, 500)
    key = ask(world, "hold", call, jane)

    for _ in range(24):
        world.passes(1)
    assert became(key) == ("failed", "call_gone")
    assert fresh(call).state == "connected"

    world.transport.answers = lambda method, path: 204
    world.passes(5)

    assert moved(world) == [
        {"action": "conversation", "name": call.room_name(), "startOnEnter": True}
    ]
    assert customer(call).room == call.room_name()
    assert not Instruction.objects.filter(state__in=["waiting", "claimed"]).exists()


def test_a_customer_who_hangs_up_on_hold_ends_the_call(world, jane, talk):
    call, offer = talk
    ask(world, "hold", call, jane)
    world.passes(5)

    hangs_up(world)
    world.send()
    agent_goes(world, offer, disconnected_by="platform")

    assert (fresh(call).state, fresh(call).hung_up_by) == ("ended", "customer")
    assert jane.states.get(ended_at=None).state == "wrap_up"
    assert holds(world.now) == {}


def test_a_customer_on_hold_whose_agent_is_lost_waits_in_a_fresh_room(world, jane, talk):
    call, offer = talk
    ask(world, "hold", call, jane)
    world.passes(5)

    agent_goes(world, offer, disconnected_by="platform")
    world.send()

    call = fresh(call)
    assert (call.state, call.held_at, call.room) == ("queued", None, 2)
    assert moved(world)[-1]["name"] == call.room_name()
    assert customer(call).room == call.room_name()
    assert holds(world.now) == {}


def test_an_agent_who_leaves_on_purpose_ends_the_call_of_a_customer_on_hold(world, jane, talk):
    call, offer = talk
    ask(world, "hold", call, jane)
    world.passes(5)

    agent_goes(world, offer, disconnected_by="user")
    world.send()
    hangs_up(world, disconnected_by="platform")

    assert (fresh(call).state, fresh(call).hung_up_by) == ("ended", "agent")


def test_vonage_asking_again_what_a_customer_on_hold_runs_is_told_of_the_music(world, jane, talk):
    call, _ = talk
    ask(world, "hold", call, jane)
    world.now += world.now.resolution

    reply = world.post(
        "/webhooks/answer",
        {
            "to": World.MENU,
            "from": World.CALLER,
            "uuid": World.UUID,
            "conversation_uuid": "CON-2",
        },
    )

    assert [action["name"] for action in reply] == [call.hold_room]


def test_a_command_that_came_to_nothing_is_given_up_once(world, jane, talk):
    call, _ = talk
    fails(world, 500)
    ask(world, "hold", call, jane)
    for _ in range(24):
        world.passes(1)
    before = types(call)

    commands.give_up(now=world.now)

    assert types(call) == before
