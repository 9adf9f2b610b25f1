"""Calls: what is sent, where to, and signed by whom."""

import json
from datetime import timedelta

import jwt
import pytest
from responses import matchers

from contactcenter.vonage.client import CreatedCall
from contactcenter.vonage.errors import Rejected
from contactcenter.vonage.tests.conftest import APPLICATION, NOON

UUID = "63f61863-4a51-4f6b-86e1-46edebcf9356"
CALLS = "https://api.nexmo.com/v1/calls"
LEG = f"{CALLS}/{UUID}"
CREATED = {
    "uuid": UUID,
    "status": "started",
    "direction": "outbound",
    "conversation_uuid": "CON-f972836a-550f-45fa-956c-12a2ab5b7d22",
}
WAIT = [{"action": "conversation", "name": "call-1-1"}]


def bearer(request):
    scheme, _, token = request.headers["Authorization"].partition(" ")
    assert scheme == "Bearer"
    return token


def test_a_call_is_made_as_the_application(vonage, platform, private_key):
    body = {"to": [{"type": "app", "user": "jane"}], "ringing_timer": 20}
    platform.post(CALLS, status=201, json=CREATED, match=[matchers.json_params_matcher(body)])

    created = vonage.create_call(body)

    assert created == CreatedCall(UUID, "CON-f972836a-550f-45fa-956c-12a2ab5b7d22", "started")
    claims = jwt.decode(
        bearer(platform.calls[0].request),
        private_key.public_key(),
        algorithms=["RS256"],
        options={"verify_exp": False, "verify_iat": False},
    )
    assert (claims["application_id"], claims["iat"]) == (APPLICATION, int(NOON.timestamp()))


@pytest.mark.parametrize("status", [200, 201, 202])
def test_any_2xx_is_a_call_made(vonage, platform, status):
    platform.post(CALLS, status=status, json={"uuid": "0779a56d002f1c7f47f82ef5fe84ab79"})

    assert vonage.create_call({}) == CreatedCall("0779a56d002f1c7f47f82ef5fe84ab79", "", "")


@pytest.mark.parametrize(
    ("change", "body"),
    [
        (lambda vonage: vonage.hang_up(UUID), {"action": "hangup"}),
        (lambda vonage: vonage.mute(UUID), {"action": "mute"}),
        (lambda vonage: vonage.unmute(UUID), {"action": "unmute"}),
        (lambda vonage: vonage.earmuff(UUID), {"action": "earmuff"}),
        (lambda vonage: vonage.unearmuff(UUID), {"action": "unearmuff"}),
        (
            lambda vonage: vonage.transfer(UUID, WAIT),
            {"action": "transfer", "destination": {"type": "ncco", "ncco": WAIT}},
        ),
    ],
)
def test_a_leg_is_changed_by_one_put(vonage, platform, change, body):
    platform.put(LEG, status=204, match=[matchers.json_params_matcher(body)])

    change(vonage)

    assert len(platform.calls) == 1


def test_words_are_said_to_a_leg_and_stopped(vonage, platform):
    platform.put(f"{LEG}/talk", json={"message": "Talk started", "uuid": UUID})
    platform.put(f"{LEG}/talk", json={"message": "Talk started", "uuid": UUID})
    platform.delete(f"{LEG}/talk", json={"message": "Talk stopped", "uuid": UUID})

    vonage.talk(UUID, "You are next.")
    vonage.talk(UUID, "Vous êtes le suivant.", language="fr-FR")
    vonage.stop_talk(UUID)

    first, second, last = (call.request for call in platform.calls)
    assert json.loads(first.body) == {"text": "You are next.", "language": "en-GB"}
    assert json.loads(second.body) == {"text": "Vous êtes le suivant.", "language": "fr-FR"}
    assert last.body is None


def test_a_leg_is_asked_for_in_its_own_region(vonage, platform):
    region = "https://api-eu-3.vonage.com"
    platform.get(f"{region}/v1/calls/{UUID}", json={"uuid": UUID, "status": "answered"})
    platform.post(f"{region}/v1/calls", status=201, json=CREATED)

    assert vonage.get_call(UUID, region_url=f"{region}/?x=")["status"] == "answered"
    assert vonage.create_call({}, region_url=region).uuid == UUID


@pytest.mark.parametrize(
    "use",
    [
        lambda vonage, url: vonage.create_call({}, region_url=url),
        lambda vonage, url: vonage.get_call(UUID, region_url=url),
        lambda vonage, url: vonage.hang_up(UUID, region_url=url),
        lambda vonage, url: vonage.transfer(UUID, [], region_url=url),
        lambda vonage, url: vonage.mute(UUID, region_url=url),
        lambda vonage, url: vonage.unmute(UUID, region_url=url),
        lambda vonage, url: vonage.earmuff(UUID, region_url=url),
        lambda vonage, url: vonage.unearmuff(UUID, region_url=url),
        lambda vonage, url: vonage.talk(UUID, "", region_url=url),
        lambda vonage, url: vonage.stop_talk(UUID, region_url=url),
    ],
)
def test_our_token_goes_to_no_address_that_a_webhook_made_up(vonage, platform, use):
    with pytest.raises(ValueError, match="neither Vonage's"):
        use(vonage, "https://api.vonage.com.evil.com")

    assert not platform.calls


@pytest.mark.parametrize(
    "uuid", ["", "a/b", "..", "a?b", "a%2fb", "x" * 65, f"{UUID}\n", "' OR 1=1", "\u0661"]
)
def test_an_id_cannot_lead_to_another_address(vonage, platform, uuid):
    with pytest.raises(ValueError, match="An id"):
        vonage.hang_up(uuid)
    with pytest.raises(ValueError, match="An id"):
        vonage.get_application(uuid)

    assert not platform.calls


def test_a_token_serves_four_fifths_of_its_life(vonage, platform, clock):
    platform.get(LEG, json={})
    tokens = []

    for minutes in (0, 11, 12, 20, -60):
        clock.now = NOON + timedelta(minutes=minutes)
        vonage.get_call(UUID)
        tokens.append(bearer(platform.calls[-1].request))

    assert tokens[0] == tokens[1]
    assert tokens[2] == tokens[3]
    assert len(set(tokens)) == 3


def test_without_a_key_nothing_is_sent(connect, platform):
    with pytest.raises(Rejected, match="private key"):
        connect(key=None).hang_up(UUID)

    assert not platform.calls


def test_a_netrc_file_does_not_replace_our_token(vonage, platform, monkeypatch, tmp_path):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine api.nexmo.com login a password b\n")
    monkeypatch.setenv("NETRC", str(netrc))
    platform.get(LEG, json={})

    vonage.get_call(UUID)

    assert bearer(platform.calls[0].request)


def test_every_request_has_an_end(vonage, platform):
    platform.get(LEG, json={}, match=[matchers.request_kwargs_matcher({"timeout": (3.05, 10)})])

    vonage.get_call(UUID)


def test_nothing_that_is_secret_is_shown(vonage):
    assert "s3cret" not in repr(vonage)
    assert "s3cret" not in repr(vonage.account)
