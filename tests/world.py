"""Vonage, as our doors and our outbox meet it, driven by hand and by a clock of its own.

Webhooks go through the real views, signed; the router's rounds are called one by one; requests
leave through the real client into a transport that records them and answers what the test says.
"""

import hashlib
import io
import itertools
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

import jwt
import requests
from django.conf import settings
from django.test import Client
from requests.adapters import BaseAdapter

from agents import services as agents
from calls.models import Call, Offer
from calls.router import rounds, sender
from calls.services import budget
from contactcenter.vonage.client import Vonage
from contactcenter.vonage.tokens import Key, load_key


def authorization(body: bytes, *, iat: datetime, secret: str | None = None, **claims: Any) -> str:
    """The header with which Vonage signs this body."""
    signed = {
        "iss": "Vonage",
        "iat": int(iat.timestamp()),
        "jti": hashlib.sha256(body).hexdigest()[:32],
        "api_key": settings.VONAGE_API_KEY,
        "application_id": settings.VONAGE_APPLICATION_ID,
        "payload_hash": hashlib.sha256(body).hexdigest(),
        **claims,
    }
    return "Bearer " + jwt.encode(
        {name: value for name, value in signed.items() if value is not None},
        secret or settings.VONAGE_SIGNATURE_SECRETS[0],
        "HS256",
    )


class Transport(BaseAdapter):
    """Takes the requests; `answers` says what becomes of each (a status, or an exception)."""

    def __init__(self) -> None:
        super().__init__()
        self.requests: list[tuple[str, str, dict[str, Any]]] = []
        self.answers: Callable[[str, str], int | Exception] = lambda method, path: 204
        self.found: dict[str, Any] = {}
        self.uuid_of: Callable[[dict[str, Any]], str] = lambda body: next(self._uuids)
        self._uuids = (f"aa0f6f9e-2b2e-4a52-9f4e-{number:012}" for number in itertools.count(1))

    def send(self, request: Any, *args: Any, **kwargs: Any) -> requests.Response:
        path = urlsplit(request.url).path
        body = json.loads(request.body) if request.body else {}
        self.requests.append((request.method, path, body))
        answer = self.answers(request.method, path)
        if isinstance(answer, Exception):
            raise answer
        response = requests.Response()
        response.status_code, response.request, response.url = answer, request, request.url
        content: dict[str, Any] = {}
        if request.method == "POST" and answer < 300:
            response.status_code = 201
            content = {
                "uuid": self.uuid_of(body),
                "status": "started",
                "direction": "outbound",
                "conversation_uuid": "CON-1",
            }
        elif request.method == "GET" and answer < 300:
            response.status_code, content = 200, self.found
        response.raw = io.BytesIO(json.dumps(content).encode())
        response.headers["Content-Type"] = "application/json"
        return response

    def close(self) -> None:
        pass


