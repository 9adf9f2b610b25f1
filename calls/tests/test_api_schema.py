"""The OpenAPI schema: complete, and true of what is sent."""

import pytest
from django.core.management import call_command
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator

from calls.models import Call

pytestmark = [pytest.mark.db, pytest.mark.django_db]

ENDPOINTS = [
    ("get", "/api/agents/me"),
    ("put", "/api/agents/me/state"),
    ("put", "/api/agents/me/next-state"),
    ("get", "/api/agents/me/day"),
    ("post", "/api/agents/me/token"),
    ("put", "/api/agents/{username}/state"),
    ("post", "/api/agents/{username}/end_wrap_up"),
    ("get", "/api/queues"),
    ("get", "/api/calls"),
    ("get", "/api/calls/{call_id}"),
    ("get", "/api/calls/{call_id}/card"),
    ("put", "/api/calls/{call_id}/customer"),
    ("get", "/api/customers"),
    ("post", "/api/calls/{call_id}/connect"),
    ("post", "/api/calls/{call_id}/move"),
    ("post", "/api/calls/{call_id}/priority"),
    ("post", "/api/calls/{call_id}/end"),
    ("post", "/api/calls/{call_id}/hold"),
    ("post", "/api/calls/{call_id}/resume"),
    ("post", "/api/calls/{call_id}/transfer"),
    ("post", "/api/calls/{call_id}/consult"),
    ("post", "/api/calls/{call_id}/swap"),
    ("post", "/api/calls/{call_id}/merge"),
    ("post", "/api/calls/{call_id}/complete"),
    ("post", "/api/calls/{call_id}/cancel"),
    ("post", "/api/calls/{call_id}/add"),
    ("post", "/api/calls/{call_id}/remove"),
    ("post", "/api/calls/{call_id}/supervise"),
    ("post", "/api/calls/{call_id}/leave"),
    ("post", "/api/calls"),
    ("get", "/api/targets"),
    ("get", "/api/dial"),
    ("get", "/api/floor"),
    ("get", "/api/commands/{key}"),
    ("get", "/api/todo"),
    ("get", "/api/voicemails/{voicemail_id}/audio"),
    ("post", "/api/voicemails/{voicemail_id}/claim"),
    ("post", "/api/voicemails/{voicemail_id}/release"),
    ("post", "/api/voicemails/{voicemail_id}/done"),
]


@pytest.fixture
def schema():
    """The schema as JSON Schema; nothing is sent that it does not name."""
    return as_json_schema(SchemaGenerator().get_schema(public=True))


def as_json_schema(node):
    if isinstance(node, list):
        return [as_json_schema(one) for one in node]
    if not isinstance(node, dict):
        return node
    found = {name: as_json_schema(one) for name, one in node.items() if name != "nullable"}
    if "properties" in found:
        found["additionalProperties"] = False
    return {"anyOf": [found, {"type": "null"}]} if node.get("nullable") is True else found


def test_the_schema_is_made_without_a_warning(tmp_path):
    target = tmp_path / "schema.yaml"

    call_command("spectacular", "--fail-on-warn", "--validate", file=str(target))

    assert "/api/calls/{call_id}" in target.read_text()


def test_the_schema_names_every_address_and_none_of_vonages(schema):
    assert schema["paths"].keys() == {path for _, path in ENDPOINTS}


def idle(world):
    pass


def offered(world):
    world.waits()
    world.route()


def over(world):
    world.talks()
    world.event("completed", disconnected_by="user")


def fits(schema, endpoint, reply):
    method, path = endpoint
    described = schema["paths"][path][method]["responses"][str(reply.status_code)]
    content = described["content"]["application/json"]["schema"]
    found = Draft202012Validator(schema | content).iter_errors(reply.json())
    return [one.message for one in found] == []


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=" ".join)
@pytest.mark.parametrize("happens", [idle, offered, over])
def test_what_is_sent_is_what_the_schema_says(world, browser, jane, schema, endpoint, happens):
    world.available(jane)
    happens(world)
    call = Call.objects.first()
    method, path = endpoint
    ids = {"call_id": call.id if call else 0, "key": "none", "voicemail_id": 0}
    address = path.format(**ids, username="jane")
    body = {"state": "on_break"} if method == "put" else None

    reply = getattr(browser(jane.user), method)(address, body, format="json")

    assert fits(schema, endpoint, reply)


@pytest.mark.parametrize(
    ("endpoint", "query", "status"),
    [
        (("put", "/api/agents/me/state"), "", 400),
        (("get", "/api/calls"), "?since=x", 400),
        (("get", "/api/queues"), "?page=9", 404),
    ],
)
def test_refusals_are_what_the_schema_says(browser, jane, schema, endpoint, query, status):
    method, path = endpoint

    reply = getattr(browser(jane.user), method)(path + query, format="json")

    assert reply.status_code == status
    assert fits(schema, endpoint, reply)


def test_the_parameters_of_lists_are_described(schema):
    names = {
        path: {one["name"] for one in schema["paths"][path]["get"].get("parameters", [])}
        for path in ("/api/queues", "/api/calls")
    }

    assert names == {
        "/api/queues": {"page", "page_size"},
        "/api/calls": {"page", "page_size", "state", "queue", "from", "to", "agent", "since"},
    }


def test_the_schema_is_served(world, browser, jane):
    assert browser(jane.user).get("/api/schema/").status_code == 200
