"""A caller, a menu, a queue, an agent: the main path and its exits, through the real doors."""

from datetime import timedelta

import pytest
import requests

from agents.models import Agent, AgentState, User
from calls import selectors
from calls.models import Call, Instruction, Leg, Offer, QueueEntry
from calls.router import rounds
from calls.services import offers, presence

pytestmark = [pytest.mark.db, pytest.mark.django_db]


def state_of(agent):
    return AgentState.objects.get(agent=agent, ended_at=None).state


def test_a_caller_hears_the_menu_and_may_press_while_it_speaks(world):
    ncco = world.answer()

    assert [action["action"] for action in ncco] == ["talk", "input"]
    assert ncco[0]["bargeIn"] is True


def test_a_key_leads_into_the_queue_with_music(world, sales):
    reply = world.press(world.answer(), "1")

    call = Call.objects.get()
    assert reply == [
        {
            "action": "conversation",
            "name": f"call-{call.key}-1",
            "startOnEnter": False,
            "musicOnHoldUrl": ["http://testserver/static/audio/hold.mp3"],
        }
    ]
    assert (call.state, call.queue, call.enqueued_at) == ("queued", sales, world.now)


def test_an_idle_agent_is_rung_and_accepts_by_answering(world, jane):
    world.available(jane)
    call = world.waits()

    world.route()
    reply = world.picks_up(world.offer())

    assert [action["action"] for action in reply] == ["talk", "conversation"]
    assert reply[1] == {
        "action": "conversation",
        "name": f"call-{call.key}-1",
        "startOnEnter": True,
    }
    call.refresh_from_db()
    assert (call.state, call.agent) == ("connected", jane)
    assert state_of(jane) == "busy"


def test_the_longest_idle_agent_is_rung_first(world, jane, joe):
    world.available(joe, jane)
    world.waits()

    world.route()

    assert world.offer().agent == joe


def test_an_offers_clock_starts_when_the_dial_was_sent(world, jane):
    world.available(jane)
    world.waits()

    world.route()

    offer = world.offer()
    assert (offer.ring_until - offer.dialled_at).total_seconds() == 20


def test_nobody_answers_and_the_next_agent_is_rung_while_the_caller_keeps_their_place(
    world, jane, joe
):
    world.available(jane, joe)
    call = world.waits()
    world.route()
    first = world.offer()

    world.ends(first, "timeout")
    world.passes(1)

    assert (first.agent, world.offer().agent) == (jane, joe)
    entry = QueueEntry.objects.get(call=call)
    assert (entry.enqueued_at, entry.left_at) == (call.enqueued_at, None)


def test_a_phone_that_rang_unanswered_makes_the_agent_missed(world, jane):
    world.available(jane)
    world.waits()
    world.route()
    offer = world.offer()
    offers.see(offer_id=offer.id, agent_id=jane.id, now=world.now)

    world.ends(offer, "timeout")

    offer.refresh_from_db()
    assert (offer.state, state_of(jane)) == ("missed", "missed")


def test_an_agent_is_never_missed_for_a_phone_that_did_not_ring(world, jane):
    world.available(jane)
    world.waits()
    world.route()
    offer = world.offer()

    world.ends(offer, "timeout")

    offer.refresh_from_db()
    assert (offer.state, offer.cause, state_of(jane)) == ("failed", "unreachable", "available")


def test_an_offer_without_any_news_is_given_up(world, jane):
    world.available(jane)
    call = world.waits()
    world.route()
    offer = world.offer()

    world.passes(26)

    offer.refresh_from_db()
    call.refresh_from_db()
    assert (offer.state, offer.cause, call.state) == ("failed", "platform", "queued")


def test_declining_gives_ten_seconds_of_peace(world, jane):
    world.available(jane)
    world.waits()
    world.route()
    offer = world.offer()

    offers.decline(offer_id=offer.id, agent_id=jane.id, actor="jane", now=world.now)
    world.passes(9)
    assert not Offer.objects.filter(state="pending").exists()
    world.event("completed", offer.leg.uuid or "x", key=offer.leg.key)
    world.passes(2)

    offer.refresh_from_db()
    assert (offer.state, world.offer().agent) == ("declined", jane)


