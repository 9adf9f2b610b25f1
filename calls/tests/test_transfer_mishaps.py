"""A call is handed on, and something goes wrong between the click and the first music."""

import pytest

from agents import services as agents
from calls.models import Call, Offer, Queue, QueueEntry, Transfer
from calls.tests.asking import ask, became
from calls.tests.leaving import moved, words
from calls.tests.parties import Talk, broken, state_of
from ivr.models import Flow
from ivr.services import publish

pytestmark = [pytest.mark.db, pytest.mark.django_db]


@pytest.fixture
def talk(world, jane, joe):
    """Jane talks to a customer, and Joe is free."""
    world.available(jane)
    found = Talk(world, jane)
    world.passes(3)
    world.available(joe)
    return found


@pytest.fixture
def support(db):
    return Queue.objects.create(name="Support", offer_seconds=20, wrap_up_seconds=10)


def transfer(talk, **to):
    """Asked for, and not sent yet."""
    return ask(talk.world, "transfer", talk.call, talk.main, kind="blind", to=to)


def refuses_once(talk):
    """Vonage refuses the next move of the customer, and carries out the one after it."""
    statuses = iter([403])
    talk.world.transport.answers = lambda method, path: (
        next(statuses, 204) if method == "PUT" else 204
    )


def test_the_customer_of_an_agent_who_was_lost_waits_when_the_transfer_fails(talk, jane, support):
    key = transfer(talk, queue="Support")
    refuses_once(talk)
    talk.world.event(
        "completed", talk.leg(jane).uuid, key=talk.leg(jane).key, disconnected_by="platform"
    )

    talk.world.send()
    talk.world.send()

    assert became(key) == ("failed", "call_gone")
    assert (talk.row.state, talk.row.queue.name, talk.row.hung_up_by) == ("queued", "Sales", "")
    assert "lost the connection to your agent" in words(moved(talk.world))
    assert f"/v1/calls/{talk.customer.uuid}" not in talk.hang_ups()
    assert broken(talk.world) == {}


def test_who_had_the_call_last_and_was_lost_gets_it_back(talk, jane, joe):
    world = talk.world
    transfer(talk, agent="joe")
    world.send()
    talk.drops(talk.leg(jane), by="platform")
    world.route()
    world.picks_up(world.offer())
    world.available(jane)
    talk.ask("consult", by=joe, to={"agent": "jane"})
    talk.answers(talk.invited())
    talk.ask("complete", by=joe)
    talk.hung_up()
    assert talk.row.agent == jane

    talk.drops(talk.leg(jane), by="platform")
    world.available(jane)
    world.route()

    assert (world.offer().agent, talk.row.state) == (jane, "offered")
    assert broken(world) == {}


def test_the_next_agent_has_time_for_the_work_after_a_call_whose_agent_left_at_once(
    talk, jane, joe
):
    transfer(talk, agent="joe")
    talk.drops(talk.leg(jane))
    talk.world.route()

    assert talk.offer.wrap_up_seconds > 0
    assert talk.world.offer().wrap_up_seconds == talk.offer.wrap_up_seconds


@pytest.fixture
def other_menu(db):
    flow = Flow.objects.create(name="Other menu")
    publish(
        flow=flow,
        graph={"start": "bye", "nodes": {"bye": {"type": "hang_up", "text": "Farewell."}}},
    )
    return flow


def wants_a_break(talk):
    """Jane, after the work that holds her now."""
    agents.choose_next(
        agent_id=talk.main.id, state="on_break", reason="", actor="test", now=talk.world.now
    )


@pytest.mark.parametrize("goes_on", ["to work", "to lunch"])
def test_a_flow_that_was_taken_offline_meanwhile_sends_the_customer_back(
    talk, jane, other_menu, goes_on
):
    """To Jane, who is just leaving the call, unless a break follows."""
    if goes_on == "to lunch":
        wants_a_break(talk)
    transfer(talk, flow="Other menu")
    other_menu.versions.update(is_live=False)

    talk.world.send()
    talk.hung_up()

    entry = QueueEntry.objects.get(left_at=None)
    assert (talk.row.state, talk.row.queue.name) == ("queued", "Sales")
    assert (Transfer.objects.get().state, Transfer.objects.get().result) == ("returned", "failed")
    assert talk.where(talk.customer) == ["talk"]
    assert entry.agent == (jane if goes_on == "to work" else None)
    assert state_of(jane) == "wrap_up"
    assert broken(talk.world) == {}


def test_a_customer_from_no_queue_hears_why_when_the_flow_was_taken_offline(talk, other_menu):
    QueueEntry.objects.filter(call=talk.call).delete()
    Offer.objects.create(
        call=talk.call, agent=talk.main, leg=talk.leg(talk.main), kind="outgoing",
        state="accepted", offered_at=talk.world.now,
    )  # fmt: skip
    Call.objects.filter(id=talk.call.id).update(queue=None)
    wants_a_break(talk)
    transfer(talk, flow="Other menu")
    other_menu.versions.update(is_live=False)

    talk.world.send()
    talk.world.send()

    assert words(moved(talk.world)).startswith("Sorry, nobody can take your call")
