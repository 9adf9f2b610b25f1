"""What every request of the Client SDK passes: other origins' pages, and the user's token."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from sandbox.account.store import Account, User
from sandbox.auth import CALLER, check_application
from sandbox.clock import Clock
from sandbox.gate import Handler
from sandbox.sdk.sessions import Sessions

PATHS = ("/v0.2/", "/v0.3/")
METRICS = "/v2/rtc/metrics"
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "authorization,content-type",
    "Access-Control-Allow-Methods": "GET,POST,PUT,PATCH,DELETE",
}
USER = web.RequestKey("user", User)


@web.middleware
async def allow_origins(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A page may come from anywhere; refusals too must be readable to it."""
    if not request.path.startswith((*PATHS, METRICS)):
        return await handler(request)
    if request.method == "OPTIONS":
        return web.Response(status=204, headers=CORS)
    response = await handler(request)
    response.headers.update(CORS)
    return response


class UserGate:
    """Who asks: a user, by an application's token."""

    def __init__(self, account: Account, sessions: Sessions, clock: Clock) -> None:
        self.account = account
        self.sessions = sessions
        self.clock = clock

    def middleware(self) -> Any:
        @web.middleware
        async def gate(request: web.Request, handler: Handler) -> web.StreamResponse:
            if request.path.startswith(PATHS):
                now = self.clock.now().timestamp()
                caller = check_application(request, self.account, now)
                request[USER] = self.sessions.user_of(caller)
                request[CALLER] = caller
            return await handler(request)

        return gate
