"""Callers who are not let in, and are asked whether they want to be called back."""

import pytest

from calls.models import Call, Callback, Offer, Overflow, Queue
from calls.router import rounds
from calls.tests.leaving import (
    agent_goes,
    checked,
    dialled,
    entry_of,
    fresh,
    hangs_up,
    kinds,
    moved,
    picks_up,
    press,
    words,
)

pytestmark = [pytest.mark.db, pytest.mark.django_db]


@pytest.fixture
def question(world, sales):
    """What a caller of Sales, which was closed at once, is asked."""
    Queue.objects.filter(id=sales.id).update(is_emergency_closed=True)
    Overflow.objects.create(queue=sales, reason="emergency", target="callback")
    return checked(world.press(world.answer(), "1"))


def declines(world, question):
    """They say nothing, until they are not asked any more."""
    for _ in range(3):
        question = press(world, question, None)
    return question


def test_who_declines_is_sent_on_at_once_and_rings_nobody(world, jane, question):
    world.available(jane)

    goodbye = declines(world, question)

    assert rounds.pair(now=world.now) == 0
    world.passes(1)
    assert (kinds(goodbye), Offer.objects.exists()) == (["talk"], False)
    call = Call.objects.get()
    assert (call.state, call.hung_up_by, entry_of(call).outcome) == (
        "in_flow", "system", "overflowed",
    )  # fmt: skip


def test_who_declines_is_sent_on_for_the_first_reason(world, sales, question):
    Overflow.objects.create(queue=sales, reason="late", target="number", number="442079460999")

    declines(world, question)

    sent = Call.objects.get().events.filter(type="sent_on").order_by("version")
    assert [event.data["reason"] for event in sent] == ["emergency", "emergency"]
    assert [event.data["target"] for event in sent] == ["callback", "flow_exit"]


def test_who_hangs_up_at_the_question_was_sent_on(world, question):
    world.passes(20)

    hangs_up(world)

    call = Call.objects.get()
    assert (call.outcome, entry_of(call).outcome) == ("overflowed", "overflowed")


def test_who_has_waited_too_long_and_declines_is_sent_on_at_once(world, sales, jane):
    Overflow.objects.create(queue=sales, reason="late", target="callback")
    call = world.waits()
    world.passes(1801)
    world.available(jane)

    goodbye = declines(world, moved(world))

    assert "nobody can take your call" in words(goodbye)
    assert rounds.pair(now=world.now) == 0
    assert (fresh(call).hung_up_by, entry_of(call).outcome) == ("system", "overflowed")


def test_who_was_called_back_and_loses_the_agent_waits_like_everybody(world, sales, question, jane):
    press(world, question, "1")
    hangs_up(world)
    Queue.objects.filter(id=sales.id).update(
        is_emergency_closed=False, choices_every_seconds=60, offers_callback=True
    )
    world.available(jane)
    world.passes(15)
    offer = world.offer()
    _, leg = dialled(world, offer)
    picks_up(world, leg)
    agent_goes(world, offer, disconnected_by="platform")
    uuid = fresh(leg).uuid
    world.passes(61)

    room = press(world, moved(world, uuid), None, uuid)

    call = Call.objects.get()
    assert (kinds(room), call.state, call.node) == (["conversation"], "queued", "sales")
    assert Callback.objects.get().state == "reached"
