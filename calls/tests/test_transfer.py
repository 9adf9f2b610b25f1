"""A call is handed on to an agent; it comes back if nobody comes."""

import pytest

from agents.models import AgentState
from calls import selectors
from calls.errors import OutcomeRequired
from calls.models import Disposition, Offer, Queue, QueueEntry, Transfer
from calls.services import handling
from calls.tests.asking import ask, became
from calls.tests.handing_on import (
    a_talk,
    broken,
    leaves,
    requests,
    state_of,
    transfer,
    types,
    wants_a_break,
)
from calls.tests.leaving import agent_goes, fresh, hangs_up, moved, words
from tests.world import World

pytestmark = [pytest.mark.db, pytest.mark.django_db]


@pytest.fixture
def talk(world, jane):
    return a_talk(world, jane)


def test_the_customer_is_moved_before_the_agent_is_let_go(world, jane, joe, talk):
    call, offer = talk
    world.available(joe)
    since = len(world.transport.requests)

    key = transfer(world, call, jane, agent="joe")
    assert became(key) == ("pending", "")
    assert fresh(call).agent == jane
    world.send()

    offer.leg.refresh_from_db()
    assert requests(world, since) == [
        ("PUT", World.UUID, "transfer"),
        ("PUT", offer.leg.uuid, "hangup"),
    ]
    assert moved(world) == [
        {
            "action": "conversation",
            "name": f"call-{call.key}-2",
            "startOnEnter": False,
            "musicOnHoldUrl": ["http://testserver/static/audio/hold.mp3"],
        }
    ]
    assert became(key) == ("done", "")
    assert (fresh(call).state, fresh(call).agent) == ("queued", None)
    leaves(world, offer)
    assert state_of(jane) == "wrap_up"
    assert broken(world) == {}


def test_only_that_agent_is_rung_and_takes_the_call_in_the_new_room(world, jane, joe, talk):
    call, offer = talk
    world.available(joe)
    transfer(world, call, jane, agent="joe")
    world.send()
    leaves(world, offer)
    world.route()

    rung = world.offer()
    reply = world.picks_up(rung)

    assert rung.agent == joe
    assert words(reply) == "Jane hands you a caller from Sales."
    assert reply[-1] == {
        "action": "conversation",
        "name": f"call-{call.key}-2",
        "startOnEnter": True,
    }
    call = fresh(call)
    assert (call.state, call.agent, call.held_at) == ("connected", joe, None)
    done = Transfer.objects.get()
    assert (done.state, done.target, done.settled_at) == ("done", "agent", world.now)
    assert rung.wrap_up_seconds == 30
    assert broken(world) == {}


def test_a_customer_on_hold_is_handed_on_from_there(world, jane, joe, talk):
    call, _ = talk
    world.available(joe)
    ask(world, "hold", call, jane)
    world.send()

    transfer(world, call, jane, agent="joe")
    world.send()

    assert (fresh(call).state, fresh(call).held_at) == ("queued", None)
    assert moved(world)[0]["name"] == f"call-{call.key}-2"


@pytest.mark.parametrize(
    ("status", "result"), [("rejected", "declined"), ("timeout", "failed"), ("failed", "failed")]
)
def test_a_call_that_was_not_taken_waits_in_its_queue_again(world, jane, joe, talk, status, result):
    """Jane goes on a break after it, so it does not come back to her."""
    call, offer = talk
    since = QueueEntry.objects.get().enqueued_at
    world.available(joe)
    wants_a_break(world, jane)
    transfer(world, call, jane, agent="joe")
    world.send()
    leaves(world, offer)
    world.route()
    rung = world.offer()
    Offer.objects.filter(id=rung.id).update(seen_at=world.now if result == "declined" else None)

    world.ends(rung, status)
    world.route()

    call = fresh(call)
    assert (call.state, call.queue.name, call.enqueued_at) == ("queued", "Sales", since)
    returned = Transfer.objects.get()
    assert (returned.state, returned.result) == ("returned", result)
    assert QueueEntry.objects.get(left_at=None).queue.name == "Sales"
    assert "transfer_returned" in types(call)
    # They hear the music of the room in which they are: it was never started.
    assert moved(world)[0]["name"] == call.room_name()
    assert broken(world) == {}


def test_it_comes_back_to_the_agent_for_twenty_seconds(world, jane, joe, talk):
    Offer.objects.update(wrap_up_seconds=0)
    call, offer = talk
    world.available(joe)
    transfer(world, call, jane, agent="joe")
    world.send()
    leaves(world, offer)
    world.passes(1)
    rung = world.offer()

    world.ends(rung, "rejected")
    world.passes(1)
    back = world.offer()

    assert back.agent == jane
    assert back.ring_seconds == 20
    assert Transfer.objects.get().state == "returned"
    world.picks_up(back)
    call = fresh(call)
    assert (call.state, call.agent, call.room) == ("connected", jane, 2)
    assert Transfer.objects.get().settled_at == world.now
    assert broken(world) == {}