class World:
    MENU = "442079460000"
    CALLER = "447700900001"
    UUID = "0779a56d002f1c7f47f82ef5fe84ab79"

    def __init__(self, *, start: datetime) -> None:
        self.now = start
        self.client = Client()
        self.transport = Transport()
        self.vonage = Vonage(
            api_url=settings.VONAGE_API_URL,
            rest_url=settings.VONAGE_REST_URL,
            key=Key(settings.VONAGE_APPLICATION_ID, load_key(settings.VONAGE_PRIVATE_KEY)),
            api_key=settings.VONAGE_API_KEY,
            api_secret=settings.VONAGE_API_SECRET,
            transport=self.transport,
            clock=lambda: self.now,
        )
        budget.prepare(now=self.now)

    # Vonage calls us -----------------------------------------------------------------------

    def post(self, path: str, payload: dict[str, Any]) -> Any:
        """A signed webhook; the reply's JSON, or None when it has no body."""
        return self.deliver(path, json.dumps(payload).encode())

    def deliver(self, path: str, body: bytes) -> Any:
        """The same, with the very bytes of the body."""
        jti = hashlib.sha256(path.encode() + body).hexdigest()[:32]
        with patch("django.utils.timezone.now", lambda: self.now):
            response = self.client.post(
                path,
                body,
                content_type="application/json",
                headers={"Authorization": authorization(body, iat=self.now, jti=jti)},
            )
        assert response.status_code < 300, response.content
        return response.json() if response.content else None

    def answer(self, uuid: str = UUID, to: str = MENU) -> Any:
        """Somebody calls one of our numbers."""
        return self.post(
            "/webhooks/answer",
            {
                "to": to,
                "from": self.CALLER,
                "endpoint_type": "phone",
                "uuid": uuid,
                "conversation_uuid": "CON-0",
                "region_url": settings.VONAGE_API_URL,
            },
        )

    def press(self, ncco: Any, digits: str | None, uuid: str = UUID) -> Any:
        """The caller answers the question of this NCCO."""
        url = next(action for action in ncco if action["action"] == "input")["eventUrl"][0]
        return self.post(
            urlsplit(url).path,
            {
                "dtmf": {"digits": digits, "timed_out": not digits},
                "speech": {"results": []},
                "from": self.CALLER,
                "to": self.MENU,
                "uuid": uuid,
                "conversation_uuid": "CON-0",
                "timestamp": self._stamp(),
            },
        )

    def notify(self, ncco: Any) -> Any:
        """The words before a wait have been said."""
        url = next(action for action in ncco if action["action"] == "notify")["eventUrl"][0]
        return self.post(
            urlsplit(url).path,
            {"payload": {}, "conversation_uuid": "CON-0", "timestamp": self._stamp()},
        )

    def event(self, status: str, uuid: str = UUID, key: str = "", **extra: Any) -> Any:
        """A status of a leg; `key` for legs that we dialled."""
        return self.post(
            f"/webhooks/event/{key}" if key else "/webhooks/event",
            {
                "from": self.CALLER,
                "to": self.MENU,
                "uuid": uuid,
                "conversation_uuid": "CON-0",
                "status": status,
                "direction": "outbound" if key else "inbound",
                "timestamp": self._stamp(),
                **extra,
            },
        )

    def ends(self, offer: Offer, status: str, **extra: Any) -> None:
        """The leg of an offer ends unanswered, with the two events Vonage sends."""
        leg = offer.leg
        leg.refresh_from_db()
        self.event(status, leg.uuid or "", key=leg.key, **extra)
        self.event("completed", leg.uuid or "", key=leg.key, disconnected_by="platform")

    def picks_up(self, offer: Offer) -> Any:
        """The agent answers: the answer webhook of their leg."""
        offer.leg.refresh_from_db()
        return self.post(
            f"/webhooks/answer/{offer.leg.key}",
            {
                "to": offer.agent.vonage_user,
                "from": self.MENU,
                "endpoint_type": "app",
                "uuid": offer.leg.uuid,
                "conversation_uuid": "CON-9",
                "region_url": settings.VONAGE_API_URL,
            },
        )

    def _stamp(self) -> str:
        return self.now.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    # Our router -----------------------------------------------------------------------------

    def passes(self, seconds: float) -> None:
        """Time goes by, and the router does its rounds at the end of it."""
        self.now += timedelta(seconds=seconds)
        self.route()

    def route(self) -> None:
        """Rounds and requests, until there is nothing more to do at this time."""
        rounds.expire(now=self.now)
        rounds.pair(now=self.now)
        self.send()

    def send(self) -> None:
        while sender.send_next(self.vonage, clock=lambda: self.now):
            pass

    # Short cuts -----------------------------------------------------------------------------

    def available(self, *people: Any) -> None:
        for agent in people:
            agents.choose(
                agent_id=agent.id, state="available", reason="", actor="test", now=self.now
            )
            self.now += timedelta(milliseconds=1)

    def waits(self, uuid: str = UUID) -> Call:
        """A caller who has pressed 1 and waits in Sales."""
        self.press(self.answer(uuid), "1", uuid)
        return Call.objects.get(legs__uuid=uuid)

    def talks(self, uuid: str = UUID) -> tuple[Call, Offer]:
        """A caller who talks to whoever is available."""
        call = self.waits(uuid)
        self.route()
        offer = self.offer()
        self.picks_up(offer)
        call.refresh_from_db()
        return call, offer

    def offer(self) -> Offer:
        """The only pending offer."""
        return Offer.objects.select_related("leg", "agent").get(state="pending")

    def sent(self, method: str = "", verb: str = "") -> list[dict[str, Any]]:
        """Bodies of the requests made so far."""
        return [
            body
            for made, _, body in self.transport.requests
            if made == (method or made)
            and body.get("action", "") == (verb or body.get("action", ""))
        ]
