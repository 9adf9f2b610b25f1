"""A sandbox and a customer's server on loopback, for tests that drive both."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import uuid4

import aiohttp
import jwt
from aiohttp import encode_basic_auth, web
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from sandbox.account.applications import make_keys
from sandbox.app import Sandbox
from sandbox.clock import Clock
from sandbox.media.mixer import Mixer
from sandbox.settings import Settings

SPEED = 20.0
NUMBER = "442079460000"
CALLER = "447700900001"
KEY, API_SECRET = "a1b2c3d4", "api-secret"
SECRET = "a signature secret that is long enough"


async def fast_mixer(mixer: Mixer) -> None:
    """Sound far faster than real time."""
    while True:
        mixer.tick()
        await asyncio.sleep(0.001 if mixer.ports else 0.01)


async def wait_until(condition: Callable[[], Any], seconds: float = 8.0) -> Any:
    """Wait for a condition to hold; what it returned then."""
    async with asyncio.timeout(seconds):
        while not (value := condition()):  # noqa: ASYNC110 - nothing there could set an event
            await asyncio.sleep(0.005)
    return value


@dataclass
class Hook:
    """A request the customer's server got."""

    path: str
    method: str
    raw: bytes
    body: dict[str, Any]
    headers: dict[str, str]


class Customer:
    """Answers each path with the next reply put down for it; the last one is repeated."""

    def __init__(self) -> None:
        self.hooks: list[Hook] = []
        self.replies: defaultdict[str, list[Any]] = defaultdict(list)
        self.silent: set[str] = set()
        self.url = ""

    def reply(self, path: str, *replies: Any) -> None:
        """A list or None (nothing) is answered 200, a number is a status.

        To a path in `silent` nothing is ever answered.
        """
        self.replies[path] = list(replies)

    def got(self, path: str) -> list[dict[str, Any]]:
        return [hook.body for hook in self.hooks if hook.path == path]

    def statuses(self, uuid: str) -> list[str]:
        """The statuses events told about a leg, in the order of arrival."""
        return [
            hook.body["status"]
            for hook in self.hooks
            if hook.body.get("uuid") == uuid and "status" in hook.body
        ]

    def events(self, uuid: str, status: str) -> list[dict[str, Any]]:
        return [
            hook.body
            for hook in self.hooks
            if hook.body.get("uuid") == uuid and hook.body.get("status") == status
        ]

    async def handle(self, request: web.Request) -> web.Response:
        raw = await request.read()
        body = json.loads(raw) if raw else dict(request.query)
        self.hooks.append(Hook(request.path, request.method, raw, body, dict(request.headers)))
        if request.path in self.silent:
            await asyncio.Future()
        queue = self.replies[request.path]
        reply = queue.pop(0) if len(queue) > 1 else (queue[0] if queue else None)
        if isinstance(reply, web.Response):
            return reply
        if isinstance(reply, int):
            return web.Response(status=reply)
        return web.Response(status=200) if reply is None else web.json_response(reply)