def test_the_caller_leaves_in_the_menu(world):
    world.answer()

    world.event("completed", disconnected_by="user")

    call = Call.objects.get()
    assert (call.state, call.outcome, call.hung_up_by) == (
        "ended",
        "abandoned_in_flow",
        "customer",
    )


@pytest.mark.parametrize(("seconds", "outcome"), [(4, "short_abandoned"), (6, "abandoned")])
def test_the_caller_leaves_in_the_queue(world, seconds, outcome):
    call = world.waits()
    world.passes(seconds)

    world.event("completed", disconnected_by="user")

    call.refresh_from_db()
    assert call.outcome == outcome
    assert QueueEntry.objects.get().outcome == outcome


def test_the_caller_leaves_while_an_agent_is_rung(world, jane):
    world.available(jane)
    world.waits()
    world.route()
    offer = world.offer()

    world.event("completed", disconnected_by="user")
    world.send()

    offer.refresh_from_db()
    assert (offer.state, state_of(jane)) == ("rescinded", "available")
    assert world.sent("PUT", "hangup")
    assert world.picks_up(offer)[0]["text"] == "The caller has hung up."


def test_a_dial_that_was_not_sent_yet_is_cancelled(world, jane):
    world.available(jane)
    world.waits()
    rounds.pair(now=world.now)
    world.event("completed", disconnected_by="user")
    world.send()

    assert world.transport.requests == []
    assert Leg.objects.get(kind="agent").state == "ended"


def test_the_caller_hangs_up_while_talking(world, jane):
    world.available(jane)
    call, offer = world.talks()

    world.event("completed", disconnected_by="user")
    world.send()
    world.event("completed", offer.leg.uuid, key=offer.leg.key, disconnected_by="platform")

    call.refresh_from_db()
    assert (call.outcome, call.hung_up_by, state_of(jane)) == ("answered", "customer", "wrap_up")
    assert world.sent("PUT", "hangup")


def test_the_agent_hangs_up_and_the_caller_is_let_go(world, jane):
    world.available(jane)
    call, offer = world.talks()

    world.event("completed", offer.leg.uuid, key=offer.leg.key, disconnected_by="user")
    world.send()
    world.event("completed", disconnected_by="platform")

    call.refresh_from_db()
    assert (call.state, call.hung_up_by, state_of(jane)) == ("ended", "agent", "wrap_up")


def test_the_router_frees_the_agent_at_the_instant_the_wrap_up_ends(world, jane):
    world.available(jane)
    _, offer = world.talks()
    world.event("completed", disconnected_by="user")
    world.event("completed", offer.leg.uuid, key=offer.leg.key, disconnected_by="platform")
    jane.refresh_from_db()
    until = jane.wrap_up_until

    world.passes(31)

    now = AgentState.objects.get(agent=jane, ended_at=None)
    assert (now.state, now.started_at) == ("available", until)


def test_a_lost_agent_leaves_the_caller_with_music_in_a_fresh_room(world, jane, joe):
    world.available(jane)
    call, offer = world.talks()
    enqueued_at = QueueEntry.objects.get().enqueued_at
    world.available(joe)

    world.event("completed", offer.leg.uuid, key=offer.leg.key, disconnected_by="platform")
    world.passes(1)

    call.refresh_from_db()
    moved = world.sent("PUT", "transfer")[0]["destination"]["ncco"]
    assert [action["action"] for action in moved] == ["talk", "conversation"]
    assert moved[1]["name"] == f"call-{call.key}-2"
    assert (world.offer().agent, state_of(jane)) == (joe, "offline")
    assert QueueEntry.objects.get().enqueued_at == enqueued_at


def test_two_callers_and_one_agent_ring_once(world, jane):
    world.available(jane)
    world.waits("a" * 32)
    world.now += world.now.resolution
    world.waits("b" * 32)

    world.route()

    assert world.offer().entry.call.legs.get(kind="customer").uuid == "a" * 32
    assert Offer.objects.count() == 1


def test_a_wrong_key_three_times_ends_with_a_goodbye(world):
    ncco = world.answer()
    for _ in range(2):
        ncco = world.press(ncco, "9")
        assert ncco[-1]["action"] == "input"
        world.now += world.now.resolution

    last = world.press(ncco, "9")

    assert [action["text"] for action in last] == ["Sorry, that is not an option.", "Goodbye."]