def test_a_queue_may_say_that_it_does_not_come_back_to_the_agent(world, sales, jane, joe, talk):
    Queue.objects.update(returns_to_agent=False)
    Offer.objects.update(wrap_up_seconds=0)
    call, offer = talk
    world.available(joe)
    transfer(world, call, jane, agent="joe")
    world.send()
    leaves(world, offer)
    world.passes(1)

    world.ends(world.offer(), "rejected")
    world.route()

    assert QueueEntry.objects.get(left_at=None).queue == sales


def test_who_does_not_take_it_back_in_time_lets_it_go_to_the_queue(world, jane, joe, talk):
    Offer.objects.update(wrap_up_seconds=0)
    call, offer = talk
    world.available(joe)
    transfer(world, call, jane, agent="joe")
    world.send()
    leaves(world, offer)
    world.passes(1)
    world.ends(world.offer(), "rejected")
    world.passes(1)

    world.ends(world.offer(), "rejected")
    world.route()

    entry = QueueEntry.objects.get(left_at=None)
    assert (entry.queue.name, fresh(call).state) == ("Sales", "queued")
    assert Transfer.objects.get().settled_at is not None


def test_an_agent_who_logs_out_meanwhile_is_not_waited_for(world, jane, joe, talk):
    call, offer = talk
    world.available(joe)
    transfer(world, call, jane, agent="joe")
    AgentState.objects.filter(agent=joe, ended_at=None).update(state="offline")
    world.send()
    leaves(world, offer)

    world.passes(1)

    assert QueueEntry.objects.get(left_at=None).agent == jane


def test_the_caller_of_an_agent_who_is_lost_after_it_goes_back_to_the_queue(world, jane, joe, talk):
    call, offer = talk
    world.available(joe)
    transfer(world, call, jane, agent="joe")
    world.send()
    leaves(world, offer)
    world.route()
    rung = world.offer()
    world.picks_up(rung)
    agent_goes(world, rung, disconnected_by="platform")
    world.send()
    assert QueueEntry.objects.get(left_at=None).agent == joe

    world.passes(31)
    world.passes(1)

    assert QueueEntry.objects.get(left_at=None).queue.name == "Sales"
    assert fresh(call).queue.name == "Sales"


def test_the_caller_of_a_first_agent_who_is_lost_after_it_came_back_goes_to_the_queue(
    world, sales, jane, joe, talk
):
    Offer.objects.update(wrap_up_seconds=0)
    call, offer = talk
    world.available(joe)
    transfer(world, call, jane, agent="joe")
    world.send()
    leaves(world, offer)
    world.passes(1)
    world.ends(world.offer(), "rejected")
    world.passes(1)
    back = world.offer()
    world.picks_up(back)

    agent_goes(world, back, disconnected_by="platform")
    world.send()
    world.passes(31)
    world.passes(1)

    assert QueueEntry.objects.get(left_at=None).queue == sales
    assert fresh(call).queue == sales
    assert broken(world) == {}


def test_a_caller_who_is_handed_to_an_agent_is_still_of_their_queue(world, sales, jane, joe, talk):
    Offer.objects.update(wrap_up_seconds=0)
    call, offer = talk
    world.available(joe)
    transfer(world, call, jane, agent="joe")
    world.send()
    leaves(world, offer)
    world.route()
    rung = world.offer()
    offered = selectors.me(agent_id=joe.id, now=world.now)["offer"]
    world.picks_up(rung)

    assert (offered["queue"], rung.entry.queue) == ("Sales", None)
    assert fresh(call).queue == sales
    assert selectors.me(agent_id=joe.id, now=world.now)["call"]["queue"] == "Sales"
    assert sales.entries.count() == 1
    assert broken(world) == {}


def test_whoever_is_handed_a_call_is_asked_for_the_outcome_of_its_queue(
    world, sales, jane, joe, talk
):
    sold = Disposition.objects.create(label="Sold")
    sales.dispositions.add(sold)
    Queue.objects.update(is_disposition_required=True)
    call, offer = talk
    world.available(joe)
    transfer(world, call, jane, agent="joe")
    world.send()
    leaves(world, offer)
    world.route()
    rung = world.offer()
    world.picks_up(rung)
    world.passes(3)

    hangs_up(world)
    agent_goes(world, rung, disconnected_by="platform")

    found = selectors.me(agent_id=joe.id, now=world.now)["wrap_up"]
    assert (found["queue"], found["outcome_required"]) == ("Sales", True)
    with pytest.raises(OutcomeRequired):
        handling.check_outcome(agent_id=joe.id, now=world.now)
    handling.dispose(call_id=call.id, agent_id=joe.id, disposition_id=sold.id, now=world.now)
    handling.check_outcome(agent_id=joe.id, now=world.now)


@pytest.mark.parametrize("moment", ["moving", "waiting", "ringing"])
def test_a_customer_who_hangs_up_on_the_way_ends_the_call(world, jane, joe, talk, moment):
    call, offer = talk
    world.available(joe)
    transfer(world, call, jane, agent="joe")
    if moment != "moving":
        world.send()
        leaves(world, offer)
    if moment == "ringing":
        world.route()

    hangs_up(world)
    world.send()

    assert fresh(call).state == "ended"
    assert Transfer.objects.get().result == "hung_up"
    assert not Offer.objects.filter(state="pending").exists()
    assert not QueueEntry.objects.filter(left_at=None).exists()
    if moment == "moving":
        leaves(world, offer)
    assert broken(world) == {}
