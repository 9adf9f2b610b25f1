"""Signed webhooks as Vonage sends them, and as an attacker would."""

import base64
import hashlib
import hmac
import json

import pytest

from contactcenter.vonage.signatures import TOLERANCE, BadSignature, verify
from contactcenter.vonage.tests.conftest import APPLICATION, NOON

SECRET = "0123456789abcdef0123456789abcdef"
OTHER = "fedcba9876543210fedcba9876543210"
BODY = b'{"uuid":"63f61863-4a51-4f6b-86e1-46edebcf9356","status":"answered"}'
NOW = int(NOON.timestamp())
HEADER = {"typ": "JWT", "alg": "HS256"}
CLAIMS = {
    "iss": "Vonage",
    "iat": NOW,
    "jti": "d1f5",
    "api_key": "abcd1234",
    "application_id": APPLICATION,
    "payload_hash": hashlib.sha256(BODY).hexdigest(),
}
ABSENT = object()


def encoded(part):
    text = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=")


def token(claims=CLAIMS, header=HEADER, secret=SECRET, digest=hashlib.sha256):
    """Made by hand, for no library makes the tokens an attacker sends."""
    signed = encoded(header) + b"." + encoded(claims)
    signature = hmac.new(secret.encode(), signed, digest).digest()
    return (signed + b"." + encoded(signature)).decode()


def changed(**claims):
    return {name: value for name, value in (CLAIMS | claims).items() if value is not ABSENT}


def check(authorization, payload=BODY, secrets=(SECRET,), tolerance=TOLERANCE):
    return verify(
        authorization=authorization,
        payload=payload,
        secrets=secrets,
        api_key="abcd1234",
        application_id=APPLICATION,
        now=NOON,
        tolerance=tolerance,
    )


def refused(authorization, **more):
    """The reason for which it is refused; the test fails where it is not."""
    with pytest.raises(BadSignature) as refusal:
        check(authorization, **more)
    return refusal.value.reason