@pytest.mark.parametrize("nothing", [None, ""])
def test_no_key_asks_again(world, nothing):
    again = world.press(world.answer(), nothing)

    assert [action["action"] for action in again] == ["talk", "input"]


def test_a_direct_wait_goes_on_when_the_agent_is_offline(world, jane, joe):
    world.available(joe)
    ncco = world.press(world.answer(), "2")
    assert ncco[0]["action"] == "conversation"

    world.passes(1)

    moved = world.sent("PUT", "transfer")[0]["destination"]["ncco"]
    assert moved[-1]["action"] == "notify"
    world.notify(moved)
    world.route()
    assert world.offer().agent == joe


def test_no_more_offers_than_set_ups_in_a_second(world, sales):

    people = [
        Agent.objects.create(user=User.objects.create(username=f"a{n}"), vonage_user=f"a{n}")
        for n in range(6)
    ]
    sales.agents.add(*people)
    world.available(*people)
    for n in range(6):
        world.waits(f"{n}" * 32)
        world.now += world.now.resolution

    world.route()
    first = Offer.objects.count()
    world.passes(0.5)
    second = Offer.objects.count()
    world.passes(0.6)

    assert (first, second, Offer.objects.count()) == (3, 3, 6)


def test_a_dial_of_unknown_outcome_is_never_sent_again(world, jane):

    world.transport.answers = lambda method, path: requests.exceptions.ReadTimeout()
    world.available(jane)
    world.waits()

    world.route()
    world.passes(5)

    assert len(world.transport.requests) == 1
    assert Instruction.objects.get().state == "unknown"


def test_a_row_is_the_fold_of_its_events(world, jane):
    world.available(jane)
    call, offer = world.talks()
    world.event("completed", offer.leg.uuid, key=offer.leg.key, disconnected_by="platform")
    world.passes(1)
    world.event("completed", disconnected_by="user")
    call.refresh_from_db()

    rebuilt = selectors.rebuild(call)

    assert rebuilt == {name: getattr(call, name) for name in rebuilt}
    assert [event.version for event in call.events.all()] == list(range(1, call.version + 1))


def test_a_console_of_yesterday_does_not_take_an_agent_offline_today(world, jane):
    presence.beat(agent_id=jane.id, now=world.now)
    world.passes(3600)

    world.available(jane)
    world.passes(1)

    assert state_of(jane) == "available"


def test_an_agent_whose_console_falls_silent_gets_no_more_calls(world, jane):
    presence.beat(agent_id=jane.id, now=world.now)
    world.available(jane)

    world.passes(16)
    world.waits()
    world.route()

    assert state_of(jane) == "offline"
    assert not Offer.objects.exists()


def test_an_agents_answer_that_did_not_reach_us_is_taken_by_the_fallback(world, jane):
    world.available(jane)
    call = world.waits()
    rounds.pair(now=world.now)  # not dialled yet as far as we know: no uuid
    key = world.offer().leg.key

    reply = world.post(
        "/webhooks/fallback",
        {
            "to": "Jane",
            "from": world.MENU,
            "uuid": "63f61863-4a51-4f6b-86e1-46edebcf9356",
            "conversation_uuid": "CON-9",
            "reason": "Socket timeout.",
            "original_request": {
                "url": f"http://testserver/webhooks/answer/{key}",
                "type": "answer",
            },
        },
    )

    assert reply[-1]["name"] == f"call-{call.key}-1"
    assert Call.objects.get().state == "connected"


def test_a_leg_that_should_have_ended_and_lives_on_is_hung_up_again(world, jane):
    world.available(jane)
    _, offer = world.talks()
    world.transport.answers = lambda method, path: 400 if method == "PUT" else 200
    world.event("completed", disconnected_by="user")
    for _ in range(6):
        world.passes(5)
    world.transport.answers = lambda method, path: 204
    world.transport.found = {"uuid": offer.leg.uuid, "status": "answered"}
    refused = len(world.sent("PUT", "hangup"))

    world.now += timedelta(seconds=61)
    rounds.heal(now=world.now, started_at=world.now - timedelta(hours=1))
    world.send()

    assert len(world.sent("PUT", "hangup")) > refused
    assert Leg.objects.get(id=offer.leg_id).state != "ended"
