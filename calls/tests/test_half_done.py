"""Commands of which Vonage does one part and refuses the other, or of which it says nothing."""

from datetime import datetime, timedelta

import pytest

from calls.models import Command
from calls.selectors.me.talk import calls_of
from calls.services import offers
from calls.tests.asking import became
from calls.tests.parties import NUMBER, Talk, broken, state_of

pytestmark = [pytest.mark.db, pytest.mark.django_db]


@pytest.fixture
def talk(world, jane, joe):
    """Jane talks to a customer, and Joe is free."""
    world.available(jane)
    found = Talk(world, jane)
    world.available(joe)
    return found


def refuses(world, leg, status=403):
    """Vonage will not move this leg any more; it is not too young for that."""
    world.now += timedelta(seconds=5)
    uuid = leg.uuid
    world.transport.answers = lambda method, path: (
        status if method == "PUT" and path.endswith(uuid) else 204
    )


# Cancelling -----------------------------------------------------------------------------------


def test_whoever_was_hung_up_has_gone_though_the_customer_cannot_be_brought_back(talk, jane, joe):
    talk.consult(joe)
    refuses(talk.world, talk.customer)

    key = talk.ask("cancel")
    talk.hung_up()

    assert became(key) == ("failed", "call_gone")
    words = "They were let go, but the customer could not be brought back."
    assert Command.objects.get(key=key).error == words
    assert (talk.invitation().state, talk.invitation().result) == ("ended", "cancelled")
    assert (state_of(jane), state_of(joe)) == ("busy", "available")
    assert (talk.row.state, talk.row.agent) == ("held", jane)
    assert broken(talk.world) == {}


# Swapping -------------------------------------------------------------------------------------


def test_a_colleague_who_was_put_aside_comes_back_when_the_customer_does_not(talk, jane, joe):
    talk.consult(joe)
    refuses(talk.world, talk.customer)

    key = talk.ask("swap")
    talk.world.send()

    assert became(key) == ("failed", "call_gone")
    assert talk.where(talk.customer, talk.leg(joe), talk.leg(jane)) == ["hold", "talk", "talk"]
    assert talk.row.state == "held"
    assert broken(talk.world) == {}


def test_a_customer_who_was_put_on_hold_comes_back_when_the_colleague_does_not(talk, jane, joe):
    talk.consult(joe)
    talk.ask("swap")
    refuses(talk.world, talk.leg(joe))

    key = talk.ask("swap")
    talk.world.send()

    assert became(key) == ("failed", "call_gone")
    assert talk.where(talk.customer, talk.leg(joe), talk.leg(jane)) == ["talk", "aside", "talk"]
    assert (talk.row.state, talk.row.held_at) == ("connected", None)
    assert broken(talk.world) == {}


# Since when the customer is on hold -----------------------------------------------------------


def test_the_clock_of_a_hold_goes_on_when_the_customer_cannot_be_brought_back(talk, joe):
    talk.ask("hold")
    talk.world.passes(60)
    talk.ask("resume")
    talk.world.passes(600)
    talk.ask("consult", to={"agent": "joe"})
    since = talk.row.held_at
    offer = talk.world.offer()
    offers.decline(offer_id=offer.id, agent_id=joe.id, actor="joe", now=talk.world.now)
    talk.world.send()
    refuses(talk.world, talk.customer)

    key = talk.ask("resume")

    assert became(key) == ("failed", "call_gone")
    assert (talk.row.state, talk.row.held_at) == ("held", since)


@pytest.mark.parametrize("turn", ["swap", "merge", "complete", "cancel"])
def test_the_clock_of_a_hold_goes_on_when_a_turn_fails(talk, joe, turn):
    talk.consult(joe)
    since = talk.row.held_at
    refuses(talk.world, talk.customer)

    talk.ask(turn)

    assert isinstance(since, datetime)
    assert (talk.row.state, talk.row.held_at) == ("held", since)


# What the asker is told -----------------------------------------------------------------------


def test_a_command_that_failed_by_time_is_told_to_its_asker(talk, jane):
    talk.world.transport.answers = lambda method, path: 503 if method == "PUT" else 204
    key = talk.ask("hold")

    def shown():
        return [(one["key"], one["state"]) for one in commands_of(talk, jane)]

    for _ in range(18):
        talk.world.passes(1)
    assert shown() == [(key, "pending")]
    for _ in range(6):
        talk.world.passes(1)
    assert shown() == [(key, "failed")]
    for _ in range(16):
        talk.world.passes(1)
    assert shown() == []


def commands_of(talk, agent):
    return calls_of([agent.id], now=talk.world.now)[agent.id]["commands"]


@pytest.mark.parametrize("status", ["busy", "timeout", "rejected", "failed", "unanswered"])
def test_the_asker_learns_why_a_number_was_not_reached(talk, status):
    talk.ask("consult", to={"number": NUMBER})

    talk.drops(talk.number(), by="platform", status=status)

    assert (talk.invitation().state, talk.invitation().result) == ("ended", status)
    failed = talk.call.events.get(type="consult_failed")
    assert failed.reason == status
    talk.drops(talk.number(), by="platform")
    assert talk.call.events.filter(type="consult_failed").count() == 1


def test_the_asker_learns_that_a_number_was_refused(talk):
    talk.world.transport.answers = lambda method, path: 400 if method == "POST" else 204

    talk.ask("add", to={"number": NUMBER})

    assert talk.invitation().result == "refused"
    assert talk.call.events.get(type="add_failed").reason == "refused"
