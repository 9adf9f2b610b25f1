"""Who takes which call."""

from hypothesis import given, settings
from hypothesis import strategies as st

from calls.routing import Assignment, assign, may_take
from calls.tests.waiting import JANE, JOE, KIM, SUPPORT, agents, calls, ready, waiting


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
