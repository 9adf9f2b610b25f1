"""The signature of a webhook: an HS256 token over the hash of what is sent."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

import jwt

from sandbox.settings import Settings


def sign(payload: bytes, settings: Settings, application_id: str, now: datetime) -> str:
    """The token for `payload` (the raw body, or `query_payload` for a GET), at `now`.

    The secret and the key are those of `settings`.
    """
    claims = {
        "iss": "Vonage",
        "iat": int(now.timestamp()),
        "jti": str(uuid4()),
        "payload_hash": hashlib.sha256(payload).hexdigest(),
        "api_key": settings.api_key,
        "application_id": application_id,
    }
    return jwt.encode(claims, settings.signature_secret, algorithm="HS256")


def query_of(body: Mapping[str, Any]) -> dict[str, str]:
    """A body as query parameters: objects as JSON, what is null left out."""
    return {name: _text(value) for name, value in body.items() if value is not None}


def query_payload(query: Mapping[str, str]) -> bytes:
    """What is signed for a GET: compact JSON of the parameters in the order of the URL."""
    return json.dumps(query, separators=(",", ":"), ensure_ascii=False).encode()


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
