"""Colleagues and numbers who are asked into a call at once, and how they are removed."""

import pytest

from calls.errors import CallGone, NotAllowed, RefusedNumber
from calls.models import Invitation
from calls.tests.asking import became
from calls.tests.leaving import words
from calls.tests.parties import NUMBER, Talk, broken, state_of
from tests.world import World

pytestmark = [pytest.mark.db, pytest.mark.django_db]


@pytest.fixture
def talk(world, jane, joe):
    """A caller talks with Jane, and Joe is free."""
    world.available(jane)
    found = Talk(world, jane)
    world.available(joe)
    return found


def test_a_colleague_is_asked_into_the_call_and_the_customer_stays(talk, jane, joe):
    hears = talk.add(joe)

    assert words(hears) == "Jane asks you into a call from Sales."
    people = [talk.customer, talk.leg(jane), talk.leg(joe)]
    assert talk.where(*people) == ["talk", "talk", "talk"]
    assert talk.moves() == []
    assert (talk.row.state, talk.row.agent) == ("connected", jane)
    assert talk.events()[-2:] == ["added", "add_answered"]
    assert broken(talk.world) == {}


def test_a_conference_has_six_people_at_most(talk, joe):
    talk.add(joe)
    for last in range(3):
        talk.world.passes(2)
        talk.add(number=f"44770090070{last}")

    with pytest.raises(NotAllowed, match="six people"):
        talk.ask("add", to={"number": "447700900709"})


def test_nobody_is_added_while_a_colleague_is_asked_apart(talk, joe):
    talk.ask("consult", to={"agent": "joe"})

    with pytest.raises(CallGone, match="consultation first"):
        talk.ask("add", to={"number": NUMBER})


def test_a_number_is_added_after_a_consultation_was_merged(talk, joe):
    talk.consult(joe)
    talk.ask("merge")
    talk.world.passes(2)

    talk.add()

    assert talk.where(talk.customer, talk.leg(joe), talk.number()) == ["talk"] * 3


def test_nobody_is_added_while_the_customer_is_on_hold(talk):
    talk.ask("hold")

    with pytest.raises(CallGone, match="Bring the customer back"):
        talk.ask("add", to={"number": NUMBER})


@pytest.mark.parametrize("number", [World.CALLER, World.MENU])
def test_who_takes_part_is_not_called_again(talk, number):
    with pytest.raises((NotAllowed, RefusedNumber)):
        talk.ask("add", to={"number": number})


def test_a_second_click_rings_a_number_once(talk):
    talk.ask("add", to={"number": NUMBER})

    with pytest.raises(NotAllowed, match="takes part already"):
        talk.ask("add", to={"number": NUMBER})


def test_an_agent_removes_whom_they_asked_in(talk, jane, joe):
    talk.add(joe)

    key = talk.ask("remove", leg=talk.leg(joe).id)
    talk.hung_up()

    assert became(key) == ("done", "")
    assert talk.where(talk.customer, talk.leg(jane), talk.leg(joe)) == ["talk", "talk", "gone"]
    assert state_of(joe) == "wrap_up"
    assert talk.events()[-1] == "removed"
    assert Invitation.objects.get().result == "removed"
    assert broken(talk.world) == {}


def test_a_number_that_still_rings_is_removed(talk):
    talk.ask("add", to={"number": NUMBER})

    talk.ask("remove", leg=talk.number().id)

    assert talk.where(talk.number()) == ["gone"]
    hears = talk.answers(Invitation.objects.get())
    assert [action["action"] for action in hears] == ["talk"]


def test_a_number_that_waits_to_be_dialled_is_never_dialled(talk, monkeypatch):
    talk.world.transport.answers = lambda method, path: 429
    talk.ask("add", to={"number": NUMBER})
    talk.world.transport.answers = lambda method, path: 204
    dials = len(talk.world.sent("POST"))

    talk.ask("remove", leg=talk.number().id)
    talk.world.passes(5)

    assert len(talk.world.sent("POST")) == dials
    assert talk.number().state == "ended"


def test_neither_the_customer_nor_whose_call_it_is_can_be_removed(talk, jane, joe):
    talk.add(joe)

    for leg in (talk.customer, talk.leg(jane)):
        with pytest.raises(NotAllowed, match="were asked into"):
            talk.ask("remove", by=joe, leg=leg.id)
    with pytest.raises(NotAllowed, match="leave it yourself"):
        talk.ask("remove", by=joe, leg=talk.leg(joe).id)
    with pytest.raises(CallGone, match="not in this call"):
        talk.ask("remove", leg=10_000)


def test_who_is_being_let_go_is_not_removed_twice(talk, joe):
    talk.add(joe)
    talk.world.transport.answers = lambda method, path: 503
    talk.ask("remove", leg=talk.leg(joe).id)

    with pytest.raises(CallGone, match="already"):
        talk.ask("remove", leg=talk.leg(joe).id)


def test_who_cannot_be_hung_up_can_be_removed_again(talk, joe):
    talk.add(joe)
    talk.world.passes(3)
    talk.world.transport.answers = lambda method, path: 400
    key = talk.ask("remove", leg=talk.leg(joe).id)
    assert became(key) == ("failed", "call_gone")
    talk.world.transport.answers = lambda method, path: 204

    key = talk.ask("remove", leg=talk.leg(joe).id)

    assert became(key) == ("done", "")


def test_whoever_was_added_may_add_others(talk, joe):
    talk.add(joe)

    talk.add(by=joe)

    assert talk.where(talk.customer, talk.leg(joe), talk.number()) == ["talk"] * 3
    assert Invitation.objects.last().by == joe


@pytest.fixture
def three(talk, joe):
    """A number that was consulted has the call together with Joe, whom Jane had added."""
    talk.consult()
    talk.ask("merge")
    talk.world.passes(2)
    talk.add(joe)
    talk.world.passes(2)
    talk.ask("complete")
    talk.hung_up()
    return talk


def test_a_call_left_to_a_number_and_a_colleague_is_the_colleagues(three, joe):
    assert (three.row.state, three.row.agent) == ("connected", joe)
    assert three.where(three.customer, three.leg(joe), three.number()) == ["talk"] * 3
    assert broken(three.world) == {}


def test_the_number_may_leave_it_and_the_talk_goes_on(three, joe):
    three.drops(three.number())

    assert (three.row.state, three.row.hung_up_by) == ("connected", "")
    assert three.where(three.customer, three.leg(joe)) == ["talk", "talk"]
    assert three.events()[-1] == "left"
    three.ask("end", by=joe)
    three.drops(three.leg(joe), by="platform")
    assert state_of(joe) == "wrap_up"


def test_the_colleague_ends_it_for_everybody(three, joe):
    three.ask("end", by=joe)

    assert three.where(three.customer, three.leg(joe), three.number()) == ["gone"] * 3
