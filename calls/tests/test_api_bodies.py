"""Bodies and addresses that no client of ours sends: refused like others, and never our fault."""

import pytest
from django.urls import Resolver404, resolve

from calls.tests.doors import error

pytestmark = [pytest.mark.db, pytest.mark.django_db]

BODIES = {
    "endless_list": "[" * 10_000,
    "endless_object": '{"state":' * 10_000,
    "deep_but_whole": '{"state": ' + "[" * 500 + "]" * 500 + "}",
    "half_a_pair": r'{"state": "\ud800"}',
    "half_a_pair_inside": r'{"state": ["available", {"a": "\udfff"}]}',
    "half_a_pair_as_a_name": r'{"state": "available", "\ud800": 1}',
    "nul": r'{"state": "available\u0000"}',
    "not_json": "state=available",
    "not_utf8": b'{"state": "\xff"}',
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
@pytest.mark.parametrize(
    ("method", "path"), [("put", "/api/agents/me/state"), ("post", "/api/calls")]
)
def test_a_body_that_cannot_be_kept_or_repeated_is_refused(janes, method, path, body):
    reply = getattr(janes, method)(path, body, content_type="application/json")

    assert error(reply) == (400, "invalid")


def test_no_charset_smuggles_half_a_pair_past_us(janes):
    body = rb'{"state": "\ud800"}'

    reply = janes.put(
        "/api/agents/me/state", body, content_type="application/json; charset=raw_unicode_escape"
    )

    assert error(reply) == (400, "invalid")


def test_a_whole_pair_is_a_character_like_others(janes):
    reply = janes.put(
        "/api/agents/me/state", r'{"state": "\ud83d\ude00"}', content_type="application/json"
    )

    assert error(reply) == (400, "invalid")
    assert "😀" in reply.json()["error"]["fields"]["state"][0]


@pytest.mark.parametrize("act", ["state", "end_wrap_up"])
@pytest.mark.parametrize("code", [0x00, 0x01, 0x0A, 0x1F, 0x7F])
def test_no_address_has_a_control_character_in_a_username(browser, ada, jane, code, act):
    send = browser(ada).put if act == "state" else browser(ada).post

    reply = send(f"/api/agents/ja%{code:02x}ne/{act}", {"state": "available"}, format="json")

    assert reply.status_code == 404
    # PostgreSQL takes no NUL even to look for it, so no view may hear of one.
    with pytest.raises(Resolver404):
        resolve(f"/api/agents/ja{chr(code)}ne/{act}")


@pytest.mark.parametrize("username", ["jane", "j.a+n-e@example.com", "Jörg", "jane doe"])
def test_other_usernames_have_an_address(username):
    assert resolve(f"/api/agents/{username}/state").kwargs == {"username": username}
