"""Where Vonage calls us: verify, translate, hand over, answer. No network call, no business."""

import json
import logging
import math
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from calls.services import facts
from calls.services.news import uuid_of
from contactcenter.api import body as error_body
from contactcenter.storable import is_storable
from contactcenter.vonage.signatures import BadSignature, Claims, query_payload, verify

logger = logging.getLogger(__name__)


class BadBody(ValueError):
    """What came is not a JSON object that Vonage could have sent."""


class AlwaysJson(BaseContentNegotiation):
    """Vonage understands JSON, whatever its Accept header or a `format` parameter say."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        renderer = next(iter(renderers))
        return renderer, renderer.media_type


@extend_schema(exclude=True)
class VonageView(APIView):
    """A webhook is believed only when signed for this very body, and is always answered."""

    authentication_classes = []
    permission_classes = []
    renderer_classes = [JSONRenderer]
    content_negotiation_class = AlwaysJson
    http_method_names = ["get", "post"]
    kind: str

    def post(self, request: Request, key: str = "", step: int = 0) -> Response:
        return self._take(request, request.body, request.body, key=key, step=step)

    def get(self, request: Request, key: str = "", step: int = 0) -> Response:
        if not settings.WEBHOOK_GET:
            return _refuse(405, "Set the webhook's method to POST.")
        signed = query_payload([(k, v) for k, vs in request.GET.lists() for v in vs])
        return self._take(request, signed, signed, key, step)

    def _take(
        self, request: Request, signed: bytes, raw: bytes, key: str = "", step: int = 0
    ) -> Response:
        try:
            claims = _verified(request, signed)
        except BadSignature as error:
            logger.warning("webhook %s refused: %s", self.kind, error.reason)
            retry = error.reason == "missing" and settings.UNSIGNED_WEBHOOK == "retry"
            return _refuse(503 if retry else 401, "The signature is not right.")
        if request.method == "POST" and (status := _unreadable(request)):
            return _refuse(status, "Send plain JSON.")
        try:
            payload = read(raw)
            check(self.kind, payload)
        except BadBody as error:
            return _refuse(400, str(error))
        webhook = facts.Webhook(
            kind=self.kind,
            path=request.path,
            raw=raw,
            payload=payload,
            key=key,
            step=step,
            jti=claims.jti,
            payload_hash=claims.payload_hash,
        )
        try:
            reply = facts.take(webhook, now=timezone.now())
        except facts.Replayed:
            logger.error("webhook %s refused: its signature was used for another body", self.kind)
            return _refuse(401, "The signature was used before.")
        except (OperationalError, InterfaceError) as error:
            # The database is away or too busy; nothing was changed, and Vonage asks once more.
            logger.error("webhook %s not taken: %s", self.kind, type(error).__name__)
            return _refuse(503, "Try again.")
        return Response(reply.ncco, status=reply.status)


class Answer(VonageView):
    kind = "answer"


class Event(VonageView):
    kind = "event"


class Input(VonageView):
    kind = "input"


class Notify(VonageView):
    kind = "notify"


class Record(VonageView):
    kind = "record"


class Fallback(VonageView):
    kind = "fallback"


class Rtc(VonageView):
    kind = "rtc"


def _verified(request: Request, signed: bytes) -> Claims:
    return verify(
        authorization=request.headers.get("Authorization", ""),
        payload=signed,
        secrets=settings.VONAGE_SIGNATURE_SECRETS,
        api_key=settings.VONAGE_API_KEY,
        application_id=settings.VONAGE_APPLICATION_ID,
        now=timezone.now(),
        tolerance=timedelta(seconds=settings.WEBHOOK_TOLERANCE_SECONDS),
    )


def _unreadable(request: Request) -> int | None:
    content_type = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if content_type != "application/json" or "Content-Encoding" in request.headers:
        return 415
    return None


def _refuse(status: int, message: str) -> Response:
    response = Response(error_body("invalid", message), status=status)
    if status == 503:
        response["Retry-After"] = "1"
    return response


def check(kind: str, payload: dict[str, Any]) -> None:
    """The fields without which this kind of webhook means nothing."""
    names_a_leg = kind in {"answer", "input"} or (kind == "event" and "status" in payload)
    if kind == "fallback":
        # Of a notify webhook, say, it names no leg; but nothing else begins a call.
        names_a_leg = payload.get("uuid") is not None or bool(payload.get("to"))
    if payload.get("status") == "transcribed":
        names_a_leg = False
    if names_a_leg and not uuid_of(payload):
        raise BadBody("uuid is missing or malformed.")
    if names_a_leg and not isinstance(payload.get("conversation_uuid"), str):
        raise BadBody("conversation_uuid is missing.")
    if kind == "record" and not isinstance(payload.get("recording_url"), str):
        raise BadBody("recording_url is missing.")


def read(raw: bytes) -> dict[str, Any]:
    """A JSON object as strict as RFC 8259, without duplicate keys, NaN or endless numbers.

    Nor has it text that no database keeps (NUL, half a surrogate pair), or endless depth.
    """
    try:
        payload = json.loads(
            raw.decode(),
            object_pairs_hook=_object,
            parse_constant=_no_constant,
            parse_int=_whole,
            parse_float=_finite,
        )
    except (ValueError, RecursionError) as error:
        raise BadBody("The body is not a JSON object.") from error
    if not isinstance(payload, dict) or not is_storable(payload):
        raise BadBody("The body is not a JSON object.")
    return payload


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("duplicate keys")
    return found


def _no_constant(text: str) -> float:
    raise ValueError(text)


def _whole(text: str) -> int:
    if len(text) > 18:
        raise ValueError("endless number")
    return int(text)


def _finite(text: str) -> float:
    found = float(text)
    if not math.isfinite(found):
        raise ValueError("endless number")
    return found
