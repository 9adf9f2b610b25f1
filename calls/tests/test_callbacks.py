"""Virtual hold: callers hang up and keep their place; an agent is asked, then they are called."""

from datetime import time, timedelta

import pytest

from agents.models import AgentState
from calls.models import Call, Callback, Offer, Overflow, Queue
from calls.selectors.log import rebuild
from calls.services import callbacks, waiting
from calls.tests.leaving import (
    EVERY,
    asked,
    callback_of,
    checked,
    customer_leg,
    dialled,
    dials,
    entry_of,
    fresh,
    hangs_up,
    is_not_reached,
    kinds,
    moved,
    offers_ways,
    picks_up,
    press,
    rings,
    wants_callback,
    words,
)
from ivr.models import OpeningHours, Schedule, ScheduleException
from tests.world import World

pytestmark = [pytest.mark.db, pytest.mark.django_db]
RETRY = 900


@pytest.fixture(autouse=True)
def ways(world, sales):
    offers_ways(sales)


def state_of(agent):
    return AgentState.objects.get(agent=agent, ended_at=None).state


def tries_in_vain(world, agent):
    """The agent is free and takes the callback, but the customer does not answer."""
    offer = rings(world, agent)
    _, leg = dialled(world, offer)
    is_not_reached(world, leg)
    world.send()
    world.event("completed", fresh(offer.leg).uuid, key=offer.leg.key, disconnected_by="platform")


def withholds(call):
    Call.objects.filter(id=call.id).update(from_number="")


def test_the_number_is_read_back_in_digits_before_it_counts(world):
    call, question = asked(world)

    confirm = press(world, question, "1")

    assert kinds(confirm) == ["talk", "input"]
    assert "4 4, 7 7 0 0, 9 0 0, 0 0 1" in words(confirm)
    assert confirm[-1]["dtmf"] == {"maxDigits": 1, "timeOut": 5}
    assert not Callback.objects.exists()
    assert fresh(call).state == "in_flow"


def test_confirmed_they_may_hang_up_and_keep_their_place(world):
    call, question = asked(world)
    before = entry_of(call)

    goodbye = press(world, press(world, question, "1"), "1")
    hangs_up(world)

    call, entry, callback = fresh(call), entry_of(call), callback_of(call)
    assert kinds(goodbye) == ["talk"]
    assert "Goodbye" in words(goodbye)
    assert (call.state, call.outcome, call.ended_at) == ("awaiting_callback", "", None)
    assert (entry.is_virtual, entry.left_at, entry.paused_at) == (True, None, None)
    assert entry.enqueued_at == before.enqueued_at == call.enqueued_at
    assert (callback.number, callback.state, callback.tries) == (World.CALLER, "waiting", 0)


def test_an_agent_is_asked_first_and_hears_it_ring(world, jane):
    call = wants_callback(world)
    offer = rings(world, jane)
    assert dials(world) == []

    hears, leg = dialled(world, offer)

    assert kinds(hears) == ["talk", "conversation"]
    assert words(hears).startswith("Callback for Sales.")
    assert hears[1] == {
        "action": "conversation",
        "name": f"call-{call.key}-2",
        "startOnEnter": False,
        "musicOnHoldUrl": ["http://testserver/static/audio/ringback.mp3"],
    }
    assert dials(world) == [World.CALLER]
    dial = world.sent("POST")[-1]
    assert dial["from"] == {"type": "phone", "number": World.MENU}
    assert dial["ringing_timer"] == 30
    assert dial["answer_url"] == [f"http://testserver/webhooks/answer/{leg.key}"]
    assert (fresh(call).state, callback_of(call).state) == ("dialing", "calling")
    assert state_of(jane) == "busy"


def test_the_customer_answers_and_both_are_in_one_room(world, jane):
    call = wants_callback(world)
    enqueued_at = entry_of(call).enqueued_at
    hears, leg = dialled(world, rings(world, jane))

    joins = picks_up(world, leg)

    assert kinds(joins) == ["talk", "conversation"]
    assert words(joins).startswith("This is your callback.")
    assert (joins[1]["name"], joins[1]["startOnEnter"]) == (hears[1]["name"], True)
    call, entry, callback = fresh(call), entry_of(call), callback_of(call)
    assert (call.state, call.agent, call.answered_at) == ("connected", jane, world.now)
    assert (entry.outcome, entry.left_at, entry.enqueued_at) == ("answered", world.now, enqueued_at)
    assert (callback.state, callback.settled_at, callback.tries) == ("reached", world.now, 0)


