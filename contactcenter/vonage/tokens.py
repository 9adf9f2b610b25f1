"""The JWTs we make: one for our own requests, one for each agent's browser."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

APPLICATION_LIFETIME = timedelta(minutes=15)
LONGEST_APPLICATION_LIFETIME = timedelta(hours=24)  # Vonage accepts no older token
LONGEST_USER_LIFETIME = timedelta(hours=1)  # it cannot be revoked
SHORTEST_LIFETIME = timedelta(seconds=30)

# What the client SDK needs to register, be called and talk. `/*/applications/**`, still in older
# lists, would let a browser change the application's push settings.
CLIENT_PATHS: dict[str, dict[str, Any]] = {
    f"/*/{name}/**": {}
    for name in (
        "users",
        "conversations",
        "sessions",
        "devices",
        "image",
        "media",
        "push",
        "knocking",
        "legs",
    )
}


@dataclass(frozen=True)
class Key:
    """An application and its private key, parsed once: parsing costs 100 times a signature."""

    application_id: str
    private_key: RSAPrivateKey = field(repr=False)


@lru_cache(maxsize=8)
def load_key(text: str) -> RSAPrivateKey:
    r"""The RSA key of a PEM text, of a PEM text with literal \n, or of a PEM file's path.

    Raises ValueError with one sentence that never repeats the text.
    """
    pem = _pem(text)
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise ValueError("The private key is not an unencrypted PEM private key.") from None
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("The private key is not an RSA key, and Vonage takes no other.")
    if key.key_size < 2048:
        raise ValueError("The private key is shorter than 2048 bits.")
    return key


def application_token(
    key: Key, *, now: datetime, lifetime: timedelta = APPLICATION_LIFETIME
) -> str:
    """The JWT for our own requests: full rights over the application."""
    return _sign(key, now=now, lifetime=lifetime, longest=LONGEST_APPLICATION_LIFETIME, more={})


def user_token(key: Key, *, user: str, now: datetime, lifetime: timedelta) -> str:
    """The JWT with which one user's browser registers: `user` is the platform user's name.

    Raises ValueError without a user, for such a token would have the application's rights.
    """
    if not user:
        raise ValueError("A user's token needs the name of the user.")
    more = {"sub": user, "acl": {"paths": CLIENT_PATHS}}
    return _sign(key, now=now, lifetime=lifetime, longest=LONGEST_USER_LIFETIME, more=more)


def _sign(
    key: Key, *, now: datetime, lifetime: timedelta, longest: timedelta, more: dict[str, Any]
) -> str:
    if not SHORTEST_LIFETIME <= lifetime <= longest:
        raise ValueError(f"A token lives from {SHORTEST_LIFETIME} to {longest}, not {lifetime}.")
    made = int(now.timestamp())
    claims = {
        "application_id": key.application_id,
        "jti": str(uuid4()),
        "iat": made,
        "exp": made + int(lifetime.total_seconds()),
    }
    return jwt.encode(claims | more, key.private_key, algorithm="RS256")


def _pem(text: str) -> bytes:
    if "-----BEGIN" in text:
        return text.replace("\\n", "\n").strip().encode(errors="replace")
    try:
        return Path(text.strip()).read_bytes()
    except (OSError, ValueError):
        raise ValueError("The private key is neither PEM nor the path of a PEM file.") from None
