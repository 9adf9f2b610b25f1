"""Who takes which call."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calls.models import Offer
from calls.router import rounds
from calls.routing import (
    Assignment,
    Candidate,
    Idle,
    Waiting,
    assign,
    explain,
    may_take,
    rank,
)

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SALES, SUPPORT = 1, 2
JANE, JOE, KIM = 11, 12, 13


def waiting(entry, *, minute=0, queue=SALES, agent=None, preferred=None):
    return Waiting(
        entry_id=entry,
        enqueued_at=NOON + timedelta(minutes=minute),
        queue_id=None if agent else queue,
        agent_id=agent,
        preferred_agent_id=preferred,
    )


def ready(agent, *queues, minute=0):
    return Idle(agent, NOON + timedelta(minutes=minute), frozenset(queues or {SALES}))


def candidate(agent, *queues, minute=0, excluded=""):
    idle = ready(agent, *queues, minute=minute)
    return Candidate(agent, f"Agent {agent}", idle.idle_since, idle.queue_ids, excluded)


def why(call, chosen, known) -> Any:
    return explain(call, chosen, known)


minutes = st.integers(0, 5)
calls = st.lists(
    st.builds(
        waiting,
        st.integers(1, 30),
        minute=minutes,
        queue=st.integers(1, 3),
        agent=st.none() | st.integers(11, 16),
        preferred=st.none() | st.integers(11, 16),
    ),
    max_size=8,
    unique_by=lambda call: call.entry_id,
)
agents = st.lists(
    st.builds(
        Idle,
        st.integers(11, 16),
        minutes.map(lambda minute: NOON + timedelta(minutes=minute)),
        st.frozensets(st.integers(1, 3)),
    ),
    max_size=6,
    unique_by=lambda agent: agent.agent_id,
)


def test_the_oldest_call_goes_first():
    found = assign([waiting(1, minute=2), waiting(2, minute=1)], [ready(JANE)])

    assert found == [Assignment(2, JANE)]


def test_of_two_calls_of_the_same_instant_the_first_one_goes_first():
    assert assign([waiting(2), waiting(1)], [ready(JANE)]) == [Assignment(1, JANE)]


def test_the_longest_idle_agent_is_given_the_call():
    found = assign([waiting(1)], [ready(JANE, minute=2), ready(JOE, minute=1)])

    assert found == [Assignment(1, JOE)]


def test_two_equally_idle_agents_are_always_taken_in_the_same_order():
    people = [ready(JOE), ready(JANE)]

    assert assign([waiting(1)], people) == assign([waiting(1)], people[::-1])
    assert assign([waiting(1)], people) == [Assignment(1, JANE)]


def test_an_agent_takes_calls_of_their_queues_only():
    found = assign([waiting(1, queue=SUPPORT)], [ready(JANE), ready(JOE, SUPPORT, minute=9)])

    assert found == [Assignment(1, JOE)]


def test_a_call_that_nobody_can_take_does_not_hold_up_the_rest():
    found = assign([waiting(1, queue=SUPPORT), waiting(2, minute=5)], [ready(JANE)])

    assert found == [Assignment(2, JANE)]


def test_a_caller_who_waits_for_one_agent_waits_for_that_agent():
    call = waiting(1, agent=JOE)

    assert assign([call], [ready(JANE)]) == []
    assert assign([call], [ready(JANE), ready(JOE, SUPPORT, minute=9)]) == [Assignment(1, JOE)]


def test_the_preferred_agent_goes_before_the_longest_idle():
    call = waiting(1, preferred=JOE)

    assert assign([call], [ready(JANE), ready(JOE, minute=9)]) == [Assignment(1, JOE)]


def test_without_the_preferred_agent_somebody_else_takes_the_call():
    call = waiting(1, preferred=KIM)

    assert assign([call], [ready(JANE), ready(JOE, minute=9)]) == [Assignment(1, JANE)]


def test_a_preferred_agent_who_left_the_queue_does_not_take_the_call():
    call = waiting(1, preferred=JOE)

    assert assign([call], [ready(JANE), ready(JOE, SUPPORT)]) == [Assignment(1, JANE)]


def test_with_nobody_and_nothing_there_is_nothing_to_assign():
    assert assign([], [ready(JANE)]) == []
    assert assign([waiting(1)], []) == []


@given(calls, agents)
@settings(derandomize=True, deadline=None)
def test_nobody_gets_two_calls_and_no_call_two_agents(queued, idle):
    found = assign(queued, idle)

    assert len({one.agent_id for one in found}) == len(found)
    assert len({one.entry_id for one in found}) == len(found)


@given(calls, agents)
@settings(derandomize=True, deadline=None)
def test_everybody_gets_a_call_they_may_take_and_nobody_who_could_take_one_stays_idle(queued, idle):
    found = assign(queued, idle)

    call_of = {call.entry_id: call for call in queued}
    agent_of = {agent.agent_id: agent for agent in idle}
    assert all(may_take(call_of[one.entry_id], agent_of[one.agent_id]) for one in found)
    left = call_of.keys() - {one.entry_id for one in found}
    free = agent_of.keys() - {one.agent_id for one in found}
    assert not [
        (entry, agent)
        for entry in left
        for agent in free
        if may_take(call_of[entry], agent_of[agent])
    ]


@given(calls, agents)
@settings(derandomize=True, deadline=None)
def test_no_call_is_passed_over_for_a_younger_one_that_the_same_agent_took(queued, idle):
    found = {one.entry_id: one.agent_id for one in assign(queued, idle)}

    agent_of = {agent.agent_id: agent for agent in idle}
    for passed_over in (call for call in queued if call.entry_id not in found):
        for taken in (call for call in queued if call.entry_id in found):
            if may_take(passed_over, agent_of[found[taken.entry_id]]):
                assert (taken.enqueued_at, taken.entry_id) < (
                    passed_over.enqueued_at,
                    passed_over.entry_id,
                )


@given(calls, agents, st.randoms(use_true_random=False))
@settings(derandomize=True, deadline=None)
def test_the_order_in_which_rows_are_read_decides_nothing(queued, idle, dice):
    expected = assign(queued, idle)
    dice.shuffle(queued)
    dice.shuffle(idle)

    assert assign(queued, idle) == expected


def test_an_explanation_names_the_winner_the_next_and_counts_the_rest():
    known = [
        candidate(JANE, minute=2),
        candidate(JOE, minute=1),
        candidate(KIM, SUPPORT),
        candidate(14, excluded="busy"),
        candidate(15, excluded="busy"),
        candidate(16, excluded="paused"),
    ]

    told = why(waiting(1), JOE, known)

    assert told["rule"] == "longest idle"
    assert told["winner"] == {
        "agent": JOE,
        "name": "Agent 12",
        "idle_since": "2026-11-20T12:01:00+00:00",
        "preferred": False,
    }
    assert [one["agent"] for one in told["next"]] == [JANE]
    assert told["excluded"] == {"not in the queue": 1, "busy": 2, "paused": 1}


def test_an_explanation_says_when_preference_decided():
    told = why(waiting(1, preferred=JOE), JOE, [candidate(JANE), candidate(JOE, minute=9)])

    assert told["rule"] == "preferred agent"
    assert told["winner"]["preferred"] is True


def test_an_explanation_of_a_wait_for_one_agent_speaks_of_no_queue():
    told = why(waiting(1, agent=JOE), JOE, [candidate(JANE), candidate(JOE)])

    assert told["excluded"] == {"not the agent asked for": 1}


def test_an_explanation_shows_the_next_ten_at_most():
    known = [candidate(agent, minute=agent) for agent in range(30)]

    told = why(waiting(1), 0, known)

    assert [one["agent"] for one in told["next"]] == list(range(1, 11))


@given(calls.filter(bool), agents, st.sets(st.integers(11, 16)))
@settings(derandomize=True, deadline=None)
def test_an_explanation_agrees_with_the_decision_and_leaves_nobody_out(queued, people, away):
    call = queued[0]
    known = [
        Candidate(
            one.agent_id,
            "",
            one.idle_since,
            one.queue_ids,
            "busy" if one.agent_id in away else "",
        )
        for one in people
    ]
    decided = assign([call], [one for one in people if one.agent_id not in away])

    for one in decided:
        told = why(call, one.agent_id, known)

        assert told["winner"]["agent"] == one.agent_id
        idle = {person.agent_id: person for person in people}
        ranks = [rank(call, idle[row["agent"]]) for row in [told["winner"], *told["next"]]]
        assert ranks == sorted(ranks)
        assert 1 + len(told["next"]) + sum(told["excluded"].values()) == len(people)


@pytest.mark.db
@pytest.mark.django_db
def test_an_agent_taken_by_an_older_call_of_the_same_round_is_not_next_for_a_younger_one(
    world, jane, joe
):
    world.available(jane, joe)
    world.waits("a" * 32)
    world.now += timedelta(seconds=1)
    world.waits("b" * 32)

    rounds.pair(now=world.now)

    older, younger = Offer.objects.order_by("id")
    assert (older.agent, younger.agent) == (jane, joe)
    assert [one["agent"] for one in older.explanation["next"]] == [joe.id]
    assert younger.explanation["winner"]["agent"] == joe.id
    assert younger.explanation["next"] == []
    assert younger.explanation["excluded"] == {"offered": 1}