def test_the_talk_ends_like_any_other(world, jane):
    call = wants_callback(world)
    offer = rings(world, jane)
    _, leg = dialled(world, offer)
    picks_up(world, leg)

    world.event("completed", fresh(leg).uuid, key=leg.key, disconnected_by="user")
    world.send()
    world.event("completed", fresh(offer.leg).uuid, key=offer.leg.key, disconnected_by="platform")

    call = fresh(call)
    assert (call.state, call.outcome, call.hung_up_by) == ("ended", "answered", "customer")
    assert state_of(jane) == "wrap_up"
    assert rebuild(call) == {name: getattr(call, name) for name in rebuild(call)}


def test_an_agent_who_is_lost_leaves_them_in_a_room_like_everybody(world, jane, joe):
    call = wants_callback(world)
    offer = rings(world, jane)
    _, leg = dialled(world, offer)
    picks_up(world, leg)

    world.event("completed", fresh(offer.leg).uuid, key=offer.leg.key, disconnected_by="platform")
    world.available(joe)
    world.passes(1)

    call, entry = fresh(call), entry_of(call)
    assert (entry.is_virtual, entry.left_at, call.node) == (False, None, "sales")
    assert moved(world, fresh(leg).uuid)[-1]["name"] == f"call-{call.key}-3"
    assert world.offer().agent == joe


def test_nobody_is_rung_while_they_still_hear_our_goodbye(world, jane):
    call, question = asked(world)
    press(world, press(world, question, "1"), "1")
    world.available(jane)

    world.passes(5)
    assert not Offer.objects.exists()
    hangs_up(world)
    world.passes(9)
    assert not Offer.objects.exists()
    world.passes(2)

    assert world.offer().entry.call == call


def test_an_end_that_we_never_hear_of_does_not_keep_them_waiting_for_ever(world, jane):
    call, question = asked(world)
    press(world, press(world, question, "1"), "1")
    world.available(jane)
    world.passes(61)

    _, leg = dialled(world, world.offer())

    assert world.sent("PUT", "hangup")  # the leg that we believe to be alive
    assert fresh(call).state == "dialing"
    assert leg.uuid != World.UUID


def test_another_number_is_typed_and_read_back(world):
    call, question = asked(world)
    typing = press(world, press(world, question, "1"), "2")

    confirm = press(world, typing, "02079460123")
    press(world, confirm, "1")

    assert typing[-1]["dtmf"] == {"maxDigits": 15, "timeOut": 8, "submitOnHash": True}
    assert "4 4, 2 0, 7 9 4 6, 0 1 2 3" in words(confirm)
    assert callback_of(call).number == "442079460123"


@pytest.mark.parametrize(
    ("digits", "why"),
    [
        ("123", "not a number that we can call"),
        ("1234567890123456", "not a number that we can call"),
        ("*", "not a number that we can call"),
        ("0088216123456", "not call this country"),  # by satellite
        ("0035312345678", "not call this country"),
        (World.MENU, "one of our own numbers"),
        ("0" + World.MENU[2:], "one of our own numbers"),
        (None, ""),
    ],
)
def test_a_number_that_cannot_be_called_is_asked_for_again(world, digits, why):
    call, question = asked(world)
    typing = press(world, press(world, question, "1"), "2")

    again = press(world, typing, digits)

    assert why in words(again)
    assert again[-1]["dtmf"] == typing[-1]["dtmf"]
    assert fresh(call).state == "in_flow"


def test_numbers_of_other_countries_are_called_where_that_is_set(world, settings):
    settings.CALLBACK_COUNTRIES = ["353"]
    call, question = asked(world)
    typing = press(world, press(world, question, "1"), "2")

    refused = press(world, typing, "02079460123")
    confirm = press(world, refused, "0035312345678")
    press(world, confirm, "1")

    assert "not call this country" in words(refused)
    assert callback_of(call).number == "35312345678"


def test_who_calls_from_abroad_is_called_back_at_that_number(world):
    call, question = asked(world)
    Call.objects.filter(id=call.id).update(from_number="35312345678")

    press(world, press(world, question, "1"), "1")

    assert callback_of(call).number == "35312345678"


def test_after_three_numbers_that_cannot_be_called_they_are_back_with_the_music(world):
    call, question = asked(world)
    ncco = press(world, press(world, question, "1"), "2")

    for _ in range(2):
        ncco = press(world, ncco, "123")
        assert kinds(ncco)[-1] == "input"
    back = press(world, ncco, "123")

    assert (kinds(back), fresh(call).state) == (["conversation"], "queued")
    assert not Callback.objects.exists()


