"""Calls that ring everybody who is idle: one answers, the others are let go."""

import pytest

from agents import services as agents
from agents.selectors import state_now
from calls.models import Leg, Offer, QueueAssignment, Token
from calls.routing import Assignment, Board
from calls.services import offers as offer_service
from calls.states import Strategy
from calls.tests.waiting import JANE, JOE, KIM, NOON, SUPPORT, ready, waiting


def ringing(entry, **more):
    return waiting(entry, strategy=Strategy.RING_ALL, **more)


def test_a_call_rings_everybody_who_is_idle_the_longest_idle_first():
    board = Board()
    board.wait(ringing(1))
    for agent, minute in ((JANE, 3), (JOE, 1), (KIM, 2)):
        board.ready(ready(agent, minute=minute))

    assert board.assign(NOON + 240) == [Assignment(1, JOE), Assignment(1, KIM), Assignment(1, JANE)]


def test_every_call_gets_one_agent_before_any_gets_two():
    board = Board()
    board.wait(ringing(1))
    board.wait(waiting(2, minute=1))
    for agent in (JANE, JOE, KIM):
        board.ready(ready(agent))

    assert board.assign(NOON + 60) == [Assignment(1, JANE), Assignment(2, JOE), Assignment(1, KIM)]


def test_no_more_agents_are_rung_than_the_limit():
    board = Board()
    board.wait(ringing(1))
    for agent in (JANE, JOE, KIM):
        board.ready(ready(agent))

    assert board.assign(NOON, limit=2) == [Assignment(1, JANE), Assignment(1, JOE)]


def test_a_call_that_rings_is_joined_by_others_but_rings_nobody_twice():
    board = Board()
    board.wait(ringing(1, rung=frozenset({JANE})))
    board.ready(ready(JANE))
    board.ready(ready(JOE, SUPPORT))

    assert board.assign(NOON) == []

    board.ready(ready(KIM))

    assert board.assign(NOON) == [Assignment(1, KIM)]


@pytest.fixture
def ring_all(world, sales, jane, joe):
    sales.strategy = Strategy.RING_ALL
    sales.save()
    world.available(jane, joe)
    return world


def offers():
    return Offer.objects.select_related("leg", "agent").order_by("id")


def states(*people):
    return [state_now(agent_id=agent.id).state for agent in people]


pytestmark = [pytest.mark.db, pytest.mark.django_db]


def test_all_idle_agents_of_the_queue_are_rung_at_once(ring_all, jane, joe):
    call = ring_all.waits()

    ring_all.route()

    assert [(one.agent, one.is_shared) for one in offers()] == [(jane, True), (joe, True)]
    assert states(jane, joe) == ["offered", "offered"]
    call.refresh_from_db()
    assert call.state == "offered"
    assert len(ring_all.sent("POST")) == 2


def test_whoever_answers_first_has_the_call_and_the_others_are_let_go(ring_all, jane, joe):
    call = ring_all.waits()
    ring_all.route()
    janes, joes = offers()

    ring_all.picks_up(joes)

    call.refresh_from_db()
    janes.refresh_from_db()
    assert (call.state, call.agent) == ("connected", joe)
    assert (janes.state, janes.cause) == ("rescinded", "")
    assert states(jane, joe) == ["available", "busy"]
    ring_all.send()
    assert ring_all.sent("PUT", "hangup")  # Jane's phone stops ringing


def test_the_one_who_answers_second_hears_that_the_call_is_taken(ring_all, jane, joe):
    ring_all.waits()
    ring_all.route()
    janes, joes = offers()
    ring_all.picks_up(joes)

    reply = ring_all.picks_up(janes)

    assert reply[0]["text"] == "The call has been taken."
    assert Leg.objects.filter(kind="agent", room__contains="call-").get() == joes.leg


def test_the_call_waits_on_when_the_last_of_them_has_not_answered(ring_all, jane, joe):
    call = ring_all.waits()
    ring_all.route()
    janes, joes = offers()

    ring_all.ends(janes, "busy")
    call.refresh_from_db()
    assert call.state == "offered"

    ring_all.ends(joes, "busy")
    call.refresh_from_db()
    assert call.state == "queued"


def test_an_agent_who_comes_free_is_rung_too_while_it_rings(ring_all, jane, joe):
    agents.choose(agent_id=joe.id, state="on_break", reason="", actor="", now=ring_all.now)
    ring_all.waits()
    ring_all.route()
    assert [one.agent for one in offers()] == [jane]

    ring_all.available(joe)
    ring_all.route()

    assert [one.agent for one in offers()] == [jane, joe]


def test_a_caller_who_hangs_up_silences_them_all(ring_all, jane, joe):
    ring_all.waits()
    ring_all.route()

    ring_all.event("completed", disconnected_by="user")

    assert [one.state for one in offers()] == ["rescinded", "rescinded"]
    assert states(jane, joe) == ["available", "available"]


def test_as_many_are_rung_as_there_are_set_up_tokens(ring_all, jane, joe):
    Token.objects.filter(budget="setup", position__gt=0).delete()
    ring_all.waits()

    ring_all.route()

    assert [one.agent for one in offers()] == [jane]


def test_every_offer_counts_as_a_turn(ring_all, jane, joe):
    ring_all.waits()
    ring_all.route()

    turns = QueueAssignment.objects.values_list("last_offered_at", flat=True)
    assert set(turns) == {offers()[0].offered_at}


def test_whoever_takes_turns_declining_a_caller_waits_no_longer_than_the_queue_says(
    ring_all, sales, jane, joe
):
    sales.max_wait_seconds = 30
    sales.save()
    call = ring_all.waits()
    ring_all.route()

    for _ in range(12):
        ring_all.passes(5)
        janes = offers().filter(state="pending").first()
        if janes and offers().filter(state="pending").count() == 2:
            declines(ring_all, janes)

    call.refresh_from_db()
    assert call.entries.get().outcome == "overflowed"


def declines(world, offer):
    offer_service.decline(offer_id=offer.id, agent_id=offer.agent_id, actor="", now=world.now)
    world.send()
    offer.leg.refresh_from_db()
    world.event("completed", offer.leg.uuid, key=offer.leg.key)
