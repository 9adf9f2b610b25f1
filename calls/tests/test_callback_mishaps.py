"""What goes wrong around a callback: nobody is lost, stuck, or called twice."""

from datetime import timedelta

import pytest
import requests

from agents.models import AgentState
from calls.errors import CallbackGone
from calls.models import (
    Callback,
    Instruction,
    Leg,
    Offer,
    Overflow,
    Queue,
    QueueEntry,
    Token,
)
from calls.router import rounds
from calls.selectors.log import rebuild
from calls.services import callbacks, offers
from calls.tests.asking import ask
from calls.tests.leaving import (
    EVERY,
    agent_goes,
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
from tests.world import World

pytestmark = [pytest.mark.db, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def ways(world, sales):
    offers_ways(sales)


@pytest.fixture
def ringing(world, jane):
    """Jane hears it ring: the call, her offer, and the customer's leg."""
    call = wants_callback(world)
    offer = rings(world, jane)
    _, leg = dialled(world, offer)
    return fresh(call), offer, leg


def state_of(agent):
    return AgentState.objects.get(agent=agent, ended_at=None).state


def waits_on(call, *, tries=0):
    """The callback waits for an agent, at its old place; its log tells the same."""
    call, entry, callback = fresh(call), entry_of(call), callback_of(call)
    assert rebuild(call) == {name: getattr(call, name) for name in rebuild(call)}
    return (
        (call.state, call.agent_id, call.hung_up_by) == ("awaiting_callback", None, "")
        and (callback.state, callback.tries) == ("waiting", tries)
        and (entry.left_at, entry.enqueued_at) == (None, call.enqueued_at)
    )


@pytest.mark.parametrize("keys", [["1"], ["1", "2"], ["1", "2", "123"]])
def test_who_hangs_up_in_any_of_the_questions_has_abandoned(world, keys):
    call, ncco = asked(world)
    for key in keys:
        ncco = press(world, ncco, key)

    hangs_up(world)
    world.passes(120)

    assert (fresh(call).outcome, entry_of(call).outcome) == ("abandoned", "abandoned")
    assert not Callback.objects.exists()
    assert world.press(ncco, "1") == []


def test_a_confirmation_that_comes_twice_is_one_callback(world):
    call, question = asked(world)
    confirm = press(world, question, "1")
    goodbye = press(world, confirm, "1")
    version = fresh(call).version

    again = press(world, confirm, "1")
    other = press(world, confirm, "2")

    assert goodbye == again == other
    assert (fresh(call).version, Callback.objects.count()) == (version, 1)


def test_the_end_of_their_leg_may_come_twice(world):
    call = wants_callback(world)

    hangs_up(world, duration="61")
    hangs_up(world, duration="62")

    assert waits_on(call)


def test_an_agent_declines_the_callback(world, jane, joe):
    call = wants_callback(world)
    offer = rings(world, jane)

    offers.decline(offer_id=offer.id, agent_id=jane.id, actor="Jane", now=world.now)
    assert waits_on(call)
    world.event("completed", fresh(offer.leg).uuid or "x", key=offer.leg.key)
    world.available(joe)
    world.passes(1)

    assert world.offer().agent == joe
    assert dials(world) == []


def test_an_agent_misses_the_callback(world, jane):
    call = wants_callback(world)
    offer = rings(world, jane)
    offers.see(offer_id=offer.id, agent_id=jane.id, now=world.now)

    world.ends(offer, "timeout")

    assert waits_on(call)
    assert (fresh(offer).state, state_of(jane)) == ("missed", "missed")


def test_the_agent_hangs_up_while_it_rings(world, jane, joe, ringing):
    call, offer, leg = ringing

    agent_goes(world, offer, disconnected_by="user")
    world.send()
    assert waits_on(call)
    is_not_reached(world, leg, "cancelled")
    world.available(joe)
    world.passes(11)

    assert world.offer().entry.call == call
    assert callback_of(call).tries == 0
    assert state_of(jane) != "wrap_up"  # there was no talk
    assert ("PUT", f"/v1/calls/{fresh(leg).uuid}") in [one[:2] for one in world.transport.requests]


def test_the_agent_ends_it_in_the_console_while_it_rings(world, jane, ringing):
    call, offer, leg = ringing

    ask(world, "end", call, jane)
    world.send()
    is_not_reached(world, leg, "cancelled")
    agent_goes(world, offer, disconnected_by="platform")

    assert waits_on(call)
    assert state_of(jane) == "available"


def test_the_agent_is_lost_while_it_rings(world, jane, ringing):
    call, offer, _ = ringing

    agent_goes(world, offer, disconnected_by="platform")

    assert waits_on(call)
    assert state_of(jane) == "offline"


def test_the_agent_leaves_before_the_customer_was_dialled(world, jane):
    call = wants_callback(world)
    offer = rings(world, jane)
    world.picks_up(offer)

    agent_goes(world, offer, disconnected_by="user")
    world.send()

    assert waits_on(call)
    assert dials(world) == []
    assert customer_leg(call).state == "ended"


def test_a_customer_who_answers_after_the_agent_has_left_hears_why(world, jane, ringing):
    call, offer, leg = ringing
    agent_goes(world, offer, disconnected_by="user")

    late = picks_up(world, leg)
    world.event("completed", fresh(leg).uuid, key=leg.key, disconnected_by="platform")

    assert kinds(late) == ["talk"]
    assert waits_on(call)


def test_a_customer_who_answers_just_before_the_agent_leaves_has_been_called(world, jane, ringing):
    call, offer, leg = ringing
    picks_up(world, leg)

    agent_goes(world, offer, disconnected_by="user")
    world.send()
    world.event("completed", fresh(leg).uuid, key=leg.key, disconnected_by="platform")

    assert (fresh(call).outcome, fresh(call).hung_up_by) == ("answered", "agent")
    assert callback_of(call).state == "reached"


def test_a_customer_who_hangs_up_before_our_answer_reached_them_counts_as_a_try(world, ringing):
    call, _, leg = ringing

    world.event("answered", fresh(leg).uuid, key=leg.key)
    world.event("completed", fresh(leg).uuid, key=leg.key, disconnected_by="user", sip_code=200)
    late = picks_up(world, leg)

    assert kinds(late) == ["talk"]
    assert waits_on(call, tries=1)


def test_news_of_an_end_in_the_other_order_is_one_try(world, ringing):
    call, _, leg = ringing
    uuid = fresh(leg).uuid

    world.event("completed", uuid, key=leg.key, disconnected_by="platform", sip_code=486)
    world.event("busy", uuid, key=leg.key)
    world.event("completed", uuid, key=leg.key, disconnected_by="platform", duration="0")

    assert waits_on(call, tries=1)
    assert callback_of(call).last_result == "busy"


def test_the_answer_asked_for_twice_is_the_same_room(world, ringing):
    call, _, leg = ringing
    first = picks_up(world, leg)
    world.now += world.now.resolution
    version = fresh(call).version

    again = world.post(
        "/webhooks/fallback",
        {"uuid": fresh(leg).uuid, "conversation_uuid": "CON-7", "reason": "Socket timeout."},
    )

    assert again == first[1:]
    assert fresh(call).version == version


def test_an_agents_answer_asked_for_twice_does_not_dial_twice(world, ringing):
    _, offer, _ = ringing
    world.now += world.now.resolution
    again = world.post(
        f"/webhooks/answer/{offer.leg.key}",
        {"uuid": fresh(offer.leg).uuid, "conversation_uuid": "CON-10", "to": "Jane"},
    )
    world.send()

    assert kinds(again) == ["talk", "conversation"]
    assert dials(world) == [World.CALLER]


def test_a_dial_that_vonage_refuses_is_a_try(world, jane):
    call = wants_callback(world)
    offer = rings(world, jane)
    world.transport.answers = lambda method, path: 403 if method == "POST" else 204

    dialled(world, offer)

    assert waits_on(call, tries=1)
    assert callback_of(call).last_result == "refused"


def test_a_dial_of_which_nothing_is_heard_is_given_up_and_never_sent_again(world, jane):
    call = wants_callback(world)
    offer = rings(world, jane)
    world.transport.answers = lambda method, path: (
        requests.exceptions.ReadTimeout() if method == "POST" else 204
    )
    _, leg = dialled(world, offer)

    world.passes(59)
    assert fresh(call).state == "dialing"
    world.passes(2)

    assert waits_on(call, tries=1)
    assert len(dials(world)) == 1
    assert (fresh(leg).state, fresh(leg).ended_as) == ("ended", "unknown")


def test_waiting_for_a_set_up_is_no_try_and_the_agent_is_let_go(world, jane):
    call = wants_callback(world)
    offer = rings(world, jane)
    Token.objects.filter(budget="setup").update(free_at=world.now + timedelta(days=1))
    _, leg = dialled(world, offer)

    world.passes(59)
    assert fresh(call).state == "dialing"
    world.passes(2)
    told = moved(world, fresh(offer.leg).uuid)
    agent_goes(world, offer, disconnected_by="platform")

    assert "could not be called" in words(told)
    assert waits_on(call)
    assert (state_of(jane), fresh(leg).state, dials(world)) == ("available", "ended", [])


def test_a_dial_that_had_to_wait_rings_for_its_whole_time(world, jane):
    call = wants_callback(world)
    offer = rings(world, jane)
    Token.objects.filter(budget="setup").update(free_at=world.now + timedelta(seconds=40))
    dialled(world, offer)
    world.passes(41)
    assert dials(world) == [World.CALLER]

    world.passes(29)
    assert fresh(call).state == "dialing"
    world.passes(31)

    assert waits_on(call, tries=1)


def asks_again(world, leg, reason="Connection closed."):
    """Our last reply about this leg did not reach Vonage."""
    fallback = {"uuid": fresh(leg).uuid, "conversation_uuid": "CON-7", "to": World.CALLER}
    return checked(world.post("/webhooks/fallback", {**fallback, "reason": reason}))


def test_asked_once_more_about_a_customer_who_waits_again_they_stay_in_their_room(
    world, jane, ringing
):
    _, offer, leg = ringing
    picks_up(world, leg)
    agent_goes(world, offer, disconnected_by="platform")
    world.send()
    uuid = fresh(leg).uuid

    assert asks_again(world, leg) == moved(world, uuid)[-1:]
    world.passes(EVERY + 1)
    assert asks_again(world, leg, "Socket timeout.") == moved(world, uuid)


def test_the_dial_of_a_number_does_not_make_an_old_callback_answered_again(
    world, sales, jane, ringing
):
    call, offer, leg = ringing
    picks_up(world, leg)
    agent_goes(world, offer, disconnected_by="platform")
    offers_ways(sales, choices_every_seconds=0)
    QueueEntry.objects.update(choices_at=None)
    Overflow.objects.create(queue=sales, reason="late", target="number", number="442079460999")
    world.passes(1801)
    assert fresh(call).state == "dialing"

    again = asks_again(world, leg)

    assert [action["name"] for action in again] == [f"call-{call.key}-4"]
    assert fresh(call).state == "dialing"


def test_a_customer_who_answers_after_we_gave_up_is_told_so_and_let_go(world, jane, ringing):
    call, _, leg = ringing
    world.passes(61)
    assert waits_on(call, tries=1)

    late = picks_up(world, leg)

    assert "stopped ringing" in words(late)
    assert waits_on(call, tries=1)


def test_the_late_end_of_a_try_does_not_bring_the_next_one_forward(world, ringing):
    call, _, leg = ringing
    world.passes(61)
    retry_at = entry_of(call).retry_at

    is_not_reached(world, leg)

    assert waits_on(call, tries=1)
    assert entry_of(call).retry_at == retry_at


def test_the_end_of_an_earlier_try_does_not_end_the_talk_of_a_later_one(world, jane, ringing):
    call, offer, first = ringing
    uuid = fresh(first).uuid
    world.passes(61)  # given up without news
    agent_goes(world, offer, disconnected_by="platform")
    world.passes(901)
    _, second = dialled(world, world.offer())
    picks_up(world, second)

    world.event("busy", uuid, key=first.key)
    world.event("completed", uuid, key=first.key, disconnected_by="platform")

    assert (fresh(call).state, callback_of(call).state) == ("connected", "reached")


def test_no_callback_is_offered_with_one_token_left(world, jane):
    call = wants_callback(world)
    world.available(jane)
    world.now += timedelta(seconds=11)
    busy = Token.objects.filter(budget="setup").values_list("id", flat=True)[:2]
    Token.objects.filter(id__in=list(busy)).update(free_at=world.now + timedelta(hours=1))

    rounds.pair(now=world.now)

    assert not Offer.objects.exists()
    assert waits_on(call)


def test_a_callback_cancelled_while_it_rings_ends_for_everybody(world, jane, ringing):
    call, offer, leg = ringing

    callbacks.cancel(callback_id=callback_of(call).id, actor="Ada", now=world.now)
    world.send()
    late = picks_up(world, leg)
    agent_goes(world, offer, disconnected_by="platform")

    assert kinds(late) == ["talk"]
    assert (fresh(call).outcome, state_of(jane)) == ("callback", "available")
    hung_up = Instruction.objects.filter(verb="hang_up").values_list("leg", flat=True)
    assert {offer.leg_id, leg.id} <= set(hung_up)


def test_a_callback_cancelled_while_an_agent_is_rung_frees_the_agent(world, jane):
    call = wants_callback(world)
    offer = rings(world, jane)

    callbacks.cancel(callback_id=callback_of(call).id, actor="Ada", now=world.now)

    assert (fresh(offer).state, state_of(jane)) == ("rescinded", "available")
    assert kinds(world.picks_up(offer)) == ["talk"]
    assert fresh(call).state == "ended"


def test_a_callback_that_is_over_cannot_be_cancelled(world, jane, ringing):
    call, _, leg = ringing
    picks_up(world, leg)

    with pytest.raises(CallbackGone, match="over already"):
        callbacks.cancel(callback_id=callback_of(call).id, actor="Ada", now=world.now)

    assert fresh(call).state == "connected"


def test_a_callback_whose_time_is_over_while_it_rings_is_still_answered(world, ringing):
    call, _, leg = ringing
    entry = entry_of(call)
    entry.give_up_at = world.now
    entry.save()

    world.passes(1)
    picks_up(world, leg)

    assert fresh(call).state == "connected"


def test_the_queue_that_closes_while_it_rings_does_not_cut_it_off(world, sales, ringing):
    call, _, leg = ringing
    Queue.objects.filter(id=sales.id).update(is_emergency_closed=True)

    world.passes(1)
    picks_up(world, leg)

    assert fresh(call).state == "connected"


def test_the_queue_that_closes_while_an_agent_is_rung_keeps_the_callback(world, sales, jane):
    call = wants_callback(world)
    offer = rings(world, jane)
    Queue.objects.filter(id=sales.id).update(is_emergency_closed=True)

    hears = checked(world.picks_up(offer))
    world.send()

    assert kinds(hears) == ["talk"]
    assert "closed" in words(hears)
    assert dials(world) == []
    assert fresh(offer).state == "rescinded"
    assert waits_on(call)
    agent_goes(world, offer, disconnected_by="platform")
    assert state_of(jane) == "available"


def test_a_caller_whose_call_was_ended_confirms_no_callback(world, ada):
    call, question = asked(world)
    confirm = press(world, question, "1")
    ask(world, "end", call, None, user=ada)

    press(world, confirm, "1")

    assert not Callback.objects.exists()
    world.send()
    hangs_up(world, disconnected_by="platform")
    assert fresh(call).state == "ended"


def test_the_last_try_leaves_no_leg_behind(world, sales, jane, ringing):
    call, offer, leg = ringing
    Queue.objects.filter(id=sales.id).update(callback_tries=1)

    is_not_reached(world, leg, "busy")
    world.send()
    agent_goes(world, offer, disconnected_by="platform")

    assert fresh(call).outcome == "callback"
    assert not Leg.objects.exclude(state="ended").exists()
    assert state_of(jane) == "available"
