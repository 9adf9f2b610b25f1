"""A call is handed on to a queue, a number or a flow."""

from datetime import timedelta

import pytest

from calls.errors import NotAllowed, RefusedNumber, UnknownTarget
from calls.models import Call, DoNotCall, Leg, Offer, Overflow, Queue, QueueEntry, Transfer
from calls.tests.asking import became
from calls.tests.handing_on import (
    NUMBER,
    a_talk,
    broken,
    leaves,
    picks_up,
    state_of,
    transfer,
    types,
    wants_a_break,
)
from calls.tests.leaving import dials, fresh, hangs_up, kinds, moved, words
from ivr.models import Flow
from ivr.services import publish
from tests.world import World

pytestmark = [pytest.mark.db, pytest.mark.django_db]


@pytest.fixture
def talk(world, jane):
    return a_talk(world, jane)


@pytest.fixture
def support(db):
    return Queue.objects.create(name="Support", offer_seconds=20, wrap_up_seconds=10)


def test_a_queue_gets_a_wait_of_its_own(world, jane, talk, support):
    Queue.objects.filter(id=support.id).update(music_url="https://example.com/support.mp3")
    call, offer = talk
    world.now += timedelta(seconds=60)

    key = transfer(world, call, jane, queue="Support")
    world.send()
    leaves(world, offer)

    assert became(key) == ("done", "")
    call, entry = fresh(call), QueueEntry.objects.get(left_at=None)
    assert (entry.queue, entry.enqueued_at) == (support, world.now)
    assert (call.state, call.queue, call.agent) == ("queued", support, None)
    assert call.first_enqueued_at < call.enqueued_at
    assert moved(world)[0]["musicOnHoldUrl"] == ["https://example.com/support.mp3"]
    assert Transfer.objects.get().state == "done"
    assert state_of(jane) == "wrap_up"
    assert broken(world) == {}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"is_emergency_closed": True}, "Support is closed at once, so nobody is let in."),
        ({"max_size": 0}, "Support is full."),
    ],
)
def test_a_queue_that_lets_nobody_in_is_refused_at_once(world, jane, talk, support, change, words):
    Queue.objects.filter(id=support.id).update(**change)
    call, _ = talk
    before = types(call)

    with pytest.raises(NotAllowed) as refused:
        transfer(world, call, jane, queue="Support")

    assert refused.value.message == words
    assert types(call) == before
    assert not Transfer.objects.exists()


def test_a_number_is_rung_and_talks_to_the_customer_alone(world, jane, talk):
    call, offer = talk

    transfer(world, call, jane, number="+44 20 7946 1234")
    world.send()
    number = Leg.objects.get(kind="number")
    assert dials(world) == [NUMBER]
    assert fresh(call).state == "dialing"

    reply = picks_up(world, number)
    leaves(world, offer)
    world.send()

    assert kinds(reply) == ["conversation"]
    assert reply[0]["name"] == f"call-{call.key}-2"
    assert (fresh(call).state, fresh(call).hung_up_by) == ("connected", "")
    assert state_of(jane) == "wrap_up"
    assert Transfer.objects.get().state == "done"
    assert broken(world) == {}

    world.event("completed", number.uuid or "c" * 32, key=number.key, disconnected_by="user")
    world.send()
    hangs_up(world, disconnected_by="platform")
    assert fresh(call).state == "ended"


@pytest.mark.parametrize("status", ["busy", "timeout", "failed", "unanswered"])
def test_a_number_that_does_not_answer_sends_the_customer_back(world, jane, talk, status):
    call, offer = talk
    wants_a_break(world, jane)
    transfer(world, call, jane, number=NUMBER)
    world.send()
    leaves(world, offer)
    number = Leg.objects.get(kind="number")

    world.event(status, number.uuid or "c" * 32, key=number.key)
    world.event("completed", number.uuid or "c" * 32, key=number.key)
    world.route()

    call = fresh(call)
    assert (call.state, call.queue.name) == ("queued", "Sales")
    assert (Transfer.objects.get().state, Transfer.objects.get().result) == ("returned", status)
    assert broken(world) == {}


def test_the_own_number_of_the_caller_is_refused(world, jane, talk):
    call, _ = talk

    with pytest.raises(UnknownTarget):
        transfer(world, call, jane, number=World.CALLER)


