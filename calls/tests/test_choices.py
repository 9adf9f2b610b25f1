"""Other ways than waiting: callers are asked outside the room, and lose nothing by it."""

from datetime import timedelta

import pytest

from agents.models import AgentState
from calls.models import Call, Offer, Queue, QueueEntry
from calls.services import choices, waiting
from calls.tests.leaving import (
    EVERY,
    asked,
    entry_of,
    fresh,
    hangs_up,
    kinds,
    moved,
    offers_ways,
    press,
    words,
)

pytestmark = [pytest.mark.db, pytest.mark.django_db]
OTHER = "c" * 32


@pytest.fixture(autouse=True)
def ways(world, sales):
    offers_ways(sales)


def test_who_has_waited_long_enough_is_asked_outside_the_room(world):
    call, question = asked(world)

    assert kinds(question) == ["talk", "input"]
    assert question[0]["bargeIn"] is True
    assert "press 1" in words(question)
    assert "press 2" in words(question)
    call = fresh(call)
    assert (call.state, call.node, call.step) == ("in_flow", "@choices", 2)
    assert entry_of(call).paused_at == world.now


def test_nobody_is_asked_before_their_time(world):
    call = world.waits()

    world.passes(EVERY - 1)

    assert fresh(call).state == "queued"
    assert world.sent("PUT") == []


def test_only_what_the_queue_offers_is_offered(world, sales):
    offers_ways(sales, offers_callback=False)
    call, question = asked(world)

    back = press(world, question, "1")

    assert "press 1" not in words(question)
    assert "press 2" in words(question)
    assert (kinds(back), fresh(call).state) == (["conversation"], "queued")


def test_a_queue_that_offers_nothing_any_more_asks_nobody(world, sales):
    call = world.waits()
    offers_ways(sales, offers_callback=False, offers_voicemail=False)

    world.passes(EVERY)

    assert fresh(call).state == "queued"
    assert world.sent("PUT") == []


@pytest.mark.parametrize("digits", [None, "", "3", "*", "#", "12"])
def test_any_other_key_leads_back_to_the_music_at_the_old_place(world, digits):
    call, question = asked(world)
    enqueued_at = entry_of(call).enqueued_at

    back = press(world, question, digits)

    assert back == [
        {
            "action": "conversation",
            "name": f"call-{call.key}-2",
            "startOnEnter": False,
            "musicOnHoldUrl": ["http://testserver/static/audio/hold.mp3"],
        }
    ]
    call, entry = fresh(call), entry_of(call)
    assert (call.state, call.room, call.node) == ("queued", 2, "sales")
    assert (entry.enqueued_at, entry.paused_at, entry.left_at) == (enqueued_at, None, None)


def test_they_are_asked_again_and_again(world):
    call, question = asked(world)
    press(world, question, None)

    world.passes(EVERY - 1)
    assert fresh(call).state == "queued"
    world.passes(2)

    assert fresh(call).node == "@choices"
    assert moved(world) != question  # another number of the question in its address


def test_nobody_is_rung_for_a_caller_who_chooses_and_soon_after(world, jane):
    call, question = asked(world)
    world.available(jane)

    world.passes(1)
    assert not Offer.objects.exists()
    press(world, question, None)
    world.passes(1)

    assert world.offer().entry.call == call


def test_a_caller_for_whom_somebody_is_rung_is_asked_only_when_that_is_over(world, jane):
    call = world.waits()
    world.now += timedelta(seconds=EVERY - 5)
    world.available(jane)
    world.passes(1)
    offer = world.offer()

    world.passes(10)
    assert fresh(call).state == "offered"
    world.ends(offer, "timeout")
    world.passes(1)

    assert fresh(call).node == "@choices"


def test_who_may_not_wait_any_longer_after_the_question_is_sent_on_at_once(world, sales):
    Queue.objects.filter(id=sales.id).update(max_wait_seconds=EVERY + 5)
    call, question = asked(world)
    world.now += timedelta(seconds=6)

    goodbye = press(world, question, None)

    assert "nobody can take your call" in words(goodbye)
    assert (fresh(call).hung_up_by, entry_of(call).outcome) == ("system", "overflowed")


def test_who_hangs_up_in_the_question_has_abandoned(world):
    call, question = asked(world)

    hangs_up(world)

    call = fresh(call)
    assert (call.state, call.outcome, entry_of(call).outcome) == ("ended", "abandoned", "abandoned")
    assert world.press(question, "1") == []
    assert fresh(call).outcome == "abandoned"


def test_an_answer_to_an_old_question_changes_nothing(world):
    call, question = asked(world)
    press(world, question, None)
    world.passes(EVERY + 1)
    version = fresh(call).version

    again = press(world, question, "1")

    assert again == moved(world)
    assert fresh(call).version == version


def test_asked_what_the_leg_shall_run_we_say_the_question_once_more(world):
    call, question = asked(world)
    version = fresh(call).version

    again = world.post(
        "/webhooks/fallback",
        {"uuid": world.UUID, "conversation_uuid": "CON-0", "reason": "Socket timeout."},
    )

    assert again == question
    assert fresh(call).version == version


def test_many_are_asked_a_few_at_a_time_the_longest_due_first(world):
    calls = [world.waits(f"{number:032x}") for number in range(25)]
    world.now += timedelta(seconds=EVERY)
    QueueEntry.objects.filter(call=calls[-1]).update(choices_at=world.now - timedelta(seconds=30))

    choices.offer_due(now=world.now)
    choices.offer_due(now=world.now)  # the first ten have not been moved yet

    asked_first = Call.objects.filter(node="@choices").order_by("id")
    assert list(asked_first) == [*calls[:9], calls[-1]]
    for _ in range(2):
        world.send()
        world.now += timedelta(seconds=1)
        choices.offer_due(now=world.now)
    assert not Call.objects.filter(state="queued").exists()


def test_one_call_that_cannot_be_asked_keeps_no_other_from_it(world, monkeypatch):
    world.waits()
    world.waits(OTHER)
    broken = Call.objects.get(legs__uuid=world.UUID)
    QueueEntry.objects.filter(call=broken).update(choices_at=world.now)
    true = waiting.customer_leg

    def fail_once(call):
        if call and call.id == broken.id:
            raise ZeroDivisionError
        return true(call)

    monkeypatch.setattr(waiting, "customer_leg", fail_once)
    world.now += timedelta(seconds=EVERY)

    choices.offer_due(now=world.now)

    states = dict(Call.objects.values_list("legs__uuid", "state"))
    assert states == {world.UUID: "queued", OTHER: "in_flow"}


def test_agents_are_not_held_by_callers_who_choose(world, jane):
    world.available(jane)
    world.route()
    asked_call = world.waits()
    QueueEntry.objects.filter(call=asked_call).update(choices_at=world.now)

    choices.offer_due(now=world.now)
    world.route()

    assert AgentState.objects.get(agent=jane, ended_at=None).state == "available"
