"""Whom an agent can hand a call to, or ask into it."""

import pytest

from agents.models import AgentState, StateReason
from calls.models import Queue
from calls.tests.doors import error
from ivr.models import Flow
from tests.world import World

pytestmark = [pytest.mark.db, pytest.mark.django_db]


def found(client, words=""):
    return client.get("/api/targets", {"q": words}).json()


def test_everybody_is_listed_with_what_they_do(world, janes, jane, joe):
    world.available(joe)

    people = found(janes)["agents"]

    running = AgentState.objects.get(agent=joe, ended_at=None)
    assert people == [
        {
            "username": "joe",
            "name": "Joe",
            "state": "available",
            "reason": None,
            "since": running.started_at.isoformat().replace("+00:00", "Z"),
            "available": True,
            "why": None,
        }
    ]


def test_who_cannot_be_rung_says_why(world, janes, joe):
    StateReason.objects.create(code="lunch", label="Lunch")
    AgentState.objects.create(agent=joe, state="on_break", reason="lunch", started_at=world.now)

    (person,) = found(janes)["agents"]

    assert (person["available"], person["why"], person["reason"]) == (False, "On a break", "Lunch")


def test_an_agent_who_never_worked_is_offline(world, janes, joe):
    (person,) = found(janes)["agents"]

    assert (person["state"], person["since"], person["why"]) == ("offline", None, "Offline")


@pytest.mark.parametrize(("words", "names"), [("jo", ["Joe"]), ("JOE", ["Joe"]), ("zoe", [])])
def test_people_are_found_by_a_part_of_their_name(world, janes, joe, words, names):
    assert [one["name"] for one in found(janes, words)["agents"]] == names


def test_queues_say_whether_they_let_anybody_in(world, janes, joe):
    world.available(joe)
    Queue.objects.create(name="Support", is_emergency_closed=True)

    queues = found(janes)["queues"]

    assert queues == [
        {"name": "Sales", "waiting": 0, "agents_available": 1, "open": True},
        {"name": "Support", "waiting": 0, "agents_available": 0, "open": False},
    ]


def test_only_flows_that_were_published_are_listed(world, janes):
    Flow.objects.create(name="Draft")

    assert found(janes)["flows"] == [{"name": f"Flow of {World.MENU}"}]


def test_numbers_are_those_of_my_last_customers(world, janes, jane):
    world.available(jane)
    world.talks()

    assert found(janes)["numbers"] == [
        {"number": World.CALLER, "shown": "+44 7700 900 001", "name": None}
    ]
    for words in ("900001", "07700 900", "0044 7700", "+44 (0)7700", "7700\u00a0900"):
        assert found(janes, words)["numbers"] != []
    assert found(janes, "900002")["numbers"] == []


def test_words_that_are_too_long_are_refused(world, janes):
    assert error(janes.get("/api/targets", {"q": "x" * 101})) == (400, "invalid")
    assert error(janes.get("/api/targets", {"q": "a\0b"})) == (400, "invalid")


def test_only_agents_are_told(world, browser, cy):
    assert error(browser(cy).get("/api/targets")) == (403, "not_allowed")
