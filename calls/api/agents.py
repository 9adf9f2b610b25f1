"""The REST API for the agent who asks: what they are doing, and their day."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents import selectors as agents
from agents.states import CHOOSABLE, State
from calls import selectors
from calls.services import presence
from calls.states import CallState
from contactcenter.api import ErrorOutput

CALL_STATES = [str(state) for state in CallState]
AGENT_STATES = [str(state) for state in State]


class OfferOutput(serializers.Serializer):
    id = serializers.IntegerField()
    call = serializers.IntegerField()
    queue = serializers.CharField(allow_null=True)
    to = serializers.CharField()
    kind = serializers.CharField()
    enqueued_at = serializers.DateTimeField()
    ring_until = serializers.DateTimeField(allow_null=True)
    uuid = serializers.CharField(allow_null=True)
    choice = serializers.CharField(allow_null=True)
    why = serializers.CharField(allow_null=True)

    def get_fields(self) -> dict[str, Any]:
        return super().get_fields() | {"from": serializers.CharField()}


class MyCallOutput(serializers.Serializer):
    id = serializers.IntegerField()
    state = serializers.ChoiceField(CALL_STATES)
    to = serializers.CharField()
    queue = serializers.CharField(allow_null=True)
    enqueued_at = serializers.DateTimeField(allow_null=True)
    answered_at = serializers.DateTimeField(allow_null=True)
    uuid = serializers.CharField(allow_null=True)
    phone_call = serializers.CharField(allow_null=True)

    def get_fields(self) -> dict[str, Any]:
        return super().get_fields() | {"from": serializers.CharField()}


class WrapUpOutput(serializers.Serializer):
    call = serializers.IntegerField()
    to = serializers.CharField()
    queue = serializers.CharField(allow_null=True)
    answered_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    hung_up_by = serializers.CharField(allow_null=True)
    extendable = serializers.BooleanField()
    seconds = serializers.IntegerField()

    def get_fields(self) -> dict[str, Any]:
        return super().get_fields() | {"from": serializers.CharField()}


class MissedOutput(serializers.Serializer):
    queue = serializers.CharField(allow_null=True)
    rang_seconds = serializers.IntegerField()
    at = serializers.DateTimeField()

    def get_fields(self) -> dict[str, Any]:
        return super().get_fields() | {"from": serializers.CharField()}


class MeOutput(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    state = serializers.ChoiceField(AGENT_STATES)
    reason = serializers.CharField(allow_null=True)
    actor = serializers.CharField(allow_null=True)
    since = serializers.DateTimeField(allow_null=True)
    next_state = serializers.CharField(allow_null=True)
    wrap_up_until = serializers.DateTimeField(allow_null=True)
    no_offer_until = serializers.DateTimeField(allow_null=True)
    offer = OfferOutput(allow_null=True)
    call = MyCallOutput(allow_null=True)
    wrap_up = WrapUpOutput(allow_null=True)
    missed = MissedOutput(allow_null=True)


class StateInput(serializers.Serializer):
    state = serializers.ChoiceField([str(state) for state in CHOOSABLE])
    reason = serializers.CharField(allow_null=True, allow_blank=True, required=False, default=None)


class TimeInStateOutput(serializers.Serializer):
    state = serializers.ChoiceField(AGENT_STATES)
    seconds = serializers.IntegerField()


class LastCallOutput(serializers.Serializer):
    id = serializers.IntegerField()
    at = serializers.DateTimeField()
    direction = serializers.CharField()
    number = serializers.CharField()
    queue = serializers.CharField(allow_null=True)
    talk_s = serializers.IntegerField(allow_null=True)
    outcome = serializers.CharField()
    ended_by = serializers.ChoiceField(["me", "caller", "system"], allow_null=True)
    missed = serializers.BooleanField()


class DayOutput(serializers.Serializer):
    since = serializers.DateTimeField()
    signed_in_s = serializers.IntegerField()
    calls = serializers.IntegerField()
    talk_s = serializers.IntegerField(allow_null=True)
    wrap_up_s = serializers.IntegerField(allow_null=True)
    handle_s = serializers.IntegerField(allow_null=True)
    offers = serializers.IntegerField()
    accepted = serializers.IntegerField()
    missed = serializers.IntegerField()
    declined = serializers.IntegerField()
    failed = serializers.IntegerField()
    occupancy = serializers.FloatField(allow_null=True)
    states = TimeInStateOutput(many=True)
    last_calls = LastCallOutput(many=True)


class Me(APIView):
    """What I am doing, what is offered to me, and the call I am in."""

    @extend_schema(responses={200: MeOutput, 403: ErrorOutput})
    def get(self, request: Request) -> Response:
        agent = agents.agent_of(user_id=request.user.pk)
        return Response(MeOutput(selectors.me(agent_id=agent.id)).data)


class MyState(APIView):
    """Choose available, on_break or offline. 409 `agent_busy` while a call holds me."""

    @extend_schema(
        request=StateInput,
        responses={200: MeOutput, 400: ErrorOutput, 403: ErrorOutput, 409: ErrorOutput},
    )
    def put(self, request: Request) -> Response:
        agent = agents.agent_of(user_id=request.user.pk)
        wanted = StateInput(data=request.data)
        wanted.is_valid(raise_exception=True)
        presence.choose(
            agent_id=agent.id,
            state=wanted.validated_data["state"],
            reason=wanted.validated_data["reason"] or "",
            actor=request.user.get_username(),
            now=timezone.now(),
        )
        return Response(MeOutput(selectors.me(agent_id=agent.id)).data)


class MyDay(APIView):
    """My day since midnight: calls, offers, time in states; and my last calls."""

    @extend_schema(responses={200: DayOutput, 403: ErrorOutput})
    def get(self, request: Request) -> Response:
        agent = agents.agent_of(user_id=request.user.pk)
        found = selectors.day(agent_id=agent.id, now=timezone.now())
        return Response(DayOutput(found).data)
