"""The REST API for the agent who asks: their picture, their state, their token."""

from datetime import timedelta

import jwt
import pytest
from django.conf import settings

from agents.models import AgentState, StateReason
from calls.tests.doors import error
from contactcenter.vonage.tokens import load_key
from tests.world import World

pytestmark = [pytest.mark.db, pytest.mark.django_db]


def stamp(moment):
    return moment.isoformat().replace("+00:00", "Z")


def test_an_agent_who_never_worked_is_offline(janes, jane):
    assert janes.get("/api/agents/me").json() == {
        "id": jane.id,
        "name": "Jane",
        "state": "offline",
        "reason": None,
        "reason_label": None,
        "actor": None,
        "since": None,
        "idle_since": None,
        "limit_at": None,
        "next_state": None,
        "next_reason": None,
        "wrap_up_until": None,
        "no_offer_until": None,
        "offer": None,
        "call": None,
        "supervision": None,
        "wrap_up": None,
        "missed": None,
        "taken": None,
        "not_reached": None,
        "taken_over": None,
        "outcomes": 0,
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
        "number": None,
        "priority": 0,
        "needs": [],
        "enqueued_at": stamp(call.enqueued_at),
        "ring_until": stamp(offer.ring_until),
        "uuid": offer.leg.uuid,
        "choice": "1, Sales",
        "why": "Longest available with Sales",
        "by": None,
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
        "kind": "call",
        "number": None,
        "from": World.CALLER,
        "to": World.MENU,
        "queue": "Sales",
        "enqueued_at": stamp(call.first_enqueued_at),
        "answered_at": stamp(call.answered_at),
        "uuid": offer.leg.uuid,
        "phone_call": offer.leg.uuid,
        "direction": "inbound",
        "held_at": None,
        "mine": True,
        "machine": False,
        "pop": None,
        "consult_ended": None,
        "parties": [
            {
                "leg": call.legs.get(kind="customer").id,
                "kind": "customer",
                "name": None,
                "number": World.CALLER,
                "role": None,
                "state": "in",
                "me": False,
                "since": stamp(call.started_at),
                "removable": False,
            },
            {
                "leg": offer.leg.id,
                "kind": "agent",
                "name": "Jane",
                "number": None,
                "role": None,
                "state": "in",
                "me": True,
                "since": stamp(offer.leg.planned_at),
                "removable": False,
            },
        ],
        "consult": None,
        "supervisors": [],
        "commands": [],
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
