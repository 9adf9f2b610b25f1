"""Why this agent: an explanation says what the decision was made of."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calls.models import Offer
from calls.router import rounds
from calls.routing import Need, assign, explain, preview, reason
from calls.states import Strategy
from calls.tests.waiting import (
    FRENCH,
    JANE,
    JOE,
    KIM,
    NOON,
    SUPPORT,
    agents,
    calls,
    candidate,
    moments,
    seen,
    waiting,
)


def why(call, chosen, known, now=NOON + 120) -> Any:
    return explain(call, chosen, known, now=now)


def test_an_explanation_names_the_winner_the_next_and_counts_the_rest():
    known = [
        candidate(JANE, minute=2),
        candidate(JOE, minute=1),
        candidate(KIM, SUPPORT),
        candidate(14, excluded="busy"),
        candidate(15, excluded="busy"),
        candidate(16, excluded="paused"),
    ]

    told = why(waiting(1, priority=2), JOE, known)

    assert told["rule"] == "longest idle"
    assert (told["score"], told["priority"], told["waited"]) == (240, 2, 120)
    assert told["winner"]["agent"] == JOE
    assert told["winner"]["name"] == "Agent 12"
    assert told["winner"]["idle_since"] == datetime.fromtimestamp(NOON + 60, UTC).isoformat()
    assert told["winner"]["preferred"] is False
    assert [one["agent"] for one in told["next"]] == [JANE]
    assert told["excluded"] == {"not in the queue": 1, "busy": 2, "paused": 1}


def test_an_explanation_says_when_preference_decided():
    told = why(waiting(1, preferred=JOE), JOE, [candidate(JANE), candidate(JOE, minute=9)])

    assert told["rule"] == "preferred agent"
    assert told["winner"]["preferred"] is True


def test_an_explanation_of_a_wait_for_one_agent_speaks_of_no_queue():
    told = why(waiting(1, agent=JOE), JOE, [candidate(JANE), candidate(JOE)])

    assert told["rule"] == "the agent asked for"
    assert told["excluded"] == {"not the agent asked for": 1}


def test_an_explanation_names_the_skills_that_others_lack():
    call = waiting(1, needs=(Need(FRENCH, 3, name="French"), Need(FRENCH, 5, 60, name="French")))

    told = why(call, JOE, [candidate(JANE), candidate(JOE, skills={FRENCH: 3})])

    assert told["needs"] == ["French 3"]
    assert told["winner"]["skills"] == {str(FRENCH): 3}
    assert told["excluded"] == {"lacks French 3": 1}


def test_an_explanation_names_the_strategy_of_the_queue():
    rules = {
        strategy: why(waiting(1, strategy=strategy), JOE, [candidate(JOE)])["rule"]
        for strategy in Strategy
    }

    assert list(rules.values()) == [
        "longest idle",
        "round robin",
        "ring all",
        "top-down",
        "least skilled",
    ]
    assert len({reason(rule, "Sales") for rule in rules.values()}) == 5


def test_an_explanation_shows_the_next_ten_and_counts_the_others():
    known = [candidate(agent, minute=agent) for agent in range(30)]

    told = why(waiting(1), 0, known)

    assert [one["agent"] for one in told["next"]] == list(range(1, 11))
    assert told["more"] == 19


@given(calls.filter(bool), agents, st.sets(st.integers(11, 16)), moments)
@settings(derandomize=True, deadline=None, max_examples=100)
def test_an_explanation_agrees_with_the_decision_and_leaves_nobody_out(queued, people, away, now):
    call = queued[0]
    known = [seen(one, "busy" if one.agent_id in away else "") for one in people]
    decided = assign([call], [one for one in known if not one.excluded], now=now)

    for one in decided[:1]:
        told = why(call, one.agent_id, known, now)

        assert told["winner"]["agent"] == one.agent_id
        places = [row.candidate.agent_id for row in preview(call, known, now=now) if row.place]
        assert [row["agent"] for row in [told["winner"], *told["next"]]] == places
        assert 1 + len(told["next"]) + sum(told["excluded"].values()) == len(people)


@given(calls.filter(bool), agents, st.sets(st.integers(11, 16)), moments)
@settings(derandomize=True, deadline=None, max_examples=100)
def test_a_preview_shows_first_whom_the_decision_takes_and_a_reason_for_all_others(
    queued, people, away, now
):
    call = queued[0]
    known = [seen(one, "busy" if one.agent_id in away else "") for one in people]
    decided = assign([call], [one for one in known if not one.excluded], now=now)

    rows = preview(call, known, now=now)

    first = [row.candidate.agent_id for row in rows if row.place == 1]
    assert first == [one.agent_id for one in decided[:1]]
    assert len(rows) == len(people)
    assert all(bool(row.place) != bool(row.reason) for row in rows)


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


@pytest.mark.db
@pytest.mark.django_db
def test_an_agent_who_serves_none_of_the_queues_is_counted(world, jane, joe, sales):
    world.available(joe, jane)
    sales.agents.remove(jane)
    world.waits()

    rounds.pair(now=world.now)

    assert Offer.objects.get().explanation["excluded"] == {"not in the queue": 1}


@pytest.mark.db
@pytest.mark.django_db
def test_of_a_wait_for_one_agent_all_others_are_not_the_one_asked_for(world, jane, joe):
    world.available(joe, jane)
    world.press(world.answer(), "2")

    rounds.pair(now=world.now)

    assert Offer.objects.get().agent == jane
    assert Offer.objects.get().explanation["excluded"] == {"not the agent asked for": 1}
