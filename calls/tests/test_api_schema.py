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
    ("get", "/api/agents/me/day"),
    ("post", "/api/agents/me/token"),
    ("get", "/api/queues"),
    ("get", "/api/calls"),
    ("get", "/api/calls/{call_id}"),
    ("get", "/api/calls/{call_id}/card"),
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
    address = path.format(call_id=call.id if call else 0)
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
