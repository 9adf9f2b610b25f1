"""What every request passes: errors as bodies, tokens, limits, faults, and the request journal."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from yarl import URL

from sandbox.account.store import Account
from sandbox.auth import CALLER, check_application
from sandbox.clock import Clock, milliseconds
from sandbox.faults import Faults
from sandbox.journal import Journal
from sandbox.limits import Limits
from sandbox.problems import Problem, forbidden, not_found, rate_limited
from sandbox.region import Region
from sandbox.webhooks.sender import readable

logger = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
LOOPBACK = {"127.0.0.1", "::1"}
HELD = 12.0
PLATFORM = ("/v1/", "/v2/", "/account/", "/number/")
SOCKET = "/v2/rtc"
UNREAD = ("/v2/", "/v1/files/")
BROWSERS = ("/v0.2/", "/v0.3/", f"{SOCKET}/metrics")
LONGEST_TEXT = 200


@web.middleware
async def say_problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Problems, unknown paths and failures as problem+json."""
    try:
        return await handler(request)
    except Problem as problem:
        return problem.response()
    except web.HTTPNotFound:
        return not_found("There is nothing at this path.").response()
    except web.HTTPException as error:
        return Problem(error.status, error.reason, error.reason).response()
    except Exception:
        logger.exception("A request failed.")
        return Problem(500, "Internal Server Error", "The sandbox failed.").response()


@web.middleware
async def only_loopback(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The control API is for this machine alone, and not for other sites' pages in its browser."""
    if request.path.startswith("/sandbox/"):
        origin = URL(request.headers.get("Origin", "http://localhost")).host
        if request.remote not in LOOPBACK or origin not in {*LOOPBACK, "localhost"}:
            raise forbidden("The control API answers on loopback only.")
    return await handler(request)


class PlatformGate:
    """Before any of Vonage's paths below /v1: who asks, how often, and what goes wrong."""

    def __init__(
        self, account: Account, limits: Limits, faults: Faults, clock: Clock, region: Region
    ) -> None:
        self.account = account
        self.limits = limits
        self.faults = faults
        self.clock = clock
        self.region = region

    def middleware(self) -> Any:
        @web.middleware
        async def gate(request: web.Request, handler: Handler) -> web.StreamResponse:
            if request.path.startswith("/v1/"):
                now = self.clock.now().timestamp()
                request[CALLER] = check_application(request, self.account, now)
            self._learn_address(request)
            if not request.path.startswith("/v1/"):
                return await handler(request)
            self._limit(request)
            return await self._faulty(request, handler)

        return gate

    def _learn_address(self, request: web.Request) -> None:
        """Who changes something is the customer, whose client accepts no host but the one it uses.

        Whoever only looks may have come by another name of this machine.
        """
        changes = request.path.startswith(PLATFORM) and request.method != "GET"
        if changes and not request.path.startswith(SOCKET):
            self.region.url = str(request.url.origin())

    def _limit(self, request: web.Request) -> None:
        if request.path != "/v1/calls" and not request.path.startswith("/v1/calls/"):
            return
        post = request.method == "POST"
        if not (self.limits.admit_setup() if post else self.limits.admit_request()):
            raise rate_limited()

    async def _faulty(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        plan = self.faults.plan
        if self.faults.strikes(plan.api_5xx):
            status = self.faults.dice.choice((500, 503))
            raise Problem(status, "Server Error", "A fault was asked for.")
        if not self.faults.strikes(plan.api_timeout):
            return await handler(request)
        if self.faults.strikes(0.5):
            await handler(request)
        await self.clock.sleep(HELD)
        if request.transport is not None:
            request.transport.abort()
        raise Problem(504, "Gateway Timeout", "A fault was asked for.")


class RequestLog:
    """A row for every request to one of Vonage's paths, long texts of browsers' cut short.

    The socket has none: its address holds a token.
    """

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self.journal = journal
        self.clock = clock

    def middleware(self) -> Any:
        @web.middleware
        async def log(request: web.Request, handler: Handler) -> web.StreamResponse:
            kept = request.path.startswith((*PLATFORM, *BROWSERS))
            if not kept or request.path.rstrip("/") == SOCKET:
                return await handler(request)
            at, began = milliseconds(self.clock.now()), self.clock.seconds()
            sent = await request.read()
            response = await handler(request)
            self._write(request, sent, response, at, round((self.clock.seconds() - began) * 1000))
            return response

        return log

    def _write(
        self, request: web.Request, sent: bytes, response: web.StreamResponse, at: int, ms: int
    ) -> None:
        # Applications' replies may hold a private key, and recordings are not to be read.
        reply = None
        if isinstance(response, web.Response) and not request.path.startswith(UNREAD):
            reply = readable(_content(response))
        body = readable(sent)
        if request.path.startswith(BROWSERS):
            body, reply = _cut(body), _cut(reply)
        self.journal.add({
            "method": request.method, "url": str(request.rel_url), "status": response.status,
            "ms": ms, "at": at, "body": body, "reply": reply,
        })  # fmt: skip


def _content(response: web.Response) -> bytes:
    body = response.body
    return bytes(body) if isinstance(body, bytes | bytearray) else b""


def _cut(value: Any) -> Any:
    """The same with its long texts cut short."""
    if isinstance(value, dict):
        return {name: _cut(each) for name, each in value.items()}
    return value[:LONGEST_TEXT] if isinstance(value, str) else value
