"""What programs may do with an API key: what its user may, until it is revoked."""

from datetime import timedelta

import pytest
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from agents import keys
from agents.models import ApiKey
from calls.tests.doors import error

pytestmark = [pytest.mark.db, pytest.mark.django_db]


@pytest.fixture
def program():
    """A program without a session or a CSRF token, which says this in its header."""

    def start(header):
        client = APIClient(enforce_csrf_checks=True)
        client.credentials(HTTP_AUTHORIZATION=header)
        return client

    return start


@pytest.fixture
def janes_key(jane):
    return keys.make(user=jane.user, name="Wallboard")


def test_a_key_has_the_rights_of_its_user(program, jane, janes_key):
    reply = program(f"Bearer {janes_key}").get("/api/agents/me")

    assert (reply.status_code, reply.json()["id"]) == (200, jane.id)


def test_a_key_writes_without_a_csrf_token_and_the_log_names_the_program(program, janes_key):
    reply = program(f"Bearer {janes_key}").put(
        "/api/agents/me/state", {"state": "available"}, format="json"
    )

    assert (reply.status_code, reply.json()["actor"]) == (200, "jane (Wallboard)")


def test_a_key_that_may_only_read_changes_nothing(program, jane):
    key = keys.make(user=jane.user, name="Wallboard", is_read_only=True)
    reader = program(f"Bearer {key}")

    refused = reader.put("/api/agents/me/state", {"state": "available"}, format="json")

    assert error(refused) == (403, "not_allowed")
    assert reader.get("/api/agents/me").json()["state"] == "offline"


def test_a_revoked_key_opens_nothing(program, janes_key):
    row = ApiKey.objects.get()
    assert keys.revoke(key_id=row.id, now=timezone.now()) is True

    refused = program(f"Bearer {janes_key}").get("/api/agents/me")

    assert error(refused) == (401, "not_allowed")
    assert refused["WWW-Authenticate"] == "Bearer"
    assert keys.revoke(key_id=row.id, now=timezone.now()) is False


def test_the_key_of_somebody_who_was_switched_off_opens_nothing(program, jane, janes_key):
    jane.user.is_active = False
    jane.user.save()

    assert error(program(f"Bearer {janes_key}").get("/api/agents/me")) == (401, "not_allowed")


@pytest.mark.parametrize(
    "change",
    [
        lambda key: key[:-1],
        lambda key: key + "x",
        lambda key: key[:11],
        lambda key: key[:11] + "_" + "x" * 43,
        lambda key: key.swapcase(),
        lambda key: "",
        lambda key: "é" * 20,
        lambda key: "\\0",
    ],
)
def test_what_is_not_the_whole_key_opens_nothing(program, janes_key, change):
    reply = program(f"Bearer {change(janes_key)}").get("/api/agents/me")

    assert error(reply) == (401, "not_allowed")


def test_a_wrong_key_is_refused_even_where_a_session_would_do(browser, jane, janes_key):
    client = browser(jane.user)
    client.credentials(HTTP_AUTHORIZATION="Bearer wrong")

    assert error(client.get("/api/agents/me")) == (401, "not_allowed")


@pytest.mark.parametrize("header", ["", "Basic amFuZTpqYW5l", "Token abc"])
def test_other_headers_are_no_keys(program, janes_key, header):
    assert error(program(header).get("/api/agents/me")) == (403, "not_allowed")


def test_the_word_bearer_is_read_in_any_case(program, janes_key):
    assert program(f"bearer {janes_key}").get("/api/agents/me").status_code == 200


def test_only_the_digest_of_a_key_is_kept(jane, janes_key):
    row = ApiKey.objects.get()

    kept = " ".join(str(value) for value in vars(row).values())
    assert janes_key not in kept
    assert janes_key[12:] not in kept
    assert (row.prefix, len(row.digest), row.name) == (janes_key[:11], 64, "Wallboard")


def test_two_keys_are_never_the_same(jane):
    made = {keys.make(user=jane.user, name="A program") for _ in range(5)}

    assert len(made) == 5


def test_its_use_is_noted_once_a_minute_at_most(jane, janes_key, django_assert_num_queries):
    noon = timezone.now().replace(hour=12)

    keys.find(janes_key, now=noon)
    with django_assert_num_queries(1):
        keys.find(janes_key, now=noon + timedelta(seconds=59))
    assert ApiKey.objects.get().last_used_at == noon
    keys.find(janes_key, now=noon + timedelta(seconds=61))

    assert ApiKey.objects.get().last_used_at == noon + timedelta(seconds=61)


def test_a_wrong_key_is_not_noted_as_used(janes_key):
    assert keys.find(janes_key + "x", now=timezone.now()) is None

    assert ApiKey.objects.get().last_used_at is None


def test_the_schema_says_how_to_send_a_key():
    schema = SchemaGenerator().get_schema(public=True)

    scheme = schema["components"]["securitySchemes"]["apiKey"]
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
    assert {"apiKey": []} in schema["paths"]["/api/todo"]["get"]["security"]
