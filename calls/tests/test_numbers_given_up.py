"""Telephones that were given up, and of which Vonage speaks later all the same."""

import pytest

from calls.tests.asking import ask
from calls.tests.leaving import words
from calls.tests.parties import Talk, broken, state_of
from tests.world import World

pytestmark = [pytest.mark.db, pytest.mark.django_db]


@pytest.fixture
def given_up(world, jane):
    """A caller was handed on to a number that rang for too long; Jane has them back."""
    world.available(jane)
    talk = Talk(world, jane)
    to = {"number": "442079461234"}
    ask(world, "transfer", talk.call, jane, kind="blind", to=to)
    world.send()
    talk.hung_up()
    leg = talk.number()
    world.event("ringing", leg.uuid, key=leg.key)
    world.passes(45)
    world.picks_up(world.offer())
    world.send()
    assert talk.row.state == "connected"
    return talk


def answer(world, leg):
    return world.post(
        f"/webhooks/answer/{leg.key}",
        {"to": "x", "from": World.MENU, "uuid": leg.uuid, "conversation_uuid": "CON-3"},
    )


def test_a_number_that_answers_too_late_does_not_walk_into_the_talk(world, given_up):
    hears = answer(world, given_up.number())

    assert [action["action"] for action in hears] == ["talk"]
    assert words(hears) == "Sorry, the call has gone elsewhere. Goodbye."


@pytest.mark.parametrize("status", ["completed", "timeout"])
def test_its_end_does_not_cut_the_customer_off(world, jane, given_up, status):
    given_up.drops(given_up.number(), by="platform", status=status)

    assert (given_up.row.state, given_up.row.hung_up_by) == ("connected", "")
    assert given_up.where(given_up.customer, given_up.leg(jane)) == ["talk", "talk"]
    assert state_of(jane) == "busy"
    assert broken(world) == {}
