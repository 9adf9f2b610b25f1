"""A webhook is believed only when Vonage signed it, for us, now, and for this very body."""

import hashlib
import json
from datetime import timedelta
from urllib.parse import urlencode

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from django.conf import settings

from calls.models import Call, VonageEvent
from calls.tests.doors import ANSWER, EVENT, NOTHING, PATHS, changed, rows
from contactcenter.vonage.signatures import query_payload
from contactcenter.vonage.tests.signing import token
from contactcenter.vonage.tokens import load_key
from tests.world import authorization

pytestmark = [pytest.mark.db, pytest.mark.django_db]

BODY = json.dumps(ANSWER).encode()
PUBLIC_KEY = (
    load_key(settings.VONAGE_PRIVATE_KEY)
    .public_key()
    .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    .decode()
)
HEADER = {"typ": "JWT", "alg": "HS256"}
SECRET = settings.VONAGE_SIGNATURE_SECRETS[0]
OLD_SECRET = "the secret that the account had before"
NEW_SECRET = "the secret that the account has got now"


def claims(now):
    right = authorization(BODY, iat=now).removeprefix("Bearer ")
    return jwt.decode(right, options={"verify_signature": False})


FORGED = {
    "no algorithm": lambda c: token(c, HEADER | {"alg": "none"}, "").rpartition(".")[0] + ".",
    "the public key as secret": lambda c: token(c, HEADER, PUBLIC_KEY),
    "RS256 said, HMAC done": lambda c: token(c, HEADER | {"alg": "RS256"}, PUBLIC_KEY),
    "RS256 with a key of ours": lambda c: jwt.encode(c, settings.VONAGE_PRIVATE_KEY, "RS256"),
    "HS512": lambda c: token(c, HEADER | {"alg": "HS512"}, SECRET, hashlib.sha512),
    "a key's address": lambda c: token(c, HEADER | {"jku": "https://evil.example/"}, SECRET),
    "a key of its own": lambda c: token(c, HEADER | {"jwk": {"kty": "oct", "k": "AA"}}, SECRET),
    "a wrong secret": lambda c: token(c, HEADER, "another secret of enough characters"),
    "an empty secret": lambda c: token(c, HEADER, ""),
    "truncated": lambda c: token(c, HEADER, SECRET)[:-4],
    "three dots": lambda c: token(c, HEADER, SECRET) + ".e30",
    "not base64": lambda c: "$$$.%%%.!!!",
    "20 kB": lambda c: "a" * 20_000 + ".a.a",
    "claims that are a list": lambda c: token([], HEADER, SECRET),
    "letters beyond ASCII": lambda c: "é.é.é",
}


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED)
def test_a_forged_token_is_refused_and_changes_nothing(doors, forge):
    before = rows()

    response = doors.send(
        "/webhooks/answer", BODY, signature="Bearer " + forge(claims(doors.world.now))
    )

    assert response.status_code == 401
    assert response.json()["error"]["code"] == "invalid"
    assert rows() == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"payload_hash": "0" * 64},
        {"payload_hash": None},
        {"payload_hash": 7},
        {"iat": 1795168800 - 600},
        {"iat": 1795168800 + 600},
        {"iat": None},
        {"iat": "1795168800"},
        {"exp": 1795168800 - 1},
        {"jti": None},
        {"jti": ""},
        {"application_id": "78d335fa-0000-0114-9c3d-d6f0d48968cf"},
        {"api_key": "ffffffff"},
        {"api_key": None},
        {"iss": "Nexmo"},
        {"iss": None},
    ],
    ids=str,
)
def test_a_claim_that_is_not_for_us_now_is_refused(doors, wrong):
    before = rows()
    said = claims(doors.world.now) | wrong
    said = {name: value for name, value in said.items() if value is not None}

    response = doors.send(
        "/webhooks/answer", BODY, signature=f"Bearer {token(said, HEADER, SECRET)}"
    )

    assert response.status_code == 401
    assert rows() == before


def test_the_claims_as_vonage_sends_them_are_believed(doors):
    signature = f"Bearer {token(claims(doors.world.now), HEADER, SECRET)}"

    response = doors.send("/webhooks/answer", BODY, signature=signature)

    assert response.status_code == 200


@pytest.mark.parametrize("more", [{"kid": "7"}, {"kid": "../../dev/null"}], ids=str)
def test_the_name_of_a_key_is_ignored(doors, more):
    signature = f"Bearer {token(claims(doors.world.now), HEADER | more, SECRET)}"

    assert doors.send("/webhooks/answer", BODY, signature=signature).status_code == 200


def test_a_signature_without_an_application_is_believed(doors):
    signature = doors.sign(BODY, application_id=None)

    assert doors.send("/webhooks/answer", BODY, signature=signature).status_code == 200


def test_the_longest_token_id_is_kept(doors):
    signature = doors.sign(BODY, jti="j" * 64)

    assert doors.send("/webhooks/answer", BODY, signature=signature).status_code == 200
    assert VonageEvent.objects.get().jti == "j" * 64


def test_a_token_id_that_does_not_fit_is_refused(doors):
    signature = doors.sign(BODY, jti="j" * 65)

    assert doors.send("/webhooks/answer", BODY, signature=signature).status_code == 401


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(("setting", "status"), [("refuse", 401), ("retry", 503)])
def test_an_unsigned_webhook_is_refused_or_asked_for_again(doors, settings, path, setting, status):
    settings.UNSIGNED_WEBHOOK = setting
    before = rows()

    response = doors.post(path, ANSWER, signature="")

    assert response.status_code == status
    assert response.headers.get("Retry-After") == ("1" if status == 503 else None)
    assert rows() == before


