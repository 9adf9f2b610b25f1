"""Who takes which call."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from calls import routing
from calls.routing import Assignment, Board, Idle, Need, Waiting, may_take, order_key, score
from calls.states import Strategy
from calls.tests.waiting import (
    FRENCH,
    JANE,
    JOE,
    KIM,
    NOON,
    REPAIRS,
    SUPPORT,
    agents,
    by_scanning,
    calls,
    moments,
    ready,
    waiting,
)

exactly = settings(derandomize=True, deadline=None, max_examples=300)
LATER = NOON + 600


def assign(queued, idle, *, now=NOON + 30, limit=None):
    return routing.assign(queued, idle, now=now, limit=limit)


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


def test_a_point_of_priority_counts_like_a_minute_of_waiting():
    older, dearer = waiting(1), waiting(2, minute=1, priority=1)

    assert score(older, LATER) == score(dearer, LATER) == 600
    assert assign([dearer, older], [ready(JANE)]) == [Assignment(1, JANE)]
    assert assign([replace(dearer, priority=2), older], [ready(JANE)]) == [Assignment(2, JANE)]


def test_nobody_is_overtaken_for_ever_by_calls_of_higher_priority():
    old, dear = waiting(1), waiting(2, minute=11, priority=10)

    assert assign([old, dear], [ready(JANE)], now=LATER + 60) == [Assignment(1, JANE)]


def test_no_more_calls_are_assigned_than_the_limit_and_the_rest_stays_on_the_board():
    board = Board()
    for entry in (1, 2, 3):
        board.wait(waiting(entry))
    for agent in (JANE, JOE, KIM):
        board.ready(ready(agent))

    assert board.assign(NOON, limit=0) == []
    assert board.assign(NOON, limit=2) == [Assignment(1, JANE), Assignment(2, JOE)]
    assert board.assign(NOON) == [Assignment(3, KIM)]


# The preferred agent ------------------------------------------------------------------------


def test_the_preferred_agent_goes_before_the_longest_idle():
    call = waiting(1, preferred=JOE)

    assert assign([call], [ready(JANE), ready(JOE, minute=9)]) == [Assignment(1, JOE)]


def test_without_the_preferred_agent_somebody_else_takes_the_call():
    call = waiting(1, preferred=KIM)

    assert assign([call], [ready(JANE), ready(JOE, minute=9)]) == [Assignment(1, JANE)]


def test_a_preferred_agent_who_left_the_queue_does_not_take_the_call():
    call = waiting(1, preferred=JOE)

    assert assign([call], [ready(JANE), ready(JOE, SUPPORT)]) == [Assignment(1, JANE)]


def test_an_agent_is_preferred_for_a_limited_time():
    call = waiting(1, preferred=JOE, until=30)
    people = [ready(JANE), ready(JOE, minute=9)]

    assert assign([call], people, now=NOON + 29) == [Assignment(1, JOE)]
    assert assign([call], people, now=NOON + 30) == [Assignment(1, JANE)]


def test_a_call_that_is_kept_waits_for_its_agent_until_the_time_is_over():
    board = Board()
    board.wait(waiting(1, preferred=JOE, until=30, is_kept=True))
    board.ready(ready(JANE))

    assert board.assign(NOON + 29.9) == []
    assert board.assign(NOON + 30) == [Assignment(1, JANE)]


def test_a_kept_call_goes_to_its_agent_as_soon_as_they_are_ready():
    board = Board()
    board.wait(waiting(1, preferred=JOE, until=30, is_kept=True))
    assert board.assign(NOON) == []

    board.ready(ready(JOE))

    assert board.assign(NOON + 1) == [Assignment(1, JOE)]


# Skills -------------------------------------------------------------------------------------


def test_a_call_goes_only_to_somebody_who_has_what_it_needs():
    call = waiting(1, needs=(Need(FRENCH, 3),))
    weak, strong = ready(JANE, skills={FRENCH: 2}), ready(JOE, minute=9, skills={FRENCH: 3})

    assert assign([call], [weak]) == []
    assert assign([call], [weak, strong]) == [Assignment(1, JOE)]


def test_needs_relax_step_by_step_as_the_caller_waits():
    board = Board()
    board.wait(waiting(1, needs=(Need(FRENCH, 4, 30), Need(FRENCH, 2, 60))))
    board.ready(ready(JANE, skills={FRENCH: 2}))

    assert board.assign(NOON + 29.9) == []
    assert board.assign(NOON + 30) == [Assignment(1, JANE)]

    board.wait(waiting(2, needs=(Need(FRENCH, 4, 30), Need(FRENCH, 2, 60))))
    board.ready(ready(JOE))

    assert board.assign(NOON + 59.9) == []
    assert board.assign(NOON + 60) == [Assignment(2, JOE)]


def test_what_is_asked_for_always_never_relaxes():
    call = waiting(1, needs=(Need(FRENCH, 4, 30), Need(REPAIRS, 1)))

    assert assign([call], [ready(JANE, skills={FRENCH: 5})], now=NOON + 9999) == []


# The board, moment by moment ------------------------------------------------------------------


def test_a_call_that_left_is_not_assigned_any_more():
    board = Board()
    board.wait(waiting(1))
    board.leave(1)
    board.ready(ready(JANE))

    assert board.assign(NOON) == []


def test_an_agent_who_became_busy_is_not_given_a_call():
    board = Board()
    board.ready(ready(JANE))
    board.busy(JANE)
    board.wait(waiting(1))

    assert board.assign(NOON) == []


def test_a_call_whose_offer_came_to_nothing_waits_again_at_its_old_place():
    board = Board()
    board.wait(waiting(1))
    board.ready(ready(JANE))
    assert board.assign(NOON) == [Assignment(1, JANE)]

    board.wait(waiting(2, minute=1))
    board.wait(waiting(1))
    board.ready(ready(JOE, minute=3))

    assert board.assign(NOON + 180) == [Assignment(1, JOE)]


def test_with_nobody_and_nothing_there_is_nothing_to_assign():
    assert assign([], [ready(JANE)]) == []
    assert assign([waiting(1)], []) == []


# Whatever the floor looks like ------------------------------------------------------------------


@given(calls, agents, moments, st.none() | st.integers(0, 4))
@exactly
def test_the_board_finds_what_looking_at_everybody_finds(queued, idle, now, limit):
    expected = by_scanning(queued, idle, now=now, limit=limit)

    assert assign(queued, idle, now=now, limit=limit) == expected


steps = st.lists(
    st.tuples(
        st.sampled_from(["wait", "leave", "ready", "busy", "assign", "assign"]),
        st.integers(0, 9),
        st.none() | st.integers(0, 3),
    ),
    max_size=40,
)


@given(calls, agents, steps)
@exactly
def test_a_board_that_lives_on_finds_what_a_fresh_look_finds(queued, idle, happenings):
    board, now = Board(), NOON
    waits: dict[int, Waiting] = {}
    free: dict[int, Idle] = {}
    for kind, number, limit in happenings:
        if kind in {"wait", "leave"} and queued:
            call = queued[number % len(queued)]
            waits.pop(call.entry_id, None)
            if kind == "wait":
                waits[call.entry_id] = call
                board.wait(call)
            else:
                board.leave(call.entry_id)
        elif kind in {"ready", "busy"} and idle:
            agent = idle[number % len(idle)]
            free.pop(agent.agent_id, None)
            if kind == "ready":
                free[agent.agent_id] = agent
                board.ready(agent)
            else:
                board.busy(agent.agent_id)
        elif kind == "assign":
            now += 15 * number
            expected = by_scanning([*waits.values()], [*free.values()], now=now, limit=limit)
            assert board.assign(now, limit) == expected
            for one in expected:
                waits.pop(one.entry_id, None)
                free.pop(one.agent_id, None)


@given(calls, agents, moments)
@exactly
def test_nobody_who_could_take_a_call_that_is_left_stays_idle(queued, idle, now):
    found = assign(queued, idle, now=now)

    call_of = {call.entry_id: call for call in queued}
    agent_of = {agent.agent_id: agent for agent in idle}
    assert all(may_take(call_of[one.entry_id], agent_of[one.agent_id], now) for one in found)
    assert len({one.agent_id for one in found}) == len(found)
    free = agent_of.keys() - {one.agent_id for one in found}
    left = call_of.keys() - {one.entry_id for one in found}
    assert not [
        (entry, agent)
        for entry in left
        for agent in free
        if may_take(call_of[entry], agent_of[agent], now)
    ]


@given(calls, agents, moments, st.integers(0, 4))
@exactly
def test_a_limit_takes_from_the_end_only(queued, idle, now, limit):
    plain = [call for call in queued if call.strategy != Strategy.RING_ALL]

    assert assign(plain, idle, now=now, limit=limit) == assign(plain, idle, now=now)[:limit]


@given(calls, agents, moments)
@exactly
def test_no_call_is_passed_over_for_one_of_lower_score_that_the_same_agent_took(queued, idle, now):
    plain = [call for call in queued if call.strategy != Strategy.RING_ALL]
    found = {one.entry_id: one.agent_id for one in assign(plain, idle, now=now)}

    agent_of = {agent.agent_id: agent for agent in idle}
    for passed_over in (call for call in plain if call.entry_id not in found):
        for taken in (call for call in plain if call.entry_id in found):
            if may_take(passed_over, agent_of[found[taken.entry_id]], now):
                assert (-score(taken, now), taken.entry_id) < (
                    -score(passed_over, now),
                    passed_over.entry_id,
                )


@given(calls, moments)
@exactly
def test_the_printed_formula_is_the_order(queued, now):
    for call in queued:
        assert score(call, now) == 60 * call.priority + (now - call.enqueued_at)
    by_score = sorted(queued, key=lambda call: (-score(call, now), call.entry_id))
    assert by_score == sorted(queued, key=lambda call: (order_key(call), call.entry_id))


@given(calls, agents, moments, st.randoms(use_true_random=False))
@exactly
def test_the_order_in_which_rows_are_read_decides_nothing(queued, idle, now, dice):
    expected = assign(queued, idle, now=now)
    dice.shuffle(queued)
    dice.shuffle(idle)

    assert assign(queued, idle, now=now) == expected


def test_who_wraps_up_a_call_that_waits_for_them_again_may_take_that_one_alone():
    own, other = (Waiting(number, 0.0, agent_id=9) for number in (1, 2))
    jane = Idle(9, 0.0, frozenset(), only_entry_id=own.entry_id)

    assert may_take(own, jane, 5.0)
    assert not may_take(other, jane, 5.0)
    assert routing.assign([other, own], [jane], now=5.0) == [Assignment(1, 9)]
