"""The REST API for what agents, supervisors, and programs in their name, have done with calls."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents import selectors as agents
from calls import selectors
from calls.api.people import actor_of, user_of
from calls.services import commands
from contactcenter.api import ErrorOutput, RefusalOutput

COMMAND_STATES = ["pending", "done", "failed"]
MODES = ["listen", "whisper", "barge", "take_over"]


class ConnectInput(serializers.Serializer):
    agent = serializers.CharField(max_length=150, help_text="The agent's user name.")


class AcceptedOutput(serializers.Serializer):
    command = serializers.CharField()


class CommandOutput(serializers.Serializer):
    state = serializers.ChoiceField(COMMAND_STATES)
    error = RefusalOutput(allow_null=True)


class Connect(APIView):
    """Offer a waiting call to one agent at once. Ask the command what became of it."""

    @extend_schema(
        request=ConnectInput,
        responses={202: AcceptedOutput, 400: ErrorOutput, 403: ErrorOutput, 404: ErrorOutput},
    )
    def post(self, request: Request, call_id: int) -> Response:
        user = user_of(request)
        agents.check_supervisor(user)
        wanted = ConnectInput(data=request.data)
        wanted.is_valid(raise_exception=True)
        call = selectors.led_call_of(user, call_id=call_id)
        agent = agents.supervised_agent(user, username=wanted.validated_data["agent"])
        key = commands.connect(
            call_id=call.id,
            agent_id=agent.id,
            user_id=user.pk,
            actor=actor_of(request),
            now=timezone.now(),
        )
        return Response(AcceptedOutput({"command": key}).data, status=202)


class PersonInput(serializers.Serializer):
    """Exactly one of them."""

    agent = serializers.CharField(max_length=150, required=False, help_text="A user name.")
    number = serializers.CharField(max_length=150, required=False, help_text="With country code.")


class TargetInput(PersonInput):
    """Exactly one of them."""

    queue = serializers.CharField(max_length=150, required=False, help_text="A name.")
    flow = serializers.CharField(max_length=150, required=False, help_text="A name.")


class TransferInput(serializers.Serializer):
    kind = serializers.ChoiceField(["blind"])
    to = TargetInput()


class InviteInput(serializers.Serializer):
    to = PersonInput()


class RemoveInput(serializers.Serializer):
    leg = serializers.IntegerField(min_value=1, help_text="A party of the call.")


class SuperviseInput(serializers.Serializer):
    mode = serializers.ChoiceField(MODES)


class _Commanded(APIView):
    """What a command of one kind is asked for by."""

    kind = ""
    body: type[serializers.Serializer] | None = None

    def post(self, request: Request, call_id: int) -> Response:
        body: dict[str, Any] = {}
        if self.body:
            wanted = self.body(data=request.data)
            wanted.is_valid(raise_exception=True)
            body = wanted.validated_data
        user, act = user_of(request), commands.ACTS[self.kind]
        key = commands.ask(
            self.kind,
            call_id=call_id,
            agent_id=selectors.asker_of(
                user,
                call_id=call_id,
                supervises=act.for_supervisors,
                checks_right=act.checks_right,
            ),
            user_id=user.pk,
            actor=actor_of(request),
            body=body,
            now=timezone.now(),
        )
        return Response(AcceptedOutput({"command": key}).data, status=202)


def _door(kind: str, body: type[serializers.Serializer] | None, words: str) -> type[_Commanded]:
    """The address at which commands of this kind are asked for."""
    name = kind.title().replace("_", "")
    view = type(name, (_Commanded,), {"kind": kind, "body": body, "__doc__": words})
    refusals = dict.fromkeys((400, 403, 404, 409), ErrorOutput)
    described = extend_schema(request=body, responses={202: AcceptedOutput} | refusals)
    return described(view)


DOORS = {
    kind: _door(kind, body, words)
    for kind, body, words in (
        ("end", None, "End the call for everybody; with another agent in it, leave it."),
        ("hold", None, "Let the customer hear music, and nobody."),
        ("resume", None, "Bring the customer back from hold."),
        ("transfer", TransferInput, "Hand the customer on and leave."),
        ("consult", InviteInput, "Hold the customer, and ask somebody in."),
        ("swap", None, "Talk to the customer, or to the one consulted, the other hears music."),
        ("merge", None, "Bring the customer and the one consulted together."),
        ("complete", None, "Leave the customer with the one consulted."),
        ("cancel", None, "Let the one consulted go and come back to the customer."),
        ("add", InviteInput, "Ask somebody into the call."),
        ("remove", RemoveInput, "Let somebody who was asked in go."),
        ("supervise", SuperviseInput, "Listen to a call, whisper, barge, or take it over."),
        ("leave", None, "Leave a call that I supervise."),
    )
    if kind in commands.ACTS
}


class OneCommand(APIView):
    """What became of a command of mine: pending, done, or failed and why."""

    @extend_schema(responses={200: CommandOutput, 403: ErrorOutput, 404: ErrorOutput})
    def get(self, request: Request, key: str) -> Response:
        command = selectors.command_of(user_of(request), key=key)
        return Response(CommandOutput(selectors.command_row(command)).data)
