"""Who sees which calls and queues, and how lists are paged and filtered."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agents.models import Agent, Team, User
from calls.models import Call, Leg, Queue
from calls.tests.doors import error

pytestmark = [pytest.mark.db, pytest.mark.django_db]


@pytest.fixture
def sam(db):
    """The supervisor of another team, whose agent Kim serves the queue Night."""
    sam = User.objects.create(username="sam")
    team = Team.objects.create(name="Night")
    team.supervisors.add(sam)
    kim = Agent.objects.create(
        user=User.objects.create(username="kim"), vonage_user="kim", team=team
    )
    Queue.objects.create(name="Night").agents.add(kim)
    return sam


def seen(client, query=""):
    return [call["id"] for call in client.get(f"/api/calls{query}").json()["results"]]


def sees(client, call):
    """Whether the call is seen, alone and in the list alike."""
    alone = client.get(f"/api/calls/{call.id}")
    if alone.status_code != 200:
        assert error(alone) == (404, "not_found")
    assert (call.id in seen(client)) == (alone.status_code == 200)
    return alone.status_code == 200


def test_agents_see_their_own_calls_only(world, browser, jane, joe):
    world.available(jane)
    call, _ = world.talks()

    assert sees(browser(jane.user), call)
    assert not sees(browser(joe.user), call)


def test_agents_do_not_see_calls_that_nobody_has_yet(world, browser, jane):
    world.answer()

    assert not sees(browser(jane.user), Call.objects.get())


def test_supervisors_see_the_calls_of_their_teams(world, browser, jane, ada, sam):
    world.available(jane)
    talking, _ = world.talks("a" * 32)
    waiting = world.waits("b" * 32)

    assert [sees(browser(ada), call) for call in (talking, waiting)] == [True, True]
    assert [sees(browser(sam), call) for call in (talking, waiting)] == [False, False]


def test_supervisors_see_calls_that_are_in_no_queue_yet(world, browser, ada, sam):
    world.answer()

    assert sees(browser(ada), Call.objects.get())
    assert sees(browser(sam), Call.objects.get())


def test_only_the_supervisors_of_an_agent_see_who_waits_for_them(world, browser, jane, ada, sam):
    world.available(jane)
    world.press(world.answer(), "2")

    assert sees(browser(ada), Call.objects.get())
    assert not sees(browser(sam), Call.objects.get())


def test_a_direct_call_is_seen_by_the_own_supervisors_only(world, browser, jane, ada, sam):
    world.available(jane)
    world.press(world.answer(), "2")
    world.route()
    world.picks_up(world.offer())

    assert sees(browser(ada), Call.objects.get(state="connected"))
    assert not sees(browser(sam), Call.objects.get())


def test_a_call_that_left_the_queue_is_seen_by_the_queues_supervisors_only(
    world, browser, ada, sam
):
    call = world.waits()
    world.passes(1801)
    call.refresh_from_db()

    assert (call.state, call.queue) == ("in_flow", None)
    assert sees(browser(ada), call)
    assert not sees(browser(sam), call)


def test_who_is_neither_agent_nor_supervisor_sees_nothing(world, browser, cy):
    world.answer()

    assert not sees(browser(cy), Call.objects.get())
    assert browser(cy).get("/api/queues").json()["results"] == []


def test_an_operator_sees_everything(world, browser, cy, sam):
    User.objects.filter(id=cy.id).update(is_superuser=True)
    cy.refresh_from_db()
    world.answer()

    assert sees(browser(cy), Call.objects.get())
    assert browser(cy).get("/api/queues").json()["count"] == 2


def test_queues_are_seen_by_those_who_serve_or_supervise_them(world, browser, jane, ada, sam):
    names = {
        user.username: [row["name"] for row in browser(user).get("/api/queues").json()["results"]]
        for user in (jane.user, ada, sam)
    }

    assert names == {"jane": ["Sales"], "ada": ["Sales"], "sam": ["Night"]}


def test_a_call_that_is_seen_twice_over_is_listed_once(world, browser, jane, joe, ada):
    world.available(jane, joe)
    call, _ = world.talks()

    assert seen(browser(ada)) == [call.id]
    assert browser(ada).get("/api/calls").json()["count"] == 1


def test_a_call_that_rang_twice_for_an_agent_is_found_once(world, browser, jane, ada):
    world.available(jane)
    call, _ = world.talks()
    Leg.objects.create(call=call, kind="agent", agent=jane, state="ended")
    ada.is_superuser = True
    ada.save()

    page = browser(ada).get("/api/calls?agent=jane").json()

    assert (page["count"], [one["id"] for one in page["results"]]) == (1, [call.id])


@pytest.mark.parametrize("call_id", ["0", "999999", "9" * 30])
def test_a_call_that_never_was_is_not_found(world, browser, ada, call_id):
    assert error(browser(ada).get(f"/api/calls/{call_id}")) == (404, "not_found")


@pytest.mark.parametrize(
    ("query", "length"),
    [
        ("", 50),
        ("?page_size=7", 7),
        ("?page_size=200", 200),
        ("?page_size=201", 200),
        ("?page_size=999999999999999999999", 200),
        ("?page_size=0", 50),
        ("?page_size=-5", 50),
        ("?page_size=many", 50),
        ("?page=2&page_size=200", 5),
    ],
)
def test_a_page_is_never_longer_than_two_hundred(world, browser, ada, query, length):
    Call.objects.bulk_create(Call(key=f"{n:020}", direction="inbound") for n in range(205))

    page = browser(ada).get(f"/api/calls{query}").json()

    assert (page["count"], len(page["results"])) == (205, length)


def test_pages_follow_each_other_without_a_gap(world, browser, ada):
    Call.objects.bulk_create(Call(key=f"{n:020}", direction="inbound") for n in range(5))
    client, url, found = browser(ada), "/api/calls?page_size=2", []

    while url:
        page = client.get(url).json()
        found += [call["id"] for call in page["results"]]
        url = page["next"]

    assert found == sorted(found, reverse=True)
    assert len(found) == 5


@pytest.mark.parametrize("page", ["0", "-1", "2", "x", "9" * 30])
def test_a_page_that_is_not_there_is_not_found(world, browser, ada, page):
    assert error(browser(ada).get(f"/api/calls?page={page}")) == (404, "not_found")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?state=connected", True),
        ("?state=queued", False),
        ("?state=nonsense", False),
        ("?queue=Sales", True),
        ("?queue=Support", False),
        ("?from=447700900001", True),
        ("?from=447700900002", False),
        ("?to=442079460000", True),
        ("?to=442079460001", False),
        ("?agent=jane", True),
        ("?agent=joe", False),
        ("?since=2026-11-20T10:00:00Z", True),
        ("?since=2026-11-20T11:00:00%2B01:00", True),
        ("?since=2026-11-20T10:00:01Z", True),
        ("?since=2036-11-20T10:00:00Z", False),
        ("?state=connected&queue=Sales&agent=jane", True),
        ("?state=connected&queue=Support", False),
        ("?state=&queue=&since=", True),
        ("?unknown=1", True),
    ],
)
def test_calls_are_found_by_what_is_known_of_them(world, browser, ada, jane, query, found):
    world.available(jane)
    call, _ = world.talks()
    Call.objects.update(started_at=datetime(2026, 11, 20, 10, 0, 1, tzinfo=UTC))

    assert seen(browser(ada), query) == ([call.id] if found else [])


@pytest.mark.parametrize(
    "since",
    [
        "yesterday",
        "2026-11-20",
        "2026-11-20T10:00:00",
        "2026-13-20T10:00:00Z",
        "0001-01-01T00:00:00%2B10:00",
        "9999-12-31T23:59:59-10:00",
        "%00",
    ],
)
def test_a_time_that_cannot_be_read_is_refused(world, browser, ada, since):
    reply = browser(ada).get(f"/api/calls?since={since}")

    assert error(reply) == (400, "invalid")
    assert reply.json()["error"]["fields"].keys() == {"since"}


@pytest.mark.parametrize("name", ["state", "queue", "from", "to", "agent"])
@pytest.mark.parametrize(
    "value", ["%00", "a%00b", "%ff", "%F0%9F%98%80", "'%20OR%201=1--", "x" * 999]
)
def test_no_filter_finds_more_than_it_says(world, browser, ada, name, value):
    world.answer()

    reply = browser(ada).get(f"/api/calls?{name}={value}")

    assert reply.status_code in {200, 400}
    if reply.status_code == 200:
        assert reply.json()["results"] == []
    else:
        assert reply.json()["error"]["fields"].keys() == {name}


def test_a_page_of_calls_is_read_at_once(world, browser, jane, ada, django_assert_num_queries):
    world.available(jane)
    world.talks("a" * 32)
    client = browser(ada)
    with CaptureQueriesContext(connection) as queries:
        assert len(seen(client)) == 1
    for_one = len(queries)
    world.waits("b" * 32)
    world.waits("c" * 32)

    with django_assert_num_queries(for_one):
        assert len(seen(client)) == 3
