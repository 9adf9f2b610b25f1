"""Which of the idle agents is rung, by the queue's strategy."""

from datetime import timedelta

import pytest

from agents.models import AgentSkill, Skill
from calls.models import Callback, Offer, QueueAssignment, QueueEntry, Token
from calls.router import rounds
from calls.routing import Assignment, Need, assign
from calls.states import Strategy
from calls.tests.waiting import (
    FRENCH,
    JANE,
    JOE,
    KIM,
    NOON,
    REPAIRS,
    SALES,
    SUPPORT,
    ready,
    waiting,
)


def chosen(strategy, *people, **more):
    found = assign([waiting(1, strategy=strategy, **more)], people, now=NOON)
    return [one.agent_id for one in found]


def test_longest_idle_looks_at_idle_time_alone():
    jane = ready(JANE, minute=2, places={SALES: 0}, turns={SALES: 0.0})
    joe = ready(JOE, minute=1, places={SALES: 9}, turns={SALES: NOON})

    assert chosen(Strategy.LONGEST_IDLE, jane, joe) == [JOE]


def test_round_robin_takes_who_was_offered_a_call_of_this_queue_longest_ago():
    jane = ready(JANE, minute=0, turns={SALES: NOON - 10, SUPPORT: NOON - 99})
    joe = ready(JOE, minute=9, turns={SALES: NOON - 20})

    assert chosen(Strategy.ROUND_ROBIN, jane, joe) == [JOE]


def test_round_robin_begins_with_who_never_had_a_turn():
    jane, joe = ready(JANE, turns={SALES: NOON - 999}), ready(JOE, minute=9)

    assert chosen(Strategy.ROUND_ROBIN, jane, joe) == [JOE]


def test_top_down_takes_the_first_in_the_queues_own_order():
    jane, joe = ready(JANE, places={SALES: 2}), ready(JOE, minute=9, places={SALES: 1})
    kim = ready(KIM, minute=5, places={SALES: 1, SUPPORT: 0})

    assert chosen(Strategy.TOP_DOWN, jane, joe, kim) == [KIM]


def test_least_skilled_keeps_experts_for_harder_calls():
    jane = ready(JANE, skills={FRENCH: 5, REPAIRS: 3})
    joe = ready(JOE, minute=9, skills={FRENCH: 3})
    kim = ready(KIM)

    needs = (Need(FRENCH, 3),)
    assert chosen(Strategy.LEAST_SKILLED, jane, joe, kim, needs=needs) == [JOE]


def test_equals_are_taken_by_idle_time_whatever_the_strategy():
    for strategy in Strategy:
        people = [ready(KIM, minute=3), ready(JOE, minute=1), ready(JANE, minute=2)]
        assert chosen(strategy, *people)[:1] == [JOE]


def test_each_call_is_given_out_by_the_strategy_of_its_own_queue():
    jane = ready(JANE, SALES, SUPPORT, minute=1, places={SUPPORT: 2})
    joe = ready(JOE, SALES, SUPPORT, minute=2, places={SUPPORT: 1})
    calls = [waiting(1, queue=SUPPORT, strategy=Strategy.TOP_DOWN), waiting(2, minute=1)]

    assert assign(calls, [jane, joe], now=NOON) == [Assignment(1, JOE), Assignment(2, JANE)]


# In the tables --------------------------------------------------------------------------------

pytestmark = [pytest.mark.db, pytest.mark.django_db]


def rung(world):
    """Whom the next call rings, who then lets it ring out at their side."""
    rounds.pair(now=world.now)
    return Offer.objects.select_related("agent__user").latest("id").agent.user.username


def test_the_queues_order_of_its_agents_decides_top_down(world, sales, jane, joe):
    sales.strategy = Strategy.TOP_DOWN
    sales.save()
    QueueAssignment.objects.filter(agent=jane).update(position=2)
    QueueAssignment.objects.filter(agent=joe).update(position=1)
    world.available(jane, joe)
    world.waits()

    assert rung(world) == "joe"


def test_turns_are_remembered_by_the_queue(world, sales, jane, joe):
    sales.strategy = Strategy.ROUND_ROBIN
    sales.save()
    world.available(jane, joe)
    QueueAssignment.objects.filter(agent=jane).update(last_offered_at=world.now)
    world.waits()

    assert rung(world) == "joe"
    assert QueueAssignment.objects.get(agent=joe).last_offered_at == world.now


def test_a_call_waits_for_the_skill_it_needs_until_the_need_is_over(world, sales, jane):
    french = Skill.objects.create(name="French")
    AgentSkill.objects.create(agent=jane, skill=french, level=2)
    world.available(jane)
    world.waits()
    QueueEntry.objects.update(requirements=[[french.id, 4, 30]])

    assert rounds.pair(now=world.now + timedelta(seconds=29)) == 0
    assert rounds.pair(now=world.now + timedelta(seconds=30)) == 1


def test_the_call_with_the_higher_score_is_offered_first(world, sales, jane):
    world.waits("a" * 32)
    world.now += timedelta(seconds=30)
    dear = world.waits("b" * 32)
    QueueEntry.objects.filter(call=dear).update(priority=1)
    world.available(jane)

    rounds.pair(now=world.now)

    assert Offer.objects.get().entry.call == dear


def test_a_caller_who_is_out_of_the_room_is_not_offered(world, jane):
    world.available(jane)
    world.waits()
    QueueEntry.objects.update(paused_at=world.now)

    assert rounds.pair(now=world.now) == 0


@pytest.fixture
def callback(world, sales, jane):
    """A caller who has hung up and waits to be called back."""
    world.available(jane)
    call = world.waits()
    entry = call.entries.get()
    type(call).objects.filter(id=call.id).update(state="awaiting_callback")
    QueueEntry.objects.filter(id=entry.id).update(is_virtual=True)
    return Callback.objects.create(call=call, entry=entry, number=world.CALLER, asked_at=world.now)


def test_a_callback_is_offered_to_an_agent_first(world, callback):
    assert rounds.pair(now=world.now) == 1

    callback.call.refresh_from_db()
    assert callback.call.state == "offered"


def test_a_callback_waits_for_the_token_of_the_second_dial_too(world, callback):
    tokens = Token.objects.filter(budget="setup")
    tokens.filter(position__gt=0).update(free_at=world.now + timedelta(seconds=1))

    assert rounds.pair(now=world.now) == 0
    assert rounds.pair(now=world.now + timedelta(seconds=1)) == 1


def test_a_callback_waits_until_its_next_try(world, callback):
    QueueEntry.objects.update(retry_at=world.now + timedelta(minutes=15))

    assert rounds.pair(now=world.now) == 0
    assert rounds.pair(now=world.now + timedelta(minutes=15)) == 1


def test_nobody_is_called_back_while_the_queue_is_closed(world, sales, callback):
    sales.is_emergency_closed = True
    sales.save()

    assert rounds.pair(now=world.now) == 0


def test_a_callback_that_no_agent_takes_waits_on(world, callback):
    world.route()

    world.ends(world.offer(), "busy")

    callback.call.refresh_from_db()
    assert callback.call.state == "awaiting_callback"
