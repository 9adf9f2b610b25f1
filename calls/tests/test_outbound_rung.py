"""Programs call in an agent's name: the agent's phone is rung first, then the customer's."""

import pytest

from agents import services
from agents.keys import make
from calls import selectors
from calls.models import Call, Offer
from calls.services import offers
from calls.tests.calling_out import (
    THEM,
    agents_leg,
    answers,
    asks,
    begins,
    customer,
    dialled,
    ends,
    holds_phone,
    log,
    state_of,
)
from calls.tests.doors import error
from calls.tests.leaving import fresh, kinds, words

pytestmark = [pytest.mark.db, pytest.mark.django_db]


@pytest.fixture
def program(world, jane, janes):
    """A program with Jane's log-in, and no console of hers."""
    world.available(jane)
    return janes


def rung(world, client):
    """The agent's phone rings for their own call: the call and the offer."""
    response = asks(world, client)
    assert response.status_code == 201, response.json()
    world.send()
    return Call.objects.get(id=response.json()["id"]), world.offer()


def broken(world):
    return {name: found for name, found in selectors.violations(now=world.now).items() if found}


def test_the_agents_phone_rings_before_anybody_elses(world, jane, program):
    call, offer = rung(world, program)

    assert (call.state, offer.kind, offer.agent, state_of(jane)) == (
        "dialing",
        "outgoing",
        jane,
        "offered",
    )
    assert dialled(world) == ["Jane"]
    shown = selectors.me(agent_id=jane.id, now=world.now)["offer"]
    assert (shown["kind"], shown["by"], shown["number"]) == ("outgoing", None, THEM)
    assert broken(world) == {}


def test_a_program_takes_the_call_back_while_the_agents_phone_rings(world, jane, program):
    call, offer = rung(world, program)

    reply = program.post(f"/api/calls/{call.id}/end", {}, format="json")
    world.send()
    ends(world, offer.leg, "cancelled")

    assert reply.status_code == 202
    assert (fresh(call).state, fresh(call).hung_up_by) == ("ended", "agent")
    assert dialled(world) == ["Jane"]
    assert state_of(jane) == "available"
    assert broken(world) == {}


def test_the_agent_answers_and_then_the_customer_is_called(world, jane, program):
    call, offer = rung(world, program)

    reply = world.picks_up(offer)
    world.send()

    assert kinds(reply) == ["conversation"]
    assert reply[0]["musicOnHoldUrl"] == ["http://testserver/static/audio/ringback.mp3"]
    assert dialled(world) == ["Jane", THEM]
    assert state_of(jane) == "busy"
    answers(world, call)
    assert fresh(call).state == "connected"
    assert broken(world) == {}


@pytest.mark.parametrize(
    ("seen", "status", "state"),
    [(True, "timeout", "missed"), (False, "timeout", "available"), (True, "rejected", "available")],
)
def test_an_agent_who_does_not_answer_has_called_nobody(world, jane, program, seen, status, state):
    call, offer = rung(world, program)
    if seen:
        offers.see(offer_id=offer.id, agent_id=jane.id, now=world.now)

    ends(world, offer.leg, status)
    world.send()

    call = fresh(call)
    assert (call.state, call.outcome, call.hung_up_by) == ("ended", "failed", "system")
    assert dialled(world) == ["Jane"]
    assert state_of(jane) == state
    assert broken(world) == {}


def test_the_agent_declines_their_own_call(world, jane, program):
    call, offer = rung(world, program)

    offers.decline(offer_id=offer.id, agent_id=jane.id, actor="jane", now=world.now)
    world.send()

    assert (fresh(call).state, state_of(jane)) == ("ended", "available")
    assert world.sent("PUT", "hangup")


def test_an_agent_who_answers_too_late_hears_so(world, jane, program):
    _, offer = rung(world, program)
    offers.decline(offer_id=offer.id, agent_id=jane.id, actor="jane", now=world.now)

    assert kinds(world.picks_up(offer)) == ["talk"]
    world.send()
    assert dialled(world) == ["Jane"]


def test_an_offer_without_any_news_is_given_up(world, jane, program):
    call, offer = rung(world, program)

    world.passes(26)

    assert (fresh(offer).state, fresh(call).state) == ("failed", "ended")
    assert state_of(jane) == "available"


def test_a_break_lasts_on_after_a_call_that_was_not_taken(world, jane, program):
    services.choose(agent_id=jane.id, state="on_break", reason="", actor="jane", now=world.now)
    _, offer = rung(world, program)
    assert state_of(jane) == "offered"

    ends(world, offer.leg, "timeout")

    assert state_of(jane) == "on_break"


def test_an_agent_who_is_offline_cannot_be_rung(world, janes):
    assert error(asks(world, janes)) == (409, "agent_busy")
    assert not Call.objects.exists()


def test_a_program_with_a_key_has_the_phone_rung_also_where_a_console_is(world, jane, browser):
    world.available(jane)
    holds_phone(world, jane)
    secret = make(name="Click to dial", user=jane.user)
    client = browser(jane.user)
    client.logout()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")

    response = asks(world, client)
    world.send()

    assert response.json()["rings"] is True
    assert dialled(world) == ["Jane"]


def test_the_key_of_a_leg_that_we_dial_begins_nothing_else(world, jane, program):
    response = asks(world, program)
    world.send()

    heard = begins(world, response.json()["key"])

    call = Call.objects.get()
    assert words(heard) == "This call could not be begun."
    assert Offer.objects.get(call=call).state == "pending"
    assert dialled(world) == ["Jane"]
    assert agents_leg(call, jane).uuid != "c" * 32


def test_the_whole_call_is_in_its_log(world, program):
    call, offer = rung(world, program)
    world.picks_up(offer)
    world.send()
    ends(world, customer(call), "busy")

    assert log(call) == ["begun", "dialled", "not_reached", "ended"]