def test_who_does_not_confirm_is_asked_again_and_then_back_with_the_music(world):
    call, question = asked(world)
    ncco = press(world, question, "1")

    for nothing in (None, "7"):
        ncco = press(world, ncco, nothing)
        assert "4 4, 7 7 0 0" in words(ncco)
    back = press(world, ncco, None)

    assert (kinds(back), fresh(call).state) == (["conversation"], "queued")
    assert entry_of(call).is_virtual is False


def test_a_withheld_number_is_asked_for_at_once(world):
    call, question = asked(world)
    withholds(call)

    typing = press(world, question, "1")
    confirm = press(world, typing, "00442079460123")
    press(world, confirm, "1")

    assert "cannot see your number" in words(typing)
    assert typing[-1]["dtmf"]["maxDigits"] == 15
    assert callback_of(call).number == "442079460123"


@pytest.mark.parametrize("own", ["911", World.MENU])
def test_a_number_that_we_cannot_call_back_is_not_read_back(world, own):
    call, question = asked(world)
    Call.objects.filter(id=call.id).update(from_number=own)

    typing = press(world, question, "1")

    assert "cannot call you back" in words(typing)
    assert typing[-1]["dtmf"]["maxDigits"] == 15


@pytest.mark.parametrize("status", ["busy", "timeout", "unanswered", "rejected", "failed"])
def test_who_is_not_reached_is_called_again_later_and_the_agent_is_free_at_once(
    world, jane, status
):
    call = wants_callback(world)
    offer = rings(world, jane)
    _, leg = dialled(world, offer)

    is_not_reached(world, leg, status)
    world.send()
    told = moved(world, fresh(offer.leg).uuid)
    world.event("completed", fresh(offer.leg).uuid, key=offer.leg.key, disconnected_by="platform")

    assert kinds(told) == ["talk"]
    assert state_of(jane) == "available"
    call, callback = fresh(call), callback_of(call)
    assert (call.state, call.agent) == ("awaiting_callback", None)
    assert (callback.state, callback.tries, callback.last_result) == ("waiting", 1, status)
    assert entry_of(call).retry_at == world.now + timedelta(seconds=RETRY)


def test_the_next_try_comes_when_its_time_has_come(world, jane):
    call = wants_callback(world)
    offer = rings(world, jane)
    _, leg = dialled(world, offer)
    is_not_reached(world, leg)
    world.event("completed", fresh(offer.leg).uuid, key=offer.leg.key, disconnected_by="platform")

    world.passes(RETRY - 1)
    assert not Offer.objects.filter(state="pending").exists()
    world.passes(2)
    hears, again = dialled(world, world.offer())
    picks_up(world, again)

    assert again.id != leg.id
    assert hears[1]["name"] == f"call-{call.key}-3"
    assert fresh(call).state == "connected"


def test_after_the_last_try_the_callback_expires(world, sales, jane):
    Queue.objects.filter(id=sales.id).update(callback_tries=1)
    call = wants_callback(world)

    tries_in_vain(world, jane)

    call = fresh(call)
    assert (call.state, call.outcome, entry_of(call).outcome) == ("ended", "callback", "callback")
    assert (callback_of(call).state, callback_of(call).tries) == ("expired", 1)
    assert state_of(jane) == "available"


def test_a_callback_expires_after_a_day(world):
    call = wants_callback(world)

    world.passes(24 * 3600 - 120)
    assert fresh(call).state == "awaiting_callback"
    world.passes(240)

    assert (fresh(call).outcome, callback_of(call).state) == ("callback", "expired")


def test_a_pause_of_a_day_leaves_time_for_every_try(world, sales, jane):
    Queue.objects.filter(id=sales.id).update(callback_retry_seconds=24 * 3600)
    call = wants_callback(world)
    tries_in_vain(world, jane)

    world.passes(24 * 3600)

    assert world.offer().agent == jane
    assert callback_of(call).state == "waiting"


def opens(queue, *, from_hour, until_hour):
    schedule = Schedule.objects.create(name="Hours", time_zone="UTC")
    for weekday in range(5):
        OpeningHours.objects.create(
            schedule=schedule, weekday=weekday, opens=time(from_hour), closes=time(until_hour)
        )
    Queue.objects.filter(id=queue.id).update(schedule=schedule)
    return schedule


def test_nobody_is_called_while_the_queue_is_closed(world, sales, jane):
    opens(sales, from_hour=9, until_hour=11)  # it is Friday, 10:00
    call = wants_callback(world)

    world.passes(3600)
    world.available(jane)
    world.passes(60)

    assert not Offer.objects.exists()
    assert fresh(call).state == "awaiting_callback"