def test_the_dial_rules_hold_for_numbers_that_are_handed_a_call(world, jane, talk):
    call, _ = talk
    DoNotCall.objects.create(number=NUMBER)

    with pytest.raises(RefusedNumber):
        transfer(world, call, jane, number=NUMBER)

    assert not Transfer.objects.exists()


def test_a_flow_says_its_first_words(world, jane, talk):
    flow = Flow.objects.create(name="Other menu")
    publish(
        flow=flow,
        graph={"start": "bye", "nodes": {"bye": {"type": "hang_up", "text": "Farewell."}}},
    )
    call, offer = talk

    key = transfer(world, call, jane, flow="Other menu")
    world.send()
    leaves(world, offer)

    assert became(key) == ("done", "")
    assert words(moved(world)) == "Farewell."
    assert fresh(call).flow_version.flow == flow
    hangs_up(world, disconnected_by="platform")
    assert fresh(call).outcome == "answered"


def test_a_menu_of_another_flow_is_answered_by_keys(world, jane, talk, sales):
    call, offer = talk
    flow = Flow.objects.get(name=f"Flow of {World.MENU}")

    transfer(world, call, jane, flow=flow.name)
    world.send()
    leaves(world, offer)
    reply = world.press(moved(world), "1")

    assert reply[0]["name"] == fresh(call).room_name()
    assert (fresh(call).state, fresh(call).queue) == ("queued", sales)
    assert broken(world) == {}


def test_a_flow_that_was_never_published_is_refused(world, jane, talk):
    Flow.objects.create(name="Draft")
    call, _ = talk

    with pytest.raises(NotAllowed):
        transfer(world, call, jane, flow="Draft")


# Calls without a flow -----------------------------------------------------------------------


@pytest.fixture
def outbound(world, jane, talk):
    """The same talk, as one that Jane had begun: without a flow, and without a queue."""
    call, offer = talk
    QueueEntry.objects.filter(call=call).delete()
    offer = Offer.objects.create(
        call=call,
        agent=jane,
        leg=offer.leg,
        kind="outgoing",
        state="accepted",
        offered_at=world.now,
    )
    Call.objects.filter(id=call.id).update(
        direction="outbound", flow_version=None, queue=None, node="", enqueued_at=None,
        from_number=World.MENU, to_number=World.CALLER,
    )  # fmt: skip
    return fresh(call), offer


def test_a_call_of_my_own_is_handed_on(world, jane, joe, outbound, support):
    call, offer = outbound

    transfer(world, call, jane, queue="Support")
    world.send()
    leaves(world, offer)

    assert (fresh(call).state, fresh(call).queue) == ("queued", support)


def test_a_call_that_came_from_nowhere_ends_civilly_when_nobody_takes_it(
    world, jane, joe, outbound
):
    call, offer = outbound
    world.available(joe)
    wants_a_break(world, jane)
    Offer.objects.filter(id=offer.id).update(wrap_up_seconds=30)
    transfer(world, call, jane, agent="joe")
    world.send()
    leaves(world, offer)
    world.route()

    world.ends(world.offer(), "rejected")
    world.route()

    assert words(moved(world)).startswith("Sorry, nobody can take your call")
    hangs_up(world, disconnected_by="platform")
    assert (fresh(call).state, fresh(call).outcome) == ("ended", "answered")


@pytest.mark.parametrize(
    "target", ["flow_exit", "hang_up", "voicemail", "callback", "queue", "number"]
)
def test_a_call_without_a_flow_leaves_a_queue_in_every_way(
    world, jane, sales, outbound, support, target
):
    Overflow.objects.create(
        queue=support, reason="any", target=target, other_queue=sales, number=NUMBER, words="Sorry."
    )
    call, offer = outbound
    transfer(world, call, jane, queue="Support")
    world.send()
    leaves(world, offer)
    QueueEntry.objects.filter(queue=support).update(give_up_at=world.now)

    world.passes(1)

    assert "Sorry." in words(moved(world))
    assert not QueueEntry.objects.filter(
        queue=support, left_at=None, is_virtual=False
    ).exists() or (target == "callback")
