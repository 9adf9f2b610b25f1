"""The application's users."""

import pytest
from responses import matchers


def test_a_user_is_found_by_the_exact_name(vonage, platform):
    users = [{"id": "USR-1", "name": "jane2"}, {"id": "USR-2", "name": "jane"}, None]
    platform.get(
        "https://api.nexmo.com/v1/users",
        json={"_embedded": {"users": users}},
        match=[matchers.query_param_matcher({"name": "jane", "page_size": "100"})],
    )

    assert vonage.find_user("jane") == {"id": "USR-2", "name": "jane"}


@pytest.mark.parametrize("body", [{}, {"_embedded": {"users": []}}, {"_embedded": []}])
def test_a_user_that_is_not_there_is_none(vonage, platform, body):
    platform.get("https://api.nexmo.com/v1/users", json=body)

    assert vonage.find_user("jane") is None


def test_a_user_is_made_with_both_names(vonage, platform):
    user = {"name": "jane", "display_name": "Jane"}
    platform.post(
        "https://api.nexmo.com/v1/users",
        status=201,
        json={"id": "USR-1"} | user,
        match=[matchers.json_params_matcher(user)],
    )

    assert vonage.create_user(name="jane", display_name="Jane")["id"] == "USR-1"
