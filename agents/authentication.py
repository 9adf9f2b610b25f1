"""Who a program is that asks with an API key."""

from typing import Any

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import APIException, PermissionDenied
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from agents import keys
from agents.models import ApiKey, User


class NoSuchKey(APIException):
    status_code = 401
    default_detail = "This API key is not known, or it has been revoked."
    auth_header = "Bearer"


class KeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer <key>`: the rights of the key's user; reading only, where it says so.

    Without the header it is for others to say who asks. A wrong key is refused even where a session
    would do: a program that sends it would not know whose rights it has.
    """

    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        scheme, _, key = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        found = keys.find(key.decode("latin-1").strip(), now=timezone.now())
        if found is None:
            raise NoSuchKey
        if found.is_read_only and request.method not in SAFE_METHODS:
            raise PermissionDenied("This API key may only read.")
        return found.user, found


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema describes it."""

    target_class = "agents.authentication.KeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "An API key of your own."}
