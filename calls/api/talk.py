"""What the REST API says of the call that an agent is in, or listens to."""

from typing import Any

from rest_framework import serializers

from calls.api.commands import CommandOutput
from calls.states import CallState

CALL_STATES = [str(state) for state in CallState]
KINDS = ["call", "callback", "consult", "conference", "outgoing"]
DIRECTIONS = ["inbound", "outbound", "internal"]
PARTIES = ["customer", "agent", "number", "supervisor"]
ROLES = ["consult", "conference"]
WHERE = ["ringing", "in", "aside", "held"]
CONSULTS = ["ringing", "talking", "aside", "merged"]
ENDS_OF_CONSULTS = ["declined", "missed", "busy", "failed", "left"]
REACHED_NOBODY = ["busy", "timeout", "rejected", "failed", "unanswered", "refused"]
LISTENING = ["listen", "whisper", "barge"]
LISTENS = ["ringing", "joined"]


class PartyOutput(serializers.Serializer):
    """Somebody in the call."""

    leg = serializers.IntegerField()
    kind = serializers.ChoiceField(PARTIES)
    name = serializers.CharField(allow_null=True)
    number = serializers.CharField(allow_null=True)
    role = serializers.ChoiceField(ROLES, allow_null=True)
    state = serializers.ChoiceField(WHERE)
    me = serializers.BooleanField()
    since = serializers.DateTimeField()
    removable = serializers.BooleanField()


class ConsultOutput(serializers.Serializer):
    leg = serializers.IntegerField()
    name = serializers.CharField(allow_null=True)
    number = serializers.CharField(allow_null=True)
    state = serializers.ChoiceField(CONSULTS)
    since = serializers.DateTimeField()


class ConsultEndedOutput(serializers.Serializer):
    """Whom I asked in vain, or who has left me alone again."""

    name = serializers.CharField(allow_null=True)
    number = serializers.CharField(allow_null=True)
    result = serializers.ChoiceField(ENDS_OF_CONSULTS)
    at = serializers.DateTimeField()


class NotReachedOutput(serializers.Serializer):
    """A call of mine that has just reached nobody."""

    number = serializers.CharField(allow_null=True)
    name = serializers.CharField(allow_null=True, help_text="Of the colleague who was called.")
    result = serializers.ChoiceField(REACHED_NOBODY)
    at = serializers.DateTimeField()


class ListenerOutput(serializers.Serializer):
    name = serializers.CharField()
    mode = serializers.ChoiceField(LISTENING)


class MyCommandOutput(CommandOutput):
    key = serializers.CharField()
    kind = serializers.CharField()


class SupervisionOutput(serializers.Serializer):
    call = serializers.IntegerField()
    leg = serializers.IntegerField()
    mode = serializers.ChoiceField(LISTENING)
    state = serializers.ChoiceField(LISTENS)
    uuid = serializers.CharField(allow_null=True)
    phone_call = serializers.CharField(allow_null=True, help_text="What the phone calls it.")
    name = serializers.CharField(allow_null=True)
    number = serializers.CharField(allow_null=True)
    since = serializers.DateTimeField()


class MyCallOutput(serializers.Serializer):
    id = serializers.IntegerField()
    state = serializers.ChoiceField(CALL_STATES)
    direction = serializers.ChoiceField(DIRECTIONS)
    kind = serializers.ChoiceField(KINDS)
    to = serializers.CharField()
    number = serializers.CharField(allow_null=True)
    queue = serializers.CharField(allow_null=True)
    enqueued_at = serializers.DateTimeField(allow_null=True)
    answered_at = serializers.DateTimeField(allow_null=True)
    held_at = serializers.DateTimeField(allow_null=True)
    mine = serializers.BooleanField(help_text="It is my call; else a colleague's, who asked me.")
    machine = serializers.BooleanField(help_text="An answering machine was noticed.")
    pop = serializers.CharField(allow_null=True, help_text="An address to open.")
    uuid = serializers.CharField(allow_null=True)
    phone_call = serializers.CharField(allow_null=True)
    parties = PartyOutput(many=True)
    consult = ConsultOutput(allow_null=True)
    consult_ended = ConsultEndedOutput(
        allow_null=True, help_text="In the last 15 seconds, and not by me."
    )
    supervisors = ListenerOutput(many=True)
    commands = MyCommandOutput(many=True, help_text="Mine, asked in the last 15 seconds.")

    def get_fields(self) -> dict[str, Any]:
        return super().get_fields() | {"from": serializers.CharField()}
