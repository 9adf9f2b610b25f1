"""The REST API for calls."""

from datetime import UTC, datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from calls import selectors
from calls.api.agents import CALL_STATES
from calls.api.people import user_of
from contactcenter.api import ErrorOutput, Pages


class LegOutput(serializers.Serializer):
    id = serializers.IntegerField()
    kind = serializers.CharField()
    user = serializers.CharField(allow_null=True)
    uuid = serializers.CharField(allow_null=True)
    state = serializers.CharField()
    room = serializers.CharField(allow_null=True)


class CallOfferOutput(serializers.Serializer):
    id = serializers.IntegerField()
    agent = serializers.CharField()
    state = serializers.CharField()
    cause = serializers.CharField(allow_null=True)
    at = serializers.DateTimeField()


class CallEventOutput(serializers.Serializer):
    version = serializers.IntegerField()
    type = serializers.CharField()
    at = serializers.DateTimeField()
    actor = serializers.CharField()
    reason = serializers.CharField()

    def get_fields(self) -> dict[str, Any]:
        # `data` as a class attribute would hide Serializer.data.
        return super().get_fields() | {"data": serializers.JSONField()}


class CallOutput(serializers.Serializer):
    id = serializers.IntegerField()
    direction = serializers.CharField()
    state = serializers.ChoiceField(CALL_STATES)
    outcome = serializers.CharField(allow_null=True)
    to = serializers.CharField()
    queue = serializers.CharField(allow_null=True)
    enqueued_at = serializers.DateTimeField(allow_null=True)
    answered_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    hung_up_by = serializers.CharField(allow_null=True)
    room = serializers.CharField(allow_null=True)
    legs = LegOutput(many=True)
    offers = CallOfferOutput(many=True)
    events = CallEventOutput(many=True)

    def get_fields(self) -> dict[str, Any]:
        return super().get_fields() | {"from": serializers.CharField()}


FILTERS = {
    "state": "state",
    "queue": "queue__name",
    "from": "from_number",
    "to": "to_number",
    "agent": "legs__agent__user__username",
}


class Calls(APIView):
    """The calls I may see, newest first."""

    pagination_class = Pages

    @extend_schema(
        parameters=[
            *(OpenApiParameter(name, str) for name in FILTERS),
            OpenApiParameter("since", datetime, description="Begun then or later; with its zone."),
        ],
        responses={
            200: CallOutput(many=True),
            400: ErrorOutput,
            403: ErrorOutput,
            404: ErrorOutput,
        },
    )
    def get(self, request: Request) -> Response:
        pages = self.pagination_class()
        found = selectors.calls_of(user_of(request)).filter(**_filters(request)).order_by("-id")
        page = pages.paginate_queryset(found, request, view=self)
        rows = [selectors.call_row(call) for call in page or []]
        return pages.get_paginated_response(CallOutput(rows, many=True).data)


def _filters(request: Request) -> dict[str, Any]:
    asked = {name: str(value) for name, value in request.query_params.items() if value}
    if broken := {name for name, value in asked.items() if "\0" in value}:
        raise ValidationError({name: ["This is not text."] for name in broken})
    chosen: dict[str, Any] = {
        column: asked[name] for name, column in FILTERS.items() if name in asked
    }
    if "since" in asked:
        chosen["started_at__gte"] = _moment(asked["since"])
    return chosen


def _moment(text: str) -> datetime:
    try:
        moment = parse_datetime(text)
        if moment is not None and moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise ValidationError({"since": ["A time with its zone, as 2026-11-20T10:00:00Z."]})


class OneCall(APIView):
    """One call with its legs, offers and events."""

    @extend_schema(responses={200: CallOutput, 403: ErrorOutput, 404: ErrorOutput})
    def get(self, request: Request, call_id: int) -> Response:
        call = selectors.call_of(user_of(request), call_id=call_id)
        return Response(CallOutput(selectors.call_row(call)).data)