def test_a_closed_weekend_does_not_let_a_callback_expire(world, sales, jane):
    opens(sales, from_hour=9, until_hour=11)
    call = wants_callback(world)

    world.passes(24 * 3600)
    assert fresh(call).state == "awaiting_callback"
    world.passes(2 * 24 * 3600)
    world.available(jane)
    world.passes(1)  # Monday, some minutes past ten

    assert world.offer().entry.call == call


def test_a_queue_closed_at_once_does_not_let_a_callback_expire(world, sales, jane):
    call = wants_callback(world)
    Queue.objects.filter(id=sales.id).update(is_emergency_closed=True)

    world.passes(24 * 3600 + 120)
    assert fresh(call).state == "awaiting_callback"
    Queue.objects.filter(id=sales.id).update(is_emergency_closed=False)
    world.available(jane)
    world.passes(1)

    assert world.offer().entry.call == call


def test_a_queue_that_stays_closed_does_not_keep_a_callback_for_ever(world, sales):
    call = wants_callback(world)
    Queue.objects.filter(id=sales.id).update(is_emergency_closed=True)

    for _ in range(8):
        world.passes(24 * 3600 + 120)

    assert (fresh(call).outcome, callback_of(call).state) == ("callback", "expired")


def test_a_queue_that_never_opens_again_does_not_keep_a_callback_for_ever(world, sales):
    schedule = opens(sales, from_hour=9, until_hour=11)
    call = wants_callback(world)
    for day in range(30):
        ScheduleException.objects.create(
            schedule=schedule, date=(world.now + timedelta(days=day)).date()
        )

    for _ in range(40):
        world.passes(24 * 3600)

    assert (fresh(call).outcome, callback_of(call).state) == ("callback", "expired")


def closed_until_noon(queue):
    opens(queue, from_hour=12, until_hour=14)
    Overflow.objects.create(
        queue=queue, reason="closed", target="callback", words="We open at noon."
    )


def test_a_closed_queue_takes_callbacks_and_makes_them_when_it_opens(world, sales, jane):
    closed_until_noon(sales)
    confirm = checked(world.press(world.answer(), "1"))
    press(world, confirm, "1")
    hangs_up(world)
    call = Call.objects.get()

    world.available(jane)
    world.passes(3600)
    assert (fresh(call).state, Offer.objects.exists()) == ("awaiting_callback", False)
    world.passes(3600)
    _, leg = dialled(world, world.offer())
    picks_up(world, leg)

    assert words(confirm).startswith("We open at noon. We will call you back at 4 4")
    assert fresh(call).state == "connected"


def test_who_wants_no_callback_of_a_closed_queue_goes_the_flows_way_out(world, sales):
    closed_until_noon(sales)
    ncco = checked(world.press(world.answer(), "1"))

    for _ in range(3):
        ncco = press(world, ncco, None)

    assert kinds(ncco) == ["talk"]
    assert "nobody can take your call" in words(ncco)
    hangs_up(world)
    assert Call.objects.get().outcome == "overflowed"


def test_a_supervisor_cancels_a_callback(world, ada):
    call = wants_callback(world)

    callbacks.cancel(callback_id=callback_of(call).id, actor="Ada", now=world.now)

    call, callback = fresh(call), callback_of(call)
    assert (call.state, call.outcome, call.hung_up_by) == ("ended", "callback", "supervisor")
    assert (callback.state, callback.settled_at) == ("cancelled", world.now)
    assert call.events.get(type="callback_cancelled").actor == "Ada"


def test_a_callback_has_its_place_among_those_who_wait_with_music(world, jane):
    call = wants_callback(world)
    world.now += timedelta(seconds=11)
    world.waits("c" * 32)
    world.available(jane)

    world.route()

    assert world.offer().entry.call == call
    assert waiting.customer_leg(call) is None


def test_a_second_wish_after_a_lost_agent_is_a_callback_again(world, jane):
    call = wants_callback(world)
    offer = rings(world, jane)
    _, leg = dialled(world, offer)
    picks_up(world, leg)
    uuid = fresh(leg).uuid
    world.event("completed", fresh(offer.leg).uuid, key=offer.leg.key, disconnected_by="platform")
    world.passes(EVERY + 1)

    press(world, press(world, moved(world, uuid), "1", uuid), "1", uuid)
    world.event("completed", uuid, key=leg.key, disconnected_by="user")

    assert (fresh(call).state, callback_of(call).state) == ("awaiting_callback", "waiting")
    assert customer_leg(call).id == leg.id
