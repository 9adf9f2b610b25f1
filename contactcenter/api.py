"""What every API endpoint shares: pages, and one shape for every error."""

from typing import Any

from django.db import OperationalError
from rest_framework import serializers
from rest_framework.exceptions import (
    NotAuthenticated,
    ParseError,
    PermissionDenied,
    Throttled,
    ValidationError,
)
from rest_framework.pagination import PageNumberPagination
from rest_framework.response import Response
from rest_framework.views import exception_handler as drf_handler
from rest_framework.views import set_rollback

from contactcenter.errors import Refused

CODES: dict[type[Exception], str] = {
    NotAuthenticated: "not_allowed",
    PermissionDenied: "not_allowed",
    ParseError: "invalid",
    Throttled: "rate_limited",
}


class Pages(PageNumberPagination):
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200


class RefusalOutput(serializers.Serializer):
    code = serializers.CharField()
    message = serializers.CharField()

    def get_fields(self) -> dict[str, Any]:
        # `fields` as a class attribute would hide Serializer.fields.
        return super().get_fields() | {"fields": serializers.DictField()}


class ErrorOutput(serializers.Serializer):
    """What every refusal says, for the schema."""

    error = RefusalOutput()


def exception_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """`{"error": {"code", "message", "fields"}}` for every refusal; a bug stays a 500."""
    if isinstance(exc, Refused):
        set_rollback()
        return Response(body(exc.code, exc.message), status=exc.status)

    if isinstance(exc, OperationalError):
        # The database is away or busy: nothing has been changed, and asking again is right.
        set_rollback()
        return Response(busy(), status=503, headers={"Retry-After": "1"})
    response = drf_handler(exc, context)
    if response is None:
        return None
    if isinstance(exc, ValidationError):
        response.data = body("invalid", "Some fields are not right.", fields=exc.detail)
    else:
        code = CODES.get(type(exc), "not_found" if response.status_code == 404 else "invalid")
        if response.status_code in {401, 403}:
            code = "not_allowed"
        response.data = body(code, str(response.data["detail"]))
    return response


def body(code: str, message: str, fields: Any = None) -> dict[str, Any]:
    return {"error": {"code": code, "message": message, "fields": fields or {}}}


def busy() -> dict[str, Any]:
    """What is said when the database is away or busy."""
    return body("rate_limited", "The system is busy; please try again.")
