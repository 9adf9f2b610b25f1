"""The REST API for what callers leave behind: messages, callbacks, outcomes to choose."""

import re
from collections.abc import Callable
from pathlib import Path

from django.core.files import File
from django.http import FileResponse, HttpResponseBase
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents import selectors as agents
from calls import selectors
from calls.api.people import user_of
from calls.services import voicemails
from contactcenter.api import ErrorOutput

SOUNDS = {".mp3": "audio/mpeg", ".wav": "audio/wav"}


class VoicemailOutput(serializers.Serializer):
    id = serializers.IntegerField()
    call = serializers.IntegerField()
    queue = serializers.CharField(allow_null=True)
    number = serializers.CharField()
    began_at = serializers.DateTimeField()
    duration = serializers.IntegerField(allow_null=True)
    state = serializers.CharField()
    claimed_by = serializers.CharField(allow_null=True)
    mine = serializers.BooleanField()
    claimable = serializers.BooleanField(help_text="Whether I may look after it.")
    audio = serializers.CharField(allow_null=True)


class CallbackOutput(serializers.Serializer):
    id = serializers.IntegerField()
    call = serializers.IntegerField()
    queue = serializers.CharField(allow_null=True)
    number = serializers.CharField()
    asked_at = serializers.DateTimeField()
    enqueued_at = serializers.DateTimeField()
    tries = serializers.IntegerField()
    max_tries = serializers.IntegerField()
    state = serializers.CharField()
    retry_at = serializers.DateTimeField(allow_null=True)


class MissingOutcomeOutput(serializers.Serializer):
    call = serializers.IntegerField()
    queue = serializers.CharField(allow_null=True)
    number = serializers.CharField()
    answered_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)


class TodoOutput(serializers.Serializer):
    voicemails = VoicemailOutput(many=True)
    callbacks = CallbackOutput(many=True)
    outcomes = MissingOutcomeOutput(many=True)


class Todo(APIView):
    """What waits to be done in my queues, the oldest first: messages, callbacks; and my own calls
    of today that lack an outcome."""

    @extend_schema(responses={200: TodoOutput, 403: ErrorOutput})
    def get(self, request: Request) -> Response:
        found = selectors.todo(user_of(request), now=timezone.now())
        return Response(TodoOutput(found).data)


class VoicemailAudio(APIView):
    """The sound of a message."""

    @extend_schema(
        responses={
            (200, "audio/*"): OpenApiResponse(OpenApiTypes.BINARY),
            (206, "audio/*"): OpenApiResponse(OpenApiTypes.BINARY),
            403: ErrorOutput,
            404: ErrorOutput,
        }
    )
    def get(self, request: Request, voicemail_id: int) -> HttpResponseBase:
        sound = selectors.sound_of(user_of(request), voicemail_id=voicemail_id)
        ending = Path(str(sound.name)).suffix.lower()
        reply = FileResponse(
            sound,
            as_attachment=ending not in SOUNDS,  # never shown as whatever else it may be
            filename=f"message-{voicemail_id}{ending}",
            content_type=SOUNDS.get(ending, "application/octet-stream"),
            headers={
                "Accept-Ranges": "bytes",
                "Cache-Control": "private, no-store",
                "X-Content-Type-Options": "nosniff",
            },
        )
        if span := _span(request.headers.get("Range", ""), sound.size):
            _narrow(reply, sound, *span)
        return reply


def _span(wanted: str, size: int) -> tuple[int, int] | None:
    """The first and last byte of a range that a player asks for; None: everything."""
    asked = re.fullmatch(r"bytes=(\d{1,15})-(\d{0,15})", wanted)
    if asked is None or int(asked[1]) >= size:
        return None
    first, last = int(asked[1]), min(int(asked[2] or size), size - 1)
    return (first, last) if first <= last else None


def _narrow(reply: FileResponse, sound: File, first: int, last: int) -> None:
    """Some players, Safari's among them, play nothing without this."""
    sound.seek(first)
    reply.streaming_content = iter([sound.read(last - first + 1)])
    reply.status_code = 206
    reply["Content-Range"] = f"bytes {first}-{last}/{sound.size}"
    reply["Content-Length"] = str(last - first + 1)


class _VoicemailAct(APIView):
    """Something an agent does with a message. Replies with the message as it is then."""

    service: Callable[..., object]

    @extend_schema(
        request=None,
        responses={200: VoicemailOutput, 403: ErrorOutput, 404: ErrorOutput, 409: ErrorOutput},
    )
    def post(self, request: Request, voicemail_id: int) -> Response:
        user = user_of(request)
        agent = agents.agent_of(user_id=user.pk)
        self.service(voicemail_id=voicemail_id, agent_id=agent.id, now=timezone.now())
        message = selectors.voicemail_of(user, voicemail_id=voicemail_id)
        return Response(VoicemailOutput(selectors.voicemail_row(message, user)).data)


class ClaimVoicemail(_VoicemailAct):
    """I look after this message. 409 when a colleague does."""

    service = staticmethod(voicemails.claim)


class ReleaseVoicemail(_VoicemailAct):
    """I do not look after this message any more; somebody else may."""

    service = staticmethod(voicemails.release)


class FinishVoicemail(_VoicemailAct):
    """What the message asked for has been done."""

    service = staticmethod(voicemails.finish)
