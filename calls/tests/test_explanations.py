"""Why this agent: an explanation says what the decision was made of."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calls.models import Offer
from calls.router import rounds
from calls.routing import Candidate, assign, explain, rank
from calls.tests.waiting import JANE, JOE, KIM, SUPPORT, agents, calls, candidate, waiting


def why(call, chosen, known) -> Any:
    return explain(call, chosen, known)


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
