"""Queries whose SQL is kept give what plain query sets give, for every value anew."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import F

from agents.models import Agent, AgentState, User
from calls.models import Offer, Queue
from contactcenter.prepared import Checks, Prepared, given, given_list

pytestmark = [pytest.mark.db, pytest.mark.django_db]
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def states(jane, joe):
    """Jane is available from noon on, Joe from a minute later on."""
    return [
        AgentState.objects.create(agent=agent, state="available", started_at=at)
        for agent, at in ((jane, NOON), (joe, NOON + timedelta(minutes=1)))
    ]


def begun(since):
    return AgentState.objects.filter(started_at__gt=since).order_by("id")


@pytest.mark.parametrize("at", [NOON - SECOND, NOON, NOON + SECOND, NOON + 61 * SECOND])
def test_it_gives_the_rows_of_the_plain_query_set(states, at):
    query = Prepared(lambda: begun(given("now")).values_list("agent", "started_at"))

    assert query.rows(now=at) == list(begun(at).values_list("agent", "started_at"))


def test_an_instant_can_be_moved_either_way(states):
    later = Prepared(lambda: begun(given("now") + SECOND).values_list("id"))
    earlier = Prepared(lambda: begun(given("now") - SECOND).values_list("id"))

    assert later.rows(now=NOON - SECOND) == [(states[1].id,)]
    assert earlier.rows(now=NOON) == [(states[0].id,), (states[1].id,)]


def test_a_list_may_have_another_length_each_time(jane, joe):
    query = Prepared(
        lambda: (
            Agent.objects.filter(id__in=given_list("ids"), user__username__lt=given("name"))
            .order_by("id")
            .values_list("id")
        )
    )

    assert query.rows(ids=[jane.id], name="z") == [(jane.id,)]
    assert query.rows(ids={joe.id, jane.id, 0}, name="z") == [(jane.id,), (joe.id,)]
    assert query.rows(ids=[0], name="z") == []


def test_objects_are_whole_and_come_with_what_they_are_annotated_with(jane, joe):
    query = Prepared(lambda: Agent.objects.order_by("id").annotate(name=F("user__username")))

    found = query.annotated(Agent)

    assert found == [(jane, ("jane",)), (joe, ("joe",))]
    assert query.objects(Agent)[0].__dict__.keys() == Agent.objects.all()[0].__dict__.keys()


def test_objects_that_are_selected_beside_are_at_hand(jane, django_assert_num_queries):
    agents = Agent.objects.select_related("user", "team")
    query = Prepared(lambda: agents.annotate(name=F("user__username")).order_by("id"))

    with django_assert_num_queries(1):
        [(found, annotated)] = query.annotated(Agent)
        assert (found, found.user, found.team) == (jane, jane.user, jane.team)
    assert annotated == ("jane",)
    assert found.user.__dict__.keys() == User.objects.get(id=jane.user_id).__dict__.keys()


def test_beside_what_is_not_there_stands_nothing(jane, django_assert_num_queries):
    Agent.objects.update(team=None)
    query = Prepared(lambda: Agent.objects.select_related("team"))

    with django_assert_num_queries(1):
        assert [one.team for one in query.objects(Agent)] == [None]


def test_a_query_of_values_makes_no_objects(jane):
    with pytest.raises(TypeError, match="Agent"):
        Prepared(lambda: Agent.objects.values_list("id")).objects(Agent)


def test_an_update_says_how_many_rows_it_changed(states):
    end = Prepared(
        lambda: AgentState.objects.filter(agent=given("agent"), ended_at=None),
        ended_at=given("now"),
        reason=given("reason"),
    )

    assert end.update(agent=states[0].agent_id, now=NOON + SECOND, reason="50%s") == 1
    assert end.update(agent=states[0].agent_id, now=NOON, reason="") == 0
    states[0].refresh_from_db()
    assert (states[0].ended_at, states[0].reason) == (NOON + SECOND, "50%s")


def test_checks_name_the_queries_that_have_rows_in_one_statement(states, django_assert_num_queries):
    checks = Checks(
        {
            "early": lambda: begun(given("now")),
            "late": lambda: begun(given("now") + 60 * SECOND),
            "queues": Queue.objects.all,
            "offers": Offer.objects.all,
        }
    )

    with django_assert_num_queries(1):
        assert checks.found(now=NOON - SECOND) == {"early", "late"}
    assert checks.found(now=NOON) == {"early"}


def test_the_sql_is_worked_out_once(jane):
    built = []

    def build():
        built.append(connection.vendor)
        return Agent.objects.values_list("id")

    query = Prepared(build)

    assert query.rows() == query.rows() == [(jane.id,)]
    assert built == [connection.vendor]
