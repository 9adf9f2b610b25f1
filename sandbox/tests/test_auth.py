"""Tokens that are refused, and limits that are reached."""

from datetime import UTC, datetime

import jwt
import pytest

from sandbox.account.applications import make_keys
from sandbox.limits import SlidingWindow

NOW = int(datetime.now(UTC).timestamp())
MINUTE, HOUR = 60, 3600


async def ask(world, token):
    return await world.api("GET", "/v1/calls", token=token)


async def test_a_good_token_is_let_in(world):
    status, _ = await ask(world, world.token(exp=NOW + HOUR))

    assert status == 200


@pytest.mark.parametrize(
    "claims",
    [
        {"iat": NOW - 16 * MINUTE},
        {"iat": NOW - HOUR, "exp": NOW - MINUTE},
        {"iat": NOW - 25 * HOUR, "exp": NOW + HOUR},
        {"iat": NOW + HOUR, "exp": NOW + 2 * HOUR},
        {"iat": None},
        {"jti": None},
        {"nbf": NOW + HOUR},
        {"application_id": "another"},
        {"iat": "soon"},
    ],
)
async def test_a_token_with_wrong_claims_is_refused(world, claims):
    status, reply = await ask(world, world.token(**claims))

    assert status == 401
    assert set(reply) == {"type", "title", "detail", "instance"}
    assert reply["title"] == "Unauthorized"


async def test_a_token_of_another_key_is_refused(world):
    claims = {"application_id": world.application["id"], "iat": NOW, "jti": "1"}
    token = jwt.encode(claims, make_keys()[1], algorithm="RS256")

    status, _ = await ask(world, token)

    assert status == 401


@pytest.mark.parametrize("token", ["nonsense", "a.b.c"])
async def test_what_is_no_token_is_refused(world, token):
    status, _ = await ask(world, token)

    assert status == 401


async def test_another_algorithm_is_refused(world):
    claims = {"application_id": world.application["id"], "iat": NOW, "jti": "1"}
    token = jwt.encode(claims, "a secret that is long enough for it", algorithm="HS256")

    status, _ = await ask(world, token)

    assert status == 401


async def test_an_application_without_voice_is_refused(world):
    path = f"/v2/applications/{world.application['id']}"
    await world.account("PUT", path, json={"name": "x"})

    status, _ = await ask(world, world.token())

    assert status == 401


@pytest.mark.parametrize(
    ("path", "status"), [("/*/users/**", 403), ("/*/calls/**", 200), ("/v1/calls", 200)]
)
async def test_an_acl_limits_a_token_to_its_paths(world, path, status):
    token = world.token(sub="Jane", acl={"paths": {path: {}}})

    answered, _ = await ask(world, token)

    assert answered == status


def test_a_sliding_window_admits_so_many_in_any_second():
    window = SlidingWindow()

    admitted = [window.admit(now, 2) for now in (0.0, 0.6, 0.9, 1.0, 1.5, 1.6)]

    assert admitted == [True, True, False, True, False, True]


async def test_a_fourth_call_in_a_second_is_refused(world, monkeypatch):
    monkeypatch.setattr(world.sandbox.clock, "seconds", lambda: 5.0)

    statuses = [(await world.api("POST", "/v1/calls", {}))[0] for _ in range(4)]

    assert statuses == [400, 400, 400, 429]


async def test_a_refusal_for_too_many_requests_says_so(world):
    await world.control("PUT", "/faults", {"requests_per_second": 0})

    status, reply = await ask(world, world.token())

    assert status == 429
    assert reply["title"] == "Rate Limit Hit"
    assert reply["detail"] == "Please wait, then retry your request"


async def test_users_and_conversations_are_not_limited(world):
    await world.control("PUT", "/faults", {"requests_per_second": 0, "setups_per_second": 0})

    users, _ = await world.api("GET", "/v1/users")
    conversations, _ = await world.api("GET", "/v1/conversations")

    assert (users, conversations) == (200, 200)
