"""An agent calls a telephone from their console: every step, and every end."""

import json
from datetime import timedelta
from itertools import pairwise

import pytest

from agents import services
from agents.models import Agent, AgentState
from calls import selectors
from calls.models import Call, DialRules, Disposition, Handling, Leg, Offer
from calls.router import rounds
from calls.tests.calling_out import (
    CONSOLES_LEG,
    THEM,
    agents_leg,
    answers,
    asks,
    begins,
    calls,
    customer,
    dialled,
    end,
    ends,
    holds_phone,
    log,
    state_of,
    talks,
)
from calls.tests.doors import error
from calls.tests.leaving import fresh, kinds, moved, words
from tests.world import World

pytestmark = [pytest.mark.db, pytest.mark.django_db]


@pytest.fixture
def console(world, jane, janes):
    """Jane's console: her session, and her phone."""
    world.available(jane)
    holds_phone(world, jane)
    return janes


def broken(world):
    return {name: found for name, found in selectors.violations(now=world.now).items() if found}


def test_the_agent_is_busy_at_once_and_nobody_is_dialled_before_they_are_there(
    world, jane, console
):
    response = asks(world, console)

    call = Call.objects.get()
    leg = agents_leg(call, jane)
    assert (response.status_code, response.json()) == (
        201,
        {"id": call.id, "key": leg.key, "rings": False},
    )
    assert (call.direction, call.state, call.agent) == ("outbound", "dialing", jane)
    assert (call.from_number, call.to_number) == (World.MENU, THEM)
    assert state_of(jane) == "busy"
    world.route()
    assert dialled(world) == []
    assert broken(world) == {}


def test_the_agent_hears_it_ring_in_room_one_while_the_customer_is_dialled(world, jane, console):
    response = asks(world, console)

    reply = begins(world, response.json()["key"])
    world.send()

    call = Call.objects.get()
    assert reply == [
        {
            "action": "conversation",
            "name": f"call-{call.key}-1",
            "startOnEnter": False,
            "musicOnHoldUrl": ["http://testserver/static/audio/ringback.mp3"],
        }
    ]
    (dial,) = world.sent("POST")
    assert dial["to"] == [{"type": "phone", "number": THEM}]
    assert dial["from"] == {"type": "phone", "number": World.MENU}
    assert dial["ringing_timer"] == 45
    assert "advanced_machine_detection" not in dial
    assert agents_leg(call, jane).uuid == CONSOLES_LEG
    assert broken(world) == {}


def test_the_key_may_come_as_text_of_json(world, console):
    key = asks(world, console).json()["key"]

    reply = begins(world, key, custom_data=json.dumps({"key": key}))

    assert kinds(reply) == ["conversation"]


def test_the_customer_answers_and_they_talk(world, jane, console):
    call = calls(world, console)

    reply = answers(world, call)

    call = fresh(call)
    assert reply == [{"action": "conversation", "name": f"call-{call.key}-1", "startOnEnter": True}]
    assert (call.state, call.agent, call.answered_at) == ("connected", jane, world.now)
    assert log(call) == ["begun", "dialled", "customer_answered"]
    assert customer(call).room == agents_leg(call, jane).room == call.room_name()
    assert broken(world) == {}


def test_after_the_talk_the_agent_wraps_up_as_the_dial_rules_say(world, jane, console):
    DialRules.objects.create(wrap_up_seconds=12)
    call = talks(world, console)

    ends(world, customer(call), disconnected_by="user")
    world.send()
    ends(world, agents_leg(call, jane))

    call = fresh(call)
    assert (call.state, call.outcome, call.hung_up_by) == ("ended", "answered", "customer")
    assert state_of(jane) == "wrap_up"
    assert (Agent.objects.get(id=jane.id).wrap_up_until - world.now).total_seconds() == 12


def test_the_agent_ends_the_talk(world, jane, console):
    call = talks(world, console)

    end(world, call, jane)
    world.send()
    ends(world, customer(call))
    ends(world, agents_leg(call, jane))

    call = fresh(call)
    assert (call.state, call.outcome, call.hung_up_by) == ("ended", "answered", "agent")
    assert state_of(jane) == "wrap_up"


