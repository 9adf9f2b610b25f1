"""Applications, numbers and users, and the file they are kept in."""

import pytest

from sandbox.account.store import INVENTORY
from sandbox.tests.world import NUMBER, new_sandbox, voice

APPLICATIONS = "/v2/applications"


async def test_a_private_key_is_given_once_when_it_is_made_here(world):
    _, made = await world.account("POST", APPLICATIONS, json={"name": "x"})

    status, shown = await world.account("GET", f"{APPLICATIONS}/{made['id']}")

    assert made["keys"]["private_key"].startswith("-----BEGIN PRIVATE KEY-----")
    assert status == 200
    assert list(shown["keys"]) == ["public_key"]


async def test_an_application_with_a_key_of_its_own_gets_no_private_key(world):
    keys = {"public_key": world.application["keys"]["public_key"]}

    status, made = await world.account("POST", APPLICATIONS, json={"name": "x", "keys": keys})

    assert status == 201
    assert made["keys"] == keys


async def test_a_put_replaces_all_of_an_application_but_its_key(world):
    path = f"{APPLICATIONS}/{world.application['id']}"

    status, replaced = await world.account("PUT", path, json={"name": "Other"})

    assert status == 200
    assert replaced["name"] == "Other"
    assert replaced["capabilities"] == {}
    assert replaced["keys"]["public_key"] == world.application["keys"]["public_key"]


async def test_applications_are_listed_and_deleted(world):
    await world.account("POST", APPLICATIONS, json={"name": "Second"})
    _, listed = await world.account("GET", f"{APPLICATIONS}?page_size=1&page=2")
    second = listed["_embedded"]["applications"][0]

    status, _ = await world.account("DELETE", f"{APPLICATIONS}/{second['id']}")
    missing, _ = await world.account("GET", f"{APPLICATIONS}/{second['id']}")

    assert (listed["total_items"], listed["total_pages"], second["name"]) == (2, 2, "Second")
    assert (status, missing) == (204, 404)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": "x", "keys": {"public_key": "nonsense"}}, "keys.public_key"),
        (
            {"name": "x", "capabilities": {"voice": voice("nowhere")}},
            "capabilities.voice.webhooks.answer_url.address",
        ),
    ],
)
async def test_a_wrong_application_is_refused_with_the_name_of_the_field(world, body, field):
    status, reply = await world.account("POST", APPLICATIONS, json=body)

    assert status == 400
    assert list(reply["invalid_parameters"]) == [field]


@pytest.mark.parametrize("path", [APPLICATIONS, "/account/numbers", "/number/search?country=GB"])
async def test_the_account_is_closed_without_its_secret(world, path):
    async with world.http.get(world.url + path) as reply:
        assert reply.status == 401


async def test_a_number_is_found_bought_linked_and_cancelled(world):
    form = {"country": "GB", "msisdn": INVENTORY[5]}
    _, found = await world.account("GET", "/number/search?country=GB&features=VOICE&size=100")
    bought, _ = await world.account("POST", "/number/buy", data=form)
    _, linked = await world.account(
        "POST", "/number/update", data=form | {"app_id": world.application["id"]}
    )
    _, owned = await world.account("GET", f"/account/numbers?pattern={INVENTORY[5]}")
    cancelled, _ = await world.account("POST", "/number/cancel", data=form)

    assert found["count"] == len(INVENTORY) - 1
    assert NUMBER not in [number["msisdn"] for number in found["numbers"]]
    assert bought == cancelled == 200
    assert linked == {"error-code": "200", "error-code-label": "success"}
    assert owned["numbers"][0]["app_id"] == world.application["id"]


async def test_an_update_without_an_application_unlinks_the_number(world):
    await world.account("POST", "/number/update", data={"country": "GB", "msisdn": NUMBER})

    _, owned = await world.account("GET", "/account/numbers?has_application=True")

    assert owned == {}


async def test_no_numbers_are_an_empty_object(world):
    _, owned = await world.account("GET", "/account/numbers?pattern=999")
    _, found = await world.account("GET", "/number/search?country=FR")

    assert owned == found == {}


@pytest.mark.parametrize(
    ("path", "msisdn"),
    [("buy", NUMBER), ("buy", "441632960000"), ("cancel", INVENTORY[9]), ("update", INVENTORY[9])],
)
async def test_every_failure_with_numbers_is_420(world, path, msisdn):
    form = {"country": "GB", "msisdn": msisdn}

    status, reply = await world.account("POST", f"/number/{path}", data=form)

    assert status == 420
    assert reply == {"error-code": "420", "error-code-label": "method failed"}


async def test_a_form_may_come_under_a_json_content_type(world):
    basic = {"Content-Type": "application/json"}
    data = f"country=GB&msisdn={INVENTORY[1]}"

    status, _ = await world.account("POST", "/number/buy", data=data, extra=basic)

    assert status == 200


async def test_a_user_is_made_found_changed_and_deleted(world):
    status, jane = await world.api("POST", "/v1/users", {"name": "Jane", "display_name": "Jane D"})
    path = f"/v1/users/{jane['id']}"
    _, found = await world.api("GET", "/v1/users?name=Jane")
    _, changed = await world.api("PATCH", path, {"display_name": "J", "image_url": None})
    deleted, _ = await world.api("DELETE", path)
    missing, _ = await world.api("GET", path)

    assert status == 201
    assert jane["id"].startswith("USR-")
    assert [user["name"] for user in found["_embedded"]["users"]] == ["Jane"]
    assert (changed["name"], changed["display_name"]) == ("Jane", "J")
    assert (deleted, missing) == (204, 404)


@pytest.mark.parametrize(("name", "status"), [("Jane", 409), ("me", 400), ("USR-1", 400)])
async def test_a_user_cannot_have_a_name_that_is_taken_or_reserved(world, name, status):
    await world.api("POST", "/v1/users", {"name": "Jane"})

    refused, reply = await world.api("POST", "/v1/users", {"name": name})

    assert refused == status
    assert reply["code"].startswith("user:error:")


async def test_users_are_listed_by_cursor(world):
    for name in ("Ada", "Jane", "Joe"):
        await world.api("POST", "/v1/users", {"name": name})

    _, first = await world.api("GET", "/v1/users?page_size=2")
    following = first["_links"]["next"]["href"].removeprefix(world.url)
    _, second = await world.api("GET", following)

    assert [user["name"] for user in first["_embedded"]["users"]] == ["Ada", "Jane"]
    assert [user["name"] for user in second["_embedded"]["users"]] == ["Joe"]
    assert "next" not in second["_links"]


async def test_a_cursor_of_another_making_is_refused(world):
    status, _ = await world.api("GET", "/v1/users?cursor=abc")

    assert status == 400


async def test_the_account_outlives_the_process(world, tmp_path):
    path = tmp_path / "state.json"
    account = world.sandbox.account
    account.path = path
    await world.api("POST", "/v1/users", {"name": "Jane"})

    again = new_sandbox(path).account

    assert again.applications == account.applications
    assert again.users == account.users
    assert again.numbers == account.numbers
    assert path.stat().st_mode & 0o777 == 0o600
    assert "PRIVATE KEY" not in path.read_text()
