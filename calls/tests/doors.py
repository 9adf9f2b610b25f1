"""Webhooks as bytes: what is said at our doors, right or wrong, and what they answer."""

import json
from unittest.mock import patch

from calls.models import Call, CallEvent, Instruction, Leg, Offer, QueueEntry, VonageEvent
from tests.world import World, authorization

KEY = "0123456789abcdef0123"
PATHS = [
    "/webhooks/answer",
    f"/webhooks/answer/{KEY}",
    "/webhooks/event",
    f"/webhooks/event/{KEY}",
    f"/webhooks/input/{KEY}/1",
    f"/webhooks/notify/{KEY}/1",
    f"/webhooks/record/{KEY}",
    "/webhooks/fallback",
    "/webhooks/rtc",
]
ANSWER = {
    "to": World.MENU,
    "from": World.CALLER,
    "endpoint_type": "phone",
    "uuid": World.UUID,
    "conversation_uuid": "CON-0",
}
EVENT = {
    "to": World.MENU,
    "from": World.CALLER,
    "uuid": World.UUID,
    "conversation_uuid": "CON-0",
    "status": "ringing",
    "direction": "inbound",
    "timestamp": "2026-11-20T10:00:00.000Z",
}


class _Absent:
    def __repr__(self) -> str:
        return "absent"


ABSENT = _Absent()
TABLES = (Call, CallEvent, Leg, QueueEntry, Offer, Instruction, VonageEvent)
NOTHING: list[list[object]] = [[] for _ in TABLES]


def changed(payload, **fields):
    """The payload with these fields; ABSENT takes one away."""
    return {name: value for name, value in (payload | fields).items() if value is not ABSENT}


def rows():
    """Everything that a webhook could have changed."""
    return [list(table.objects.order_by("id").values()) for table in TABLES]


def error(response):
    """(status, code) of a refusal that has the one shape all refusals have."""
    assert response.json().keys() == {"error"}
    refusal = response.json()["error"]
    assert refusal.keys() == {"code", "message", "fields"}
    assert isinstance(refusal["message"], str)
    assert refusal["message"]
    assert isinstance(refusal["fields"], dict)
    return response.status_code, refusal["code"]


class Doors:
    def __init__(self, world):
        self.world = world

    def sign(self, body, **claims):
        return authorization(body, iat=self.world.now, **claims)

    def send(self, path, body, *, signature=None, content_type="application/json", **headers):
        """A POST of these bytes: signed for them, or with the signature given; "" is none."""
        signature = self.sign(body) if signature is None else signature
        headers["Content-Type"] = content_type  # the client leaves it out of an empty body
        with patch("django.utils.timezone.now", lambda: self.world.now):
            return self.world.client.post(
                path,
                body,
                content_type=content_type,
                headers={"Authorization": signature, **headers} if signature else headers,
            )

    def post(self, path, payload, **more):
        return self.send(path, json.dumps(payload).encode(), **more)

    def get(self, path, query, signature):
        with patch("django.utils.timezone.now", lambda: self.world.now):
            return self.world.client.get(
                f"{path}?{query}", headers={"Authorization": signature} if signature else {}
            )