@pytest.mark.parametrize(
    ("status", "heard"),
    [
        ("busy", "The line is busy."),
        ("timeout", "No answer."),
        ("unanswered", "No answer."),
        ("rejected", "The call was declined."),
        ("failed", "They could not be reached."),
    ],
)
def test_who_is_not_reached_is_told_in_words_and_nothing_is_wrapped_up(
    world, jane, console, status, heard
):
    call = calls(world, console)

    ends(world, customer(call), status)
    world.send()

    call = fresh(call)
    assert (call.state, call.outcome, call.hung_up_by) == ("ended", "not_reached", "system")
    assert words(moved(world, CONSOLES_LEG)) == heard
    assert not [body for body in world.sent("PUT") if body.get("action") == "hangup"]
    assert state_of(jane) == "busy"  # they listen
    ends(world, agents_leg(call, jane))
    assert state_of(jane) == "available"
    assert broken(world) == {}


@pytest.mark.parametrize("status", ["busy", "timeout", "unanswered", "rejected", "failed"])
def test_the_console_is_told_why_nobody_was_reached_for_fifteen_seconds(
    world, jane, console, status
):
    call = calls(world, console)

    ends(world, customer(call), status)
    told = selectors.me(agent_id=jane.id, now=world.now)["not_reached"]
    at = world.now
    world.now += timedelta(seconds=16)

    assert told == {"number": THEM, "name": None, "result": status, "at": at}
    assert selectors.me(agent_id=jane.id, now=world.now)["not_reached"] is None


def test_a_call_that_its_agent_ends_reached_nobody_on_purpose(world, jane, console):
    call = calls(world, console)

    ends(world, agents_leg(call, jane))

    assert selectors.me(agent_id=jane.id, now=world.now)["not_reached"] is None


def test_the_agent_need_not_hear_the_words_out(world, jane, console):
    call = calls(world, console)
    ends(world, customer(call), "busy")
    world.send()

    ends(world, agents_leg(call, jane), disconnected_by="user")
    world.route()

    call = fresh(call)
    assert (call.outcome, call.hung_up_by) == ("not_reached", "system")
    assert state_of(jane) == "available"


def test_a_number_that_vonage_does_not_dial_is_not_reached(world, jane, console):
    world.transport.answers = lambda method, path: 403 if method == "POST" else 204
    call = calls(world, console)

    call = fresh(call)
    assert (call.state, call.outcome) == ("ended", "not_reached")
    assert words(moved(world, CONSOLES_LEG)) == "The number could not be called."


def test_the_agent_hangs_up_first_and_a_late_answer_is_told_so(world, jane, console):
    call = calls(world, console)

    ends(world, agents_leg(call, jane), disconnected_by="user")
    world.send()

    call = fresh(call)
    assert (call.state, call.outcome, call.hung_up_by) == ("ended", "not_reached", "agent")
    assert world.sent("PUT", "hangup")
    assert state_of(jane) == "available"
    assert words(answers(world, call)) == "The caller has hung up."
    assert broken(world) == {}


def test_the_agent_ends_it_while_it_rings(world, jane, console):
    call = calls(world, console)

    end(world, call, jane)
    world.send()

    assert fresh(call).outcome == "not_reached"
    ends(world, agents_leg(call, jane))
    ends(world, customer(call), "cancelled")
    assert state_of(jane) == "available"
    assert fresh(call).hung_up_by == "agent"


def test_the_agent_ends_it_before_their_console_has_begun_it(world, jane, console):
    key = asks(world, console).json()["key"]
    call = Call.objects.get()

    end(world, call, jane)

    assert (fresh(call).state, state_of(jane)) == ("ended", "available")
    assert words(begins(world, key)) == "This call is over."
    world.route()
    assert dialled(world) == []
    assert broken(world) == {}