@dataclass
class World:
    """The account has one application, with its key, and the number NUMBER linked to it.

    There is no `sandbox` where it runs in another process.
    """

    sandbox: Sandbox | None
    customer: Customer
    http: aiohttp.ClientSession
    url: str
    application: dict[str, Any] = field(default_factory=dict)

    def token(self, **claims: Any) -> str:
        now = int(datetime.now(UTC).timestamp())
        standard = {"application_id": self.application["id"], "iat": now, "jti": str(uuid4())}
        claims = {name: value for name, value in (standard | claims).items() if value is not None}
        return jwt.encode(claims, keys()[1], algorithm="RS256")

    async def api(self, method: str, path: str, body: Any = None, token: str = "") -> Any:
        """A request with the application's JWT: status, and the reply."""
        headers = {"Authorization": f"Bearer {token or self.token()}"}
        return await self._ask(method, path, json=body, headers=headers)

    async def account(self, method: str, path: str, **kwargs: Any) -> Any:
        """A request with the account's credentials."""
        basic = encode_basic_auth(KEY, API_SECRET)
        headers = {"Authorization": basic} | kwargs.pop("extra", {})
        return await self._ask(method, path, headers=headers, **kwargs)

    async def control(self, method: str, path: str, body: Any = None) -> Any:
        return await self._ask(method, f"/sandbox{path}", json=body)

    async def call(self, **body: Any) -> str:
        """A robot calls NUMBER; the uuid of its leg."""
        body = {"from": CALLER, "to": NUMBER, "patience": 0} | body
        status, reply = await self.control("POST", "/calls", body)
        assert status == 201, reply
        return str(reply["uuid"])

    async def dial(self, to: dict[str, Any], **body: Any) -> str:
        """An outbound call; the uuid of its leg."""
        body = {"to": [to], "from": {"type": "phone", "number": NUMBER}} | body
        status, reply = await self.api("POST", "/v1/calls", body)
        assert status == 201, reply
        return str(reply["uuid"])

    async def modify(self, uuid: str, action: str, **body: Any) -> int:
        status, _ = await self.api("PUT", f"/v1/calls/{uuid}", {"action": action} | body)
        return int(status)

    async def transfer(self, uuid: str, *ncco: dict[str, Any]) -> int:
        destination = {"type": "ncco", "ncco": list(ncco)}
        return await self.modify(uuid, "transfer", destination=destination)

    async def leg(self, uuid: str) -> dict[str, Any]:
        _, legs = await self.control("GET", "/legs")
        return next(leg for leg in legs if leg["uuid"] == uuid)

    def state(self, uuid: str) -> Any:
        return self.sandbox.switch.legs[uuid]

    async def playing(self, uuid: str, label: str | None) -> None:
        """Wait until the leg is played that."""
        await wait_until(lambda: self.state(uuid).player.playing == label)

    async def in_room(self, uuid: str, name: str | None) -> None:
        await wait_until(lambda: self.state(uuid).room == name)

    async def completed(self, uuid: str) -> dict[str, Any]:
        """Wait for the leg's last event."""
        found = await wait_until(lambda: self.customer.events(uuid, "completed"))
        return dict(found[0])

    async def webhooks(self, kind: str) -> list[dict[str, Any]]:
        _, rows = await self.control("GET", "/webhooks")
        return [row for row in rows if row["kind"] == kind]

    async def _ask(self, method: str, path: str, **kwargs: Any) -> Any:
        async with self.http.request(method, self.url + path, **kwargs) as reply:
            text = await reply.read()
            is_json = reply.content_type.endswith("json")
            return reply.status, json.loads(text) if is_json and text else text


async def serve(application: web.Application) -> tuple[web.AppRunner, str]:
    """Serve on a free port of loopback: the runner, and the address."""
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    return runner, f"http://127.0.0.1:{port}"


def new_sandbox(state: Any = None) -> Sandbox:
    settings = Settings(KEY, API_SECRET, SECRET, state=state)
    return Sandbox(settings, Clock(SPEED), fast_mixer)


def voice(url: str, fallback: bool = True) -> dict[str, Any]:
    """The voice capability of the customer's application."""
    hooks = {"answer_url": "/answer", "fallback_answer_url": "/fallback", "event_url": "/event"}
    if not fallback:
        del hooks["fallback_answer_url"]
    return {
        "webhooks": {
            name: {"address": url + path, "http_method": "POST", "socket_timeout": 1000}
            for name, path in hooks.items()
        }
    }


@cache
def keys() -> tuple[str, RSAPrivateKey]:
    """The customer's public and private key, made and read once: that is slow."""
    public, private = make_keys()
    key = load_pem_private_key(private.encode(), None)
    assert isinstance(key, RSAPrivateKey)
    return public, key


async def settle(world: World) -> None:
    """Make the application, its key and its number."""
    rtc = {"webhooks": {"event_url": {"address": world.customer.url + "/rtc"}}}
    capabilities = {"voice": voice(world.customer.url), "rtc": rtc}
    own = {"public_key": keys()[0]}
    body = {"name": "Contact centre", "keys": own, "capabilities": capabilities}
    _, world.application = await world.account("POST", "/v2/applications", json=body)
    form = {"country": "GB", "msisdn": NUMBER}
    await world.account("POST", "/number/buy", data=form)
    form["app_id"] = world.application["id"]
    await world.account("POST", "/number/update", data=form)
