"""The REST API for whom a call can be handed to, or who can be asked into it."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents import selectors as agents
from calls import selectors
from calls.api.agents import AGENT_STATES
from contactcenter.api import ErrorOutput
from contactcenter.storable import line_of

LONGEST = 100


class TargetAgentOutput(serializers.Serializer):
    username = serializers.CharField()
    name = serializers.CharField()
    state = serializers.ChoiceField(AGENT_STATES)
    reason = serializers.CharField(allow_null=True)
    since = serializers.DateTimeField(allow_null=True)
    available = serializers.BooleanField()
    why = serializers.CharField(allow_null=True, help_text="Why they cannot be rung now.")


class TargetQueueOutput(serializers.Serializer):
    name = serializers.CharField()
    waiting = serializers.IntegerField()
    agents_available = serializers.IntegerField()

    def get_fields(self) -> dict[str, Any]:
        return super().get_fields() | {"open": serializers.BooleanField()}


class TargetFlowOutput(serializers.Serializer):
    name = serializers.CharField()


class TargetNumberOutput(serializers.Serializer):
    number = serializers.CharField()
    shown = serializers.CharField(help_text="As people write it.")
    name = serializers.CharField(allow_null=True)


class TargetsOutput(serializers.Serializer):
    agents = TargetAgentOutput(many=True)
    queues = TargetQueueOutput(many=True)
    flows = TargetFlowOutput(many=True)
    numbers = TargetNumberOutput(many=True, help_text="That I spoke to last.")


class Targets(APIView):
    """Whom I can hand a call to, or ask into it, by name or digits; at most 50 of each kind."""

    @extend_schema(
        parameters=[OpenApiParameter("q", str, description="Part of a name, or of a number.")],
        responses={200: TargetsOutput, 400: ErrorOutput, 403: ErrorOutput},
    )
    def get(self, request: Request) -> Response:
        agent = agents.agent_of(user_id=request.user.pk)
        words = line_of(request.query_params.get("q", "").strip(), longest=LONGEST)
        if words is None:
            raise ValidationError({"q": [f"At most {LONGEST} printable characters."]})
        found = selectors.targets(agent_id=agent.id, words=words, now=timezone.now())
        return Response(TargetsOutput(found).data)
