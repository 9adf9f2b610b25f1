"""Supervisors end calls: those that wait, ring or are called back; and whose they may not end."""

import pytest

from agents.models import Team
from calls.models import Call, Callback, Offer, QueueAssignment
from calls.services import offers
from calls.tests import calling_out, supervising
from calls.tests.asking import ask
from calls.tests.doors import error
from calls.tests.leaving import dialled, fresh, hangs_up, offers_ways, rings, wants_callback
from calls.tests.parties import Talk, broken, state_of

pytestmark = [pytest.mark.db, pytest.mark.django_db]


@pytest.fixture
def night(cy):
    """A team that has nothing to do with Sales; Cy supervises it."""
    team = Team.objects.create(name="Night")
    team.supervisors.add(cy)
    return team


def end(world, browser, user, call):
    return supervising.ask(world, browser, user, call, "end")


def test_a_waiting_call_that_is_ended_rings_nobody_any_more(world, browser, ada, joe):
    call = world.waits()

    assert end(world, browser, ada, call).status_code == 202

    world.available(joe)
    world.route()
    assert not Offer.objects.exists()
    assert (fresh(call).state, fresh(call).hung_up_by) == ("ended", "supervisor")
    assert supervising.is_hung_up(world, call.legs.get(kind="customer"))
    hangs_up(world)
    assert broken(world) == {}


def test_a_call_that_rings_is_ended_without_blame_for_the_agent(world, browser, ada, joe):
    call = world.waits()
    world.available(joe)
    world.route()
    offer = world.offer()
    offers.see(offer_id=offer.id, agent_id=joe.id, now=world.now)

    end(world, browser, ada, call)
    world.send()
    world.ends(offer, "cancelled")

    offer.refresh_from_db()
    assert (offer.state, state_of(joe), fresh(call).state) == ("rescinded", "available", "ended")


def test_a_call_that_is_being_hung_up_is_offered_to_nobody(world, joe):
    call = world.waits()
    Call.objects.filter(id=call.id).update(hung_up_by="supervisor")

    world.available(joe)
    world.route()

    assert not Offer.objects.exists()


def test_a_callback_that_waits_is_ended_for_good(world, browser, ada, joe, sales):
    offers_ways(sales)
    call = wants_callback(world)

    end(world, browser, ada, call)
    world.available(joe)
    world.passes(60)

    callback = Callback.objects.get()
    assert (callback.state, fresh(call).state) == ("cancelled", "ended")
    assert fresh(call).hung_up_by == "supervisor"
    assert not Offer.objects.exists()
    assert broken(world) == {}


def test_a_callback_is_ended_while_its_customer_is_called(world, browser, ada, joe, sales):
    offers_ways(sales)
    call = wants_callback(world)
    offer = rings(world, joe)
    _, customer = dialled(world, offer)

    end(world, browser, ada, call)
    world.send()

    assert fresh(call).state == "ended"
    assert Callback.objects.get().state == "cancelled"
    for leg in (customer, offer.leg):
        assert supervising.is_hung_up(world, leg)
        supervising.leaves(world, leg, disconnected_by="platform")
    assert state_of(joe) == "available"
    assert broken(world) == {}


def test_an_agent_who_ends_a_call_just_handed_on_leaves_the_customer_waiting(world, jane):
    world.available(jane)
    talk = Talk(world, jane)
    ask(world, "transfer", talk.call, jane, kind="blind", to={"queue": "Sales"})
    world.send()

    talk.ask("end")

    assert (talk.row.state, talk.row.hung_up_by) == ("queued", "")


def test_a_supervisor_does_not_see_calls_out_of_other_teams(world, browser, jane, night, cy):
    world.available(jane)
    calling_out.holds_phone(world, jane)
    call = calling_out.talks(world, browser(jane.user))

    assert browser(cy).get(f"/api/calls/{call.id}").status_code == 404
    assert error(end(world, browser, cy, call)) == (404, "not_found")
    assert fresh(call).hung_up_by == ""


def test_a_supervisor_who_once_took_part_does_not_end_another_teams_call(
    world, browser, jane, joe, night
):
    QueueAssignment.objects.filter(agent=joe).delete()
    night.supervisors.add(joe.user)
    world.available(jane)
    talk = Talk(world, jane)
    world.available(joe)
    talk.consult(joe)
    talk.ask("cancel")
    talk.hung_up()

    assert error(end(world, browser, joe.user, talk.call)) == (409, "call_gone")
    assert talk.row.hung_up_by == ""


@pytest.mark.parametrize(
    ("act", "body"),
    [("move", {"queue": "Sales"}), ("priority", {"priority": 5}), ("connect", {"agent": "jane"})],
)
def test_nor_does_anything_else_about_it(world, browser, jane, joe, night, act, body):
    world.available(joe)
    call, offer = world.talks()
    QueueAssignment.objects.filter(agent=joe).delete()
    joe.team = None
    joe.save()
    night.supervisors.add(joe.user)
    supervising.leaves(world, offer.leg, disconnected_by="platform")

    reply = supervising.ask(world, browser, joe.user, call, act, **body)

    assert error(reply) == (403, "not_allowed")
    assert reply.json()["error"]["message"] == "This call is not of your teams."


def test_a_supervisor_whose_leg_ends_with_the_call_is_told_that_it_is_over(
    world, browser, ada, jane, joe
):
    team = Team.objects.get(name="Floor")
    team.supervisors.add(joe.user)
    world.available(jane)
    talk = Talk(world, jane)
    supervision, _ = supervising.listens(world, browser, joe.user, talk.call)

    talk.ask("end")
    supervising.leaves(world, supervision.leg, disconnected_by="platform")

    supervision.refresh_from_db()
    assert supervision.result == "call_ended"