def test_a_console_that_does_not_begin_the_call_frees_its_agent_after_fifteen_seconds(
    world, jane, console
):
    key = asks(world, console).json()["key"]

    world.passes(14)
    assert state_of(jane) == "busy"
    world.passes(2)

    call = Call.objects.get()
    assert (call.state, call.outcome, call.hung_up_by) == ("ended", "failed", "system")
    assert state_of(jane) == "available"
    assert words(begins(world, key)) == "This call is over."
    assert broken(world) == {}


def test_a_number_of_which_nothing_is_heard_is_given_up(world, jane, console):
    world.transport.answers = lambda method, path: TimeoutError() if method == "POST" else 204
    call = calls(world, console)

    world.passes(30)
    assert fresh(call).state == "dialing"
    world.passes(30)

    assert (fresh(call).state, fresh(call).outcome) == ("ended", "not_reached")
    assert words(moved(world, CONSOLES_LEG)) == "They could not be reached."


def test_a_second_click_while_it_rings_is_refused(world, jane, console):
    call = calls(world, console)

    response = asks(world, console)

    assert error(response) == (409, "agent_busy")
    assert list(Call.objects.all()) == [call]


@pytest.mark.parametrize("user", ["Joe", "", None, 7])
def test_a_key_counts_only_from_its_agents_platform_user(world, jane, console, user):
    key = asks(world, console).json()["key"]

    heard = begins(world, key, user=user)
    world.send()

    assert words(heard) == "This call could not be begun."
    assert agents_leg(Call.objects.get(), jane).uuid is None
    assert dialled(world) == []


@pytest.mark.parametrize(
    "custom_data", [{}, None, "", "{", "[]", {"key": "0" * 32}, {"key": 5}, {"key": ["a"]}]
)
def test_without_its_key_a_call_of_a_user_is_no_call_of_theirs(world, jane, console, custom_data):
    asks(world, console)

    begins(world, "", custom_data=custom_data)

    assert agents_leg(Call.objects.get(direction="outbound"), jane).uuid is None


def test_a_key_counts_once(world, jane, console):
    key = asks(world, console).json()["key"]
    begins(world, key)

    again = begins(world, key, uuid="d" * 32)
    world.send()

    assert words(again) == "This call could not be begun."
    assert agents_leg(Call.objects.get(), jane).uuid == CONSOLES_LEG
    assert dialled(world) == [THEM]


def test_the_same_answer_webhook_again_changes_nothing(world, jane, console):
    key = asks(world, console).json()["key"]
    first = begins(world, key)

    assert begins(world, key) == first
    assert begins(world, key, retried=True) == first
    world.send()
    assert dialled(world) == [THEM]


def test_a_call_whose_answer_webhook_did_not_reach_us_begins_by_the_fallback(world, console):
    key = asks(world, console).json()["key"]

    reply = world.post(
        "/webhooks/fallback",
        {
            "from_user": "Jane",
            "uuid": CONSOLES_LEG,
            "conversation_uuid": "CON-5",
            "custom_data": {"key": key},
            "reason": "Connection closed.",
            "original_request": {"url": "http://testserver/webhooks/answer", "type": "answer"},
        },
    )
    world.send()

    assert kinds(reply) == ["conversation"]
    assert dialled(world) == [THEM]


def test_events_that_come_before_the_answer_webhook_are_adopted(world, jane, console):
    key = asks(world, console).json()["key"]
    world.event("started", CONSOLES_LEG)
    world.event("ringing", CONSOLES_LEG)

    begins(world, key)

    assert agents_leg(Call.objects.get(), jane).state == "ringing"


def test_the_customer_who_answers_twice_is_where_they_were(world, jane, console):
    call = talks(world, console)
    world.now += world.now.resolution * 5000

    assert answers(world, call) == [
        {"action": "conversation", "name": call.room_name(), "startOnEnter": True}
    ]
    assert log(call).count("customer_answered") == 1


