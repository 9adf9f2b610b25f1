"""The REST API for calls."""

from collections.abc import Mapping
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
from calls.api import dialling
from calls.api.people import user_of
from calls.api.talk import CALL_STATES
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


class CallEntryOutput(serializers.Serializer):
    """A wait in one queue, or without a queue for one agent."""

    queue = serializers.CharField(allow_null=True)
    kind = serializers.ChoiceField(
        ["call", "callback"], help_text="A callback: the caller has hung up and keeps their place."
    )
    enqueued_at = serializers.DateTimeField()
    answered_at = serializers.DateTimeField(
        allow_null=True, help_text="When an agent first took the call; a callback is no answer."
    )
    ended_at = serializers.DateTimeField(allow_null=True, help_text="Null: they still wait.")
    outcome = serializers.CharField(allow_null=True)
    wait_s = serializers.FloatField(
        allow_null=True, help_text="Seconds until it was answered, else until it ended."
    )


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
    entries = CallEntryOutput(many=True)
    events = CallEventOutput(many=True)

    def get_fields(self) -> dict[str, Any]:
        return super().get_fields() | {"from": serializers.CharField()}


FILTERS = {
    "state": "state",
    "queue": "queue__name",
    "from": "from_number",
    "to": "to_number",
}


class Calls(APIView):
    """The calls I may see, newest first."""

    pagination_class = Pages

    @extend_schema(
        request=dialling.DialInput,
        responses={
            201: dialling.BegunOutput,
            **dict.fromkeys((400, 403, 409), ErrorOutput),
        },
    )
    def post(self, request: Request) -> Response:
        """Call somebody. 403 `refused_number` names the rule that says no.

        Where a console of mine holds my phone, it begins the call by the key; otherwise, and for
        programs, my phone is rung first.
        """
        return dialling.begin(request)

    @extend_schema(
        parameters=[
            *(OpenApiParameter(name, str) for name in (*FILTERS, "agent")),
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
        user, asked = user_of(request), _asked(request)
        found = selectors.calls_of(user).filter(**_filters(asked)).order_by("-id")
        if "agent" in asked:
            found = selectors.of_agent(found, asked["agent"])
        page = pages.paginate_queryset(found, request, view=self)
        rows = selectors.call_rows(page or [], user=user)
        return pages.get_paginated_response(CallOutput(rows, many=True).data)


def _asked(request: Request) -> dict[str, str]:
    asked = {name: str(value) for name, value in request.query_params.items() if value}
    if broken := {name for name, value in asked.items() if "\0" in value}:
        raise ValidationError({name: ["This is not text."] for name in broken})
    return asked


def _filters(asked: Mapping[str, str]) -> dict[str, Any]:
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
    """One call with its legs, offers and events.

    Agents are shown who listened where their team says so: else these legs and events are left out.
    """

    @extend_schema(responses={200: CallOutput, 403: ErrorOutput, 404: ErrorOutput})
    def get(self, request: Request, call_id: int) -> Response:
        user = user_of(request)
        call = selectors.call_of(user, call_id=call_id)
        (row,) = selectors.call_rows([call], user=user)
        return Response(CallOutput(row).data)
