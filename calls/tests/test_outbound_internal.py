"""An agent calls a colleague: both are busy, and the end of one is the end of both."""

from datetime import timedelta

import pytest

from agents import services
from calls import selectors
from calls.models import Call, DialRules
from calls.services import offers
from calls.tests.calling_out import (
    CONSOLES_LEG,
    agents_leg,
    another,
    asks,
    begins,
    calls,
    dialled,
    end,
    ends,
    holds_phone,
    log,
    state_of,
)
from calls.tests.doors import error
from calls.tests.leaving import fresh, kinds, moved, words

pytestmark = [pytest.mark.db, pytest.mark.django_db]
JOE = {"agent": "joe"}


@pytest.fixture
def console(world, jane, joe, janes):
    world.available(jane, joe)
    holds_phone(world, jane)
    return janes


@pytest.fixture
def rings(world, console):
    """Jane hears it ring at Joe's."""
    return calls(world, console, JOE)


@pytest.fixture
def talk(world, rings):
    reply = world.picks_up(world.offer())
    assert words(reply) == "Jane calls you."
    return fresh(rings)


def broken(world):
    return {name: found for name, found in selectors.violations(now=world.now).items() if found}


def test_the_colleague_is_rung_once_the_caller_is_on_the_line(world, jane, joe, console):
    response = asks(world, console, JOE)
    world.send()
    assert (dialled(world), state_of(joe)) == ([], "available")

    reply = begins(world, response.json()["key"])
    world.send()

    call = Call.objects.get()
    assert (call.direction, call.state, call.agent) == ("internal", "dialing", jane)
    assert (dialled(world), state_of(joe)) == (["Joe"], "offered")
    assert reply[0]["musicOnHoldUrl"] == ["http://testserver/static/audio/ringback.mp3"]
    assert broken(world) == {}


def test_the_colleague_sees_who_calls(world, jane, joe, rings):
    offer = selectors.me(agent_id=joe.id, now=world.now)["offer"]

    assert (offer["kind"], offer["by"]) == ("outgoing", "Jane")


def test_they_talk_and_both_are_busy(world, jane, joe, talk):
    assert (talk.state, talk.agent, talk.answered_at) == ("connected", jane, world.now)
    assert (state_of(jane), state_of(joe)) == ("busy", "busy")
    assert agents_leg(talk, jane).room == agents_leg(talk, joe).room == talk.room_name()
    assert log(talk) == ["begun", "dialled", "colleague_answered"]
    assert broken(world) == {}


@pytest.mark.parametrize("who", ["jane", "joe"])
@pytest.mark.parametrize("how", ["user", "platform"])
def test_when_one_leaves_it_is_over_for_both(world, jane, joe, talk, who, how):
    leaves, stays = (jane, joe) if who == "jane" else (joe, jane)

    ends(world, agents_leg(talk, leaves), disconnected_by=how)
    world.send()

    assert (fresh(talk).state, fresh(talk).outcome) == ("ended", "answered")
    assert len(world.sent("PUT", "hangup")) == 1
    ends(world, agents_leg(talk, stays))
    assert state_of(stays) == "available"
    assert state_of(leaves) == ("available" if how == "user" else "offline")
    assert broken(world) == {}


@pytest.mark.parametrize("who", ["jane", "joe"])
def test_either_may_end_it(world, jane, joe, talk, who):
    end(world, talk, jane if who == "jane" else joe)
    world.send()
    for agent in (jane, joe):
        ends(world, agents_leg(talk, agent))

    assert (fresh(talk).outcome, fresh(talk).hung_up_by) == ("answered", "agent")
    assert (state_of(jane), state_of(joe)) == ("available", "available")


@pytest.mark.parametrize(
    ("status", "heard"), [("timeout", "No answer."), ("rejected", "The call was declined.")]
)
def test_a_colleague_who_does_not_come_is_told_in_words(world, jane, joe, rings, status, heard):
    offer = world.offer()
    offers.see(offer_id=offer.id, agent_id=joe.id, now=world.now)

    ends(world, offer.leg, status)
    world.send()

    assert words(moved(world, CONSOLES_LEG)) == heard
    assert (fresh(rings).state, fresh(rings).outcome) == ("ended", "not_reached")
    missed = selectors.me(agent_id=joe.id, now=world.now)["missed"]
    assert missed is None or (missed["kind"], missed["by"]) == ("outgoing", "Jane")
    ends(world, agents_leg(rings, jane))
    assert state_of(jane) == "available"
    assert broken(world) == {}


def test_the_caller_gives_up_while_it_rings(world, jane, joe, rings):
    end(world, rings, jane)
    world.send()
    ends(world, agents_leg(rings, jane))

    assert (state_of(jane), state_of(joe)) == ("available", "available")
    assert fresh(rings).outcome == "not_reached"
    assert broken(world) == {}


def test_a_colleague_who_has_become_busy_is_not_rung(world, jane, joe, console):
    key = asks(world, console, JOE).json()["key"]
    services.choose(agent_id=joe.id, state="on_break", reason="", actor="joe", now=world.now)

    reply = begins(world, key)
    world.send()

    assert (kinds(reply), words(reply)) == (["talk"], "Joe is on a break.")
    assert Call.objects.get().state == "ended"
    assert dialled(world) == []
    ends(world, agents_leg(Call.objects.get(), jane))
    assert state_of(jane) == "available"


@pytest.mark.parametrize(
    ("whom", "words_said"),
    [("joe", "Joe is offline."), ("jane", "You cannot call yourself."), ("nobody", "no agent")],
)
def test_who_cannot_be_called_is_said_at_once(world, jane, joe, janes, whom, words_said):
    world.available(jane)
    holds_phone(world, jane)

    response = asks(world, janes, {"agent": whom})

    assert response.status_code in {400, 409}
    assert words_said in response.json()["error"]["message"]
    assert state_of(jane) == "available"


def test_colleagues_are_no_matter_of_the_dial_rules(world, jane, joe, console):
    DialRules.objects.create(per_minute=1)
    for number in range(2):
        call = calls(world, console, JOE, another(number))
        end(world, call, jane)
        ends(world, agents_leg(call, jane))
        ends(world, agents_leg(call, joe))
        world.now += timedelta(seconds=2)

    assert Call.objects.filter(direction="internal").count() == 2


def test_a_body_that_names_nobody_is_refused(world, console):
    for to in ({}, {"agent": "joe", "number": "1"}, {"queue": "Sales"}, ["joe"], None, "", 5):
        assert error(asks(world, console, to)) == (400, "invalid")
    assert not Call.objects.exists()