def test_an_agent_who_is_lost_leaves_nobody_in_silence(world, jane, console):
    call = talks(world, console)

    ends(world, agents_leg(call, jane), disconnected_by="platform")
    world.send()

    leg = customer(call)
    assert "lost the connection" in words(moved(world, leg.uuid))
    ends(world, leg)
    call = fresh(call)
    assert (call.state, call.outcome, call.hung_up_by) == ("ended", "answered", "platform")
    assert state_of(jane) == "offline"
    assert broken(world) == {}


def test_an_answering_machine_is_noticed_once(world, jane, console):
    DialRules.objects.create(detects_machines=True)
    call = calls(world, console)
    leg = customer(call)
    (dial,) = world.sent("POST")
    answers(world, call)

    for sub_state in ("beep_start", "beep_timeout"):
        machine = {"call_uuid": leg.uuid, "uuid": None, "sub_state": sub_state}
        world.event("machine", key=leg.key, **machine)

    assert dial["advanced_machine_detection"] == {"behavior": "continue", "mode": "detect"}
    assert log(call).count("machine") == 1
    assert fresh(call).state == "connected"


@pytest.mark.parametrize("state", ["available", "on_break", "offline"])
def test_afterwards_the_agent_is_where_they_have_chosen_to_be(world, jane, janes, state):
    services.choose(agent_id=jane.id, state=state, reason="", actor="jane", now=world.now)
    holds_phone(world, jane)
    call = calls(world, janes)

    ends(world, customer(call), "busy")
    world.send()
    ends(world, agents_leg(call, jane))

    assert state_of(jane) == state


def test_a_call_ends_a_wrap_up(world, jane, console):
    call = talks(world, console)
    ends(world, customer(call), disconnected_by="user")
    ends(world, agents_leg(call, jane))
    assert state_of(jane) == "wrap_up"
    world.now += world.now.resolution * 5000

    second = asks(world, console)

    assert second.status_code == 201
    assert (state_of(jane), Agent.objects.get(id=jane.id).wrap_up_until) == ("busy", None)
    rounds.expire(now=world.now)
    assert state_of(jane) == "busy"


def test_a_wrap_up_that_lacks_its_outcome_is_finished_first(world, jane, sales, console):
    sales.dispositions.add(Disposition.objects.create(label="Sold"))
    sales.is_disposition_required = True
    sales.save()
    call, offer = world.talks()
    world.event("completed", disconnected_by="user")
    world.send()
    world.ends(offer, "completed")

    assert error(asks(world, console)) == (409, "outcome_required")
    assert not Handling.objects.filter(call=call).exists()
    assert state_of(jane) == "wrap_up"


def test_time_in_states_adds_up_over_a_call(world, jane, console):
    call = calls(world, console)
    world.now += world.now.resolution * 5_000_000
    ends(world, customer(call), "busy")
    ends(world, agents_leg(call, jane))

    rows = list(AgentState.objects.filter(agent=jane).order_by("started_at", "id"))
    assert [row.state for row in rows][-3:] == ["available", "busy", "available"]
    assert all(one.ended_at == two.started_at for one, two in pairwise(rows))
    assert broken(world) == {}


def test_a_call_of_their_own_keeps_the_router_from_offering_another(world, jane, console):
    asks(world, console)
    world.waits()

    world.route()

    assert not Offer.objects.filter(state="pending").exists()


def test_in_an_agents_day_the_ringing_is_no_talk_and_their_own_call_no_offer(world, jane, console):
    call = calls(world, console)
    world.now += timedelta(seconds=10)
    answers(world, call)
    world.now += timedelta(seconds=30)
    ends(world, agents_leg(call, jane), disconnected_by="user")

    day = selectors.day(agent_id=jane.id, now=world.now)

    assert (day["calls"], day["talk_s"], day["offers"], day["accepted"]) == (1, 30, 0, 0)
    assert [(one["direction"], one["talk_s"]) for one in day["last_calls"]] == [("outbound", 30)]


def test_only_agents_call(world, ada, cy, browser):
    for user in (ada, cy):
        assert error(asks(world, browser(user))) == (403, "not_allowed")
    assert not Leg.objects.exists()
