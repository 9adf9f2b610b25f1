"""The socket of the Client SDK: Socket.IO at `/v2/rtc/`."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import parse_qs

import socketio  # type: ignore[import-untyped]
from aiohttp import web

from sandbox.account.store import Account
from sandbox.auth import Expired, check_path, read_token
from sandbox.clock import Clock
from sandbox.problems import Problem
from sandbox.sdk.sessions import EXPIRED, Event, Session, Sessions, TooManySessions
from sandbox.tasks import Tasks

PATH = "/v2/rtc"
SESSIONS = "/v0.2/sessions"  # what the acl must allow: the acl that Vonage documents has no `rtc`
INVALID = "system:error:invalid-token"
FORBIDDEN = "system:error:permission"
TOO_MANY = "session:error:max-open-sessions"


class SocketLine:
    """One browser's socket: what is sent leaves in that order, without anybody waiting for it."""

    def __init__(self, server: Any, sid: str, transport: asyncio.Transport) -> None:
        self._server = server
        self._sid = sid
        self._transport = transport
        self._waiting: asyncio.Queue[Event | None] = asyncio.Queue()
        self._tasks = Tasks("a browser's socket")
        self._tasks.spawn(self._run())

    def send(self, event: Event) -> None:
        self._waiting.put_nowait(event)

    def close(self) -> None:
        self._waiting.put_nowait(None)

    def drop(self) -> None:
        self._transport.abort()

    def gone(self) -> None:
        """Nothing can be sent any more."""
        self._tasks.cancel()

    async def _run(self) -> None:
        while (event := await self._waiting.get()) is not None:
            await self._server.emit(event["type"], event, to=self._sid)
        await self._server.disconnect(self._sid)


class Socket:
    """Takes browsers in, and notes when they go."""

    def __init__(self, account: Account, sessions: Sessions, clock: Clock) -> None:
        self.account = account
        self.sessions = sessions
        self.clock = clock
        self._lines: dict[str, SocketLine] = {}
        self._sessions: dict[str, Session] = {}
        # The SDK never waits for the answer to its request to connect: it listens for events.
        self._server = socketio.AsyncServer(
            async_mode="aiohttp", cors_allowed_origins="*", transports=["websocket"],
            always_connect=True,
        )  # fmt: skip
        self._server.on("connect", self._connect)
        self._server.on("disconnect", self._disconnect)
        self._server.on("session:logout", self._log_out)

    def attach(self, application: web.Application) -> None:
        """Serve it, until the application shuts down."""
        self._server.attach(application, PATH)
        application.on_shutdown.append(self._shut_down)

    async def _connect(self, sid: str, environ: dict[str, Any], auth: Any) -> None:
        query = {name: values[0] for name, values in parse_qs(environ["QUERY_STRING"]).items()}
        transport = environ["aiohttp.request"].transport
        line = self._lines[sid] = SocketLine(self._server, sid, transport)
        try:
            caller = read_token(query.get("token", ""), self.account, self._now())
            check_path(caller, SESSIONS)
            # The SDK says its name when a page asks for a session, not when it connects by itself.
            self._sessions[sid] = self.sessions.open(
                caller, query.get("session_id", ""), line, new_page="SDK_name" in query
            )
        except (Problem, TooManySessions) as refusal:
            line.send({"type": _word(refusal), "body": {}})
            line.close()

    async def _disconnect(self, sid: str, reason: str) -> None:
        line, session = self._lines.pop(sid), self._sessions.pop(sid, None)
        line.gone()
        if session is not None:
            self.sessions.lost(session, line)

    async def _log_out(self, sid: str, *_: Any) -> None:
        session = self._sessions.pop(sid, None)
        if session is not None:
            self.sessions.end(session, self._lines[sid])

    async def _shut_down(self, _: web.Application) -> None:
        for line in list(self._lines.values()):
            line.drop()
        await self.sessions.tasks.settle()
        await self._server.shutdown()

    def _now(self) -> float:
        return self.clock.now().timestamp()


def _word(refusal: Exception) -> str:
    if isinstance(refusal, TooManySessions):
        return TOO_MANY
    if isinstance(refusal, Problem) and refusal.status == 403:
        return FORBIDDEN
    return EXPIRED if isinstance(refusal, Expired) else INVALID