def test_a_wrong_signature_is_never_asked_for_again(doors, settings):
    settings.UNSIGNED_WEBHOOK = "retry"

    assert doors.post("/webhooks/answer", ANSWER, signature="Bearer a.b.c").status_code == 401


def test_a_signature_is_needed_before_the_body_is_looked_at(doors):
    unread = doors.send("/webhooks/answer", b"{", signature="", content_type="text/plain")

    assert unread.status_code == 401


@pytest.mark.parametrize("position", [0, 20, -1])
def test_a_body_changed_by_one_byte_is_refused(doors, position):
    altered = bytearray(BODY)
    altered[position] ^= 1

    response = doors.send("/webhooks/answer", bytes(altered), signature=doors.sign(BODY))

    assert response.status_code == 401
    assert not Call.objects.exists()


@pytest.mark.parametrize("seconds", [-299, 299])
def test_a_clock_that_differs_by_less_than_five_minutes_is_accepted(doors, seconds):
    iat = doors.world.now + timedelta(seconds=seconds)

    response = doors.send("/webhooks/answer", BODY, signature=authorization(BODY, iat=iat))

    assert response.status_code == 200


def test_both_secrets_are_accepted_while_they_are_rotated(doors, settings):
    old, new = OLD_SECRET, NEW_SECRET
    settings.VONAGE_SIGNATURE_SECRETS = [new, old]
    body = json.dumps(EVENT).encode()

    first = doors.send("/webhooks/answer", BODY, signature=doors.sign(BODY, secret=old))
    second = doors.send("/webhooks/event", body, signature=doors.sign(body, secret=new))

    assert (first.status_code, second.status_code) == (200, 204)


def test_a_secret_that_was_rotated_out_is_refused(doors, settings):
    settings.VONAGE_SIGNATURE_SECRETS = [NEW_SECRET]

    response = doors.send("/webhooks/answer", BODY, signature=doors.sign(BODY, secret=SECRET))

    assert response.status_code == 401


def test_the_same_webhook_again_gets_the_stored_reply_and_no_second_effect(doors):
    first = doors.send("/webhooks/answer", BODY)
    key = first.json()[1]["eventUrl"][0].removeprefix("http://testserver")
    pressed = changed(EVENT, status="", dtmf={"digits": "1"})
    doors.post(key, pressed)
    before = rows()

    again = [doors.send("/webhooks/answer", BODY), doors.send("/webhooks/answer", BODY)]

    assert [response.json() for response in again] == [first.json()] * 2
    assert rows() == before


def test_a_retry_signed_anew_gets_the_stored_reply(doors):
    first = doors.send("/webhooks/answer", BODY, signature=doors.sign(BODY, jti="one"))

    again = doors.send("/webhooks/answer", BODY, signature=doors.sign(BODY, jti="two"))

    assert again.json() == first.json()
    assert VonageEvent.objects.count() == 1


def test_a_signature_used_for_another_body_is_refused_with_an_alarm(doors, caplog):
    doors.send("/webhooks/answer", BODY, signature=doors.sign(BODY, jti="one"))
    before = rows()
    body = json.dumps(changed(ANSWER, uuid="b" * 32)).encode()

    response = doors.send("/webhooks/answer", body, signature=doors.sign(body, jti="one"))

    assert response.status_code == 401
    assert rows() == before
    alarms = [record for record in caplog.records if record.levelname == "ERROR"]
    assert [alarm.name for alarm in alarms] == ["calls.webhooks"]


QUERY = list(ANSWER.items())


def test_a_get_is_refused_unless_it_is_asked_for(doors):
    signature = doors.sign(query_payload(QUERY))

    response = doors.get("/webhooks/answer", urlencode(QUERY), signature)

    assert response.status_code == 405
    assert rows() == NOTHING


def test_a_signed_get_is_answered_where_it_is_asked_for(doors, settings):
    settings.WEBHOOK_GET = True
    signature = doors.sign(query_payload(QUERY))

    response = doors.get("/webhooks/answer", urlencode(QUERY), signature)

    assert [action["action"] for action in response.json()] == ["talk", "input"]
    assert VonageEvent.objects.get().body == ANSWER


@pytest.mark.parametrize(
    ("sent", "signed", "status"),
    [
        (QUERY, None, 401),
        ([*QUERY, ("to", "1")], QUERY, 401),
        ([*QUERY, ("to", "1")], [*QUERY[:1], ("to", "1"), *QUERY[1:]], 400),
        ([("to", "2"), *QUERY[1:]], QUERY, 401),
        (QUERY[:3], QUERY[:3], 400),
        ([], [], 400),
    ],
    ids=["unsigned", "one more", "a name twice", "changed", "without uuid", "empty"],
)
def test_a_get_is_checked_like_a_post(doors, settings, sent, signed, status):
    settings.WEBHOOK_GET = True
    signature = "" if signed is None else doors.sign(query_payload(signed))

    response = doors.get("/webhooks/answer", urlencode(sent), signature)

    assert response.status_code == status
    assert rows() == NOTHING


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
def test_no_other_method_is_answered(doors, method):
    call = getattr(doors.world.client, method)

    assert call("/webhooks/answer").status_code == 405
