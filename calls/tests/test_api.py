"""The REST API: what it says, key by key, and how it refuses."""

from datetime import timedelta

import jwt
import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser

from agents.models import AgentState, StateReason
from calls.services import offers
from calls.tests.doors import error
from contactcenter.vonage.tokens import load_key
from tests.world import World

pytestmark = [pytest.mark.db, pytest.mark.django_db]


@pytest.fixture
def janes(browser, jane):
    return browser(jane.user)


def stamp(moment):
    return moment.isoformat().replace("+00:00", "Z")


def test_an_agent_who_never_worked_is_offline(janes, jane):
    assert janes.get("/api/agents/me").json() == {
        "id": jane.id,
        "name": "Jane",
        "state": "offline",
        "reason": None,
        "actor": None,
        "since": None,
        "next_state": None,
        "wrap_up_until": None,
        "offer": None,
        "call": None,
    }


def test_an_agent_sees_what_is_offered_to_them(world, janes, jane):
    world.available(jane)
    call = world.waits()
    world.route()

    me = janes.get("/api/agents/me").json()

    offer = world.offer()
    assert me["state"] == "offered"
    assert me["offer"] == {
        "id": offer.id,
        "call": call.id,
        "queue": "Sales",
        "from": World.CALLER,
        "to": World.MENU,
        "kind": "call",
        "enqueued_at": stamp(call.enqueued_at),
        "ring_until": stamp(offer.ring_until),
    }
    assert me["call"] is None


def test_an_agent_sees_the_call_they_are_in(world, janes, jane):
    world.available(jane)
    call, offer = world.talks()

    me = janes.get("/api/agents/me").json()

    offer.leg.refresh_from_db()
    assert (me["state"], me["offer"]) == ("busy", None)
    assert me["call"] == {
        "id": call.id,
        "state": "connected",
        "from": World.CALLER,
        "to": World.MENU,
        "queue": "Sales",
        "answered_at": stamp(call.answered_at),
        "uuid": offer.leg.uuid,
    }


@pytest.mark.parametrize("state", ["available", "on_break", "offline"])
def test_an_agent_chooses_a_state(janes, state):
    reply = janes.put("/api/agents/me/state", {"state": state, "reason": None}, format="json")

    assert (reply.status_code, reply.json()["state"]) == (200, state)
    assert reply.json() == janes.get("/api/agents/me").json()


def test_a_break_has_a_reason_from_the_list(janes):
    StateReason.objects.create(code="lunch", label="Lunch")

    reply = janes.put(
        "/api/agents/me/state", {"state": "on_break", "reason": "lunch"}, format="json"
    )

    assert (reply.json()["reason"], reply.json()["actor"]) == ("lunch", "jane")


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"state"}),
        ({"state": "busy"}, {"state"}),
        ({"state": "missed"}, {"state"}),
        ({"state": None}, {"state"}),
        ({"state": ["available"]}, {"state"}),
        ({"state": "on_break", "reason": {"a": 1}}, {"reason"}),
        ({"state": "on_break", "reason": "a\0b"}, {"reason"}),
        ({"state": "on_break", "reason": "holidays"}, set()),
        ([], {"non_field_errors"}),
        ("available", {"non_field_errors"}),
    ],
    ids=repr,
)
def test_what_cannot_be_chosen_is_refused_by_field(janes, body, fields):
    reply = janes.put("/api/agents/me/state", body, format="json")

    assert error(reply) == (400, "invalid")
    assert reply.json()["error"]["fields"].keys() == fields
    assert not AgentState.objects.exclude(state="offline").exists()


def test_a_call_holds_an_agent_in_their_state(world, janes, jane):
    world.available(jane)
    world.talks()

    reply = janes.put("/api/agents/me/state", {"state": "offline"}, format="json")

    assert error(reply) == (409, "agent_busy")
    assert janes.get("/api/agents/me").json()["state"] == "busy"


@pytest.mark.parametrize(
    ("content_type", "body", "expected"),
    [
        ("application/json", b"{", (400, "invalid")),
        ("application/json", b"\xff", (400, "invalid")),
        ("text/plain", b"state=available", (415, "invalid")),
        ("application/x-www-form-urlencoded", b"state=available", (415, "invalid")),
    ],
)
def test_only_json_is_read(janes, content_type, body, expected):
    reply = janes.generic("PUT", "/api/agents/me/state", body, content_type=content_type)

    assert error(reply) == expected


def test_a_token_is_for_the_own_user_and_an_hour_at_most(janes):
    asked = {"user": "Joe", "sub": "Joe", "acl": {"paths": {"/**": {}}}, "expires_at": "2099-01-01"}

    reply = janes.post("/api/agents/me/token", asked, format="json")

    assert reply.status_code == 200
    assert reply.json().keys() == {
        *("token", "expires_at", "user", "application_id"),
        *("api_url", "websocket_url", "websocket_path"),
    }
    assert reply.json()["user"] == "Jane"
    assert reply.json()["expires_at"].endswith("Z")
    key = load_key(settings.VONAGE_PRIVATE_KEY).public_key()
    claims = jwt.decode(reply.json()["token"], key, algorithms=["RS256"])
    assert claims["sub"] == "Jane"
    assert claims["exp"] - claims["iat"] <= timedelta(hours=1).total_seconds()
    assert claims["acl"]["paths"].keys() == {
        f"/*/{name}/**"
        for name in (
            *("users", "conversations", "sessions", "devices", "image"),
            *("media", "push", "knocking", "legs"),
        )
    }
    assert "PRIVATE" not in reply.content.decode()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/api/agents/me"),
        ("put", "/api/agents/me/state"),
        ("post", "/api/agents/me/token"),
    ],
)
def test_only_agents_are_agents(browser, ada, method, path):
    reply = getattr(browser(ada), method)(path, {"state": "available"}, format="json")

    assert error(reply) == (403, "not_allowed")


def test_without_a_key_of_ours_there_are_no_tokens(janes, settings):
    settings.VONAGE_PRIVATE_KEY = ""

    assert error(janes.post("/api/agents/me/token")) == (503, "not_allowed")


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
    assert row == {"id": sales.id, "name": "Sales", "waiting": 2, "agents_available": 1}


def test_everybody_who_could_answer_is_counted_whoever_looks(world, browser, jane, joe, ada):
    world.available(jane, joe)

    counted = [
        browser(user).get("/api/queues").json()["results"][0]["agents_available"]
        for user in (jane.user, joe.user, ada)
    ]

    assert counted == [2, 2, 2]


def test_a_call_is_shown_with_its_legs_offers_and_events(world, janes, jane):
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
