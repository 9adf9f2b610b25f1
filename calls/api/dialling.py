"""The REST API for calling somebody."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents import phones
from agents import selectors as agents
from calls import selectors
from calls.api.people import actor_of
from calls.services import outbound
from contactcenter.api import ErrorOutput
from contactcenter.storable import line_of

WHOM = 'A telephone number, {"number": …}, or {"agent": "joe"} for a colleague.'


class ColleagueInput(serializers.Serializer):
    agent = serializers.CharField(max_length=150, help_text="The colleague's user name.")


@extend_schema_field({"oneOf": [{"type": "string"}, {"type": "object"}]})
class Whom(serializers.Field):
    """A number as text, or an object that names exactly one agent or number."""

    def to_internal_value(self, data: Any) -> tuple[str, str]:
        if isinstance(data, str):
            data = {"number": data}
        if not isinstance(data, dict) or len(data) != 1:
            raise serializers.ValidationError(WHOM)
        ((kind, name),) = data.items()
        text = line_of(name, longest=150)
        if kind not in {"agent", "number"} or not text:
            raise serializers.ValidationError(WHOM)
        return kind, text

    def to_representation(self, value: Any) -> Any:
        return value


class DialInput(serializers.Serializer):
    to = Whom(help_text=WHOM)

    def get_fields(self) -> dict[str, Any]:
        shown = serializers.CharField(
            max_length=20,
            required=False,
            allow_null=True,
            help_text="The number of ours that is shown; without it the usual one.",
        )
        return super().get_fields() | {"from": shown}


class BegunOutput(serializers.Serializer):
    id = serializers.IntegerField()
    key = serializers.CharField(help_text="For the Client SDK: serverCall({key}), by the console.")
    rings = serializers.BooleanField(help_text="The agent's own phone is rung first.")


class RecentOutput(serializers.Serializer):
    number = serializers.CharField()
    name = serializers.CharField(allow_null=True)
    direction = serializers.CharField()
    at = serializers.DateTimeField()


class CallerIdOutput(serializers.Serializer):
    number = serializers.CharField()
    usual = serializers.BooleanField()

    def get_fields(self) -> dict[str, Any]:
        # `label` as a class attribute would hide Field.label.
        return super().get_fields() | {"label": serializers.CharField(allow_null=True)}


class DialOutput(serializers.Serializer):
    recent = RecentOutput(many=True)
    caller_ids = CallerIdOutput(many=True)
    rules = serializers.ListField(child=serializers.CharField())


class Dial(APIView):
    """What I can choose from when I call somebody, and the rules that I must keep."""

    @extend_schema(responses={200: DialOutput, 403: ErrorOutput})
    def get(self, request: Request) -> Response:
        agent = agents.agent_of(user_id=request.user.pk)
        return Response(DialOutput(selectors.dial(agent_id=agent.id)).data)


def begin(request: Request) -> Response:
    """Call somebody, as the agent who asks; see `Calls.post`."""
    agent = agents.agent_of(user_id=request.user.pk)
    wanted = DialInput(data=request.data)
    wanted.is_valid(raise_exception=True)
    kind, name = wanted.validated_data["to"]
    now = timezone.now()
    # A program cannot begin the call in the agent's browser: it has their phone rung.
    rings = request.auth is not None or not phones.phone_of(agent).is_taken(now)
    asked: dict[str, Any] = {
        "agent_id": agent.id,
        "actor": actor_of(request),
        "rings": rings,
        "now": now,
    }
    if kind == "agent":
        leg = outbound.call_colleague(username=name, **asked)
    else:
        caller_id = wanted.validated_data.get("from") or ""
        leg = outbound.call_number(to=name, caller_id=caller_id, **asked)
    begun = {"id": leg.call_id, "key": leg.key, "rings": rings}
    return Response(BegunOutput(begun).data, status=201)
