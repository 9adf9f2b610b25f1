"""Sends one webhook: two tries, each with its time-outs, and a row in the journal."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import aiohttp
from yarl import URL

from sandbox.account.store import Account
from sandbox.clock import Clock, milliseconds
from sandbox.faults import Faults
from sandbox.journal import Journal
from sandbox.settings import Settings
from sandbox.webhooks.hooks import Hook
from sandbox.webhooks.signing import query_of, query_payload, sign

logger = logging.getLogger(__name__)

TRIES = 2
RETRIED = {429, 503, 504}
# Shorter than servers keep idle connections, so that none is closed under a request.
KEEP_ALIVE = 2.0


@dataclass(frozen=True)
class Delivery:
    """How it ended: the reply, or in `reason` Vonage's words for why there is none.

    `status` is None when nothing was answered. `tries` counts requests.
    """

    status: int | None = None
    content: bytes = b""
    content_type: str = ""
    reason: str = ""
    tries: int = 0

    @property
    def retried(self) -> bool:
        return self.status is None or self.status in RETRIED


@dataclass(frozen=True)
class Request:
    """What goes over the wire: the same on a retry, signature included."""

    method: str
    url: URL
    data: bytes | None
    headers: dict[str, str]
    timeout: aiohttp.ClientTimeout


class Sender:
    """The platform's HTTP client."""

    def __init__(
        self, settings: Settings, account: Account, faults: Faults, journal: Journal, clock: Clock
    ) -> None:
        self.settings = settings
        self.account = account
        self.faults = faults
        self.journal = journal
        self.clock = clock
        self._session: aiohttp.ClientSession | None = None

    async def send(
        self, hook: Hook, body: dict[str, Any], *, kind: str, application_id: str
    ) -> Delivery:
        """Send `body` and say how it ended; never raises for what the other side does."""
        await self.clock.sleep(self.faults.delay())
        capability = "rtc" if kind == "rtc" else "voice"
        request = self._request(hook, body, application_id, capability)
        at, began = milliseconds(self.clock.now()), self.clock.seconds()
        delivery = await self._try(request)
        ms = round((self.clock.seconds() - began) * 1000)
        self.journal.add({
            "kind": kind, "url": hook.url, "method": hook.method, "status": delivery.status,
            "ms": ms, "tries": delivery.tries, "at": at, "body": body,
            "reply": readable(delivery.content),
        })  # fmt: skip
        if delivery.reason:
            logger.info("A %s webhook failed: %s", kind, delivery.reason)
        return delivery

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def _try(self, request: Request) -> Delivery:
        delivery = Delivery()
        for number in range(1, TRIES + 1):
            delivery = replace(await self._once(request), tries=number)
            if not delivery.retried:
                break
        return delivery

    async def _once(self, request: Request) -> Delivery:
        try:
            async with self.session().request(
                request.method, request.url, data=request.data, headers=request.headers,
                timeout=request.timeout, allow_redirects=False,
            ) as reply:  # fmt: skip
                content = await reply.read()
        except (TimeoutError, aiohttp.ClientError, ValueError) as error:
            return Delivery(reason=_reason(error))
        good = 200 <= reply.status <= 205
        reason = "" if good else "Invalid response code."
        return Delivery(reply.status, content, reply.content_type, reason)

    def session(self) -> aiohttp.ClientSession:
        """One session for all, made when the loop runs."""
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=KEEP_ALIVE)
            self._session = aiohttp.ClientSession(
                connector=connector, cookie_jar=aiohttp.DummyCookieJar()
            )
        return self._session

    def _request(
        self, hook: Hook, body: dict[str, Any], application_id: str, capability: str
    ) -> Request:
        timeout = aiohttp.ClientTimeout(
            total=None, sock_connect=hook.connect_ms / 1000, sock_read=hook.socket_ms / 1000
        )
        url, data, headers = _encoded(hook, body)
        payload = data if data is not None else query_payload(query_of(body))
        headers |= self._authorization(payload, application_id, capability)
        return Request(hook.method, url, data, headers, timeout)

    def _authorization(
        self, payload: bytes, application_id: str, capability: str
    ) -> Mapping[str, str]:
        application = self.account.applications.get(application_id)
        wanted = application is None or application.signed(capability)
        if not wanted or self.faults.strikes(self.faults.plan.unsigned):
            return {}
        settings = self.settings
        if self.faults.strikes(self.faults.plan.bad_signature):
            settings = replace(settings, signature_secret=f"not {settings.signature_secret}")
        token = sign(payload, settings, application_id, self.clock.now())
        return {"Authorization": f"Bearer {token}"}


def readable(content: bytes) -> Any:
    """A reply for the journal: JSON where it is JSON, else text, null when empty."""
    try:
        return json.loads(content) if content.strip() else None
    except ValueError:
        return content[:10_000].decode(errors="replace")


def _encoded(hook: Hook, body: dict[str, Any]) -> tuple[URL, bytes | None, dict[str, str]]:
    if hook.method == "GET":
        return URL(hook.url).update_query(query_of(body)), None, {}
    return URL(hook.url), json.dumps(body).encode(), {"Content-Type": "application/json"}


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "Socket timeout."
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ClientOSError):
        return "Connection reset."
    return "Connection closed."
