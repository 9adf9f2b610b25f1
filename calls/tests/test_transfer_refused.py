"""A call that cannot be handed on, or whose customer cannot be moved."""

import pytest

from agents.errors import AgentBusy
from agents.models import Agent
from calls.errors import CallGone, NotAllowed, UnknownCommand, UnknownTarget
from calls.models import Offer, Queue, Transfer
from calls.tests.asking import ask, became
from calls.tests.handing_on import a_talk, answers, broken, leaves, transfer, types
from calls.tests.leaving import agent_goes, fresh, moved

pytestmark = [pytest.mark.db, pytest.mark.django_db]


@pytest.fixture
def talk(world, jane):
    return a_talk(world, jane)


@pytest.fixture
def support(db):
    return Queue.objects.create(name="Support", offer_seconds=20, wrap_up_seconds=10)


# When the customer cannot be moved ----------------------------------------------------------


@pytest.mark.parametrize("status", [400, 403, 422])
def test_the_agent_stays_when_the_customer_cannot_be_moved(world, jane, joe, talk, status):
    call, _ = talk
    world.available(joe)
    world.transport.answers = answers(status)

    key = transfer(world, call, jane, agent="joe")
    world.send()

    assert became(key) == ("failed", "call_gone")
    assert (fresh(call).state, fresh(call).agent, fresh(call).room) == ("connected", jane, 1)
    assert types(call)[-2:] == ["transfer_asked", "transfer_failed"]
    assert Transfer.objects.get().state == "failed"
    assert world.sent("PUT", "hangup") == []
    world.route()
    assert not Offer.objects.filter(state="pending").exists()
    assert broken(world) == {}


def test_a_customer_who_cannot_be_moved_in_time_stays(world, jane, joe, talk):
    call, _ = talk
    world.available(joe)
    world.transport.answers = answers(500)
    key = transfer(world, call, jane, agent="joe")
    for _ in range(24):
        world.passes(1)
    assert became(key) == ("failed", "call_gone")
    assert Transfer.objects.get().state == "failed"

    world.transport.answers = answers(204)
    world.passes(5)

    assert moved(world)[0]["name"] == f"call-{call.key}-1"
    assert (fresh(call).state, fresh(call).agent) == ("connected", jane)
    assert broken(world) == {}


def test_a_customer_whom_vonage_does_not_know_any_more_has_hung_up(world, jane, joe, talk):
    call, _ = talk
    world.available(joe)
    world.transport.answers = answers(404)

    key = transfer(world, call, jane, agent="joe")
    world.send()

    assert became(key) == ("failed", "call_gone")
    assert fresh(call).state == "ended"


@pytest.mark.parametrize("how", ["user", "platform"])
def test_an_agent_who_leaves_at_once_has_handed_the_call_on_all_the_same(
    world, jane, joe, talk, how
):
    call, offer = talk
    world.available(joe)
    transfer(world, call, jane, agent="joe")

    agent_goes(world, offer, disconnected_by=how)
    world.send()

    assert (fresh(call).state, fresh(call).hung_up_by) == ("queued", "")
    world.route()
    assert world.offer().agent == joe
    assert broken(world) == {}


def test_the_call_is_over_when_the_agent_has_left_and_the_customer_cannot_be_moved(
    world, jane, joe, talk
):
    call, offer = talk
    world.available(joe)
    world.transport.answers = answers(400)
    transfer(world, call, jane, agent="joe")

    agent_goes(world, offer, disconnected_by="user")
    world.send()

    assert fresh(call).hung_up_by == "agent"


# Refusals -----------------------------------------------------------------------------------


def test_an_agent_who_cannot_be_rung_is_refused_with_the_reason(world, jane, joe, talk):
    call, _ = talk

    with pytest.raises(AgentBusy) as refused:
        transfer(world, call, jane, agent="joe")

    assert refused.value.message == "Joe is offline."
    assert fresh(call).agent == jane


@pytest.mark.parametrize(
    "to",
    [
        {"agent": "jane"},
        {"agent": "nobody"},
        {"queue": "No such queue"},
        {"flow": "No such flow"},
        {"number": "not a number"},
    ],
)
def test_whom_nobody_knows_cannot_be_handed_a_call(world, jane, talk, to):
    call, _ = talk

    with pytest.raises(UnknownTarget):
        ask(world, "transfer", call, jane, kind="blind", to=to)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"kind": "blind"},
        {"kind": "warm", "to": {"agent": "joe"}},
        {"kind": "blind", "to": {}},
        {"kind": "blind", "to": {"agent": "joe", "queue": "Sales"}},
        {"kind": "blind", "to": {"phone": "joe"}},
        {"kind": "blind", "to": {"agent": 7}},
        {"kind": "blind", "to": {"agent": "x" * 151}},
        {"kind": "blind", "to": {"agent": "a\0b"}},
        {"kind": "blind", "to": ["agent"]},
    ],
)
def test_what_means_nothing_is_refused(world, jane, talk, body):
    call, _ = talk
    before = types(call)

    with pytest.raises(UnknownCommand):
        ask(world, "transfer", call, jane, **body)

    assert types(call) == before


@pytest.mark.parametrize("kind", ["transfer", "hold", "end"])
def test_nothing_else_is_done_while_the_customer_is_on_the_way(world, jane, joe, talk, kind):
    call, _ = talk
    world.available(joe)
    transfer(world, call, jane, agent="joe")
    before = types(call)

    body = {"kind": "blind", "to": {"agent": "joe"}} if kind == "transfer" else {}

    with pytest.raises(CallGone):
        ask(world, kind, call, jane, **body)

    assert types(call) == before


def test_a_click_after_it_finds_the_call_gone(world, jane, joe, talk):
    call, offer = talk
    world.available(joe)
    transfer(world, call, jane, agent="joe")
    world.send()
    leaves(world, offer)

    with pytest.raises(CallGone):
        transfer(world, call, jane, agent="joe")


def test_agents_in_a_consultation_end_it_first(world, jane, joe, talk):
    call, _ = talk
    world.available(joe)
    ask(world, "consult", call, jane, to={"agent": "joe"})
    Agent.objects.filter(id=joe.id).update(no_offer_until=None)

    with pytest.raises(NotAllowed) as refused:
        transfer(world, call, jane, queue="Sales")

    assert refused.value.message == "End the consultation first."
