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
from calls.api.people import actor_of
from calls.api.talk import KINDS, MyCallOutput, NotReachedOutput, SupervisionOutput
from calls.services import presence
from contactcenter.api import ErrorOutput

AGENT_STATES = [str(state) for state in State]


class OfferOutput(serializers.Serializer):
    id = serializers.IntegerField()
    call = serializers.IntegerField()
    queue = serializers.CharField(allow_null=True)
    to = serializers.CharField()
    kind = serializers.ChoiceField(KINDS)
    enqueued_at = serializers.DateTimeField(allow_null=True)
    ring_until = serializers.DateTimeField(allow_null=True)
    number = serializers.CharField(allow_null=True)
    priority = serializers.IntegerField()
    needs = serializers.ListField(child=serializers.CharField())
    uuid = serializers.CharField(allow_null=True)
    choice = serializers.CharField(allow_null=True)
    why = serializers.CharField(allow_null=True)
    by = serializers.CharField(allow_null=True, help_text="The colleague who asks for me.")

    def get_fields(self) -> dict[str, Any]:
        return super().get_fields() | {"from": serializers.CharField()}


class WrapUpOutput(serializers.Serializer):
    call = serializers.IntegerField()
    kind = serializers.ChoiceField(KINDS)
    number = serializers.CharField(allow_null=True)
    to = serializers.CharField()
    queue = serializers.CharField(allow_null=True)
    answered_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    hung_up_by = serializers.CharField(allow_null=True)
    extendable = serializers.BooleanField()
    seconds = serializers.IntegerField()
    outcome_required = serializers.BooleanField()
    outcome = serializers.IntegerField(allow_null=True)

    def get_fields(self) -> dict[str, Any]:
        return super().get_fields() | {"from": serializers.CharField()}


class MissedOutput(serializers.Serializer):
    kind = serializers.ChoiceField(KINDS)
    number = serializers.CharField(allow_null=True)
    by = serializers.CharField(allow_null=True, help_text="The colleague who asked, if one did.")
    queue = serializers.CharField(allow_null=True)
    rang_seconds = serializers.IntegerField()
    at = serializers.DateTimeField()

    def get_fields(self) -> dict[str, Any]:
        return super().get_fields() | {"from": serializers.CharField()}


class TakenOutput(serializers.Serializer):
    by = serializers.CharField()
    queue = serializers.CharField(allow_null=True)
    at = serializers.DateTimeField()


class TakenOverOutput(serializers.Serializer):
    by = serializers.CharField()
    call = serializers.IntegerField()
    at = serializers.DateTimeField()


class MeOutput(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    state = serializers.ChoiceField(AGENT_STATES)
    reason = serializers.CharField(allow_null=True)
    reason_label = serializers.CharField(allow_null=True)
    actor = serializers.CharField(allow_null=True)
    since = serializers.DateTimeField(allow_null=True)
    idle_since = serializers.DateTimeField(allow_null=True)
    limit_at = serializers.DateTimeField(allow_null=True)
    next_state = serializers.CharField(allow_null=True)
    next_reason = serializers.CharField(allow_null=True)
    wrap_up_until = serializers.DateTimeField(allow_null=True)
    no_offer_until = serializers.DateTimeField(allow_null=True)
    offer = OfferOutput(allow_null=True)
    call = MyCallOutput(allow_null=True)
    supervision = SupervisionOutput(allow_null=True)
    wrap_up = WrapUpOutput(allow_null=True)
    missed = MissedOutput(allow_null=True)
    taken = TakenOutput(allow_null=True)
    not_reached = NotReachedOutput(allow_null=True, help_text="In the last 15 seconds.")
    taken_over = TakenOverOutput(
        allow_null=True, help_text="In the last 15 seconds, from this agent."
    )
    outcomes = serializers.IntegerField()


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
    kind = serializers.ChoiceField(KINDS)
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
        return _picture_of(agent.id)


class MyState(APIView):
    """Choose available, on_break or offline. 409 `agent_busy` while a call holds me.

    409 `outcome_required` when I would end a wrap-up without the outcome that the queue requires.
    """

    @extend_schema(
        request=StateInput,
        responses={200: MeOutput, 400: ErrorOutput, 403: ErrorOutput, 409: ErrorOutput},
    )
    def put(self, request: Request) -> Response:
        agent = agents.agent_of(user_id=request.user.pk)
        presence.choose(agent_id=agent.id, now=timezone.now(), **_choice(request))
        return _picture_of(agent.id)


class MyNextState(APIView):
    """Choose what follows the call, offer or wrap-up that holds me; available takes it back.

    Where nothing holds me, a break or going offline begins at once.
    """

    @extend_schema(
        request=StateInput, responses={200: MeOutput, 400: ErrorOutput, 403: ErrorOutput}
    )
    def put(self, request: Request) -> Response:
        agent = agents.agent_of(user_id=request.user.pk)
        presence.choose_next(agent_id=agent.id, now=timezone.now(), **_choice(request))
        return _picture_of(agent.id)


def _choice(request: Request) -> dict[str, str]:
    wanted = StateInput(data=request.data)
    wanted.is_valid(raise_exception=True)
    return {
        "state": wanted.validated_data["state"],
        "reason": wanted.validated_data["reason"] or "",
        "actor": actor_of(request),
    }


def _picture_of(agent_id: int) -> Response:
    return Response(MeOutput(selectors.me(agent_id=agent_id, now=timezone.now())).data)


class MyDay(APIView):
    """My day since midnight: calls, offers, time in states; and my last calls."""

    @extend_schema(responses={200: DayOutput, 403: ErrorOutput})
    def get(self, request: Request) -> Response:
        agent = agents.agent_of(user_id=request.user.pk)
        found = selectors.day(agent_id=agent.id, now=timezone.now())
        return Response(DayOutput(found).data)
