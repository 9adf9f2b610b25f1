"""Is this webhook really from Vonage, for us, recent and unaltered?

Vonage signs with HS256 and the account's signature secret, in `Authorization: Bearer <JWT>`:
https://developer.vonage.com/en/getting-started/concepts/webhooks#decoding-signed-webhooks
Its own libraries stop at the signature; here every claim is checked, and the payload's hash.
"""

import hashlib
import hmac
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import jwt

LONGEST_HEADER = 8192
LONGEST_JTI = 64  # as long as it can be stored
TOLERANCE = timedelta(minutes=5)
# Each of these would have the token say how, or with whose key, it is to be checked.
FORBIDDEN_HEADERS = {"jku", "jwk", "x5u", "x5c", "crit"}


class BadSignature(Exception):
    """The webhook is not to be believed. `reason` is one short word for logs and counters:

    missing, malformed, algorithm, signature, issuer, application, account, age, hash, claims.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Claims:
    """What the caller still needs: `jti` tells a repeated webhook, `iat` (unix s) its age."""

    jti: str
    iat: int
    payload_hash: str


def verify(
    *,
    authorization: str,
    payload: bytes,
    secrets: Sequence[str],
    api_key: str,
    application_id: str,
    now: datetime,
    tolerance: timedelta = TOLERANCE,
) -> Claims:
    """The claims of a webhook that Vonage signed for this payload; BadSignature otherwise.

    `payload` is the raw body of a POST, and query_payload() of a GET. `secrets` are one, or
    two while they are rotated.
    """
    token = _bearer(authorization)
    _check_header(token)
    claims = _signed_claims(token, secrets)
    _check_addressee(claims, api_key=api_key, application_id=application_id)
    iat = _check_age(claims, now=now, tolerance=tolerance)
    jti = claims.get("jti")
    if not isinstance(jti, str) or not 0 < len(jti) <= LONGEST_JTI:
        raise BadSignature("claims")
    return Claims(jti=jti, iat=iat, payload_hash=_check_hash(claims, payload))


def query_payload(query: Sequence[tuple[str, str]]) -> bytes:
    """What Vonage signs of a GET: its parameters as compact JSON, in the order of the URL.

    A parameter given twice stays there twice, so no other query has the same payload. How
    Vonage writes letters beyond ASCII is not documented: here they are plain UTF-8.
    """
    pairs = (f"{_json(name)}:{_json(value)}" for name, value in query)
    return ("{" + ",".join(pairs) + "}").encode("utf-8", "surrogatepass")


def _bearer(authorization: str) -> str:
    if not authorization.strip():
        raise BadSignature("missing")
    if len(authorization) > LONGEST_HEADER or not authorization.isascii():
        raise BadSignature("malformed")
    scheme, _, token = authorization.strip().partition(" ")
    if scheme.lower() != "bearer" or token.count(".") != 2:
        raise BadSignature("malformed")
    return token.strip()


def _check_header(token: str) -> None:
    """Before a key is tried. `kid` is ignored: we know whose key it must be."""
    try:
        header = jwt.get_unverified_header(token)
    except jwt.PyJWTError:
        raise BadSignature("malformed") from None
    if header.get("alg") != "HS256" or FORBIDDEN_HEADERS & header.keys():
        raise BadSignature("algorithm")


def _signed_claims(token: str, secrets: Sequence[str]) -> dict[str, Any]:
    for secret in secrets:
        try:
            claims = jwt.PyJWS().decode(token, secret, algorithms=["HS256"])
        except jwt.PyJWTError:
            continue
        return _object(claims)
    raise BadSignature("signature")


def _object(text: bytes) -> dict[str, Any]:
    try:
        claims = json.loads(text)
    except (ValueError, RecursionError):
        raise BadSignature("claims") from None
    if not isinstance(claims, dict):
        raise BadSignature("claims")
    return claims


def _check_addressee(claims: dict[str, Any], *, api_key: str, application_id: str) -> None:
    if claims.get("iss") != "Vonage":
        raise BadSignature("issuer")
    if claims.get("api_key") != api_key:
        raise BadSignature("account")
    if "application_id" in claims and claims["application_id"] != application_id:
        raise BadSignature("application")


def _check_age(claims: dict[str, Any], *, now: datetime, tolerance: timedelta) -> int:
    """`iat`, if it is at most `tolerance` before or after now, and `exp`, if any, is to come."""
    second = int(now.timestamp())
    iat = _seconds(claims.get("iat"))
    if abs(second - iat) > tolerance.total_seconds():
        raise BadSignature("age")
    if "exp" in claims and _seconds(claims["exp"]) <= second:
        raise BadSignature("age")
    return iat


def _seconds(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return int(value)
    raise BadSignature("claims")


def _check_hash(claims: dict[str, Any], payload: bytes) -> str:
    claimed = claims.get("payload_hash")
    computed = hashlib.sha256(payload).hexdigest()
    if not isinstance(claimed, str):
        raise BadSignature("hash")
    if not hmac.compare_digest(claimed.encode("utf-8", "surrogatepass"), computed.encode()):
        raise BadSignature("hash")
    return computed


def _json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
