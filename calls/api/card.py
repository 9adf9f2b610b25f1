"""The REST API for what an agent is told of a call."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents import selectors as agents
from calls import selectors
from calls.api.customers import CustomerOutput
from calls.api.talk import DIRECTIONS, KINDS
from contactcenter.api import ErrorOutput

SEGMENTS = ["flow", "queue", "offer", "lost", "talk", "hold", "wrap"]


class StepOutput(serializers.Serializer):
    at = serializers.DateTimeField()
    seg = serializers.ChoiceField(SEGMENTS)
    text = serializers.CharField()


class NarrowOutcomeOutput(serializers.Serializer):
    id = serializers.IntegerField()

    def get_fields(self) -> dict[str, Any]:
        # `label` as a class attribute would hide Field.label.
        return super().get_fields() | {"label": serializers.CharField()}


class DispositionOutput(NarrowOutcomeOutput):
    """One with children is not chosen itself, but one of these."""

    children = NarrowOutcomeOutput(many=True)


class EarlierCallOutput(serializers.Serializer):
    id = serializers.IntegerField()
    at = serializers.DateTimeField()
    direction = serializers.ChoiceField(DIRECTIONS)
    queue = serializers.CharField(allow_null=True)
    agent = serializers.CharField(allow_null=True)
    talk_s = serializers.IntegerField(allow_null=True)
    outcome = serializers.CharField()
    note = serializers.CharField()
    callback = serializers.CharField(
        allow_null=True, help_text="What became of the callback they asked for."
    )
    voicemail = serializers.BooleanField(help_text="Whether they left a message.")
    mine = serializers.BooleanField(help_text="Whether I was rung for it: then it has a page.")


class CardOutput(serializers.Serializer):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(KINDS)
    number = serializers.CharField(allow_null=True)
    to = serializers.CharField()
    queue = serializers.CharField(allow_null=True)
    customer = CustomerOutput(allow_null=True)
    pop = serializers.CharField(allow_null=True, help_text="An address to open.")
    steps = StepOutput(many=True)
    note = serializers.CharField()
    disposition = serializers.IntegerField(allow_null=True)
    dispositions = DispositionOutput(many=True)
    outcome_required = serializers.BooleanField()
    calls_30_days = serializers.IntegerField()
    earlier = EarlierCallOutput(many=True)

    def get_fields(self) -> dict[str, Any]:
        return super().get_fields() | {"from": serializers.CharField()}


class Card(APIView):
    """A call I was rung for: its way so far, my note on it, and the caller's earlier calls."""

    @extend_schema(responses={200: CardOutput, 403: ErrorOutput, 404: ErrorOutput})
    def get(self, request: Request, call_id: int) -> Response:
        agent = agents.agent_of(user_id=request.user.pk)
        found = selectors.card(call_id=call_id, agent_id=agent.id, now=timezone.now())
        return Response(CardOutput(found).data)
