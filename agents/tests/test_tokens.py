"""The token with which an agent's browser registers at Vonage."""

from datetime import UTC, datetime, timedelta

import jwt
import pytest

from agents import tokens
from agents.errors import NotConfigured
from contactcenter.vonage.tokens import load_key

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def claims_of(token, settings):
    return jwt.decode(
        token,
        load_key(settings.VONAGE_PRIVATE_KEY).public_key(),
        algorithms=["RS256"],
        options={"verify_exp": False, "verify_iat": False},
    )


def test_a_token_is_for_one_platform_user_and_lives_an_hour(settings):
    minted = tokens.mint(vonage_user="Jane", now=NOON)

    claims = claims_of(minted["token"], settings)
    assert (claims["sub"], claims["application_id"]) == ("Jane", settings.VONAGE_APPLICATION_ID)
    assert claims["exp"] == int((NOON + timedelta(hours=1)).timestamp())
    assert minted["expires_at"] == NOON + timedelta(hours=1)


def test_a_token_opens_no_path_of_the_application_itself(settings):
    minted = tokens.mint(vonage_user="Jane", now=NOON)

    paths = claims_of(minted["token"], settings)["acl"]["paths"]
    assert paths
    assert not [path for path in paths if "applications" in path]


def test_a_token_comes_with_the_place_to_use_it(settings):
    settings.VONAGE_WS_URL = "http://localhost:8100"

    minted = tokens.mint(vonage_user="Jane", now=NOON)

    assert {
        name: value for name, value in minted.items() if name not in {"token", "expires_at"}
    } == {
        "user": "Jane",
        "application_id": settings.VONAGE_APPLICATION_ID,
        "api_url": "http://vonage.test",
        "websocket_url": "http://localhost:8100",
        "websocket_path": "/v2/rtc",
    }


@pytest.mark.parametrize("name", ["VONAGE_APPLICATION_ID", "VONAGE_PRIVATE_KEY"])
def test_without_an_application_there_is_no_token(settings, name):
    setattr(settings, name, "")

    with pytest.raises(NotConfigured):
        tokens.mint(vonage_user="Jane", now=NOON)


def test_nothing_that_leaves_us_holds_the_private_key(settings):
    minted = tokens.mint(vonage_user="Jane", now=NOON)

    assert "PRIVATE KEY" not in str(minted)
