"""Who asks: the account (Basic) or one of its applications (JWT)."""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from dataclasses import dataclass, field
from typing import Any

import jwt
from aiohttp import web

from sandbox.account.store import Account, Application
from sandbox.problems import Problem, forbidden, unauthorized
from sandbox.settings import Settings

LIFETIME = 15 * 60
LONGEST = 24 * 3600
LEEWAY = 30


@dataclass(frozen=True)
class Caller:
    """The application a JWT speaks for, until `expires` (unix seconds).

    `user` is its `sub`, "" for an application's own token.
    """

    application: Application
    user: str = ""
    expires: float = 0.0
    claims: dict[str, Any] = field(default_factory=dict)


CALLER = web.RequestKey("caller", Caller)


class Expired(Problem):
    """401: the token was good, and its time is over."""

    def __init__(self) -> None:
        super().__init__(401, "Unauthorized", "The token has expired.")


def check_account(request: web.Request, settings: Settings) -> None:
    """Basic auth with the account's key and secret; raises 401."""
    scheme, _, coded = request.headers.get("Authorization", "").partition(" ")
    try:
        given = base64.b64decode(coded.strip(), validate=True)
    except (binascii.Error, ValueError):
        raise unauthorized() from None
    ours = f"{settings.api_key}:{settings.api_secret}".encode()
    if scheme.lower() != "basic" or not hmac.compare_digest(given, ours):
        raise unauthorized()


def check_application(request: web.Request, account: Account, now: float) -> Caller:
    """The application whose JWT the request bears, at `now` (unix seconds); raises 401 or 403."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise unauthorized()
    caller = read_token(token.strip(), account, now)
    check_path(caller, request.path)
    return caller


def check_path(caller: Caller, path: str) -> None:
    """Raises 403 where the token's acl leaves the path out."""
    if not _permits(caller.claims.get("acl"), path):
        raise forbidden("The token's acl does not allow this path.")


def read_token(token: str, account: Account, now: float) -> Caller:
    """Verify an application's or user's token; raises 401 whatever is wrong with it.

    That is `Expired` if nothing but its time is.
    """
    try:
        unverified = jwt.decode(token, options={"verify_signature": False})
        application = account.applications.get(str(unverified.get("application_id")))
        key = application.key() if application else None
        if application is None or key is None:
            raise unauthorized()
        options: Any = {"verify_exp": False, "verify_iat": False, "verify_nbf": False,
                        "verify_aud": False, "require": ["iat", "jti"]}  # fmt: skip
        claims = jwt.decode(token, key, algorithms=["RS256"], options=options)
    except (jwt.PyJWTError, ValueError):
        raise unauthorized() from None
    starts, expires = _times(claims)
    if application.voice is None or now < starts - LEEWAY:
        raise unauthorized()
    if now >= expires:
        raise Expired
    return Caller(application, str(claims.get("sub") or ""), expires, claims)


def _times(claims: dict[str, Any]) -> tuple[float, float]:
    """From when until when it is good; raises 401 if it does not say so in numbers."""
    issued = claims["iat"]
    times = [issued, claims.get("exp", 0), claims.get("nbf", 0)]
    if not all(isinstance(each, int | float) for each in times):
        raise unauthorized()
    expires = min(claims.get("exp", issued + LIFETIME), issued + LONGEST)
    return max(issued, claims.get("nbf", issued)), expires


def _permits(acl: Any, path: str) -> bool:
    """No list allows everything; otherwise one of its patterns must match the path."""
    if acl is None:
        return True
    paths = acl.get("paths") if isinstance(acl, dict) else None
    if not isinstance(paths, dict):
        return False
    return any(_pattern(each).fullmatch(path) for each in paths)


def _pattern(path: str) -> re.Pattern[str]:
    r"""`*` is one step of a path, `/**` is everything below and the path itself."""
    text = re.escape(path).replace(r"/\*\*", "(/.*)?").replace(r"\*", "[^/]*")
    return re.compile(text)
