"""The REST API: what it says, key by key, and whom it refuses."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from agents.models import AgentState
from calls.services import offers
from calls.tests.doors import error
from tests.world import World

pytestmark = [pytest.mark.db, pytest.mark.django_db]


def stamp(moment):
    return moment.isoformat().replace("+00:00", "Z")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/api/agents/me"),
        ("put", "/api/agents/me/state"),
        ("post", "/api/agents/me/token"),
        ("get", "/api/queues"),
        ("get", "/api/calls"),
        ("get", "/api/calls/1"),
    ],
)
def test_strangers_are_told_nothing(browser, db, method, path):
    reply = getattr(browser(AnonymousUser()), method)(path)

    assert error(reply) == (403, "not_allowed")


@pytest.mark.parametrize("csrf", ["", "d" * 32])
@pytest.mark.parametrize(
    ("method", "path"), [("put", "/api/agents/me/state"), ("post", "/api/agents/me/token")]
)
def test_a_page_of_somebody_else_changes_nothing(browser, jane, method, path, csrf):
    reply = getattr(browser(jane.user, csrf), method)(path, {"state": "available"}, format="json")

    assert error(reply) == (403, "not_allowed")
    assert not AgentState.objects.exists()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("post", "/api/agents/me"),
        ("get", "/api/agents/me/token"),
        ("post", "/api/calls/1"),
        ("delete", "/api/queues"),
    ],
)
def test_a_method_that_means_nothing_is_refused(janes, method, path):
    assert error(getattr(janes, method)(path)) == (405, "invalid")


def test_queues_show_who_waits_and_who_could_answer(world, janes, jane, joe, sales):
    world.available(joe)
    world.waits("a" * 32)
    world.now += timedelta(seconds=1)
    world.waits("b" * 32)

    page = janes.get("/api/queues").json()

    assert page.keys() == {"count", "next", "previous", "results"}
    (row,) = page["results"]
    assert row.pop("longest_wait_s") >= 0
    assert row == {
        "id": sales.id,
        "name": "Sales",
        "waiting": 2,
        "agents_available": 1,
        "oldest_at": "2026-11-20T10:00:00.001000Z",
        "voicemails": 0,
        "voicemails_claimed": 0,
        "callbacks": 0,
        "callbacks_calling": 0,
    }


def test_everybody_who_could_answer_is_counted_whoever_looks(world, browser, jane, joe, ada):
    world.available(jane, joe)

    counted = [
        browser(user).get("/api/queues").json()["results"][0]["agents_available"]
        for user in (jane.user, joe.user, ada)
    ]

    assert counted == [2, 2, 2]


def test_a_call_is_shown_with_its_legs_offers_waits_and_events(world, janes, jane):
    world.available(jane)
    call, offer = world.talks()
    customer = call.legs.get(kind="customer")
    offer.leg.refresh_from_db()

    shown = janes.get(f"/api/calls/{call.id}").json()

    events = shown.pop("events")
    assert shown == {
        "id": call.id,
        "direction": "inbound",
        "state": "connected",
        "outcome": None,
        "from": World.CALLER,
        "to": World.MENU,
        "queue": "Sales",
        "enqueued_at": stamp(call.enqueued_at),
        "answered_at": stamp(call.answered_at),
        "ended_at": None,
        "hung_up_by": None,
        "room": f"call-{call.key}-1",
        "legs": [
            {
                "id": customer.id,
                "kind": "customer",
                "user": None,
                "uuid": World.UUID,
                "state": customer.state,
                "room": f"call-{call.key}-1",
            },
            {
                "id": offer.leg.id,
                "kind": "agent",
                "user": "Jane",
                "uuid": offer.leg.uuid,
                "state": offer.leg.state,
                "room": f"call-{call.key}-1",
            },
        ],
        "offers": [
            {
                "id": offer.id,
                "agent": "Jane",
                "state": "accepted",
                "cause": None,
                "at": stamp(offer.offered_at),
            }
        ],
        "entries": [
            {
                "queue": "Sales",
                "kind": "call",
                "enqueued_at": stamp(call.enqueued_at),
                "answered_at": stamp(call.answered_at),
                "ended_at": stamp(call.answered_at),
                "outcome": "answered",
                "wait_s": (call.answered_at - call.enqueued_at).total_seconds(),
            }
        ],
    }
    assert [event["version"] for event in events] == list(range(1, call.version + 1))
    assert events[-1] == {
        "version": call.version,
        "type": "connected",
        "at": stamp(call.answered_at),
        "actor": "Jane",
        "reason": "",
        "data": {"offer": offer.id, "agent": jane.id},
    }


def test_a_call_that_is_over_says_how(world, janes, jane):
    world.available(jane)
    call, _ = world.talks()

    world.event("completed", disconnected_by="user")

    shown = janes.get(f"/api/calls/{call.id}").json()
    assert (shown["state"], shown["outcome"], shown["hung_up_by"]) == (
        "ended",
        "answered",
        "customer",
    )
    assert shown["ended_at"] == stamp(world.now)


def test_an_offer_that_was_declined_stays_in_the_calls_history(world, browser, ada, jane):
    world.available(jane)
    call = world.waits()
    world.route()

    offers.decline(offer_id=world.offer().id, agent_id=jane.id, actor="jane", now=world.now)

    shown = browser(ada).get(f"/api/calls/{call.id}").json()
    assert [(offer["agent"], offer["state"]) for offer in shown["offers"]] == [("Jane", "declined")]


def test_calls_are_listed_newest_first_as_they_are_shown_alone(world, browser, ada):
    first, second = world.waits("a" * 32), world.waits("b" * 32)

    page = browser(ada).get("/api/calls").json()

    assert (page["count"], page["next"], page["previous"]) == (2, None, None)
    assert [call["id"] for call in page["results"]] == [second.id, first.id]
    assert page["results"][0] == browser(ada).get(f"/api/calls/{second.id}").json()
